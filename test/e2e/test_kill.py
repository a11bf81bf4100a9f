"""The hub is killed at every hundredth of a run over 1,000 units: all of the output and exit 0, or none and exit 4."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate

import pytest

import report
from example import PROGRAM
from hub.running import RunningHub
from program import Program, Run
from replay import DyingHub, record

BUCKET = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {{name: bucket-{number}}}\nspec: {{forProvider: {{region: eu-central-1}}}}\n"
DOING = {
    "/auth/worker": "logging in as worker {worker}", "/api/unit": "listing the units of space 'depot'",
    "/api/revision": "listing the revisions of space 'depot'", "/api/attestation": "reading the attestations of space 'depot'",
    "/api/revision_data": "reading the revisions of space 'depot'",
}


@pytest.fixture
def depot(request):
    hub = RunningHub(request.param)
    for number in range(1000):
        hub.space("depot").unit(f"unit-{number:04}").revision(BUCKET.format(number=number), approved_by=["alice"])
    yield hub
    hub.close()


@pytest.mark.parametrize("depot", ["B", "C"], indirect=True)
def test_all_or_nothing_at_every_hundredth(depot, tmp_path):
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    cmp = Program(depot, tmp_path)
    undisturbed = cmp("generate", "--space", "depot")
    assert (undisturbed.code, len(undisturbed.provenance)) == (0, 1000)
    asked, answers = [request.path for request in depot.requests], record(depot)
    ends = list(accumulate(map(len, answers)))

    def kill(hundredth: int) -> tuple[int, Run, str]:
        lives_for = ends[-1] * hundredth // 100
        dying = DyingHub(answers, lives_for, "reset" if hundredth % 2 else "close")
        run = cmp("generate", "--space", "depot", "--retries", "1", "--budget", "10s", env={"CONFIGHUB_URL": dying.url})
        dying.close()
        unanswered = next((path for path, end in zip(asked, ends, strict=True) if end > lives_for), "")
        doing = DOING.get(unanswered, "").format(worker=depot.worker.id)
        return hundredth, run, f"confighub-cmp: hub {dying.url} not reachable while {doing}: no connection"

    with ThreadPoolExecutor(max_workers=4) as pool:
        outcomes = list(pool.map(kill, range(101)))
    count = Counter((run.code, len(run.stdout)) for _, run, _ in outcomes)
    for (code, size), times in sorted(count.items()):
        report.row("kills", depot.hub.generation, f"{times} times", f"exit {code}", f"{size} bytes on stdout")
    for hundredth, run, line in outcomes:
        if hundredth == 100:
            assert (run.code, run.stdout) == (0, undisturbed.stdout)
        else:
            assert (run.code, run.stdout, run.first_line) == (4, b"", line), f"killed at {hundredth} %"
