"""A hub whose name nobody knows, and name servers that say nothing: each ends with its own sentence, within the budget."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time

import pytest

SILENT = "127.0.0.9"  # loopback is a whole network


def test_a_name_that_does_not_resolve(hub, cmp):
    run = cmp("generate", "--space", "shop-dev", "--retries", "1", "--budget", "20s", env={"CONFIGHUB_URL": "https://no-such-host.invalid"})
    place = f"hub https://no-such-host.invalid not reachable while logging in as worker {hub.worker.id}"
    assert (run.code, run.first_line) == (4, f"confighub-cmp: {place}: the host name cannot be resolved")
    assert run.seconds < 20


def test_a_name_server_that_is_silent(hub, cmp, tmp_path):
    """The resolver has a thread of its own, and a program that waits for it when time is up is late by 15 seconds."""
    configuration = tmp_path / "resolv.conf"
    configuration.write_text(f"nameserver {SILENT}\n")
    namespace = ["unshare", "--mount", "sh", "-c", f'mount --bind {configuration} /etc/resolv.conf && exec "$0" "$@"']
    if not shutil.which("unshare") or subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("needs the right to mount over /etc/resolv.conf")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind((SILENT, 53))
        command = [*namespace, os.fspath(cmp.path), "generate", "--space", "shop-dev", "--budget", "2s"]
        started = time.monotonic()
        env = cmp.login | {"CONFIGHUB_URL": "https://hub.example", "PATH": os.environ["PATH"]}
        run = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)
    line = f"confighub-cmp: budget of 2s used up while logging in as worker {hub.worker.id}: no complete answer in time"
    assert (run.returncode, run.stdout, run.stderr.partition("\n")[0]) == (4, "", line)
    assert 1.9 < time.monotonic() - started < 4.5
