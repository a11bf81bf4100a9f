"""Kyverno policies as the tag policy: what they set is written, what they demand is refused, what they say beside it ends the run."""

from __future__ import annotations

from program import Program

SETS = """\
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: set-tags}
spec:
  rules:
  - name: buckets
    match: {any: [{resources: {kinds: [s3.aws.upbound.io/*/Bucket]}}]}
    mutate: {patchStrategicMerge: {spec: {forProvider: {tags: {createdBy: crossplane}}}}}
"""
DEMANDS = """\
apiVersion: kyverno.io/v1
kind: ClusterPolicy
metadata: {name: demand-tags}
spec:
  validationFailureAction: Enforce
  rules:
  - name: buckets
    match: {any: [{resources: {kinds: [s3.aws.upbound.io/*/Bucket]}}]}
    validate: {message: ask the platform team, pattern: {spec: {forProvider: {tags: {createdBy: crossplane, owner: '?*'}}}}}
"""
BUCKET = """\
apiVersion: s3.aws.upbound.io/v1beta2
kind: Bucket
metadata: {name: b}
spec:
  forProvider: # kept
    tags: {owner: me, createdBy: hand}
"""


def test_several_files_stand_in_one_setting(cmp: Program) -> None:
    """Relative to the settings file, and in order: what sets goes before what demands anyway."""
    (cmp.directory / "policies").mkdir()
    cmp.file("policies/set.yaml", SETS)
    cmp.file("policies/demand.yaml", DEMANDS)
    cmp.file("policies/settings.yaml", "apiVersion: confighub-cmp/v1alpha1\nkind: Settings\ntagPolicy: demand.yaml,set.yaml\n")
    cmp.file("b.yaml", BUCKET)
    run = cmp("check", "--fix", "b.yaml", "--settings", "policies/settings.yaml")
    assert (run.code, run.first_line.partition("; ")[2].partition(" ms=")[0]) == (0, "policy=demand-tags,set-tags edited=1 fixed=1")
    assert (cmp.directory / "b.yaml").read_text() == BUCKET.replace("hand", "crossplane")


def test_what_is_demanded_is_refused_with_the_rules_own_words(cmp: Program) -> None:
    cmp.file("demand.yaml", DEMANDS)
    cmp.file("b.yaml", BUCKET.replace("owner: me, ", "owner: '', "))
    run = cmp("check", "b.yaml", "--policy", "demand.yaml")
    assert run.code == 3
    assert run.stdout.decode().splitlines()[:2] == [
        "b.yaml:6:19: error TAG_VALUE_NOT_ALLOWED: Bucket b: spec.forProvider.tags.owner: tag value is not allowed, found '', wanted ?*",
        "    fix: ask the platform team",
    ]


def test_what_is_not_understood_ends_the_run(cmp: Program) -> None:
    cmp.file("set.yaml", SETS + "    preconditions: {all: []}\n")
    cmp.file("b.yaml", BUCKET)
    run = cmp("check", "b.yaml", "--policy", "set.yaml")
    assert (run.code, run.stdout) == (2, b"")
    assert run.first_line == "confighub-cmp: set.yaml:9: spec.rules[0].preconditions: not understood of Kyverno"
    assert run.hints[0] == "understood here: name, match, mutate, validate"


def test_our_own_policy_stands_alone(cmp: Program) -> None:
    cmp.file("set.yaml", SETS)
    cmp.file("own.yaml", "apiVersion: confighub-cmp/v1alpha1\nkind: TagPolicy\nmetadata: {name: p}\nspec: {tags: [{key: a, value: b}]}\n")
    cmp.file("b.yaml", BUCKET)
    run = cmp("check", "b.yaml", "--policy", "set.yaml,own.yaml")
    assert run.code == 2
    assert run.first_line == "confighub-cmp: own.yaml:1: apiVersion: 'confighub-cmp/v1alpha1' is not supported, want kyverno.io/v1"
