"""Runs the programs over one file and prints the table: bench.py COUNT CONFIGHUB_CMP [KUSTOMIZE] [KYVERNO], see run.sh."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from manifests import bucket

RUNS = 5
LONG = 20.0  # seconds; what takes longer is not run again
TAGS = {"createdBy": "crossplane", "managedBy": "messagewall-demo", "environment": "dev"}
TAG_POLICY = """
apiVersion: confighub-cmp/v1alpha1
kind: TagPolicy
metadata: {name: bench}
spec:
  tags:
""" + "".join(f"  - {{key: {key}, value: {value}, onConflict: overwrite}}\n" for key, value in TAGS.items())
KUSTOMIZATION = """
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [buckets.yaml]
transformers: [tags.yaml]
"""
TRANSFORMER = """
apiVersion: builtin
kind: LabelTransformer
metadata: {name: tags}
""" + f"labels: {TAGS}\n" + """
fieldSpecs:
- {group: s3.aws.upbound.io, kind: Bucket, path: spec/forProvider/tags, create: true}
"""
CLUSTER_POLICY = """
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: tags}
spec:
  rules:
  - name: tags
    match: {any: [{resources: {kinds: [s3.aws.upbound.io/*/Bucket]}}]}
""" + f"    mutate: {{patchStrategicMerge: {{spec: {{forProvider: {{tags: {TAGS}}}}}}}}}\n"


@dataclass(frozen=True)
class Figures:
    name: str
    seconds: float
    cpu: float  # seconds of all threads, which other work on the machine does not lengthen
    runs: int
    peak: float  # MiB


def run_once(command: list[str], directory: Path) -> tuple[float, float, float]:
    started = time.monotonic()
    with open(os.devnull, "wb") as nothing:
        child = subprocess.Popen(command, cwd=directory, stdout=nothing, stderr=subprocess.PIPE)
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        raise SystemExit(f"{command[0]} failed: {said.decode()[-500:]}")
    return time.monotonic() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(name: str, command: list[str], directory: Path) -> Figures:
    figures = [run_once(command, directory)]
    while len(figures) < RUNS and figures[0][0] < LONG:
        figures.append(run_once(command, directory))
    seconds, cpu, peak = zip(*figures)
    return Figures(name, statistics.median(seconds), statistics.median(cpu), len(figures), max(peak))


def instructions(command: list[str], directory: Path) -> int | None:
    if shutil.which("valgrind") is None:
        return None
    said = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command], cwd=directory, capture_output=True, text=True, check=True)
    return int(re.search(r"Collected : (\d+)", said.stderr)[1])


def main() -> None:
    count, program, kustomize, kyverno = int(sys.argv[1]), *(os.path.abspath(path) if path else "" for path in (sys.argv[2:] + ["", ""])[:3])
    with tempfile.TemporaryDirectory() as scratch:
        directory = Path(scratch)
        text = "---\n".join(bucket(number) for number in range(count))
        files = {"buckets.yaml": text, "policy.yaml": TAG_POLICY, "kustomization.yaml": KUSTOMIZATION, "tags.yaml": TRANSFORMER, "cluster.yaml": CLUSTER_POLICY}
        for name, content in files.items():
            (directory / name).write_text(content)
        ours = [program, "check", "buckets.yaml", "--policy", "policy.yaml"]
        table = [measure("`confighub-cmp check`", ours, directory), measure("the same without a policy: read and judged as YAML", ours[:3], directory)]
        if kustomize:
            table.append(measure("`kustomize build`, a labels transformer", [kustomize, "build", "."], directory))
        if kyverno:
            table.append(measure("`kyverno apply`, patchStrategicMerge", [kyverno, "apply", "cluster.yaml", "-r", "buckets.yaml"], directory))
        megabytes = len(text) / 1e6
        print(f"{count} buckets, {megabytes:.2f} MB, three tags on each:\n")
        print("| Program | Seconds (median) | CPU seconds | Runs | MB per CPU second | Peak memory, MiB | CPU, times ours |\n|---|---|---|---|---|---|---|")
        for row in table:
            print(f"| {row.name} | {row.seconds:.3f} | {row.cpu:.3f} | {row.runs} | {megabytes / row.cpu:.3g} | {row.peak:.0f} | {row.cpu / table[0].cpu:.1f} |")
        counted = instructions(ours, directory)
        if counted:
            print(f"\n`check`: {counted / 1e6:.0f} million instructions, {counted / len(text):.0f} a byte (callgrind)")


if __name__ == "__main__":
    main()
