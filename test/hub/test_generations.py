"""What each generation sends: the same organization told in three shapes."""

import base64
import hashlib
import json

import pytest

from .model import identity

ALICE, BOB = identity("user", "alice"), identity("user", "bob")
HEAD_HASH = hashlib.sha256(b"w: 2\n").hexdigest()
WEB = f"/api/space/{identity('space', 'shop')}/unit/{identity('unit', 'shop', 'web')}"
FIRST = f"{WEB}/revision/{identity('revision', 'shop', 'web', '1')}"
GATE = {"platform/require-approval/vet-approvedby": True}


def web_unit(client, **query):
    [element] = client.get("/api/unit", where="Slug = 'web'", **query).json
    return element["Unit"]


def fields(client, **query):
    return set(web_unit(client, **query))


def test_inline_data_is_base64_with_both_hashes_in_b(client_of):
    unit = web_unit(client_of("B"))
    assert base64.b64decode(unit["Data"]) == b"w: 2\n"
    assert unit["DataHash"] == HEAD_HASH
    assert (unit["ApprovedBy"], unit["ApplyGates"], unit["HeadRevisionNum"], unit["LiveRevisionNum"]) == (None, GATE, 2, 0)


def test_the_checksum_is_signed(client_of):
    """The text and both hashes are those of an example worked out independently."""
    client = client_of("B")
    text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: api\n  namespace: shop\ndata:\n  LOG_LEVEL: warn\n"
    client.hub.space("shop").unit("web").revision(text)
    unit = web_unit(client)
    assert (unit["ContentHash"], unit["DataHash"]) == (-393096096, "aa2b94046c570a2637415294f63044dd22bc86d91e7634bab742cdbcae75e3a6")


def test_a_has_the_checksum_only_and_gate_keys_of_two_segments(client_of):
    unit = web_unit(client_of("A"))
    assert base64.b64decode(unit["Data"]) == b"w: 2\n"
    assert "DataHash" not in unit and "SpaceSlug" not in unit
    assert unit["ApplyGates"] == {"require-approval/vet-approvedby": True}


def test_c_never_sends_data_or_approvers_in_a_unit(client_of):
    unit = web_unit(client_of("C"))
    assert not {"Data", "ContentHash", "ApprovedBy", "LiveRevisionNum"} & set(unit)
    assert (unit["DataHash"], unit["DataSize"], unit["LastReleasedRevisionNum"]) == (HEAD_HASH, 5, 0)
    assert unit["ValidationErrors"] == unit["ApplyGates"] == GATE


@pytest.mark.parametrize("generation, unsaid", [("B", {"ApprovedBy": None, "Labels": {}}), ("C", {})])
def test_empty_fields(client_of, generation, unsaid):
    client = client_of(generation)
    unit = web_unit(client)
    assert {name: unit[name] for name in ("ApprovedBy", "Labels") if name in unit} == unsaid
    client.hub.quirk(empty="null")
    assert web_unit(client)["Labels"] is None


def test_select_keeps_ids_the_slug_and_what_where_used(client_of):
    always = {"UnitID", "SpaceID", "OrganizationID", "Slug"}
    client = client_of("B")
    assert fields(client, select="HeadRevisionNum") == always | {"HeadRevisionNum"}
    [element] = client.get("/api/unit", where="Slug = 'web' AND LiveRevisionNum = 0", select="HeadRevisionNum").json
    assert set(element["Unit"]) == always | {"HeadRevisionNum", "LiveRevisionNum"}
    assert fields(client, select="HeadRevisionNum,Nonsense") == always | {"HeadRevisionNum"}
    client.hub.quirk(select="strict")
    assert client.get("/api/unit", select="Nonsense").json == {"Code": "400", "Message": "invalid select field Nonsense"}


def test_include_adds_members_beside_the_entity(client_of):
    client = client_of("B")
    [element] = client.get("/api/unit", where="Slug = 'web'", include="SpaceID,HeadRevisionNum,LiveRevisionNum").json
    assert set(element) == {"Unit", "Space", "HeadRevision"}  # nothing of it is live
    assert (element["Space"]["Slug"], element["HeadRevision"]["RevisionNum"]) == ("shop", 2)
    assert client.get("/api/unit", include="HeadRevision").json == {"Code": "400", "Message": "invalid include HeadRevision"}


def test_the_newest_approved_revision_of_every_unit_in_one_call(client_of):
    rows = client_of("B").get("/api/revision", where="LEN(ApprovedBy) > 0 AND Space.Slug = 'shop'", select="RevisionNum").json
    found = {row["Revision"]["UnitID"]: (row["Revision"]["RevisionNum"], row["Revision"]["ApprovedBy"]) for row in rows}
    assert found == {identity("unit", "shop", "api"): (1, [ALICE]), identity("unit", "shop", "web"): (1, [ALICE, BOB])}


def test_a_hub_that_reduces_first_finds_no_approved_revision_below_the_head(client_of):
    client = client_of("B")
    client.hub.quirk(reduce="before")
    rows = client.get("/api/revision", where="LEN(ApprovedBy) > 0").json
    assert [row["Revision"]["UnitID"] for row in rows] == [identity("unit", "shop", "api")]


def test_approvals_are_attestations_in_c(client_of):
    client = client_of("C")
    [row] = client.get("/api/revision", where="LEN(Attestations) > 0 AND Unit.Slug = 'web'", include="Attestations").json
    assert row["Revision"]["RevisionNum"] == 1
    assert [(a["Type"], a["Result"], a["UserID"]) for a in row["Attestations"]] == [("Approval", "Pass", ALICE), ("Approval", "Pass", BOB)]
    assert set(row["Revision"]["Attestations"]) == {a["AttestationID"] for a in row["Attestations"]}
    assert len(client.get("/api/attestation", where="Type = 'Approval'").json) == 3


def test_a_revoked_approval_is_two_attestations_in_c_and_none_in_b(client_of):
    for generation in "BC":
        client = client_of(generation)
        client.hub.space("shop").unit("web").revision("w: 3\n", attestations=[{"by": "carol", "revoked": True}])
        if generation == "B":
            assert web_unit(client)["ApprovedBy"] is None
        else:
            [revoking] = client.get("/api/attestation", where="RevokedAttestationID IS NOT NULL").json
            [revoked] = client.get("/api/attestation", where=f"AttestationID = '{revoking['Attestation']['RevokedAttestationID']}'").json
            assert revoked["Attestation"]["UserID"] == identity("user", "carol")


def test_identical_content_stays_approved_and_other_content_does_not(client_of):
    client = client_of("B")
    web = client.hub.space("shop").unit("web")
    web.approve("alice").revision("w: 2\n")
    assert web_unit(client)["ApprovedBy"] == [ALICE]
    web.revision("w: 3\n")
    assert web_unit(client)["ApprovedBy"] is None


@pytest.mark.parametrize("generation", "ABC")
def test_revision_data_is_the_text_itself(client_of, generation):
    answer = client_of(generation).get(FIRST + "/data")
    assert (answer.body, answer.headers["Content-Type"]) == (b"w: 1\n", "application/octet-stream")


def test_data_has_an_etag_in_c(client_of):
    client = client_of("C")
    assert client.get(WEB + "/data").headers["ETag"] == f'"{HEAD_HASH}"'
    assert client.get(WEB + "/data", headers={"If-None-Match": f'"{HEAD_HASH}"'}).status == 304
    client.hub.quirk(etag="bare", hash_case="upper")
    assert client.get(WEB + "/data").headers["ETag"] == HEAD_HASH.upper()


def test_many_texts_at_once_in_c(client_of):
    client = client_of("C")
    ids = ", ".join(f"'{identity('revision', 'shop', unit, '1')}'" for unit in ("api", "web"))
    rows = client.get("/api/revision_data", where=f"RevisionID IN ({ids})").json
    assert sorted((row["RevisionNum"], row["Data"], row["DataSize"]) for row in rows) == [(1, "a: 1\n", 5), (1, "w: 1\n", 5)]
    rows = client.get("/api/unit_data", where="Space.Slug = 'shop'").json
    assert sorted((row["Slug"], row["Data"], row["SpaceSlug"]) for row in rows) == [("api", "a: 1\n", "shop"), ("web", "w: 2\n", "shop")]


@pytest.mark.parametrize("generation, path", [("A", "/api/revision"), ("B", "/api/unit_data"), ("B", "/api/attestation"), ("C", WEB + "/approve")])
def test_paths_of_another_generation_are_not_there(client_of, generation, path):
    assert client_of(generation).get(path).json == {"Code": "404", "Message": "no such path"}


@pytest.mark.parametrize("generation, version", [("A", None), ("B", None), ("C", "0.2.40")])
def test_headers_tell_the_generation_only_in_c(client_of, generation, version):
    headers = client_of(generation).get("/api/info").headers
    assert (headers.get("ConfigHub-Version"), headers["X-Request-Id"]) == (version, "stand-in-000002")


def test_writes_make_a_new_head_and_approving_does_not(client_of):
    client = client_of("B")
    assert client.send("POST", WEB + "/approve").status == 200
    assert web_unit(client)["ApprovedBy"] == [identity("user", "worker")]
    change = {"Data": base64.b64encode(b"w: 3\n").decode(), "Version": 2}
    assert client.send("PATCH", WEB, json.dumps(change).encode()).status == 200
    unit = web_unit(client)
    assert (unit["HeadRevisionNum"], unit["ApprovedBy"]) == (3, None)
    assert client.send("PATCH", WEB, json.dumps(change).encode()).status == 409


def test_c_refuses_data_written_over_a_moved_head(client_of):
    client = client_of("C")
    assert client.send("PUT", WEB + "/data", b"w: 3\n", {"If-Match": f'"{HEAD_HASH}"'}).status == 200
    refused = client.send("PUT", WEB + "/data", b"w: 4\n", {"If-Match": f'"{HEAD_HASH}"'})
    assert refused.json == {"Code": "409", "Message": "unit data conflict: data has changed since last read"}
