"""Each fault as a client meets it, and how faults are aimed."""

import gzip
import http.client
import json
import time
import urllib.error

import pytest

from .model import identity

API = f"/api/space/{identity('space', 'shop')}/unit/{identity('unit', 'shop', 'api')}"


def units(client):
    return client.get("/api/unit", where="Slug = 'api'")


def test_hits_the_named_route_as_often_as_told(client_of):
    client = client_of("B")
    client.hub.fault("units", status=503, headers={"Retry-After": "7"}, times=2, after=1)
    assert [units(client).status for _ in range(5)] == [200, 503, 503, 200, 200]
    client.hub.fault("units", status=503, headers={"Retry-After": "7"})
    assert client.get("/api/revision").status == 200
    answer = units(client)
    assert (answer.headers["Retry-After"], answer.json) == ("7", {"Code": "503", "Message": "fault injected"})
    assert answer.headers["X-Request-Id"] == "stand-in-000008"


def test_a_reset_before_the_headers_looks_like_a_crash(client_of):
    client = client_of("B")
    client.hub.fault("units", reset="before")
    with pytest.raises(ConnectionResetError):
        units(client)


def test_a_reset_after_the_headers_leaves_no_body(client_of):
    client = client_of("B")
    client.hub.fault("units", reset="after")
    with pytest.raises((ConnectionResetError, http.client.IncompleteRead)):
        units(client)


def test_a_torn_body_is_shorter_than_announced(client_of):
    client = client_of("B")
    whole = len(units(client).body)
    client.hub.fault("units", torn=True)
    with pytest.raises(http.client.IncompleteRead) as torn:
        units(client)
    assert (len(torn.value.partial), torn.value.expected) == (whole // 2, whole - whole // 2)


def test_slow_and_late(client_of):
    client = client_of("B")
    client.hub.fault("login", slow=2000)
    client.hub.fault("units", delay=0.3)
    for act in (client.login, lambda: units(client)):
        started = time.monotonic()
        assert act().status == 200
        assert time.monotonic() - started > 0.25


def test_more_than_anybody_wants_to_hold(client_of):
    client = client_of("B")
    client.hub.fault("units", huge=3)
    assert len(units(client).body) > 3 << 20
    client.hub.fault("units", gzip_bomb=3)
    bomb = units(client)
    assert bomb.headers["Content-Encoding"] == "gzip"
    assert len(bomb.body) < 8192 and len(gzip.decompress(bomb.body)) > 3 << 20


def test_json_that_is_none_and_shapes_that_are_wrong(client_of):
    client = client_of("B")
    client.hub.fault("units", corrupt="json")
    with pytest.raises(json.JSONDecodeError):
        units(client).json
    client.hub.fault("units", corrupt="shape")
    assert list(units(client).json) == ["Items"]
    client.hub.fault("units", body="<html>")
    assert units(client).body == b"<html>"


def test_fields_set_and_dropped(client_of):
    client = client_of("B")
    client.hub.fault("units", set={"DataHash": "00", "Data": "***"}, drop=["ApprovedBy"])
    [element] = units(client).json
    assert (element["Unit"]["DataHash"], element["Unit"]["Data"]) == ("00", "***")
    assert "ApprovedBy" not in element["Unit"]


@pytest.mark.parametrize("generation, path", [("B", "/api/unit"), ("C", "/api/unit_data"), ("C", API + "/data")])
def test_changed_configuration_under_the_old_hash(client_of, generation, path):
    client = client_of(generation)
    honest = client.get(path)
    client.hub.fault("data" if "data" in path else "units", corrupt="text")
    changed = client.get(path)
    assert honest.status == changed.status == 200 and honest.body != changed.body
    if path == "/api/unit":
        assert honest.json[0]["Unit"]["DataHash"] == changed.json[0]["Unit"]["DataHash"]


def test_a_redirect_leads_where_it_is_told(client_of):
    client, other = client_of("B"), client_of("B")
    client.hub.fault("units", redirect=other.hub.url + "/api/info")
    assert units(client).status == 200
    assert other.hub.asked() == ["POST /auth/worker", "GET /api/info"]


def test_a_redirect_can_lead_to_what_was_asked_for(client_of):
    client = client_of("B")
    client.hub.fault("units", redirect="{target}")
    assert [row["Unit"]["Slug"] for row in units(client).json] == ["api"]
    assert client.hub.asked() == ["POST /auth/worker", "GET /api/unit", "GET /api/unit"]


def test_tokens_expire_in_the_middle(client_of):
    client = client_of("B")
    client.hub.fault("revisions", expire_tokens=True)
    assert [units(client).status, client.get("/api/revision").status, units(client).status] == [200, 401, 401]
    client.login()
    assert units(client).status == 200


def test_a_head_moves_and_a_unit_goes(client_of):
    client = client_of("B")
    client.hub.fault("revisions", move_head="shop/api")
    client.hub.fault("data", delete_unit="shop/api")
    assert units(client).json[0]["Unit"]["HeadRevisionNum"] == 1
    client.get("/api/revision")
    assert units(client).json[0]["Unit"]["HeadRevisionNum"] == 2
    assert client.get(API + "/data").json == {"Code": "404", "Message": "unit not found"}


def test_a_head_moves_and_is_approved_at_once(client_of):
    client = client_of("B")
    client.hub.fault("units", move_head="shop/api", approved_by=["bob"])
    unit = units(client).json[0]["Unit"]
    assert (unit["HeadRevisionNum"], unit["ApprovedBy"]) == (2, [identity("user", "bob")])


def test_triggers_are_awaited_for_some_polls(client_of):
    client = client_of("C")
    client.hub.fault("units", awaiting_triggers=True, times=2)
    gates = [units(client).json[0]["Unit"].get("ValidationErrors") for _ in range(3)]
    assert gates == [{"awaiting/triggers": True}, {"awaiting/triggers": True}, None]


def test_a_hub_goes_down_and_comes_back_at_the_same_address(client_of):
    client = client_of("B")
    client.hub.go_down()
    with pytest.raises(urllib.error.URLError, match="Connection refused"):
        units(client)
    client.hub.listen()
    assert units(client).status == 200


def test_the_control_path_does_the_same_for_other_languages(client_of):
    client = client_of("B")
    control = lambda name, **body: client.send("POST", f"/_control/{name}", json.dumps(body).encode())  # noqa: E731
    control("fault", route="units", status=500)
    control("revision", unit="shop/api", text="a: 2\n")
    control("approve", unit="shop/api", users=["bob"])
    control("quirks", hash_case="upper")
    assert units(client).status == 500
    unit = units(client).json[0]["Unit"]
    assert (unit["HeadRevisionNum"], unit["ApprovedBy"]) == (2, [identity("user", "bob")])
    assert unit["DataHash"] == unit["DataHash"].upper()
    recorded = client.get("/_control/requests").json
    assert [entry["path"] for entry in recorded] == ["/auth/worker", "/api/unit", "/api/unit"]
    control("clear")
    assert client.get("/_control/requests").json == []


@pytest.mark.parametrize("name, body, message", [
    ("fault", {"route": "unit"}, "unknown route 'unit', known are login, info, spaces, units, revisions, data, attestations, other"),
    ("fault", {"route": "units", "corrupt": "yaml"}, "unknown corrupt 'yaml', known are json, shape, text"),
    ("quirks", {"colour": "red"}, "unknown quirk 'colour', known are denial, empty, etag, hash_case, identical, joins, len_of_maps, login,"
                                  " old_approvals, pages, reduce, revocations, select, where"),
])
def test_misspelt_controls_are_refused(client_of, name, body, message):
    answer = client_of("B").send("POST", f"/_control/{name}", json.dumps(body).encode())
    assert (answer.status, answer.json) == (400, {"message": message})
