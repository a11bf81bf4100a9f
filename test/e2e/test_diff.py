"""`diff`: what would change, object by object, before anybody syncs it."""

from __future__ import annotations

import pytest

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: api}\ndata:\n  level: old\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData:\n  password: first-password\n  user: shop\n"
SPACE = {"CONFIGHUB_SPACE": "shop-dev"}


@pytest.fixture
def shop(hub):
    hub.space("shop-dev").unit("api").revision(CONFIG, approved_by=["alice"])
    return hub


def test_nothing_differs(shop, cmp):
    run = cmp("diff", "head", env=SPACE)
    assert (run.code, run.stdout, run.stderr) == (0, b"", "")


def test_against_head(shop, cmp):
    shop.space("shop-dev").unit("api").revision(CONFIG.replace("old", "new"))
    run = cmp("diff", "head", env=SPACE)
    assert run.code == 1
    assert run.stdout.decode() == (
        "--- head: ConfigMap api\n+++ generate: ConfigMap api\n@@ -2,4 +2,4 @@\n kind: ConfigMap\n metadata: {name: api}\n data:\n"
        "-  level: new\n+  level: old\n"
    )


def test_against_the_lock(shop, cmp):
    cmp("lock", env=SPACE)
    assert cmp("diff", "lock", env=SPACE).code == 0
    shop.space("shop-dev").unit("api").revision(CONFIG.replace("old", "new"), approved_by=["alice"])
    shop.space("shop-dev").unit("web").revision(CONFIG.replace("name: api", "name: web"), approved_by=["alice"])
    run = cmp("diff", "lock", env=SPACE)
    assert run.code == 1
    assert "-  level: old\n+  level: new\n" in run.stdout.decode()
    assert "+++ generate: ConfigMap web\n@@ -0,0 +1,5 @@\n+apiVersion: v1\n" in run.stdout.decode()


def test_against_a_directory(shop, cmp, tmp_path):
    (tmp_path / "units").mkdir()
    (tmp_path / "units" / "api.yaml").write_text(CONFIG)
    assert cmp("diff", str(tmp_path / "units"), env=SPACE).code == 0
    (tmp_path / "units" / "api.yaml").write_text(CONFIG.replace("old", "other"))
    assert cmp("diff", str(tmp_path / "units"), env=SPACE).code == 1


def test_values_of_secrets_are_masked(shop, cmp):
    secret = shop.space("shop-dev").unit("key")
    secret.revision(SECRET, approved_by=["alice"])
    secret.revision(SECRET.replace("first", "second"))
    run = cmp("diff", "head", env=SPACE)
    assert run.code == 1
    text = run.stdout.decode()
    assert "password: *** (" in text and "-password" not in text
    for word in ("first-password", "second-password", "user: shop"):
        assert word not in text
    changed = [line for line in text.splitlines() if line.startswith(("-  ", "+  "))]
    assert [line.split(":")[0].strip("-+ ") for line in changed] == ["password", "password"], "only what differs shows as different"


def test_one_thing_to_compare_with(shop, cmp):
    sentence = "diff needs one thing to compare with: lock, live, head, approved or a directory"
    assert cmp("diff", env=SPACE).first_line == f"confighub-cmp: {sentence}"
    assert cmp("diff", "head", "live", env=SPACE).code == 2
    assert cmp("diff", "nowhere", env=SPACE).first_line == "confighub-cmp: cannot read directory nowhere: No such file or directory"
