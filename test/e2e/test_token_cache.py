"""The token kept between runs: who finds it, who does not, and that a bad cache costs a login and nothing else."""

from __future__ import annotations

import base64
import json
import os
import re
import stat
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.model import Worker
from hub.running import RunningHub

BUCKET = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: api}\n"
LOGIN, READING = ["POST /auth/worker"], ["GET /api/unit", "GET /api/revision"]


@pytest.fixture
def cache(cmp):
    return cmp.directory / "cache"


@pytest.fixture
def generate(hub, cmp, cache):
    """generate() is a run that must print all; it gives what the hub was asked meanwhile."""
    hub.space("shop-dev").unit("api").revision(BUCKET, approved_by=["alice"])

    def run(*arguments, **env):
        hub.requests.clear()
        finished = cmp("generate", "--space", "shop-dev", *arguments, env={"CONFIGHUB_CMP_CACHE_DIR": str(cache)} | env)
        assert (finished.code, finished.provenance) == (0, ["shop-dev/api@1"]), finished.stderr
        run.cached_logins = int(re.search(r"cached-logins=(\d)", finished.stderr)[1])
        return hub.asked()

    return run


def only_file(directory):
    [path] = directory.iterdir()
    return path


def mode(path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def token(lifetime: float) -> str:
    """A token that looks right and that no hub knows."""
    claims = base64.urlsafe_b64encode(json.dumps({"exp": int(time.time() + lifetime)}).encode()).decode().rstrip("=")
    return f"e30.{claims}.c2ln"


def test_the_second_run_needs_no_login(generate):
    assert generate() == LOGIN + READING
    assert generate.cached_logins == 0
    assert generate() == READING
    assert generate.cached_logins == 1


def test_only_the_owner_can_read_it(hub, generate, cache):
    umask = os.umask(0)
    try:
        generate()
    finally:
        os.umask(umask)
    assert (mode(cache), mode(only_file(cache))) == (0o700, 0o600)
    assert only_file(cache).read_text() == hub.hub.tokens.issued[0]
    assert hub.worker.secret not in only_file(cache).read_text() + only_file(cache).name


def test_without_a_directory_or_with_no_cache_nothing_is_kept(generate, cache):
    assert generate("--no-cache") == LOGIN + READING
    assert generate(CONFIGHUB_CMP_CACHE_DIR="") == LOGIN + READING
    assert not cache.exists()


def test_no_cache_does_not_read_either(generate):
    generate()
    assert generate("--no-cache") == LOGIN + READING
    assert generate() == READING


def test_another_secret_does_not_find_it(hub, generate, cmp, cache):
    generate()
    hub.requests.clear()
    run = cmp("generate", "--space", "shop-dev", env={"CONFIGHUB_CMP_CACHE_DIR": str(cache), "CONFIGHUB_WORKER_SECRET": "ch_mistyped"})
    assert (run.code, hub.asked()) == (5, LOGIN)


def test_another_worker_does_not_find_it(hub, generate, cache):
    other = Worker("6f1b2c3d-0a01-4c11-9b10-0000000000bb")
    hub.hub.organization.workers.append(other)
    generate()
    assert generate(CONFIGHUB_WORKER_ID=other.id) == LOGIN + READING
    assert len(list(cache.iterdir())) == 2


def test_another_origin_does_not_find_it(hub, generate, cmp, cache):
    generate()
    elsewhere = RunningHub("B", organization=hub.hub.organization)
    try:
        run = cmp("generate", "--space", "shop-dev", env={"CONFIGHUB_CMP_CACHE_DIR": str(cache), "CONFIGHUB_URL": elsewhere.url})
        assert (run.code, elsewhere.asked()) == (0, LOGIN + READING)
    finally:
        elsewhere.close()


def test_a_person_with_a_token_has_none_kept(hub, generate, cache):
    assert generate(CONFIGHUB_TOKEN=hub.hub.tokens.issue(hub.worker.id)) == READING
    assert not cache.exists()


def test_a_token_about_to_end_is_not_used(hub, generate):
    hub.hub.tokens.lifetime = 30
    generate()
    assert generate() == LOGIN + READING


def test_a_token_the_hub_no_longer_knows_brings_one_new_login(hub, generate):
    generate()
    hub.hub.tokens.expire_all()
    assert generate() == ["GET /api/unit", *LOGIN, *READING]
    assert generate() == READING


SPOILT = {
    "empty": lambda path: path.write_text(""),
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 16),
    "no token": lambda path: path.write_text("a.b"),
    "claims that are no JSON": lambda path: path.write_text("e30.e30x.c2ln"),
    "expired": lambda path: path.write_text(token(-1)),
    "a header of its own": lambda path: path.write_text(token(3600) + "\r\nX-Evil: 1"),
    "huge": lambda path: path.write_text(token(3600) + "A" * 1_000_000),
    "readable by others": lambda path: path.chmod(0o644),
    "a link": lambda path: (path.rename(path.with_name("elsewhere")), path.symlink_to("elsewhere")),
    "a link to nowhere": lambda path: (path.unlink(), path.symlink_to("nowhere")),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path, 0o600)),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_a_spoilt_file_is_as_none_and_is_written_over(generate, cache, spoil):
    generate()
    path = only_file(cache)
    spoil(path)
    assert generate() == LOGIN + READING
    assert (path.is_symlink(), mode(path)) == (False, 0o600)
    assert generate() == READING


def test_a_directory_in_the_place_of_the_file(generate, cache):
    generate()
    path = only_file(cache)
    path.unlink()
    path.mkdir()
    assert generate() == LOGIN + READING
    assert [path] == list(cache.iterdir())


def test_a_file_of_another_owner(generate, cache):
    if os.geteuid() != 0:
        pytest.skip("only root gives files away")
    generate()
    os.chown(only_file(cache), 65534, 65534)
    assert generate() == LOGIN + READING


@pytest.mark.parametrize("spoil", [
    lambda cache: cache.mkdir(mode=0o755),
    lambda cache: cache.write_text("a file"),
    lambda cache: (cache.with_name("other").mkdir(mode=0o700), cache.symlink_to("other")),
    lambda cache: cache.symlink_to("/proc/1"),
], ids=["open to others", "a file", "a link", "a link to where nobody writes"])
def test_a_directory_that_is_not_private_keeps_nothing(generate, cache, spoil):
    spoil(cache)
    assert generate() == LOGIN + READING
    assert generate() == LOGIN + READING
    assert not cache.is_dir() or not any(path.name.startswith("token-") for path in cache.iterdir())


def test_a_directory_that_cannot_be_made(generate):
    assert generate(CONFIGHUB_CMP_CACHE_DIR="/proc/nowhere/cache") == LOGIN + READING


def test_what_a_killed_run_left_is_no_hindrance(generate, cache):
    """A file that was being written, named by a process number; those come again, in a container soon."""
    generate()
    path = only_file(cache)
    path.unlink()
    newest = subprocess.Popen(["true"])
    newest.wait()
    for number in range(newest.pid, newest.pid + 2000):
        path.with_name(f"{path.name}.{number}").touch(mode=0o600)
    assert generate() == LOGIN + READING
    assert generate() == READING


def test_eight_runs_at_once_share_it(hub, generate, cmp, cache):
    def run(_):
        return cmp("generate", "--space", "shop-dev", env={"CONFIGHUB_CMP_CACHE_DIR": str(cache)})

    with ThreadPoolExecutor(max_workers=8) as pool:
        first = list(pool.map(run, range(8)))
        logins = len(hub.hub.tokens.issued)
        second = list(pool.map(run, range(8)))
    assert [run.code for run in first + second] == [0] * 16
    assert len({run.stdout for run in first + second}) == 1
    assert 1 <= logins <= 8
    assert len(hub.hub.tokens.issued) == logins
    assert only_file(cache).read_text() in hub.hub.tokens.issued
