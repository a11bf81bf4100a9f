"""What goes wrong between the program and a hub, and how each ends: exit code and first line, or the complete output.
Data only. A line is a template: {url} of the hub, {doing} and {refused} by route, {id} of the last request, {list} the shape that
was expected."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from hub.faults import ADDITION

# Where a run of each generation passes. The space holds a unit whose newest approved revision is blocked by a gate, so
# that every run walks down its history too.
ROUTES = {
    "A": ["login", "units", "spaces", "revisions", "data"],
    "B": ["login", "units", "revisions", "data"],
    "C": ["login", "units", "revisions", "attestations", "data"],
}
UNITS = ("shop-dev/api@1", "shop-dev/web@1")
API_1 = b"apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: api}\n"
WEB_1 = b"apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: web}\n"

UNREACHABLE = "hub {url} not reachable while {doing}: "
SAID_NO = "hub {url} said no while {doing}: "
NOT_UNDERSTOOD = "the hub's answer is not understood: "
CUT_SHORT = UNREACHABLE + "the answer is cut short or not JSON"
TOO_LATE = UNREACHABLE + "no complete answer in time"
CHANGES = "space 'shop-dev' changed 3 times while it was read"
FOR_EVER = {"times": None}


def mismatch(unit: str, text: bytes, told: str = "") -> str:
    hub_says = told or hashlib.sha256({"api": API_1, "web": WEB_1}[unit]).hexdigest()
    return f"unit 'shop-dev/{unit}@1' does not match its DataHash: hub says {hub_says[:12]}, the text has {hashlib.sha256(text).hexdigest()[:12]}"


@dataclass(frozen=True)
class Case:
    name: str
    generation: str
    route: str
    switches: dict
    code: int
    line: str = ""  # of a failure
    units: tuple[str, ...] = ()  # of a success: what is printed
    quirks: dict = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.generation}-{self.route}-{self.name.replace(' ', '-')}"


def answers_json(generation: str, route: str) -> bool:
    return route != "data" or generation == "C"


def lasting(name: str, code: int, line: str, **switches) -> tuple:
    return name, switches | FOR_EVER, code, line


def passing(name: str, **switches) -> tuple:
    return name + ", once", switches, 0, ""


LASTING = [
    lasting("401", 5, "{refused}: HTTP 401 unauthorized, request id {id}", status=401),
    lasting("403", 5, "{refused}: HTTP 403 forbidden, request id {id}", status=403),
    lasting("409", 5, "{refused}: HTTP 409 conflict, request id {id}", status=409),
    lasting("418", 5, "{refused}: HTTP 418 unexpected status, request id {id}", status=418),
    lasting("429", 4, UNREACHABLE + "HTTP 429 too many requests, request id {id}", status=429),
    lasting("429 for a minute", 4, "budget of 3s used up while {doing}: HTTP 429 too many requests, request id {id}",
            status=429, headers={"Retry-After": "60"}),
    lasting("500", 4, SAID_NO + "HTTP 500 internal server error, request id {id}", status=500),
    lasting("502", 4, UNREACHABLE + "HTTP 502 bad gateway, request id {id}", status=502),
    lasting("503", 4, UNREACHABLE + "HTTP 503 service unavailable, request id {id}", status=503),
    lasting("504", 4, UNREACHABLE + "HTTP 504 gateway timeout, request id {id}", status=504),
    lasting("reset before the headers", 4, CUT_SHORT, reset="before"),
    lasting("reset after the headers", 4, CUT_SHORT, reset="after"),
    lasting("torn body", 4, CUT_SHORT, torn=True),
    lasting("slow body", 4, TOO_LATE, slow=20),
    lasting("late answer", 4, TOO_LATE, delay=1),
    lasting("huge body", 4, UNREACHABLE + "the answer is larger than limits.responseBytes", huge=2),
    lasting("gzip bomb", 4, UNREACHABLE + "the answer is larger than limits.responseBytes", gzip_bomb=8),
    lasting("huge header", 4, UNREACHABLE + "the headers are larger than limits.headerBytes", headers={"X-Padding": "x" * 20_000}),
    lasting("many headers", 4, UNREACHABLE + "the headers are larger than limits.headerBytes",
            headers={f"X-Padding-{number}": "x" * 100 for number in range(200)}),
    lasting("redirect to itself", 4, "hub {url} redirects to itself for ever while {doing}; not followed", redirect="{target}"),
    lasting("redirect elsewhere", 4, "hub {url} redirects to another origin while {doing}; not followed", redirect="{other}{target}"),
    lasting("redirect elsewhere, permanent", 4, "hub {url} redirects to another origin while {doing}; not followed",
            status=308, redirect="{other}{target}"),
    lasting("redirect elsewhere, no scheme", 4, "hub {url} redirects to another origin while {doing}; not followed",
            redirect="//{other_host}{target}"),
    lasting("redirect elsewhere, disguised", 4, "hub {url} redirects to another origin while {doing}; not followed",
            redirect="{url}@{other_host}{target}"),
]

# What a moment of bad weather brings: the run is complete, as if nothing had been.
PASSING = [
    passing("429", status=429),
    passing("429 and at once", status=429, headers={"Retry-After": "0"}),
    passing("429 until a date", status=429, headers={"Retry-After": "Wed, 01 Jul 2026 09:00:00 GMT"}),
    passing("502", status=502),
    passing("503", status=503),
    passing("504", status=504),
    passing("reset before the headers", reset="before"),
    passing("reset after the headers", reset="after"),
    passing("torn body", torn=True),
    passing("slow body", slow=20),
    passing("late answer", delay=1),
]
# Of answers that are JSON.
LASTING_JSON = [
    lasting("garbage", 4, CUT_SHORT, body="\x00\x01 garbage"),
    lasting("half of the JSON", 4, CUT_SHORT, corrupt="json"),
    lasting("HTML", 4, CUT_SHORT, body="<html><title>Sign in</title></html>"),
    lasting("empty body", 4, CUT_SHORT, body=""),
    lasting("wrong shape", 6, NOT_UNDERSTOOD + "{list}", corrupt="shape"),
    lasting("a number", 6, NOT_UNDERSTOOD + "{list}", body="7"),
    lasting("rows without what they are about", 6, NOT_UNDERSTOOD + "{row}", body="[{}]"),
]
PASSING_JSON = [passing("half of the JSON", corrupt="json"), passing("HTML", body="<html></html>")]

LISTS = {
    "login": "the login brought no object", "data": "a list of revision data was expected", "units": "a list of Unit objects was expected",
    "spaces": "a list of Space objects was expected", "revisions": "a list of Revision objects was expected",
    "attestations": "a list of Attestation objects was expected",
}
ROWS = LISTS | {
    "data": "RevisionID is missing", "units": "an element of the list has no Unit", "spaces": "an element of the list has no Space",
    "revisions": "an element of the list has no Revision", "attestations": "an element of the list has no Attestation",
}


def everywhere() -> list[Case]:
    cases = []
    for generation, routes in ROUTES.items():
        for route in routes:
            table = LASTING + PASSING + (LASTING_JSON + PASSING_JSON if answers_json(generation, route) else [])
            for name, switches, code, line in table:
                units = () if code else UNITS
                cases.append(Case(name, generation, route, switches, code, line, units))
    return cases


def only(
    generations: str, route: str, name: str, code: int, line: str = "", units: tuple = UNITS, quirks: dict | None = None, **switches
) -> list[Case]:
    """What ends a run lasts; what a run gets over happens once, or as often as `times` says."""
    switches = FOR_EVER | switches if code else switches
    units = () if code else units
    return [Case(name, generation, route, switches, code, line, units, quirks or {}) for generation in generations]


def shown(name: str, generations: str, **quirks) -> list[Case]:
    """A way of answering that is not published, and must make no difference."""
    return only(generations, "other", name, 0, quirks=quirks)


OTHER_ID = "6f1b2c3d-0a01-4c11-9b10-00000000dead"
NO_API = "unit 'shop-dev/api' has no approved revision: head 1 has 0 of 1 approvals"
NO_WEB = "unit 'shop-dev/web' has no approved revision: head 2 has 0 of 1 approvals"
NO_OBJECTS = "space 'shop-dev' yields no objects"
NO_SPACE = "space 'shop-dev' does not exist on the hub, or the worker may not see it"
WAITS = "unit 'shop-dev/api' has no approved revision: revision 1 is approved but blocked by gate awaiting/triggers"
NO_SLUG = "the hub lists a unit whose name '{}' is not a slug: letters, digits and -_. inside, at most 128 characters"
SOMEWHERE = [
    # What this hub does not know, or says it does not.
    only("ABC", "login", "400", 5, "{refused}: HTTP 400 bad request, request id {id}", status=400),
    only("ABC", "login", "404", 5, "{refused}: HTTP 404 not found, request id {id}", status=404),
    only("ABC", "units", "400", 5, "{refused}: HTTP 400 bad request, request id {id}", status=400),
    only("ABC", "units", "404", 5, "{refused}: HTTP 404 not found, request id {id}", status=404),
    only("A", "spaces", "400", 5, "{refused}: HTTP 400 bad request, request id {id}", status=400),
    only("A", "spaces", "404", 5, "{refused}: HTTP 404 not found, request id {id}", status=404),
    only("A", "revisions", "400", 5, "{refused}: HTTP 400 bad request, request id {id}", status=400),
    only("A", "revisions", "404", 4, CHANGES, status=404),
    only("BC", "revisions", "400", 5, "the hub does not understand a list of the revisions of space 'shop-dev'", status=400),
    only("BC", "revisions", "404", 5, "the hub does not understand a list of the revisions of space 'shop-dev'", status=404),
    only("C", "attestations", "400", 5, "the hub does not let the attestations of space 'shop-dev' be read", status=400),
    only("C", "attestations", "404", 5, "the hub does not let the attestations of space 'shop-dev' be read", status=404),
    only("ABC", "data", "400", 5, "{refused}: HTTP 400 bad request, request id {id}", status=400),
    only("AB", "data", "404", 4, CHANGES, status=404),
    only("C", "data", "404", 5, "{refused}: HTTP 404 not found, request id {id}", status=404),
    # Nothing where something was.
    only("ABC", "login", "null", 6, NOT_UNDERSTOOD + "the login brought no object", body="null"),
    only("ABC", "units", "null list", 3, NO_OBJECTS, body="null"),
    only("ABC", "units", "empty list", 3, NO_OBJECTS, body="[]"),
    only("A", "spaces", "null list", 5, NO_SPACE, body="null"),
    only("A", "revisions", "null list", 3, NO_WEB, body="null"),
    only("BC", "revisions", "null list", 3, NO_API, body="null"),
    only("BC", "revisions", "null list, once", 0, body="null"),
    only("C", "attestations", "null list", 3, NO_API, body="null"),
    only("C", "data", "null list", 4, CHANGES, body="null"),
    only("C", "data", "null list, once", 0, body="null"),
    only("B", "revisions", "null approvers", 3, NO_API, set={"ApprovedBy": None}),
    only("B", "revisions", "null approvers, once", 0, set={"ApprovedBy": None}),
    # Not the text that was approved.
    only("A", "units", "wrong ContentHash", 6, "unit 'shop-dev/api@1' does not match its ContentHash", set={"ContentHash": 1}),
    only("A", "revisions", "wrong ContentHash", 6, "unit 'shop-dev/web@1' does not match its ContentHash", set={"ContentHash": 1}),
    only("A", "revisions", "no hash", 6, "unit 'shop-dev/web@1' comes without DataHash or ContentHash", drop=["ContentHash"]),
    only("A", "units", "changed text", 6, "unit 'shop-dev/api@1' does not match its ContentHash", corrupt="text"),
    only("A", "data", "changed text", 6, "unit 'shop-dev/web@1' does not match its ContentHash", corrupt="text"),
    only("A", "data", "no text", 6, "unit 'shop-dev/web@1' does not match its ContentHash", body=""),
    only("A", "data", "HTML", 6, "unit 'shop-dev/web@1' does not match its ContentHash", body="<html></html>"),
    only("BC", "revisions", "wrong DataHash", 6, mismatch("api", API_1, told="0" * 64), set={"DataHash": "0" * 64}),
    only("BC", "revisions", "no hash", 6, "unit 'shop-dev/api@1' comes without DataHash or ContentHash", drop=["DataHash"]),
    only("B", "revisions", "changed text", 6, mismatch("api", API_1 + ADDITION), corrupt="text"),
    only("B", "data", "changed text", 6, mismatch("web", WEB_1 + ADDITION), corrupt="text"),
    only("B", "data", "no text", 6, mismatch("web", b""), body=""),
    only("B", "data", "HTML", 6, mismatch("web", b"<html></html>"), body="<html></html>"),
    only("C", "data", "changed text", 6, mismatch("api", API_1 + ADDITION), corrupt="text"),
    only("C", "data", "no text", 6, mismatch("api", b""), drop=["Data"]),
    only("A", "units", "wrong base64", 6, NOT_UNDERSTOOD + "Data of {first} is not base64", set={"Data": "***"}),
    only("B", "revisions", "wrong base64", 6, NOT_UNDERSTOOD + "Data of revision {first_revision} is not base64", set={"Data": "***"}),
    # Fields of another type, and ids that are none: they would be pasted into paths and filters.
    only("ABC", "login", "no token", 6, NOT_UNDERSTOOD + "access_token is missing", drop=["access_token"]),
    only("ABC", "login", "token with a header in it", 6, NOT_UNDERSTOOD + "access_token is not one line of plain characters",
         set={"access_token": "abc\r\nX-Evil: 1"}),
    only("ABC", "units", "UnitID is a path", 6, NOT_UNDERSTOOD + "UnitID is not a UUID", set={"UnitID": "../../auth"}),
    only("ABC", "units", "head is no number", 6, NOT_UNDERSTOOD + "HeadRevisionNum is not a whole number", set={"HeadRevisionNum": "two"}),
    only("ABC", "units", "head is negative", 6, NOT_UNDERSTOOD + "HeadRevisionNum is not a whole number", set={"HeadRevisionNum": -1}),
    only("A", "spaces", "SpaceID is no id", 6, NOT_UNDERSTOOD + "SpaceID is not a UUID", set={"SpaceID": "shop-dev"}),
    only("ABC", "revisions", "RevisionID is a filter", 6, NOT_UNDERSTOOD + "RevisionID is not a UUID", set={"RevisionID": "' OR '1"}),
    only("ABC", "revisions", "RevisionNum is 0", 6, NOT_UNDERSTOOD + "RevisionNum is missing", set={"RevisionNum": 0}),
    only("ABC", "revisions", "gates are words", 6, NOT_UNDERSTOOD + "ApplyGates holds something else than true and false",
         set={"ApplyGates": {"platform/check": "passed"}}),
    only("AB", "revisions", "one approver, no list", 6, NOT_UNDERSTOOD + "ApprovedBy is not a list", set={"ApprovedBy": "alice"}),
    only("C", "revisions", "attestations are a list", 6, NOT_UNDERSTOOD + "Attestations is not an object", set={"Attestations": []}),
    only("C", "attestations", "AttestationID is no id", 6, NOT_UNDERSTOOD + "AttestationID is not a UUID", set={"AttestationID": "1"}),
    only("C", "data", "text is a number", 6, NOT_UNDERSTOOD + "Data is not text", set={"Data": 7}),
    only("ABC", "units", "nested deep", 6, NOT_UNDERSTOOD + "an element of the list has no Unit", body="[" * 200_000 + "]" * 200_000),
    only("ABC", "units", "nested and not closed", 4, CUT_SHORT, body='[{"Unit":' * 50_000),
    # Units that are not ours to print, or not to be told apart.
    only("BC", "units", "unit of another space", 6, "the hub lists unit 'api' of another space in space 'shop-dev'", set={"SpaceSlug": "bank"}),
    only("A", "units", "unit of another space", 6, "the hub lists unit 'api' of another space in space 'shop-dev'", set={"SpaceID": OTHER_ID}),
    only("BC", "units", "units of an unknown space", 4, CHANGES, set={"SpaceID": OTHER_ID}),
    only("BC", "revisions", "revision of an unknown unit", 4, CHANGES, set={"UnitID": OTHER_ID}),
    only("C", "attestations", "attestation of somebody's something", 3, NO_API, set={"AttestationID": OTHER_ID}),
    only("C", "attestations", "approval by nobody", 3, NO_API, drop=["UserID"]),
    only("ABC", "units", "one name for two units", 6, "the hub lists unit 'shop-dev/api' twice", set={"Slug": "api"}),
    only("ABC", "units", "name with a quote", 6, NO_SLUG.format("a'b"), set={"Slug": "a'b"}),
    only("ABC", "units", "name with a new line", 6, NO_SLUG.format("api\\x0akind: Evil"), set={"Slug": "api\nkind: Evil"}),
    only("ABC", "units", "name that is a path", 6, NO_SLUG.format("../api"), set={"Slug": "../api"}),
    only("ABC", "units", "no name", 6, NOT_UNDERSTOOD + "Slug is missing", drop=["Slug"]),
    # The space changes while it is read.
    only("ABC", "units", "token expires", 0, expire_tokens=True),
    only("A", "spaces", "token expires", 0, expire_tokens=True),
    only("ABC", "revisions", "token expires", 0, expire_tokens=True),
    only("ABC", "data", "token expires", 0, expire_tokens=True),
    only("C", "attestations", "token expires", 0, expire_tokens=True),
    only("ABC", "units", "token expires again and again", 5, "{refused}: HTTP 401 unauthorized, request id {id}", expire_tokens=True),
    only("ABC", "revisions", "an unapproved head appears", 0, move_head="shop-dev/api"),
    only("ABC", "data", "an unapproved head appears", 0, move_head="shop-dev/web"),
    only("ABC", "revisions", "an approved head appears", 0, units=("shop-dev/api@1", "shop-dev/web@3"),
         move_head="shop-dev/web", approved_by=["bob"]),
    only("BC", "revisions", "approved heads all the time", 4, CHANGES, move_head="shop-dev/web", approved_by=["bob"]),
    only("ABC", "revisions", "a unit is deleted", 0, units=("shop-dev/api@1",), delete_unit="shop-dev/web"),
    only("ABC", "data", "a unit is deleted", 0, units=("shop-dev/api@1",), delete_unit="shop-dev/web"),
    only("A", "units", "triggers run for a while", 0, awaiting_triggers=True, times=2),
    only("BC", "revisions", "triggers run for a while", 0, awaiting_triggers=True, times=2),
    only("BC", "revisions", "triggers run for ever", 3, WAITS, awaiting_triggers=True),
    # Pages.
    shown("one row a page", "C", pages="single"),
    shown("short pages", "C", pages="short"),
    shown("empty pages", "C", pages="empty"),
    only("C", "units", "a page leads to itself", 6, "the hub repeats a page while listing the units of space 'shop-dev'", quirks={"pages": "repeat"}),
    # What is not published about ConfigHub: right with either reading.
    shown("null lists and maps", "ABC", empty="null"),
    shown("null lists, empty maps", "ABC", empty="mixed"),
    shown("no empty lists and maps", "ABC", empty="absent"),
    shown("hash in capitals", "BC", hash_case="upper"),
    shown("one row a unit before the filter", "BC", reduce="before"),
    shown("LEN for lists only", "C", len_of_maps="refused"),
    shown("no joins", "ABC", joins="refused"),
    shown("unknown fields refused", "ABC", select="strict"),
    shown("attestations only where made", "C", identical="apart"),
    shown("withdrawals apart", "C", revocations="apart"),
    shown("sparse login", "ABC", login="minimal"),
    shown("forbidden spaces hidden", "ABC", denial="hide"),
]

CASES = everywhere() + [case for cases in SOMEWHERE for case in cases]
