"""A hub served from a directory by the command line, as examples and other languages start it."""

import json
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from . import index

SERVE = Path(__file__).with_name("serve.py")
HUB_YAML = """
worker: {id: 6f1b2c3d-0a01-4c11-9b10-0000000000bb, secret: quiet, spaces: [shop]}
spaces:
  shop:
    labels: {environment: prod}
    units:
      api:
        labels: {tier: front}
        live: 1
        revisions:
        - {file: api.yaml, approvedBy: [alice]}
        - {text: "a: 2", gates: {platform/require-approval/vet-approvedby: true}, attestations: [{result: Fail, by: bob, revoked: true}]}
"""


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "hub.yaml").write_text(HUB_YAML)
    (tmp_path / "api.yaml").write_bytes(b"a: 1\r\n")
    return tmp_path


def test_index(directory):
    organization = index.load(directory)
    unit = organization.unit("shop/api")
    assert (unit.labels, unit.live, unit.space.labels) == ({"tier": "front"}, 1, {"environment": "prod"})
    assert [revision.text for revision in unit.revisions] == [b"a: 1\r\n", b"a: 2"]
    assert len(unit.revisions[0].approvers) == 1 and unit.head.approvers == []
    assert unit.head.gates == {"platform/require-approval/vet-approvedby": True}
    assert [(a.result, a.revokes is not None) for a in unit.head.attestations] == [("Fail", False), ("Pass", True)]
    assert (organization.worker.secret, organization.worker.spaces) == ("quiet", ["shop"])


@pytest.mark.parametrize("before, after, message", [
    ("approvedBy", "approved_by", "shop/api@1: unknown key 'approved_by', known are file, text, approvedBy, gates, attestations, description"),
    ("file: api.yaml, ", "", "shop/api@1 needs either file or text"),
])
def test_index_refuses(directory, before, after, message):
    (directory / "hub.yaml").write_text(HUB_YAML.replace(before, after, 1))
    with pytest.raises(ValueError) as refused:
        index.load(directory)
    assert str(refused.value) == message


def test_serves_until_sigterm(directory):
    ready = directory / "ready"
    command = [sys.executable, str(SERVE), "--data", str(directory), "--generation", "C", "--ready-file", str(ready), "--quirk", "pages=short"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 10
        while not ready.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        url = ready.read_text().strip()
        with urllib.request.urlopen(url + "/api/info", timeout=10) as response:
            assert json.load(response)["Version"] == response.headers["ConfigHub-Version"] == "0.2.40"
    finally:
        server.send_signal(signal.SIGTERM)
        output, _ = server.communicate(timeout=10)
    assert (server.returncode, output) == (0, url + "\n")
