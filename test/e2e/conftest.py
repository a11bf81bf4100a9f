"""The words of the end-to-end stories: `hub` is told what is in ConfigHub, `cmp` runs the program against it.

    hub.space("shop-dev").unit("api").revision(BUCKET, approved_by=["alice"])
    hub.fault("revisions", status=503, times=2)
    run = cmp("generate", "--space", "shop-dev")

The program is build/confighub-cmp, or what CONFIGHUB_CMP names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import report
from certificates import Authority
from example import PROGRAM
from hub.running import RunningHub
from program import Program


@pytest.fixture
def hub() -> Iterator[RunningHub]:
    running = RunningHub("B")
    yield running
    running.close()


@pytest.fixture
def cmp(hub: RunningHub, tmp_path: Path) -> Program:
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    return Program(hub, tmp_path)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    directory = tmp_path / "certificates"
    directory.mkdir()
    return Authority(directory)


@pytest.fixture
def cmp_over_tls(authority: Authority, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """cmp_over_tls("expired") is the program beside a hub with such a certificate, and with the CA it should know."""
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    hubs: list[RunningHub] = []

    def over_tls(kind: str) -> Program:
        hubs.append(RunningHub("B", tls=authority.server(kind)))
        return Program(hubs[-1], tmp_path)

    yield over_tls
    for running in hubs:
        running.close()


def pytest_terminal_summary(terminalreporter) -> None:
    report.write(terminalreporter.write_line)
