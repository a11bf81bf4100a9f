"""The story examples/messagewall tells: 19 AWS resources in six units, one of which has a head that nobody approved."""

from __future__ import annotations

import re
from collections import Counter

import yaml

import example

REQUIRED = {"createdBy": "crossplane", "managedBy": "messagewall-demo", "environment": "dev"}


def test_the_wall_is_19_resources_of_14_kinds():
    kinds = Counter(each["kind"] for each in example.objects_of("units"))
    assert kinds == {
        "Bucket": 1, "BucketOwnershipControls": 1, "BucketPublicAccessBlock": 1, "BucketWebsiteConfiguration": 1,
        "BucketCorsConfiguration": 1, "BucketPolicy": 1, "Table": 1, "Function": 2, "FunctionURL": 1, "Permission": 3,
        "Rule": 1, "Target": 1, "Role": 2, "RolePolicy": 2,
    }


def test_references_name_objects_of_the_wall():
    kind_of_reference = {"bucketRef": "Bucket", "s3BucketRef": "Bucket", "functionNameRef": "Function", "roleRef": "Role", "ruleRef": "Rule"}
    objects = example.objects_of("units")
    names = {(each["kind"], each["metadata"]["name"]) for each in objects}
    used = Counter()
    for each in objects:
        for field, value in each["spec"]["forProvider"].items():
            if field.endswith("Ref"):
                assert (kind_of_reference[field], value["name"]) in names, example.name_of(each)
                used[field] += 1
    assert used == {"bucketRef": 5, "functionNameRef": 4, "roleRef": 4, "s3BucketRef": 2, "ruleRef": 1}


def test_the_hub_has_one_unapproved_head():
    spaces = yaml.safe_load((example.EXAMPLE / "hub.yaml").read_text())["spaces"]
    units = spaces["messagewall-dev"]["units"]
    heads = {slug: unit["revisions"][-1] for slug, unit in units.items()}
    assert {head["file"] for head in heads.values()} == {f"units/{file.name}" for file in (example.EXAMPLE / "units").glob("*.yaml")}
    assert [slug for slug, head in heads.items() if not head.get("approvedBy")] == ["lambda"]
    assert [each.get("approvedBy") for each in units["lambda"]["revisions"]] == [["alice"], None]


def test_the_unapproved_head_only_raises_memory():
    before = (example.EXAMPLE / "revisions/lambda.1.yaml").read_text()
    after = (example.EXAMPLE / "units/lambda.yaml").read_text()
    without_comments = [re.sub(r"^#.*\n", "", text, flags=re.MULTILINE) for text in (before, after)]
    assert without_comments[0].replace("memorySize: 256", "memorySize: 512") == without_comments[1]


def test_units_leave_the_required_tags_to_the_policy():
    tagged = {example.name_of(each): example.tags_of(each) for each in example.objects_of("units") if example.tags_of(each)}
    assert tagged == {
        "Bucket messagewall-dev-site": {"team": "wall", "environment": "dev"},
        "Function messagewall-dev-snapshot-writer": {"team": "wall"},
    }


def test_printing_adds_the_required_tags_and_changes_nothing_else():
    sources = {(each["kind"], each["metadata"]["name"]): each for each in example.objects_of("units")}
    printed = example.rendered()
    assert len(printed) == len(sources) == 19
    for each in printed:
        source = sources[each["kind"], each["metadata"]["name"]]
        if each["kind"] in {"Bucket", "Function", "Role", "Rule", "Table"}:
            source["spec"]["forProvider"]["tags"] = (example.tags_of(source) or {}) | REQUIRED
        assert each == source
