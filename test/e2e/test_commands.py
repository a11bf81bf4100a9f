"""`settings` says what holds and where it came from; `doctor` goes through an installation, one line a check, each with its fix."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest

CHECKS = ["settings", "plugin.yaml", "budget", "cache", "CA certificates", "credential", "hub", "access", "tag policy", "space shop-dev"]
CONFIG_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: api}\n"
SETTINGS = "apiVersion: confighub-cmp/v1alpha1\nkind: Settings\n"
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
    hub.space("shop-dev").unit("api").revision(CONFIG_MAP, approved_by=["alice"])
    return hub


def settings(cmp, *arguments, **env):
    """The table as {key: (value, origin)}."""
    run = cmp("settings", *arguments, env=env)
    assert (run.code, run.stderr) == (0, "")
    header, *lines = run.stdout.decode().splitlines()
    assert header.split() == ["SETTING", "VALUE", "ORIGIN"]
    rows = [line.split(None, 2) for line in lines]
    return {key: (value, *(origin.strip() for origin in rest)) for key, value, *rest in rows}


def test_settings_names_the_origin_of_every_value(cmp):
    path = cmp.file("settings.yaml", SETTINGS + "hub: {url: https://file.example}\napprovals: 2\nlimits:\n  retries: 1\n  budget: 20s\n")
    table = settings(cmp, "--settings", path, "--budget", "30s", CONFIGHUB_URL="", CONFIGHUB_CMP_APPROVALS="3")
    assert table["limits.budget"] == ("30s", "--budget")
    assert table["approvals"] == ("3", "CONFIGHUB_CMP_APPROVALS")
    assert table["hub.url"] == ("https://file.example", f"{path}:3: hub.url")
    assert table["limits.retries"] == ("1", f"{path}:6: limits.retries")
    assert table["revision"] == ("approved", "default")
    assert table["space"] == ("unset",)
    assert table["settings"] == (path, "--settings")


def test_settings_shows_of_a_secret_that_it_is_set(cmp):
    table = settings(cmp, CONFIGHUB_TOKEN="")
    assert table["hub.workerSecret"] == ("set", "CONFIGHUB_WORKER_SECRET")
    assert table["hub.token"] == ("unset",)


@pytest.mark.parametrize("proxy, shown", [
    ("http://proxy.example:3128", "http://proxy.example:3128"),
    ("http://user:pass-word@proxy.example:3128", "http://***@proxy.example:3128"),
    ("user:p@ss@proxy.example:3128", "***@proxy.example:3128"),
])
def test_settings_hides_the_password_of_a_proxy(cmp, proxy, shown):
    assert settings(cmp, HTTPS_PROXY=proxy)["hub.proxy"] == (shown, "HTTPS_PROXY")


def test_settings_lists_who_may_read_what(cmp):
    path = cmp.file("settings.yaml", SETTINGS + "access:\n- {project: red, spaces: [red-dev, red-*]}\n- {project: blue, spaces: [blue-dev]}\n")
    run = cmp("settings", "--settings", path)
    rows = [line.split() for line in run.stdout.decode().splitlines() if line.startswith("access")]
    assert rows == [["access", "red:", "red-dev,", "red-*", f"{path}:4:", "access[0]"], ["access", "blue:", "blue-dev", f"{path}:5:", "access[1]"]]


def test_settings_does_not_ask_the_hub(shop, cmp):
    settings(cmp)
    assert shop.asked() == []


@dataclass
class Check:
    verdict: str
    name: str
    detail: str
    fix: list[str]


@pytest.fixture
def doctor(shop, cmp, authority):
    """doctor() is the checklist by name; `doctor.code` the exit code. The installation is a good one but for what is given."""

    def run(*arguments, **env):
        good = {"CONFIGHUB_SPACE": "shop-dev", "SSL_CERT_FILE": str(authority.ca_file), "CONFIGHUB_CMP_RETRIES": "0"}
        finished = cmp("doctor", *arguments, env=good | env)
        assert finished.stderr == ""
        run.code, checks = finished.code, []
        for line in finished.stdout.decode().splitlines():
            if line.startswith(" "):
                checks[-1].fix.append(line.strip())
            else:
                verdict, name, detail = re.split(" {2,}", line, maxsplit=2)
                checks.append(Check(verdict, name, detail, []))
        return {check.name: check for check in checks}

    return run


def failed(checks):
    return [(check.name, check.detail) for check in checks.values() if check.verdict == "FAIL"]


@pytest.mark.parametrize("generation, version", [("B", ""), ("C", ", ConfigHub 0.2.40")])
def test_doctor_finds_nothing_wrong(doctor, shop, cmp, authority, generation, version):
    shop.hub.generation = shop.hub.wire.generation = generation
    cache = cmp.directory / "cache"
    cache.mkdir(mode=0o700)
    checks = doctor("--cache-dir", str(cache), "--policy", cmp.file("policy.yaml", POLICY))
    assert doctor.code == 0
    assert [(check.verdict, check.name, check.detail, check.fix) for check in checks.values()] == [
        ("ok", "settings", "/etc/confighub-cmp/settings.yaml (default)", []),
        ("ok", "plugin.yaml", "not in a sidecar: no plugin.yaml here", []),
        ("ok", "budget", "40s", []),
        ("ok", "cache", str(cache), []),
        ("ok", "CA certificates", str(authority.ca_file), []),
        ("ok", "credential", f"worker {shop.worker.id}, from the environment", []),
        ("ok", "hub", shop.url + version, []),
        ("ok", "access", "not under Argo CD: the credential is the fence", []),
        ("ok", "tag policy", "required, environment dev by space shop-dev", []),
        ("ok", "space shop-dev", f"1 units, API generation {generation}, rule approved", []),
    ]


def test_doctor_says_what_it_did_not_check(doctor):
    checks = doctor()
    assert (doctor.code, list(checks)) == (0, CHECKS)
    assert (checks["cache"].verdict, checks["cache"].detail) == ("ok", "off: every run logs in")
    assert (checks["tag policy"].verdict, checks["tag policy"].detail) == ("skip", "none is set: nothing is injected or judged")


NO_FILE = "cannot read {}: No such file or directory"
FAILURES = {
    "settings file not there": (dict(CONFIGHUB_CMP_SETTINGS="/nowhere.yaml"), 2, "settings", NO_FILE.format("/nowhere.yaml")),
    "budget beyond the deadline": (dict(CONFIGHUB_CMP_BUDGET="60s"), 2, "budget", "budget 60s is not below Argo CD's deadline of 60s"),
    "cache nobody can write": (
        dict(CONFIGHUB_CMP_CACHE_DIR="/proc/nowhere/cache"), 2, "cache",
        "/proc/nowhere/cache is not a writable directory of this user alone"),
    "no certificates": (dict(SSL_CERT_FILE="/nowhere.pem"), 2, "CA certificates", NO_FILE.format("/nowhere.pem")),
    "a file without certificates": (dict(SSL_CERT_FILE="/etc/hostname"), 2, "CA certificates", "/etc/hostname holds no certificate"),
    "no secret": (dict(CONFIGHUB_WORKER_SECRET=""), 2, "credential", "no credential: CONFIGHUB_WORKER_SECRET is not set"),
    "nobody listens": (
        dict(CONFIGHUB_URL="http://127.0.0.1:1"), 4, "hub", "hub http://127.0.0.1:1 not reachable while asking for its version: no connection"),
    "no space": (dict(CONFIGHUB_SPACE=""), 2, "access", "no space is given"),
    "a project without a space": (
        dict(ARGOCD_APP_NAME="wall", ARGOCD_APP_PROJECT_NAME="red"), 3, "access", "project 'red' is not allowed to read space 'shop-dev'"),
    "policy not there": (dict(CONFIGHUB_CMP_POLICY="/nowhere.yaml"), 2, "tag policy", NO_FILE.format("/nowhere.yaml")),
    "space not there": (
        dict(CONFIGHUB_SPACE="shop-prod"), 5, "space shop-prod", "space 'shop-prod' does not exist on the hub, or the worker may not see it"),
    "wrong secret": (
        dict(CONFIGHUB_WORKER_SECRET="ch_mistyped"), 5, "space shop-dev", "hub {url} refused the login of worker {worker}: HTTP 401 unauthorized"),
}


@pytest.mark.parametrize("env, code, name, detail", FAILURES.values(), ids=FAILURES)
def test_doctor_finds_it_and_says_what_to_do(doctor, shop, env, code, name, detail):
    checks = doctor(**env)
    [(found, said)] = failed(checks)
    assert (doctor.code, found) == (code, name)
    assert said.partition(", request id")[0] == detail.format(url=shop.url, worker=shop.worker.id)
    assert checks[name].fix != []


def test_doctor_goes_on_after_a_failure_and_guesses_nothing(doctor):
    checks = doctor(CONFIGHUB_WORKER_SECRET="", CONFIGHUB_CMP_BUDGET="2m", CONFIGHUB_CMP_CACHE_DIR="/proc/nowhere/cache")
    assert [name for name, _ in failed(checks)] == ["budget", "cache", "credential"]
    assert (checks["space shop-dev"].verdict, checks["space shop-dev"].detail) == ("skip", "the hub or the credential failed above")
    assert doctor.code == 2


def test_doctor_ends_with_the_code_of_the_first_failure(doctor):
    checks = doctor(CONFIGHUB_URL="http://127.0.0.1:1", CONFIGHUB_CMP_POLICY="/nowhere.yaml")
    assert [name for name, _ in failed(checks)] == ["hub", "tag policy"]
    assert doctor.code == 4


def test_doctor_without_settings_stops_there(doctor):
    checks = doctor(CONFIGHUB_CMP_SETTINGS="/nowhere.yaml")
    assert list(checks) == ["settings", "plugin.yaml"]


def test_doctor_compares_the_clocks(doctor, shop):
    shop.fault("info", headers={"Date": "Wed, 01 Jul 2026 09:00:00 GMT"})
    checks = doctor()
    [(name, detail)] = failed(checks)
    assert name == "hub" and re.fullmatch(r"the clocks differ by \d{6,} s: tokens may look expired", detail)
    assert checks["hub"].fix == ["synchronise this machine's clock"]
    assert doctor.code == 4


def test_doctor_sees_a_forbidden_space(doctor, shop):
    shop.worker.spaces = []
    checks = doctor()
    [(name, detail)] = failed(checks)
    assert (name, detail.partition(", request id")[0]) == (
        "space shop-dev", f"hub {shop.url} said no while listing the units of space 'shop-dev': HTTP 403 forbidden"
    )
    assert checks[name].fix != []
    assert doctor.code == 5


def test_doctor_makes_the_cache_directory_as_a_run_does(doctor, cmp):
    cache = cmp.directory / "cache"
    checks = doctor("--cache-dir", str(cache))
    assert (checks["cache"].verdict, checks["cache"].detail) == ("ok", str(cache))


def test_doctor_sees_that_a_cache_open_to_others_is_not_used(doctor, cmp):
    cache = cmp.directory / "cache"
    cache.mkdir(mode=0o755)
    checks = doctor("--cache-dir", str(cache))
    assert [name for name, _ in failed(checks)] == ["cache"]
    assert checks["cache"].fix != []


def test_doctor_checks_the_credential_the_space_is_read_with(doctor, shop, cmp):
    """A sidecar of several tenants has no worker of its own, only those of the entries."""
    directory = cmp.directory / "credentials"
    directory.mkdir()
    (directory / "worker-id").write_text(shop.worker.id)
    (directory / "worker-secret").write_text(shop.worker.secret)
    path = cmp.file("settings.yaml", SETTINGS + f"access:\n- {{project: red, spaces: [shop-dev], credentialsDir: {directory}}}\n")
    argo_cd = dict(ARGOCD_APP_NAME="wall", ARGOCD_APP_PROJECT_NAME="red", CONFIGHUB_WORKER_ID="", CONFIGHUB_WORKER_SECRET="")
    checks = doctor(CONFIGHUB_CMP_SETTINGS=path, **argo_cd)
    assert failed(checks) == []
    assert (doctor.code, checks["space shop-dev"].verdict, checks["space shop-dev"].detail) == (0, "ok", "1 units, API generation B, rule approved")
