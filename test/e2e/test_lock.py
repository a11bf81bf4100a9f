"""The lock: what was approved becomes a Git revision, and going back in Git goes back exactly."""

from __future__ import annotations

import os

import pytest

OLD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: api}\ndata: {level: old}\n"
NEW = OLD.replace("old", "new")
SPACE = {"CONFIGHUB_SPACE": "shop-dev"}
LOCKED = SPACE | {"CONFIGHUB_CMP_REVISION": "locked"}


@pytest.fixture
def shop(hub):
    api = hub.space("shop-dev").unit("api")
    api.revision(OLD, approved_by=["alice"])
    hub.space("shop-dev").unit("web").revision(OLD.replace("name: api", "name: web"), approved_by=["alice"])
    return hub


@pytest.fixture
def lock(cmp):
    """The text of the lock file in the application's path, where the program runs."""
    return cmp.directory / "confighub.lock"


def test_lock_is_written_sorted_one_line_a_unit(shop, cmp, lock):
    run = cmp("lock", env=SPACE)
    assert (run.code, run.stdout, run.stderr) == (0, b"", "")
    lines = lock.read_text().splitlines()
    assert lines[1:5] == ["apiVersion: confighub-cmp/v1alpha1", "kind: Lock", "spaces:", "  shop-dev:"]
    assert [line.split(", sha256")[0] for line in lines[5:]] == ["  - {unit: api, revision: 1", "  - {unit: web, revision: 1"]


def test_lock_check(shop, cmp, lock):
    cmp("lock", env=SPACE)
    assert cmp("lock", "--check", env=SPACE).code == 0
    shop.space("shop-dev").unit("api").revision(NEW, approved_by=["alice"])
    shop.space("shop-dev").unit("zoo").revision(OLD.replace("name: api", "name: zoo"), approved_by=["alice"])
    before = lock.read_text()
    run = cmp("lock", "--check", env=SPACE)
    assert (run.code, run.stdout.decode()) == (1, "shop-dev/api: revision 1 -> 2\nshop-dev/zoo: revision none -> 1\n")
    assert lock.read_text() == before


def test_rollback_is_exact(shop, cmp, lock):
    """Approve r2 over r1, lock, commit; one commit back prints r1 byte for byte although r2 is the newest approved."""
    cmp("lock", env=SPACE)
    first_commit, first = lock.read_text(), cmp("generate", env=LOCKED)
    shop.space("shop-dev").unit("api").revision(NEW, approved_by=["alice"])
    assert cmp("generate", env=LOCKED).stdout == first.stdout, "a new approval changes nothing before it is locked"
    cmp("lock", env=SPACE)
    second = cmp("generate", env=LOCKED)
    assert second.provenance == ["shop-dev/api@2", "shop-dev/web@1"]
    lock.write_text(first_commit)
    assert cmp("generate", env=LOCKED).stdout == first.stdout


def test_a_locked_revision_whose_approval_was_withdrawn(shop, cmp, lock):
    cmp("lock", env=SPACE)
    shop.space("shop-dev").unit("api").revision(NEW, approved_by=["alice"])
    shop.space("shop-dev").unit("api").revisions[0].own_attestations.clear()
    run = cmp("generate", env=LOCKED)
    sentence = "unit 'shop-dev/api' cannot be printed as locked: locked revision 1 has 0 of 1 approvals"
    assert (run.code, run.first_line) == (3, f"confighub-cmp: {sentence}")


def test_a_lock_that_was_edited(shop, cmp, lock):
    cmp("lock", env=SPACE)
    text = lock.read_text()
    sha256 = text.split("sha256: ")[1][:64]
    lock.write_text(text.replace(sha256, "0" * 64, 1))
    run = cmp("generate", env=LOCKED)
    sentence = f"unit 'shop-dev/api@1' is not what was locked: lock says 000000000000, the text has {sha256[:12]}"
    assert (run.code, run.first_line) == (6, f"confighub-cmp: {sentence}")


@pytest.mark.parametrize("make", ["missing", "outside", "other space"])
def test_no_usable_lock(shop, cmp, lock, make):
    if make == "outside":
        os.symlink("/etc/passwd", lock)
    if make == "other space":
        lock.write_text("apiVersion: confighub-cmp/v1alpha1\nkind: Lock\nspaces: {shop-prod: []}\n")
    sentence = {
        "missing": "rule 'locked' needs confighub.lock in the application's path: No such file or directory",
        "outside": "rule 'locked' needs confighub.lock in the application's path: Invalid cross-device link",
        "other space": "confighub.lock does not speak of space 'shop-dev'",
    }[make]
    run = cmp("generate", env=LOCKED)
    assert (run.code, run.first_line) == (3, f"confighub-cmp: {sentence}")
    assert not [request for request in shop.asked() if "unit" in str(request)], "nothing was asked before the lock was read"
