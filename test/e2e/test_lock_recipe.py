"""examples/lock/lock.sh in a real Git repository: an approval becomes one commit, and nothing new becomes none."""

from __future__ import annotations

import os
import subprocess

import pytest

from example import PROGRAM, PROJECT

CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: api}\ndata: {level: one}\n"
GIT = {"GIT_AUTHOR_NAME": "lock", "GIT_AUTHOR_EMAIL": "lock@example.com", "GIT_COMMITTER_NAME": "lock", "GIT_COMMITTER_EMAIL": "lock@example.com",
       "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}


@pytest.fixture
def repository(cmp, hub, tmp_path):
    """A clone beside its bare origin; `lock()` runs the recipe in it and gives exit code and output."""
    hub.space("shop-dev").unit("api").revision(CONFIG, approved_by=["alice"])
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "confighub-cmp").symlink_to(PROGRAM)
    clone = tmp_path / "clone"
    environment = cmp.login | GIT | {"PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(tmp_path)}

    class Repository:
        path = clone

        @staticmethod
        def run(*command: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)

        def git(self, *arguments: str) -> str:
            finished = self.run("git", *arguments)
            assert finished.returncode == 0, finished.stderr
            return finished.stdout

        def lock(self) -> subprocess.CompletedProcess[str]:
            return self.run(str(PROJECT / "examples" / "lock" / "lock.sh"), "apps/shop-dev")

    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", tmp_path / "origin"], env=environment, check=True)
    subprocess.run(["git", "clone", "--quiet", tmp_path / "origin", clone], env=environment, check=True, capture_output=True)
    made = Repository()
    (clone / "apps" / "shop-dev").mkdir(parents=True)
    (clone / "apps" / "shop-dev" / "README").write_text("the Application's path\n")
    made.git("checkout", "--quiet", "-B", "main")
    made.git("add", ".")
    made.git("commit", "--quiet", "-m", "first")
    made.git("push", "--quiet", "-u", "origin", "main")
    return made


def test_an_approval_becomes_one_commit(repository, hub):
    assert repository.lock().returncode == 0
    hub.space("shop-dev").unit("api").revision(CONFIG.replace("one", "two"), approved_by=["alice"])
    run = repository.lock()
    assert run.returncode == 0, run.stderr
    assert repository.git("log", "-1", "--format=%B", "origin/main") == "Lock what is approved in ConfigHub\n\n- api r1\n+ api r2\n\n"
    assert repository.git("rev-list", "--count", "origin/main") == "3\n"


def test_nothing_new_is_no_commit(repository):
    repository.lock()
    run = repository.lock()
    assert (run.returncode, run.stderr) == (0, "nothing new is approved\n")
    assert repository.git("rev-list", "--count", "origin/main") == "2\n"


def test_a_refusal_commits_nothing(repository, hub):
    hub.space("shop-dev").unit("web").revision(CONFIG)
    run = repository.lock()
    assert run.returncode == 3
    assert "unit 'shop-dev/web' has no approved revision" in run.stderr
    assert repository.git("status", "--porcelain") == ""
    assert repository.git("rev-list", "--count", "origin/main") == "1\n"
