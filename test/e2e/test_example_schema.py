"""The message wall against the schemas of the provider's CRDs: what the example says is what an API server would take.

Stricter than the API server in one thing: a key the schema does not know is a problem, not dropped in silence."""

from __future__ import annotations

import copy
import json
import re

import jsonschema
import pytest
import yaml

import example

CRDS = example.PROJECT.parent / "shared" / "crds"
TAGGABLE = {"Bucket", "Function", "Role", "Rule", "Table"}

pytestmark = pytest.mark.skipif(not CRDS.is_dir(), reason="needs the CRDs of provider-upjet-aws in ../shared/crds")


def closed(schema):
    """The schema with every object that lists its properties closed to others."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    result = {key: closed(value) for key, value in schema.items()}
    if isinstance(result.get("properties"), dict) and not result.get("x-kubernetes-preserve-unknown-fields"):
        result.setdefault("additionalProperties", False)
    return result


@pytest.fixture(scope="module")
def schemas() -> dict:
    found = {}
    for file in sorted(CRDS.glob("*.yaml")):
        spec = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)["spec"]
        for version in spec["versions"]:
            key = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
            found[key] = closed(version["schema"]["openAPIV3Schema"])
    return found


def required_by_rules(schema: dict) -> set[str]:
    """The provider states most required fields as CEL rules, because initProvider may carry them instead."""
    rules = schema["properties"]["spec"].get("x-kubernetes-validations", [])
    return {field for rule in rules for field in re.findall(r"has\(self\.forProvider\.(\w+)\)", rule["rule"])}


def problems(objects: list[dict], schemas: dict) -> list[str]:
    found = []
    for each in objects:
        schema = schemas[each["apiVersion"], each["kind"]]
        errors = jsonschema.Draft7Validator(schema).iter_errors(each)
        found += [f"{example.name_of(each)}: {error.json_path}: {error.message}" for error in errors]
        missing = required_by_rules(schema) - each["spec"]["forProvider"].keys()
        found += [f"{example.name_of(each)}: {field} is required" for field in sorted(missing)]
    return found


@pytest.mark.parametrize("folder", ["units", "revisions"])
def test_files_are_valid(folder, schemas):
    objects = example.objects_of(folder)
    assert objects
    assert problems(objects, schemas) == []


def test_what_is_printed_is_valid(schemas):
    assert problems(example.rendered(), schemas) == []


def test_mistakes_are_found(schemas):
    [table] = [each for each in example.objects_of("units") if each["kind"] == "Table"]
    misspelt = copy.deepcopy(table)
    misspelt["spec"]["forProvider"]["hashkey"] = misspelt["spec"]["forProvider"].pop("hashKey")
    [message] = problems([misspelt], schemas)
    assert message.endswith("Additional properties are not allowed ('hashkey' was unexpected)")

    [target] = [each for each in example.objects_of("units") if each["kind"] == "Target"]
    without = copy.deepcopy(target)
    del without["spec"]["forProvider"]["arn"]
    assert problems([without], schemas) == ["Target messagewall-dev-snapshot-writer: arn is required"]


def test_taggable_kinds_are_those_whose_schema_has_tags(schemas):
    kinds = {(each["apiVersion"], each["kind"]) for each in example.objects_of("units")}
    for_provider = {key: schemas[key]["properties"]["spec"]["properties"]["forProvider"]["properties"] for key in kinds}
    assert {kind for (_, kind), fields in for_provider.items() if "tags" in fields} == TAGGABLE


def test_embedded_json_is_json():
    fields = ("policy", "assumeRolePolicy", "eventPattern")
    for_provider = [each["spec"]["forProvider"] for each in example.objects_of("units")]
    texts = [each[field] for each in for_provider for field in fields if field in each]
    assert len(texts) == 6
    for text in texts:
        assert isinstance(json.loads(text), dict)
