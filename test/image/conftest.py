"""The words of the image's tests: `root` is its file system, `sidecar` runs it as manifests/repo-server has it run.
The image is what CONFIGHUB_CMP_IMAGE names; .ci/image.sh builds one and sets it. Needs root, podman and runc."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub import index
from hub.running import RunningHub
from image.sidecar import PROJECT, Sidecar


@pytest.fixture(scope="session")
def image() -> str:
    if "CONFIGHUB_CMP_IMAGE" not in os.environ:
        pytest.skip("CONFIGHUB_CMP_IMAGE is not set; .ci/image.sh builds an image and tests it")
    return os.environ["CONFIGHUB_CMP_IMAGE"]


@pytest.fixture(scope="session")
def description(image: str) -> dict:
    [described] = json.loads(subprocess.run(["podman", "image", "inspect", image], capture_output=True, check=True).stdout)
    return described


@pytest.fixture(scope="session")
def root(image: str) -> Iterator[Path]:
    mounted = subprocess.run(["podman", "image", "mount", image], capture_output=True, text=True, check=True).stdout
    yield Path(mounted.strip())
    subprocess.run(["podman", "image", "unmount", image], capture_output=True, check=True)


@pytest.fixture
def hub() -> Iterator[RunningHub]:
    running = RunningHub("B", index.load(PROJECT / "examples/messagewall"))
    yield running
    running.close()


@pytest.fixture
def sidecar(image: str, hub: RunningHub, tmp_path: Path) -> Sidecar:
    return Sidecar(image, hub, tmp_path)
