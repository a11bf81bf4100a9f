"""How many requests a run takes: a few for the message wall, and a few and the pages for 10,000 units, in every generation."""

from __future__ import annotations

import gc

import pytest

import report
from example import PROGRAM
from hub.running import RunningHub
from program import Program

MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: n{number}}}\n"


@pytest.fixture
def depot(request, tmp_path):
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    generation, units = request.param
    hub = RunningHub(generation)
    for number in range(units):
        hub.space("depot").unit(f"unit-{number:05}").revision(MANIFEST.format(number=number), approved_by=["alice"])
    gc.freeze()  # or Python walks through all units again and again while it makes the pages
    yield Program(hub, tmp_path)
    gc.unfreeze()
    hub.close()


@pytest.mark.parametrize("depot, requests, pages", [
    (("A", 19), 4, 0), (("B", 19), 3, 0), (("C", 19), 5, 0),
    (("A", 10_000), 4, 0), (("B", 10_000), 3, 0), (("C", 10_000), 5, 36),  # four lists of ten pages each
], indirect=["depot"], ids=lambda value: "-".join(map(str, value)) if isinstance(value, tuple) else "")
def test_requests_do_not_grow_with_the_units(depot, requests, pages):
    run = depot("generate", "--space", "depot", "--request-timeout", "30s", "--max-units", "10000")
    asked = depot.hub.requests
    further = [request for request in asked if "continue" in request.query]
    units = len(run.provenance)
    report.row("requests", depot.hub.hub.generation, f"{units} units", f"{len(asked) - len(further)} requests", f"{len(further)} further pages",
               f"{run.seconds:.1f} s")
    assert (run.code, units) == (0, len(depot.hub.space("depot").units)), run.stderr
    assert (len(asked) - len(further), len(further)) == (requests, pages)
