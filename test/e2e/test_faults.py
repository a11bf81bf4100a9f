"""When `generate` says no: for every cause the documented exit code, an empty stdout, and one sentence, asserted whole.
That stdout is empty and no secret shows is checked for every run, in program.py."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess

import pytest

from hub.faults import ADDITION

BUCKET = """apiVersion: s3.aws.upbound.io/v1beta2
kind: Bucket
metadata:
  name: {name}
spec:
  forProvider:
    region: eu-central-1
"""
POLICY = """apiVersion: confighub-cmp/v1alpha1
kind: TagPolicy
metadata: {name: required}
spec:
  environment: {allowed: [dev], from: [{space: '-(dev)$'}]}
  tags:
  - {key: environment, value: '${environment}', onConflict: reject}
"""


@pytest.fixture
def shop(hub):
    """A space that would print: one approved unit."""
    space = hub.space("shop-dev")
    space.unit("api").revision(BUCKET.format(name="api"), approved_by=["alice"])
    return space


def generate(cmp, *arguments, **options):
    return cmp("generate", "--space", "shop-dev", *arguments, **options)


def assert_says(run, code, sentence):
    assert (run.code, run.first_line) == (code, f"confighub-cmp: {sentence}")


def test_prints_when_nothing_is_wrong(shop, cmp):
    run = generate(cmp)
    assert (run.code, run.provenance) == (0, ["shop-dev/api@1"])
    assert run.stdout.endswith(BUCKET.format(name="api").encode())
    summary = "confighub-cmp: shop-dev: 1 units, 1 objects; rule=approved policy=none edited=0 generation=B requests=3 retries=0 cached-logins=0"
    assert re.fullmatch(rf"{re.escape(summary)} bytes={len(run.stdout)} ms=\d+\n", run.stderr)


def test_hub_down(shop, hub, cmp):
    hub.go_down()
    run = generate(cmp)
    assert_says(run, 4, f"hub {hub.url} not reachable while logging in as worker {hub.worker.id}: no connection")


def test_hub_comes_back_within_the_retries(shop, hub, cmp):
    hub.fault("units", status=503, headers={"Retry-After": "0"}, times=2)
    hub.fault("revisions", reset="before")
    run = generate(cmp)
    assert (run.code, run.provenance) == (0, ["shop-dev/api@1"])


def test_wrong_secret(shop, hub, cmp):
    run = generate(cmp, env={"CONFIGHUB_WORKER_SECRET": "ch_mistyped"})
    assert_says(run, 5, f"hub {hub.url} refused the login of worker {hub.worker.id}: HTTP 401 unauthorized, request id stand-in-000001")
    assert hub.asked() == ["POST /auth/worker"]


def test_forbidden(shop, hub, cmp):
    hub.worker.spaces = ["another"]
    run = generate(cmp)
    assert_says(run, 5, f"hub {hub.url} said no while listing the units of space 'shop-dev': HTTP 403 forbidden, request id stand-in-000002")


def test_unknown_space(shop, hub, cmp):
    run = cmp("generate", "--space", "shop-prod")
    assert_says(run, 5, "space 'shop-prod' does not exist on the hub, or the worker may not see it")


def test_a_lost_query_string_does_not_bring_another_space(hub, cmp):
    """A proxy that drops `where` makes the hub list what the worker may see: here, somebody else's space only."""
    hub.space("shop-dev")
    hub.space("bank").unit("vault").revision(BUCKET.format(name="vault"), approved_by=["alice"])
    hub.quirk(where="ignored")
    assert_says(generate(cmp), 6, "the hub lists unit 'vault' of another space in space 'shop-dev'")


def test_torn_body_every_time(shop, hub, cmp):
    hub.fault("revisions", torn=True, times=None)
    run = generate(cmp, env={"CONFIGHUB_CMP_RETRIES": "1"})
    assert_says(run, 4, f"hub {hub.url} not reachable while listing the revisions of space 'shop-dev': the answer is cut short or not JSON")


def test_wrong_data_hash(shop, hub, cmp):
    hub.fault("revisions", set={"DataHash": "0" * 64}, times=None)
    told, found = "0" * 12, shop.unit("api").head.sha256[:12]
    assert_says(generate(cmp), 6, f"unit 'shop-dev/api@1' does not match its DataHash: hub says {told}, the text has {found}")


def test_text_changed_on_the_way(shop, hub, cmp):
    hub.fault("revisions", corrupt="text", times=None)
    told, found = shop.unit("api").head.sha256[:12], hashlib.sha256(shop.unit("api").head.text + ADDITION).hexdigest()[:12]
    assert_says(generate(cmp), 6, f"unit 'shop-dev/api@1' does not match its DataHash: hub says {told}, the text has {found}")


def test_unapproved_unit(shop, cmp):
    shop.unit("web").revision(BUCKET.format(name="web"))
    assert_says(generate(cmp), 3, "unit 'shop-dev/web' has no approved revision: head 1 has 0 of 1 approvals")


def test_unapproved_head_is_not_dropped(shop, cmp):
    shop.unit("api").revision(BUCKET.format(name="api-2"), gates={"platform/require-approval/vet-approvedby": True})
    run = generate(cmp)
    assert (run.code, run.provenance) == (0, ["shop-dev/api@1"])


def test_empty_space(hub, cmp):
    hub.space("shop-dev")
    assert_says(generate(cmp), 3, "space 'shop-dev' yields no objects")


def test_invalid_yaml(shop, cmp):
    shop.unit("web").revision("apiVersion: v1\nkind: [ConfigMap\n", approved_by=["alice"])
    assert_says(generate(cmp), 6, "shop-dev/web@1:3:1: error YAML_SYNTAX: not YAML as Argo CD reads it, found 'did not find expected ',' or ']''")


def test_missing_kind(shop, cmp):
    shop.unit("web").revision("apiVersion: v1\nmetadata: {name: web}\n", approved_by=["alice"])
    assert_says(generate(cmp), 6, "shop-dev/web@1:1:1: error NOT_AN_OBJECT: kind: not a Kubernetes object, found 'no kind'")


def test_two_units_with_one_object(shop, cmp):
    shop.unit("web").revision(BUCKET.format(name="api"), approved_by=["alice"])
    found = "found 'also in shop-dev/api@1 line 1'"
    assert_says(generate(cmp), 6, f"shop-dev/web@1:1:1: error DUPLICATE_OBJECT: Bucket api: object defined twice, {found}")


def test_policy_conflict(shop, cmp):
    shop.unit("web").revision(BUCKET.format(name="web") + "    tags: {environment: prod}\n", approved_by=["alice"])
    run = generate(cmp, env={"CONFIGHUB_CMP_POLICY": cmp.file("policy.yaml", POLICY)})
    place = "shop-dev/web@1:8:25: error TAG_CONFLICT: Bucket web: spec.forProvider.tags.environment"
    assert_says(run, 3, f"{place}: tag differs from the policy, found 'prod', wanted dev")


def test_unknown_key_in_settings(shop, hub, cmp):
    path = cmp.file("settings.yaml", "apiVersion: confighub-cmp/v1alpha1\nkind: Settings\napprovalls: 2\n")
    run = generate(cmp, env={"CONFIGHUB_CMP_SETTINGS": path})
    assert_says(run, 2, f"{path}:3: approvalls: unknown key")
    assert run.hints == ["did you mean approvals?"]
    assert hub.asked() == []


@pytest.mark.parametrize("error, write_end", [
    ("Broken pipe", "closed pipe"),
    ("No space left on device", "full disk"),
])
def test_stdout_that_cannot_be_written(shop, cmp, error, write_end):
    if write_end == "full disk":
        descriptor = os.open("/dev/full", os.O_WRONLY)
    else:
        read_end, descriptor = os.pipe()
        os.close(read_end)
    try:
        assert_says(generate(cmp, stdout=descriptor), 7, f"cannot write to stdout: {error}")
    finally:
        os.close(descriptor)


def test_stdout_that_is_closed(shop, cmp):
    """Started with `>&-`: the next file or socket opened would get number 1."""
    command = ["sh", "-c", 'exec "$0" "$@" >&-', os.fspath(cmp.path), "generate", "--space", "shop-dev"]
    run = subprocess.run(command, env=cmp.login, cwd=cmp.directory, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert (run.returncode, run.stderr.partition("\n")[0]) == (7, "confighub-cmp: cannot write to stdout: Bad file descriptor")
