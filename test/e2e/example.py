"""The message wall of examples/ as the tests read it: by PyYAML, which shares no code with the program."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
EXAMPLE = PROJECT / "examples" / "messagewall"
PROGRAM = Path(os.environ.get("CONFIGHUB_CMP", PROJECT / "build" / "confighub-cmp"))


def documents(text: str) -> list[dict]:
    return [document for document in yaml.safe_load_all(text) if document]


def objects_of(folder: str) -> list[dict]:
    return [each for file in sorted((EXAMPLE / folder).glob("*.yaml")) for each in documents(file.read_text())]


def rendered() -> list[dict]:
    """What the program prints for the units as a developer has them on disk, required tags in place."""
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    command = [PROGRAM, "generate", "--from", EXAMPLE / "units", "--policy", EXAMPLE / "tag-policy.yaml", "--environment", "dev"]
    run = subprocess.run(command, env={}, capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return documents(run.stdout)


def name_of(each: dict) -> str:
    return f"{each['kind']} {each['metadata']['name']}"


def tags_of(each: dict) -> dict | None:
    return each["spec"]["forProvider"].get("tags")
