"""Where a credential could be seen from outside while the program runs, and which way it goes to the hub."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

BUCKET = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: api}\n"


def test_command_line_shows_what_was_typed_and_nothing_more(hub, cmp):
    hub.space("shop-dev").unit("api").revision(BUCKET, approved_by=["alice"])
    hub.fault("units", delay=1)
    command = [str(cmp.path), "generate", "--space", "shop-dev"]
    with subprocess.Popen(command, env=cmp.login, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 10
        while len(hub.requests) < 2 and time.monotonic() < deadline:  # logged in by then, and holding a token
            time.sleep(0.01)
        shown = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        process.communicate(timeout=60)
    assert (process.returncode, shown) == (0, b"\0".join(word.encode() for word in command) + b"\0")


def test_secret_goes_to_the_login_only_and_the_token_to_everything_else(hub, cmp):
    hub.space("shop-dev").unit("api").revision(BUCKET, approved_by=["alice"])
    assert cmp("generate", "--space", "shop-dev").code == 0
    with_token = {request.path: request.authorization for request in hub.requests}
    assert with_token.pop("/auth/worker") is False
    assert set(with_token.values()) == {True}
