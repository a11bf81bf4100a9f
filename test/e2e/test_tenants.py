"""Two tenants, one sidecar: projects red and blue, each with a space of its own and a worker that sees no other. Who gets what,
for every way of asking; and that nothing an Application can set reaches URL, credential, policy or paths."""

from __future__ import annotations

import itertools
import json
import re
import subprocess

import pytest

import report
from example import PROGRAM
from hub.model import Worker
from hub.running import RunningHub

BUCKET = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {{name: {name}}}\n"
SETTINGS = """apiVersion: confighub-cmp/v1alpha1
kind: Settings
access:
- project: red
  spaces: [red-dev]
  revisions: [approved, head]
  credentialsDir: credentials/red
- {project: blue, spaces: [blue-dev], credentialsDir: credentials/blue}
- {project: mixed-up, spaces: [red-dev], credentialsDir: credentials/blue}
- {project: operations, spaces: [red-dev], credentialsDir: credentials/red}
- {project: operations, spaces: [blue-dev], credentialsDir: credentials/blue}
"""
WAYS = {  # how the Application, or the operator, asks for a space
    "parameter": lambda space: {"ARGOCD_APP_PARAMETERS": parameters(space=space)},
    "env": lambda space: {"ARGOCD_ENV_CONFIGHUB_SPACE": space},
    "both": lambda space: {"ARGOCD_APP_PARAMETERS": parameters(space=space), "ARGOCD_ENV_CONFIGHUB_SPACE": space},
    "both, differing": lambda space: {"ARGOCD_APP_PARAMETERS": parameters(space=space), "ARGOCD_ENV_CONFIGHUB_SPACE": "green-dev"},
    "operator": lambda space: {"CONFIGHUB_SPACE": space},
    "neither": lambda space: {},
}
RULES = {"own": {}, "head": {"ARGOCD_ENV_CONFIGHUB_REVISION": "head"}, "live": {"ARGOCD_ENV_CONFIGHUB_REVISION": "live"}}


def parameters(**values: str) -> str:
    return json.dumps([{"name": name, "string": value} for name, value in values.items()])


@pytest.fixture
def sidecar(hub, cmp):
    """sidecar(project, ...) is one run in it, as Argo CD starts it for an Application of that project."""
    workers = {}
    for number, tenant in enumerate(["red", "blue"]):
        worker = Worker(f"6f1b2c3d-0a01-4c11-9b10-00000000000{number}", f"ch_the-secret-of-{tenant}", [f"{tenant}-dev"])
        hub.hub.organization.workers.append(worker)
        directory = cmp.directory / "credentials" / tenant
        directory.mkdir(parents=True)
        (directory / "worker-id").write_text(worker.id)
        (directory / "worker-secret").write_text(worker.secret)
        workers[worker.id] = tenant
        unit = hub.space(f"{tenant}-dev").unit("api")
        unit.revision(BUCKET.format(name=tenant), approved_by=["alice"]).revision(BUCKET.format(name=f"{tenant}-next"))
    path = cmp.file("settings.yaml", SETTINGS)

    def run(project: str | None, *arguments: str, command: str = "generate", **env: str):
        hub.requests.clear()
        fixed = {"CONFIGHUB_CMP_SETTINGS": path, "ARGOCD_APP_NAME": "wall", "CONFIGHUB_WORKER_ID": "", "CONFIGHUB_WORKER_SECRET": ""}
        return cmp(command, *arguments, env=fixed | ({"ARGOCD_APP_PROJECT_NAME": project} if project else {}) | env)

    run.workers_seen = lambda: {workers[request.worker] for request in hub.requests if request.authorization}
    run.hub, run.cmp = hub, cmp
    return run


def outcome(space: str, way: str, project: str | None, rule: str) -> tuple[int, str]:
    """What the contract says, in the order in which it is checked: exit code, and the line or what is printed."""
    if way == "both, differing":
        return 2, "parameter space and ARGOCD_ENV_CONFIGHUB_SPACE differ for space"
    if way == "neither":
        return 2, "no space is given"
    if project is None:
        return 3, f"application 'wall' has no project, so space '{space}' is not allowed"
    if f"{project}-dev" != space:
        return 3, f"project '{project}' is not allowed to read space '{space}'"
    if rule != "own" and (project, rule) != ("red", "head"):
        return 3, f"project '{project}' is not allowed to use rule '{rule}' for space '{space}'"
    return 0, f"{space}/api@{2 if rule == 'head' else 1}"


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("project", ["red", "blue", "green", None])
@pytest.mark.parametrize("space", ["red-dev", "blue-dev"])
def test_who_may_read_what(sidecar, space, project, rule):
    for way in WAYS:
        run = sidecar(project, **WAYS[way](space), **RULES[rule])
        code, expected = outcome(space, way, project, rule)
        said = run.provenance[0] if code == 0 else run.first_line
        report.row("tenants", space, f"by {way}", f"project {project or 'missing'}", f"rule {rule}", f"exit {run.code}", said)
        if code == 0:
            assert (run.code, run.provenance, sidecar.workers_seen()) == (0, [expected], {project})
        else:
            assert (run.code, run.first_line, sidecar.hub.asked()) == (code, f"confighub-cmp: {expected}", [])


def test_a_project_with_two_spaces_uses_two_workers(sidecar):
    run = sidecar("operations", ARGOCD_APP_PARAMETERS=json.dumps([{"name": "space", "array": ["red-dev", "blue-dev"]}]))
    assert (run.code, run.provenance) == (0, ["blue-dev/api@1", "red-dev/api@1"])
    reading = [(request.worker[-1], request.query["where"]) for request in sidecar.hub.requests if request.path == "/api/unit"]
    assert reading == [("1", "Space.Slug = 'blue-dev'"), ("0", "Space.Slug = 'red-dev'")]


def test_one_space_too_many_spoils_all(sidecar):
    run = sidecar("red", ARGOCD_APP_PARAMETERS=json.dumps([{"name": "space", "array": ["red-dev", "blue-dev"]}]))
    assert (run.code, run.first_line) == (3, "confighub-cmp: project 'red' is not allowed to read space 'blue-dev'")
    assert sidecar.hub.asked() == []


def test_the_hub_has_the_last_word(sidecar):
    """A settings file that gives a project the other tenant's worker."""
    run = sidecar("mixed-up", ARGOCD_ENV_CONFIGHUB_SPACE="red-dev")
    sentence = f"hub {sidecar.hub.url} said no while listing the units of space 'red-dev': HTTP 403 forbidden"
    assert (run.code, run.first_line.partition(", request id")[0]) == (5, f"confighub-cmp: {sentence}")


def test_a_cache_shared_by_tenants_is_not_shared(sidecar):
    cache = {"CONFIGHUB_CMP_CACHE_DIR": str(sidecar.cmp.directory / "cache")}
    for project in ("red", "blue", "red", "blue"):
        run = sidecar(project, ARGOCD_ENV_CONFIGHUB_SPACE=f"{project}-dev", **cache)
        assert (run.code, run.provenance, sidecar.workers_seen()) == (0, [f"{project}-dev/api@1"], {project})
    assert sidecar.hub.asked() == ["GET /api/unit", "GET /api/revision"]


def names_of_settings() -> list[str]:
    """Every name by which an operator sets something, as the program itself lists them: keys, options, variables."""
    if not PROGRAM.exists():
        return []
    listed = [subprocess.run([PROGRAM, *words], env={}, capture_output=True, text=True, check=True, timeout=60).stdout
              for words in (["settings"], ["generate", "--help"])]
    keys = [line.split()[0] for line in listed[0].splitlines()[1:]]
    options = re.findall(r"^  --([a-z-]+)", listed[1], flags=re.MULTILINE)
    variables = re.findall(r"\b[A-Z]{2,}_[A-Z_]+\b", listed[1])
    return sorted({*keys, *options, *variables, "access"} - {"space", "revision", "where"})


def test_the_program_lists_its_names():
    if not PROGRAM.exists():
        pytest.skip(f"{PROGRAM} is not built")
    some = {"hub.url", "hub.workerSecret", "tagPolicy", "policy", "url", "credentials-dir", "CONFIGHUB_URL", "CONFIGHUB_TOKEN", "SSL_CERT_FILE"}
    assert some <= set(names_of_settings())


def test_no_setting_of_the_operator_by_parameter(sidecar):
    for name in names_of_settings():
        run = sidecar("red", ARGOCD_APP_PARAMETERS=parameters(space="red-dev", **{name: "http://127.0.0.1:1"}))
        assert (run.code, run.first_line) == (2, f"confighub-cmp: parameter '{name}' cannot be set by an Application")
        assert sidecar.hub.asked() == []


def spellings(name: str) -> set[str]:
    """hub.caFile as CONFIGHUB_HUB_CAFILE and CONFIGHUB_HUB_CA_FILE, and what else somebody could try."""
    words = re.sub(r"[.-]", "_", name)
    spelled = {words.upper(), re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words).upper()}
    bare = {re.sub("^CONFIGHUB_", "", each) for each in spelled}
    return {f"CONFIGHUB_{each}" for each in bare} | {f"CONFIGHUB_CMP_{re.sub('^CMP_', '', each)}" for each in bare} | {f"CONFIGHUB_{words}"}


def test_no_setting_of_the_operator_by_variable(sidecar):
    allowed = {"CONFIGHUB_SPACE"}
    for name in sorted(set(itertools.chain.from_iterable(map(spellings, names_of_settings()))) - allowed):
        run = sidecar("red", **{"ARGOCD_ENV_CONFIGHUB_SPACE": "red-dev", f"ARGOCD_ENV_{name}": "http://127.0.0.1:1"})
        assert (run.code, run.first_line) == (2, f"confighub-cmp: ARGOCD_ENV_{name} cannot be set by an Application")
        assert sidecar.hub.asked() == []


def test_variables_of_other_software_change_nothing(sidecar):
    """What an Application adds under other names arrives with Argo CD's prefix, or as PARAM_, and is nobody's setting."""
    undisturbed = sidecar("red", ARGOCD_ENV_CONFIGHUB_SPACE="red-dev")
    asked = sidecar.hub.asked()
    other = RunningHub()
    try:
        for name in ["SSL_CERT_FILE", "HTTPS_PROXY", "NO_PROXY", "LD_PRELOAD", "APP_NAME", "APP_PROJECT_NAME", "confighub_url"]:
            run = sidecar("red", **{"ARGOCD_ENV_CONFIGHUB_SPACE": "red-dev", f"ARGOCD_ENV_{name}": other.url})
            assert (run.code, run.stdout, sidecar.hub.asked()) == (0, undisturbed.stdout, asked), name
        for name in names_of_settings():
            variable = "PARAM_" + re.sub(r"[^A-Z]", "_", name.upper())  # as Argo CD spells a parameter's name
            run = sidecar("red", **{"ARGOCD_ENV_CONFIGHUB_SPACE": "red-dev", variable: other.url})
            assert (run.code, run.stdout, sidecar.hub.asked()) == (0, undisturbed.stdout, asked), name
        assert other.requests == []
    finally:
        other.close()


@pytest.mark.parametrize("value, problem", [
    ("red-dev' OR Slug = 'blue-dev", "'red-dev' OR Slug = 'blue-dev' is not a slug: letters, digits and -_. inside, at most 128 characters"),
    ("../blue-dev", "'../blue-dev' is not a slug: letters, digits and -_. inside, at most 128 characters"),
    ("red-*", "'red-*' is not a slug: letters, digits and -_. inside, at most 128 characters"),
    ("red-dev,red-dev", "'red-dev' is named twice"),
])
def test_a_space_that_is_no_name(sidecar, value, problem):
    run = sidecar("red", ARGOCD_ENV_CONFIGHUB_SPACE=value)
    assert (run.code, run.first_line, sidecar.hub.asked()) == (2, f"confighub-cmp: ARGOCD_ENV_CONFIGHUB_SPACE: {problem}", [])


def test_what_the_command_line_fixes_stays_fixed(sidecar):
    run = sidecar("red", "--space", "red-dev", ARGOCD_ENV_CONFIGHUB_SPACE="red-dev")
    assert (run.code, run.first_line) == (2, "confighub-cmp: --space and ARGOCD_ENV_CONFIGHUB_SPACE are both given")


def test_the_fence_stands_before_init_too(sidecar):
    run = sidecar("blue", command="init", ARGOCD_ENV_CONFIGHUB_SPACE="red-dev")
    assert (run.code, run.first_line) == (3, "confighub-cmp: project 'blue' is not allowed to read space 'red-dev'")
    assert sidecar.hub.asked() == []
