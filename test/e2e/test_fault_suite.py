"""Every fault on every route of every generation: the documented exit code, one sentence asserted whole, an empty stdout or the
complete output, and the end within the budget. The table itself is fault_table.py; what the run made of it is printed by
report.py. Each fault has a hub of its own, and a few run side by side, as most of their time is waiting."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import pytest

import report
from example import PROGRAM
from fault_table import API_1, CASES, LISTS, ROWS, WEB_1, Case
from hub.quirks import Quirks
from hub.running import RunningHub
from program import Program, Run

BUDGET = 3  # seconds
SETTINGS = {
    "CONFIGHUB_CMP_BUDGET": f"{BUDGET}s", "CONFIGHUB_CMP_REQUEST_TIMEOUT": "600ms", "CONFIGHUB_CMP_RETRIES": "1",
    "CONFIGHUB_CMP_MAX_RESPONSE_BYTES": "1Mi", "CONFIGHUB_CMP_MAX_HEADER_BYTES": "16Ki",
}


@dataclass(frozen=True)
class Played:
    run: Run
    line: str  # the first line it should have had
    again: Run | None  # the same in fine weather, where the first run was to succeed
    elsewhere: list[str]  # what the other origin was asked


@pytest.fixture(scope="module")
def played(request, tmp_path_factory):
    """played(case) is how it went; all cases that this session selected are under way from the first question on."""
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    directory = tmp_path_factory.mktemp("faults")
    chosen = [item.callspec.params["case"] for item in request.session.items if item.module is request.module and hasattr(item, "callspec")]
    with ThreadPoolExecutor(max_workers=4) as pool:
        runs: dict[str, Future[Played]] = {str(case): pool.submit(play, case, directory) for case in chosen}
        yield lambda case: runs[str(case)].result()


def play(case: Case, directory) -> Played:
    hub, other = RunningHub(case.generation), RunningHub(case.generation)
    try:
        fill(hub)
        cmp = Program(hub, directory)
        hub.quirk(**case.quirks)
        hub.fault(case.route, **aimed(case.switches, hub, other))
        run = cmp("generate", "--space", "shop-dev", env=SETTINGS)
        line = expected_line(case, hub)
        hub.hub.faults.clear()
        hub.quirk(**asdict(Quirks()))
        again = None if case.code else cmp("generate", "--space", "shop-dev", env=SETTINGS)
        return Played(run, line, again, other.asked())
    finally:
        hub.close()
        other.close()


def fill(hub: RunningHub) -> None:
    """One unit that is approved at head, one that is so only further down."""
    space = hub.space("shop-dev")
    space.unit("api").revision(API_1, approved_by=["alice"])
    space.unit("web").revision(WEB_1, approved_by=["alice"]).revision(
        WEB_1 + b"# latest\n", approved_by=["alice"], gates={"platform/no-latest/vet-cel": True}
    )


def aimed(switches: dict, hub: RunningHub, other: RunningHub) -> dict:
    places = {"{url}": hub.url, "{other}": other.url, "{other_host}": urlsplit(other.url).netloc}
    redirect = switches.get("redirect", "")
    for name, place in places.items():
        redirect = redirect.replace(name, place)
    return switches | {"redirect": redirect}


def expected_line(case: Case, hub: RunningHub) -> str:
    doing = {
        "login": f"logging in as worker {hub.worker.id}",
        "units": "listing the units of space 'shop-dev'",
        "spaces": "looking up space 'shop-dev'",
        "revisions": "listing the revisions of " + ("unit 'shop-dev/web'" if case.generation == "A" else "space 'shop-dev'"),
        "attestations": "reading the attestations of space 'shop-dev'",
        "data": "reading the revisions of space 'shop-dev'" if case.generation == "C" else "reading revision 1 of space 'shop-dev'",
    }.get(case.route, "")
    refused = f"hub {hub.url} refused the login of worker {hub.worker.id}" if case.route == "login" else f"hub {hub.url} said no while {doing}"
    units = hub.hub.organization.units()
    return "confighub-cmp: " + case.line.format(
        url=hub.url, doing=doing, refused=refused, id=f"stand-in-{len(hub.requests):06}", list=LISTS.get(case.route), row=ROWS.get(case.route),
        first=min(units, key=lambda unit: unit.id).slug, first_revision=min(unit.head.id for unit in units),
    )


@pytest.mark.parametrize("case", CASES, ids=str)
def test_fault(case, played):
    outcome = played(case)
    run = outcome.run
    report.row("faults", case.name, case.generation, case.route, run.code, f"{run.seconds:.2f} s", run.first_line)
    assert outcome.elsewhere == []
    assert run.seconds < BUDGET + 0.5
    if case.code:
        assert (run.code, run.first_line, run.stdout) == (case.code, outcome.line, b"")
    else:
        assert (run.code, run.provenance) == (0, list(case.units)), run.stderr
        assert run.stdout == outcome.again.stdout
