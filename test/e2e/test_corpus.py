"""Every manifest of the corpus in ../shared through the program: what needs no tag leaves byte for byte, what needs
one differs in its tag lines only, a second pass changes nothing, and PyYAML's own reader sees the planned tags and
no other difference. Skipped where there is no ../shared; the figures are printed in the summary (pytest -rA)."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

import pytest
import yaml

from example import PROGRAM, PROJECT

CORPUS = PROJECT / ".." / "shared" / "corpus"
FOLDERS = ("messagewall/messagewall-east", "messagewall/messagewall-west", "messagewall/crossplane", "messagewall/kyverno", "provider-upjet-aws")
TAGS = {"createdBy": "crossplane", "managedBy": "messagewall-demo", "environment": "dev"}
POLICY = """
apiVersion: confighub-cmp/v1alpha1
kind: TagPolicy
metadata: {name: corpus}
spec:
  environment: {allowed: [dev], from: [{flag: environment}]}
  tags:
  - {key: createdBy, value: crossplane, onConflict: overwrite}
  - {key: managedBy, value: messagewall-demo, onConflict: overwrite}
  - {key: environment, value: '${environment}', onConflict: overwrite}
"""
PROVENANCE = re.compile(r"^---\n# (?:.*/)?(\d+) sha256:[0-9a-f]{64}\n", re.MULTILINE)
SEPARATOR = re.compile(r"^---[ \t\r]*(?:#.*)?\n", re.MULTILINE)
ADDED = re.compile(r"^\s*(spec:|forProvider:|tags?:|createdBy: crossplane|managedBy: messagewall-demo|environment: dev|"
                   r"- key: (createdBy|managedBy|environment)|value: (crossplane|messagewall-demo|dev)|propagateAtLaunch: true)$")
EMPTIED = re.compile(r"^\s*(forProvider|tags): \{\}$")


@dataclass(frozen=True)
class Document:
    text: str
    value: dict


@dataclass(frozen=True)
class Manifest:
    path: Path
    documents: list[Document]

    @property
    def identities(self) -> set[tuple]:
        return {identity(document.value) for document in self.documents}

    @property
    def repeats_itself(self) -> bool:
        return len(self.identities) < len(self.documents)


def identity(value: dict) -> tuple:
    metadata = value["metadata"]
    return value["apiVersion"].split("/")[0], value["kind"], metadata.get("namespace"), metadata.get("name")


def read(path: Path) -> Manifest:
    text = path.read_bytes().decode()
    chunks = SEPARATOR.split(text if text.endswith("\n") else text + "\n")
    values = [yaml.load(chunk, yaml.SafeLoader) for chunk in chunks]
    return Manifest(path, [Document(chunk, value) for chunk, value in zip(chunks, values) if value is not None])


def batches(manifests: list[Manifest]) -> list[list[Manifest]]:
    """The examples of a provider share names, and a run takes an object once."""
    result: list[tuple[set, list[Manifest]]] = []
    for manifest in manifests:
        for seen, batch in result:
            if not seen & manifest.identities:
                break
        else:
            seen, batch = set(), []
            result.append((seen, batch))
        seen |= manifest.identities
        batch.append(manifest)
    return [batch for _, batch in result]


def run_over(directory: Path, texts: list[str]) -> subprocess.CompletedProcess:
    directory.mkdir(parents=True)
    for number, text in enumerate(texts):
        (directory / f"{number:04}.yaml").write_bytes(text.encode())
    policy = directory.with_suffix(".policy")
    policy.write_text(POLICY)
    command = [PROGRAM, "generate", "--from", directory, "--policy", policy, "--environment", "dev"]
    return subprocess.run(command, env={}, capture_output=True, timeout=60, check=False)


def generate(directory: Path, texts: list[str]) -> list[list[str]]:
    """The documents printed for each text, without their provenance."""
    run = run_over(directory, texts)
    assert run.returncode == 0, run.stderr.decode()
    pieces = PROVENANCE.split(run.stdout.decode())
    printed: list[list[str]] = [[] for _ in texts]
    for number, text in zip(pieces[1::2], pieces[2::2]):
        printed[int(number)].append(text)
    return printed


def expected(value: dict) -> dict:
    """The object with the planned tags, as the policy's author would write it."""
    provider = (value.get("spec") or {}).get("forProvider") or {}
    if value["kind"] == "AutoscalingGroup":
        items = [item for item in provider.get("tag") or [] if item["key"] not in TAGS]
        items += [{"key": key, "value": tag, "propagateAtLaunch": True} for key, tag in TAGS.items()]
        provider = provider | {"tag": items}
    else:
        provider = provider | {"tags": (provider.get("tags") or {}) | TAGS}
    return value | {"spec": (value.get("spec") or {}) | {"forProvider": provider}}


def check_lines(before: str, after: str) -> None:
    old, new = before.splitlines(), after.splitlines()
    for operation, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            continue
        assert all(EMPTIED.match(line) for line in old[i1:i2]), old[i1:i2]
        assert all(ADDED.match(line) for line in new[j1:j2]), new[j1:j2]


def check(document: Document, printed: str) -> str:
    """What became of one document; its comments may stand before it."""
    if printed.endswith(document.text):
        return "untouched"
    value = yaml.load(printed, yaml.SafeLoader)
    assert value == expected(document.value)
    own = printed[printed.index(document.text.splitlines()[0]):]
    check_lines(document.text, own)
    return "tagged"


def check_batch(directory: Path, batch: list[Manifest]) -> Counter:
    printed = generate(directory / "first", [manifest.path.read_bytes().decode() for manifest in batch])
    figures: Counter = Counter()
    for manifest, texts in zip(batch, printed):
        assert len(texts) == len(manifest.documents), manifest.path
        figures.update(check(document, text) for document, text in zip(manifest.documents, texts))
    again = generate(directory / "second", ["---\n".join(texts) for texts in printed])
    assert again == printed, "a second pass changed something"
    return figures


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no ../shared/corpus")
@pytest.mark.skipif(not PROGRAM.exists(), reason=f"{PROGRAM} is not built")
def test_the_corpus_leaves_as_it_came_but_for_its_tags(tmp_path: Path) -> None:
    files = [file for folder in FOLDERS for file in sorted((CORPUS / folder).rglob("*.yaml"))]
    with ProcessPoolExecutor(2) as pool:
        manifests = list(pool.map(read, files, chunksize=50))
    figures: Counter = Counter()
    for number, batch in enumerate(batches([manifest for manifest in manifests if not manifest.repeats_itself])):
        figures += check_batch(tmp_path / str(number), batch)
    # Uptest examples that define an object twice, with different contents: Argo CD would apply either.
    refused = [manifest for manifest in manifests if manifest.repeats_itself]
    for number, manifest in enumerate(refused):
        run = run_over(tmp_path / "refused" / str(number), [manifest.path.read_bytes().decode()])
        assert (run.returncode, run.stdout) == (6, b"") and b" DUPLICATE_OBJECT: " in run.stderr
        figures["refused"] += len(manifest.documents)
    print(f"corpus: {len(files)} files, {figures.total()} documents: " + ", ".join(f"{count} {what}" for what, count in sorted(figures.items())))
    assert {manifest.path.name for manifest in refused} == {"pipeline.yaml", "endpoint.yaml"}
    assert min(figures["untouched"], figures["tagged"]) > 1000
