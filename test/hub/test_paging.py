"""Pages are a thing of generation C, and none of their sizes can be relied on."""

import pytest


def many_units(client_of, generation="C", count=7):
    client = client_of(generation)
    for number in range(count):
        client.hub.space("depot").unit(f"u{number}").revision(f"n: {number}\n")
    return client


def pages(client, **query):
    """The slugs of every page until no token follows."""
    found, token = [], {}
    while True:
        answer = client.get("/api/unit", where="Space.Slug = 'depot'", **query, **token)
        found.append([row["Unit"]["Slug"] for row in answer.json])
        if "ConfigHub-Continue" not in answer.headers:
            return found
        token = {"continue_": answer.headers["ConfigHub-Continue"]}


@pytest.mark.parametrize("quirk, sizes", [("full", [3, 3, 1]), ("short", [1] * 7), ("single", [1] * 7), ("empty", [0, 3, 0, 3, 0, 1, 0, 0])])
def test_every_unit_comes_once_whatever_the_pages(client_of, quirk, sizes):
    client = many_units(client_of)
    client.hub.quirk(pages=quirk)
    found = pages(client, limit="3")
    assert [len(page) for page in found] == sizes
    assert sorted(sum(found, [])) == [f"u{number}" for number in range(7)]


def test_a_broken_hub_repeats_a_page(client_of):
    client = many_units(client_of)
    client.hub.quirk(pages="repeat")
    first = client.get("/api/unit", limit="3")
    again = client.get("/api/unit", limit="3", continue_=first.headers["ConfigHub-Continue"])
    assert (again.json, again.headers["ConfigHub-Continue"]) == (first.json, first.headers["ConfigHub-Continue"])


def test_without_limit_everything_comes_at_once(client_of):
    assert [len(page) for page in pages(many_units(client_of))] == [7]


def test_a_and_b_know_no_pages(client_of):
    assert [len(page) for page in pages(many_units(client_of, "B"), limit="3")] == [7]


def test_order(client_of):
    assert pages(many_units(client_of), limit="5", order_by="DESC:Slug") == [["u6", "u5", "u4", "u3", "u2"], ["u1", "u0"]]


def test_a_unit_deleted_between_pages_hides_no_other(client_of):
    client = many_units(client_of)
    [whole] = pages(client)
    client.hub.fault("units", delete_unit=f"depot/{whole[2]}", after=1)
    assert pages(client, limit="3") == [whole[:3], whole[3:6], whole[6:]]


@pytest.mark.parametrize("query, message", [
    ({"limit": "1001"}, "limit must be between 0 and 1000"),
    ({"limit": "many"}, "limit must be between 0 and 1000"),
    ({"limit": "3", "continue_": "bm9wZQ=="}, "invalid continue token"),
    ({"order_by": "Colour"}, "invalid order_by Colour"),
    ({"contains": "web"}, "parameter contains is not served by the stand-in"),
])
def test_refuses(client_of, query, message):
    assert client_of("C").get("/api/unit", **query).json == {"Code": "400", "Message": message}


def test_a_token_belongs_to_its_query(client_of):
    client = many_units(client_of)
    token = client.get("/api/unit", where="Space.Slug = 'depot'", limit="3").headers["ConfigHub-Continue"]
    refused = client.get("/api/unit", where="Space.Slug = 'shop'", limit="3", continue_=token)
    assert refused.json == {"Code": "400", "Message": "continue token belongs to another query"}


def test_all_revisions_need_a_limit(client_of):
    client = client_of("C")
    assert client.get("/api/revision", distinct_on="Off").json == {"Code": "400", "Message": "distinct_on=Off needs limit and where"}
    rows = client.get("/api/revision", distinct_on="Off", limit="1000", where="Unit.Slug = 'web'", order_by="DESC:RevisionNum").json
    assert [row["Revision"]["RevisionNum"] for row in rows] == [2, 1]
