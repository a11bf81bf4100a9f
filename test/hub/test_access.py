"""Who gets in: worker login, tokens that end, spaces a worker may not read."""

import base64
import json
import time

import pytest

from .model import Worker, identity

OTHER_SPACE = f"/api/space/{identity('space', 'bank')}"


def test_login_gives_a_session_with_a_decodable_token(client_of):
    client = client_of("B")
    session = client.login().json
    assert set(session) == {"user", "access_token", "organization_id", "auth_type"}
    assert session["user"]["email"] == "reader@workers.example"
    claims = session["access_token"].split(".")[1]
    lifetime = json.loads(base64.urlsafe_b64decode(claims + "=="))["exp"] - time.time()
    assert 3590 < lifetime <= 3600


def test_a_login_may_be_sparse(client_of):
    client = client_of("B")
    client.hub.quirk(login="minimal")
    assert set(client.login().json) == {"access_token"}


@pytest.mark.parametrize("credentials, status, message", [
    ({"worker_secret": "wrong"}, 401, "Invalid worker credentials"),
    ({"worker_id": "6f1b2c3d-0a01-4c11-9b10-0000000000bb"}, 401, "Invalid worker credentials"),
    ({"worker_id": "my-worker"}, 400, "Invalid worker ID format"),
])
def test_login_errors_have_a_shape_of_their_own(client_of, credentials, status, message):
    answer = client_of("B").login(**credentials)
    assert (answer.status, answer.json) == (status, {"message": message})


def test_everything_but_info_needs_a_token(client_of):
    client = client_of("B")
    client.token = ""
    assert client.get("/api/info").status == 200
    for path in ("/api/me", "/api/space", "/api/unit", "/api/revision"):
        assert client.get(path).json == {"Code": "401", "Message": "invalid or expired token"}


def test_a_token_ends(client_of):
    client = client_of("B")
    client.hub.hub.tokens.lifetime = -1
    client.login()
    assert client.get("/api/unit").status == 401


def test_a_worker_is_kept_out_of_other_spaces(client_of):
    client = client_of("B")
    client.hub.space("bank").unit("vault").revision("v: 1\n")
    client.hub.worker.spaces = ["shop"]
    assert client.get(OTHER_SPACE + "/unit").json == {"Code": "403", "Message": "not permitted to view this space"}
    assert client.get("/api/unit", where="Space.Slug = 'bank'").json == {"Code": "403", "Message": "not permitted to view units in this space"}
    assert len(client.get("/api/unit", where="Space.Slug = 'shop'").json) == 2


def test_or_the_other_spaces_are_as_if_not_there(client_of):
    client = client_of("B")
    client.hub.space("bank").unit("vault").revision("v: 1\n")
    client.hub.worker.spaces = ["shop"]
    client.hub.quirk(denial="hide")
    assert client.get(OTHER_SPACE).json == {"Code": "404", "Message": "space not found"}
    assert client.get("/api/unit", where="Space.Slug = 'bank'").json == []
    assert [row["Space"]["Slug"] for row in client.get("/api/space").json] == ["shop"]


def test_every_worker_sees_its_own(client_of):
    client = client_of("B")
    client.hub.space("bank").unit("vault").revision("v: 1\n")
    teller = Worker("6f1b2c3d-0a01-4c11-9b10-0000000000bb", "ch_another", ["bank"])
    client.hub.hub.organization.workers.append(teller)
    client.hub.worker.spaces = ["shop"]
    client.login(worker_id=teller.id, worker_secret=teller.secret)
    assert [row["Unit"]["Slug"] for row in client.get("/api/unit", where="Space.Slug = 'bank'").json] == ["vault"]
    assert client.get("/api/unit", where="Space.Slug = 'shop'").status == 403
    assert [request.worker for request in client.hub.requests[-2:]] == [teller.id, teller.id]
    assert client.login(worker_secret=teller.secret).status == 401


def test_paths_take_ids_only(client_of):
    client = client_of("B")
    assert client.get("/api/space/shop/unit").json == {"Code": "400", "Message": "invalid space id"}
    assert client.get(f"/api/space/{identity('nowhere')}/unit").json == {"Code": "404", "Message": "space not found"}


def test_headers_are_recorded_by_name_only(client_of):
    client = client_of("B")
    client.get("/api/unit", where="Slug = 'web'")
    recorded = client.hub.requests[-1]
    assert (recorded.route, recorded.method, recorded.path, recorded.query) == ("units", "GET", "/api/unit", {"where": "Slug = 'web'"})
    assert (recorded.headers, recorded.authorization) == (("accept-encoding", "authorization", "connection", "host", "user-agent"), True)
    assert client.token not in repr(client.hub.requests)
