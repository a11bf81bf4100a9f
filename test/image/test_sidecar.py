"""The image at work: a read-only root, user 999, no capabilities, and the wall comes out all the same."""

from __future__ import annotations

import re
import subprocess
import time
from pathlib import Path

import pytest

from image.sidecar import PROJECT


def version() -> str:
    [number] = re.findall(r"^project\(confighub-cmp VERSION (\S+)", (PROJECT / "CMakeLists.txt").read_text(), re.MULTILINE)
    return number


def pid_of(run: subprocess.Popen, pid_file: Path) -> int:
    for _ in range(200):
        if pid_file.exists() and pid_file.read_text():
            return int(pid_file.read_text())
        if run.poll() is not None:
            break
        time.sleep(0.05)
    pytest.fail(f"the container did not start: {run.communicate(timeout=10)[1]}")


def test_it_says_its_version(sidecar):
    run = sidecar("--version")
    assert (run.returncode, run.stdout, run.stderr) == (0, f"confighub-cmp {version()}\n", "")


def test_doctor_finds_nothing_missing_in_it(sidecar):
    run = sidecar("doctor")
    assert run.returncode == 0, run.stdout
    assert {line.split()[0] for line in run.stdout.splitlines()} == {"ok"}


def test_init_and_generate_print_the_wall(sidecar):
    assert sidecar("init").returncode == 0
    run = sidecar("generate")
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("\nkind: ") == 19
    assert set(re.findall(r"^# messagewall-dev/(lambda\S+)", run.stdout, re.MULTILINE)) == {"lambda@1"}  # r2 is nobody's yet
    assert run.stderr.startswith("confighub-cmp: messagewall-dev: 6 units, 19 objects; rule=approved policy=aws-required-tags edited=7 ")


def test_a_refusal_leaves_with_its_exit_code(sidecar):
    sidecar.hub.fault("login", status=401, times=None)
    run = sidecar("generate")
    assert (run.returncode, run.stdout) == (5, "")


def test_the_kernel_holds_it_to_what_the_manifest_asks(sidecar):
    sidecar.hub.fault("login", delay=3)
    run = sidecar.start("generate")
    process = Path("/proc", str(pid_of(run, sidecar.pid_file)))
    while not sidecar.hub.requests and run.poll() is None:  # from here on it is the program, no longer runc, and it waits
        time.sleep(0.05)
    status = dict(re.findall(r"^(\w+):\s*(.*)$", (process / "status").read_text(), re.MULTILINE))
    mounts = (process / "mountinfo").read_text()
    assert run.wait(timeout=60) == 0
    assert status["Name"] == "confighub-cmp"
    assert {*status["Uid"].split(), *status["Gid"].split(), *status["Groups"].split()} == {"999"}
    assert {status[name] for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")
    assert re.search(r"^\S+ \S+ \S+ \S+ / ro[ ,]", mounts, re.MULTILINE)
