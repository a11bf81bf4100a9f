"""The `where` language on bare rows: what each operator means, and every refusal in full."""

import pytest

from .where import BadWhere, parse

ROW = {
    "Slug": "web", "HeadRevisionNum": 5, "LiveRevisionNum": 3, "UnitID": "6f1b2c3d-0a01-4c11-9b10-000000000002",
    "Labels": {"tier": "front", "app.kubernetes.io/name": "web"}, "ApplyGates": {"platform/require/vet": True},
    "ApprovedBy": ["7c000000-aaaa-4bbb-8ccc-0000000000a1"], "Space": {"Slug": "shop", "Labels": {"environment": "prod"}},
}


def matches(text: str) -> bool:
    conditions = parse(text, {*ROW, "TargetID", "DisplayName"}, {"Space": {"Slug", "Labels"}})
    return all(condition.test(ROW) for condition in conditions)


@pytest.mark.parametrize("text", [
    "",
    "Slug = 'web'",
    "Slug='web' AND HeadRevisionNum>=5",
    "Slug != 'api'",
    "Slug IN ('api', 'web')",
    "Slug NOT IN ('api')",
    "Slug LIKE 'w%'",
    "Slug LIKE 'w_b'",
    "Slug ILIKE 'W%'",
    "Slug NOT LIKE 'a%'",
    "Slug ~~ 'w%'",
    "Slug !~~ 'a%'",
    "Slug ~ '^w'",
    "Slug ~* '^W'",
    "Slug !~ '^a'",
    "Slug !~* '^A'",
    "HeadRevisionNum > LiveRevisionNum",
    "UnitID = '6F1B2C3D-0A01-4C11-9B10-000000000002'",
    "Labels.tier = 'front'",
    "Labels.app.kubernetes.io/name = 'web'",
    "Labels.team IS NULL",
    "Labels.tier IS NOT NULL",
    "ApplyGates.platform/require/vet = true",
    "ApplyGates.platform/require/vet IS TRUE",
    "ApplyGates.platform/other/vet IS NOT TRUE",
    "ApprovedBy ? '7c000000-aaaa-4bbb-8ccc-0000000000a1'",
    "LEN(ApprovedBy) > 0",
    "LEN(ApplyGates) = 1",
    "Space.Slug = 'shop'",
    "Space.Labels.environment = 'prod'",
    "Labels.team != ''",  # no presence test: a row without the label matches
    "DisplayName != 'x'",
])
def test_matches(text):
    assert matches(text)


@pytest.mark.parametrize("text", [
    "Slug = 'Web'",
    "Slug LIKE 'w'",
    "Slug = 'web' AND HeadRevisionNum < 5",
    "Labels.team = ''",
    "TargetID = '6f1b2c3d-0a01-4c11-9b10-000000000002'",
    "ApplyGates.platform/require/vet IS FALSE",
    "LEN(ApprovedBy) >= 2",
])
def test_does_not_match(text):
    assert not matches(text)


@pytest.mark.parametrize("text, message", [
    ("Slug = 'a' OR Slug = 'b'", "expected AND but found OR"),
    ("(Slug = 'a')", "invalid attribute name '('"),
    ("slug = 'a'", "invalid attribute name 'slug'"),
    ("Space.Owner = 'a'", "invalid attribute name 'Space.Owner'"),
    ("Slug.tier = 'a'", "invalid attribute name 'Slug.tier'"),
    ("Slug = 'o''brien'", "expected AND but found 'brien'"),
    (r"Slug = 'a\b'", "invalid character at position 6"),
    ("Slug = 'a", "invalid character at position 6"),
    ("Slug = \"a\"", "invalid character at position 6"),
    ("Slug = 5", "invalid literal 5 for an attribute of type string"),
    ("HeadRevisionNum = '5'", "invalid literal '5' for an attribute of type integer"),
    ("UnitID = 'web'", "invalid literal 'web' for an attribute of type uuid"),
    ("UnitID > '6f1b2c3d-0a01-4c11-9b10-000000000002'", "invalid operator '>' for attribute UnitID"),
    ("Labels = 'front'", "invalid operator '=' for attribute Labels"),
    ("HeadRevisionNum = Slug", "cannot compare with Slug of type string"),
    ("LEN(Slug) > 0", "LEN needs an array attribute, not Slug"),
    ("LEN(ApprovedBy) LIKE 1", "invalid operator 'LIKE' for attribute ApprovedBy"),
    ("Slug IS EMPTY", "invalid operator 'IS EMPTY'"),
    ("Slug =", "unexpected end of where expression"),
    ("Slug = 'a' AND", "unexpected end of where expression"),
    ("Slug = '" + "a" * 8192 + "'", "where expression longer than 8192 characters"),
])
def test_refuses(text, message):
    with pytest.raises(BadWhere) as refused:
        matches(text)
    assert str(refused.value) == message
