"""`refresh` between the stand-in hub and the stand-in Kubernetes API: who is refreshed, how often, and what is said otherwise.
The same against a real kube-apiserver is in test/interop/kubernetes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from kubernetes.api_server import TOKEN, KubernetesApi
from hub.running import RunningHub
from program import Program

DIGEST = "confighub-cmp/approved-digest"
MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"
SETTINGS = """apiVersion: confighub-cmp/v1alpha1
kind: Settings
access:
- {project: messagewall, spaces: ["messagewall-*"], revisions: [approved, head, locked]}
limits: {retries: 0}
"""


@pytest.fixture
def kubernetes(authority) -> Iterator[KubernetesApi]:
    api = KubernetesApi(authority.server("good"))
    yield api
    api.close()


@pytest.fixture
def refresh(hub, cmp, kubernetes, authority):
    """refresh("--dry-run") is one run in the cluster: dev and prod have an Application and a space each."""
    account = cmp.directory / "service-account"
    account.mkdir()
    (account / "token").write_text(TOKEN + "\n")
    (account / "ca.crt").write_bytes(authority.ca_file.read_bytes())
    for environment in ("dev", "prod"):
        space = hub.space(f"messagewall-{environment}")
        for unit in ("api", "web"):
            space.unit(unit).revision(MANIFEST.format(name=unit), approved_by=["alice"])
        kubernetes.application(environment, space=f"messagewall-{environment}", revision="approved")
    fixed = {
        "CONFIGHUB_CMP_SETTINGS": cmp.file("settings.yaml", SETTINGS), "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": str(kubernetes.port),
    }

    def run(*arguments: str, **env: str):
        kubernetes.requests.clear()
        hub.requests.clear()
        finished = cmp("refresh", "--service-account-dir", str(account), *arguments, env=fixed | env)
        assert TOKEN not in finished.stdout.decode() + finished.stderr
        return finished

    run.account = account
    return run


def lines(run) -> list[str]:
    return [re.sub(" +", " ", line) for line in run.stdout.decode().splitlines()]


def approve_another(hub: RunningHub, unit: str) -> None:
    hub.hub.organization.unit(unit).revision(MANIFEST.format(name="another"), approved_by=["alice"])


class TestCycle:
    def test_first_sight_then_nothing_then_exactly_what_was_approved(self, hub, kubernetes, refresh):
        first = refresh()
        assert (first.code, lines(first)) == (0, [
            "argocd/dev refreshed 2 units, seen for the first time", "argocd/prod refreshed 2 units, seen for the first time",
        ])
        assert re.fullmatch("sha256:[0-9a-f]{64}", kubernetes.annotations("dev")[DIGEST])

        second = refresh()
        assert (second.code, lines(second), kubernetes.patches()) == (0, ["argocd/dev unchanged 2 units", "argocd/prod unchanged 2 units"], [])

        approve_another(hub, "messagewall-prod/web")
        third = refresh()
        assert (third.code, lines(third), kubernetes.patches()) == (
            0, ["argocd/dev unchanged 2 units", "argocd/prod refreshed 2 units, changed"], ["argocd/prod"],
        )
        assert kubernetes.annotations("prod")["argocd.argoproj.io/refresh"] == "hard"
        assert (refresh().code, kubernetes.patches()) == (0, [])

    def test_the_patch_is_one_merge_of_two_annotations_with_a_precondition(self, kubernetes, refresh):
        version = kubernetes.applications["argocd", "dev"]["metadata"]["resourceVersion"]
        refresh("--application", "argocd/dev")
        get, patch = kubernetes.requests
        assert (get.method, get.path) == ("GET", "/apis/argoproj.io/v1alpha1/namespaces/argocd/applications/dev")
        assert (patch.path, patch.query, patch.content_type) == (get.path, {"fieldManager": "confighub-cmp"}, "application/merge-patch+json")
        assert patch.body == {"metadata": {
            "resourceVersion": version,
            "annotations": {DIGEST: kubernetes.annotations("dev")[DIGEST], "argocd.argoproj.io/refresh": "hard"},
        }}

    def test_a_new_head_that_nobody_approved_changes_nothing(self, hub, kubernetes, refresh):
        refresh()
        hub.space("messagewall-dev").unit("api").revision(MANIFEST.format(name="next"))
        assert (lines(refresh())[0], kubernetes.patches()) == ("argocd/dev unchanged 2 units", [])

    def test_summary_for_people_and_for_pipelines(self, refresh):
        text = refresh()
        figures = "refreshed=2 would-refresh=0 unchanged=0 locked=0 waiting=0 refused=0 failed=0"
        assert re.fullmatch(rf"confighub-cmp: refresh: 2 applications; {figures} requests=8 retries=0 ms=\d+\n", text.stderr)
        summary = json.loads(refresh("--log-format", "json").stderr)
        assert (summary["applications"], summary["unchanged"], summary["requests"]) == (2, 2, 6)

    def test_dry_run_changes_nothing(self, kubernetes, refresh):
        run = refresh("--dry-run", "--application", "argocd/dev")
        assert (run.code, lines(run), kubernetes.patches()) == (0, ["argocd/dev would-refresh 2 units, seen for the first time"], [])


class TestRequests:
    def test_a_wish_that_many_share_is_asked_once_and_without_texts(self, hub, kubernetes, refresh):
        for number in range(5):
            kubernetes.application(f"copy-{number}", space="messagewall-dev")
        refresh()
        assert hub.asked() == ["POST /auth/worker", "GET /api/unit", "GET /api/revision", "GET /api/unit", "GET /api/revision"]
        assert all("Data," not in request.query["select"] + "," for request in hub.requests if request.path == "/api/revision")

    @pytest.mark.parametrize("generation", ["A", "C"])
    def test_other_generations_of_the_hub(self, generation, tmp_path, kubernetes, refresh):
        other = RunningHub(generation)
        try:
            for unit in ("api", "web"):
                other.space("messagewall-dev").unit(unit).revision(MANIFEST.format(name=unit), approved_by=["alice"])
            login = Program(other, tmp_path).login
            words = ["--application", "argocd/dev"]
            assert lines(refresh(*words, **login)) == ["argocd/dev refreshed 2 units, seen for the first time"]
            assert not [path for path in other.asked() if path.endswith("data")]
            assert lines(refresh(*words, **login)) == ["argocd/dev unchanged 2 units"]
            approve_another_in = other.hub.organization.unit("messagewall-dev/api")
            approve_another_in.revision(MANIFEST.format(name="another"), approved_by=["alice"])
            assert lines(refresh(*words, **login)) == ["argocd/dev refreshed 2 units, changed"]
        finally:
            other.close()


class TestWhoIsServed:
    def test_only_those_of_the_plugin(self, kubernetes, refresh):
        kubernetes.application("helm", source={"source": {"repoURL": "x", "helm": {}}})
        kubernetes.application("other", source={"source": {"repoURL": "x", "plugin": {"name": "another-cmp"}}})
        kubernetes.application("none", source={})
        assert [line.split()[0] for line in lines(refresh())] == ["argocd/dev", "argocd/prod"]

    def test_several_sources_are_one_set(self, hub, kubernetes, refresh):
        kubernetes.application("both", source={"sources": [
            {"repoURL": "x", "plugin": {"name": "confighub-cmp", "parameters": [{"name": "space", "array": ["messagewall-dev"]}]}},
            {"repoURL": "x", "helm": {}},
            {"repoURL": "x", "plugin": {"name": "confighub-cmp", "env": [{"name": "CONFIGHUB_SPACE", "value": "messagewall-prod"}]}},
        ]})
        assert "argocd/both refreshed 4 units, seen for the first time" in lines(refresh())
        approve_another(hub, "messagewall-prod/web")
        assert lines(refresh()) == ["argocd/both refreshed 4 units, changed", "argocd/dev unchanged 2 units", "argocd/prod refreshed 2 units, changed"]

    def test_a_name_made_by_argo_cd(self, kubernetes, refresh):
        plugin = {"name": "confighub-cmp", "env": [{"name": "CONFIGHUB_SPACE", "value": "$ARGOCD_APP_PROJECT_NAME-${ARGOCD_APP_NAME}"}]}
        kubernetes.application("dev", source={"source": {"repoURL": "x", "plugin": plugin}})
        assert lines(refresh())[0] == "argocd/dev refreshed 2 units, seen for the first time"

    def test_locked_is_git_s_business(self, hub, kubernetes, refresh):
        kubernetes.application("dev", space="messagewall-dev", revision="locked")
        run = refresh("--application", "argocd/dev")
        assert (run.code, lines(run), kubernetes.patches(), hub.asked()) == (0, ["argocd/dev locked Git tells Argo CD"], [], [])

    def test_outside_the_fence_is_said_and_is_no_failure(self, hub, kubernetes, refresh):
        kubernetes.application("dev", project="intruder", space="messagewall-dev")
        run = refresh()
        assert (run.code, lines(run)) == (0, [
            "argocd/dev refused: project 'intruder' is not allowed to read space 'messagewall-dev'",
            "argocd/prod refreshed 2 units, seen for the first time",
        ])
        assert not [request for request in hub.requests if "messagewall-dev" in request.query.get("where", "")]

    @pytest.mark.parametrize("wish, sentence", [
        ({"url": "http://127.0.0.1:1"}, "parameter 'url' cannot be set by an Application"),
        ({"space": "messagewall-dev", "revision": "newest"}, "parameter revision: 'newest' is not a revision rule: approved, live, locked or head"),
        ({}, "no space is given"),
    ])
    def test_what_an_author_wrote_wrongly_is_no_failure_of_the_run(self, kubernetes, refresh, wish, sentence):
        kubernetes.application("dev", **wish)
        run = refresh("--application", "argocd/dev")
        assert (run.code, lines(run), kubernetes.patches()) == (0, [f"argocd/dev refused: {sentence}"], [])

    def test_what_generate_would_refuse_is_not_refreshed(self, hub, kubernetes, refresh):
        hub.space("messagewall-dev").unit("new").revision(MANIFEST.format(name="new"))
        run = refresh("--application", "argocd/dev")
        sentence = "unit 'messagewall-dev/new' has no approved revision: head 1 has 0 of 1 approvals"
        assert (run.code, lines(run), kubernetes.patches()) == (0, [f"argocd/dev refused: {sentence}"], [])

    def test_an_empty_space(self, hub, kubernetes, refresh):
        hub.space("messagewall-empty")
        kubernetes.application("dev", space="messagewall-empty")
        run = refresh("--application", "argocd/dev")
        assert (run.code, lines(run), kubernetes.patches()) == (0, ["argocd/dev refused: space 'messagewall-empty' yields no units"], [])

    def test_one_namespace(self, kubernetes, refresh):
        kubernetes.application("dev", namespace="team", space="messagewall-dev")
        assert lines(refresh("-n", "team")) == ["team/dev refreshed 2 units, seen for the first time"]
        assert kubernetes.requests[0].path == "/apis/argoproj.io/v1alpha1/namespaces/team/applications"

    def test_an_application_set_that_takes_the_annotation_away(self, kubernetes, refresh):
        kubernetes.applications["argocd", "dev"]["metadata"]["ownerReferences"] = [{"kind": "ApplicationSet", "name": "wall"}]
        expected = f"argocd/dev refreshed 2 units, seen for the first time; its ApplicationSet must preserve annotation {DIGEST}"
        assert lines(refresh())[0] == expected

    def test_at_most_so_many_and_the_rest_next_time(self, kubernetes, refresh):
        words = ["--max-patches", "1"]
        waiting = "waiting for the next run, 1 are patched in this one (--max-patches)"
        assert [line.partition(" ")[2] for line in lines(refresh(*words))] == ["refreshed 2 units, seen for the first time", waiting]
        assert kubernetes.patches() == ["argocd/dev"]
        assert [line.split()[1] for line in lines(refresh(*words))] == ["unchanged", "refreshed"]


class TestFaultsOfTheHub:
    def test_down(self, hub, kubernetes, refresh):
        hub.go_down()
        run = refresh()
        cause = f"hub {hub.url} not reachable while logging in as worker {hub.worker.id}: no connection"
        assert (run.code, kubernetes.patches()) == (4, [])
        assert lines(run) == [f"argocd/dev failed: {cause}", f"argocd/prod failed: {cause}"]
        assert run.first_line == f"confighub-cmp: 2 of 2 applications failed, the first is argocd/dev: {cause}"

    @pytest.mark.parametrize("fault, code", [({"status": 503}, 4), ({"status": 403}, 5), ({"corrupt": "shape"}, 6)])
    def test_one_space_fails_and_the_others_are_served(self, hub, kubernetes, refresh, fault, code):
        hub.fault("units", **fault)
        run = refresh()
        assert (run.code, kubernetes.patches()) == (code, ["argocd/prod"])
        assert [line.split()[1] for line in lines(run)] == ["failed:", "refreshed"]

    def test_one_space_that_hangs_leaves_time_for_the_others(self, hub, kubernetes, refresh):
        hub.fault("units", delay=30)
        run = refresh("--budget", "3s")
        assert (run.code, kubernetes.patches(), [line.split()[1] for line in lines(run)]) == (4, ["argocd/prod"], ["failed:", "refreshed"])
        assert run.seconds < 4

    def test_no_credential_is_the_operator_s_fault(self, kubernetes, refresh):
        run = refresh(CONFIGHUB_WORKER_ID="", CONFIGHUB_WORKER_SECRET="")
        sentence = "no credential: CONFIGHUB_WORKER_ID is not set"
        assert (run.code, lines(run)[0], kubernetes.patches()) == (2, f"argocd/dev failed: {sentence}", [])


class TestFaultsOfKubernetes:
    def test_not_allowed_to_list(self, kubernetes, hub, refresh):
        kubernetes.fault("list", status=403)
        run = refresh()
        said = f"Kubernetes API https://127.0.0.1:{kubernetes.port} said no while listing the Applications: HTTP 403 forbidden"
        assert (run.code, run.stdout, run.first_line, hub.asked()) == (5, b"", f"confighub-cmp: {said}", [])
        assert run.hints[0] == "the service account needs get, list and patch on applications.argoproj.io, as manifests/refresh gives it"

    def test_not_allowed_to_patch(self, kubernetes, refresh):
        kubernetes.fault("patch", status=403)
        run = refresh()
        assert (run.code, [line.split()[1] for line in lines(run)]) == (5, ["failed:", "refreshed"])
        assert DIGEST not in kubernetes.annotations("dev")

    def test_somebody_else_was_faster(self, kubernetes, refresh):
        kubernetes.fault("patch", edit="argocd/dev")
        run = refresh()
        assert (run.code, lines(run)[0]) == (0, "argocd/dev waiting for the next run, somebody changed it meanwhile")
        assert lines(refresh())[0] == "argocd/dev refreshed 2 units, seen for the first time"

    def test_deleted_meanwhile(self, kubernetes, refresh):
        kubernetes.fault("patch", status=404)
        run = refresh()
        assert (run.code, lines(run)[0]) == (0, "argocd/dev unchanged deleted meanwhile")

    def test_pages(self, kubernetes, refresh):
        kubernetes.page = 1
        assert len(lines(refresh())) == 2
        assert [request.query for request in kubernetes.requests[:2]] == [{"limit": "100"}, {"limit": "100", "continue": "1"}]

    def test_a_list_that_expires_starts_over(self, kubernetes, refresh):
        kubernetes.page = 1
        kubernetes.fault("list", status=410, after=1)
        assert len(lines(refresh())) == 2
        assert [request.query.get("continue") for request in kubernetes.requests if request.method == "GET"] == [None, "1", None, "1"]

    def test_a_list_that_always_expires(self, kubernetes, refresh):
        kubernetes.page = 1
        for passing in range(3):
            kubernetes.fault("list", status=410, after=1)
        run = refresh()
        said = f"Kubernetes API https://127.0.0.1:{kubernetes.port} let the list expire 3 times while listing the Applications"
        assert (run.code, run.stdout, run.first_line) == (4, b"", f"confighub-cmp: {said}")

    @pytest.mark.parametrize("fault", [{"status": 500}, {"torn": True}])
    def test_server_errors(self, kubernetes, refresh, fault):
        kubernetes.fault("list", **fault)
        run = refresh()
        assert (run.code, run.stdout) == (4, b"")
        assert (refresh().code, len(kubernetes.patches())) == (0, 2)

    def test_torn_after_the_patch_was_taken(self, kubernetes, refresh):
        """Asked again, the precondition says that it changed; the next run finds everything as it should be."""
        kubernetes.fault("patch", torn=True)
        run = refresh("--retries", "1")
        assert (run.code, lines(run)[0]) == (0, "argocd/dev waiting for the next run, somebody changed it meanwhile")
        assert lines(refresh())[0] == "argocd/dev unchanged 2 units"

    def test_token_that_is_not_accepted(self, kubernetes, refresh):
        (refresh.account / "token").write_text("expired")
        run = refresh()
        assert (run.code, run.first_line.rpartition(": ")[2]) == (5, "HTTP 401 unauthorized")

    def test_another_cluster_s_certificate(self, authority, kubernetes, refresh):
        (refresh.account / "ca.crt").write_text((authority.ca_file.parent / "stranger.pem").read_text())
        run = refresh()
        said = f"Kubernetes API https://127.0.0.1:{kubernetes.port} not reachable while listing the Applications: TLS: "
        assert (run.code, run.first_line.startswith(f"confighub-cmp: {said}"), kubernetes.requests) == (4, True, [])


class TestUsage:
    @pytest.mark.parametrize("words, sentence", [
        (["--from", "."], "refresh compares with the hub, so --from does not apply"),
        (["--application", "wall"], "--application 'wall' is not NAMESPACE/NAME"),
        (["--max-patches", "0"], "--max-patches: '0' is not a whole number from 1 up"),
        (["--kube-url", "https://kubernetes.example"], "--kube-url is not http:// to this machine"),
        (["--kube-url", "http://10.0.0.1:8001"], "--kube-url is not http:// to this machine"),
    ])
    def test_options(self, kubernetes, refresh, words, sentence):
        run = refresh(*words)
        assert (run.code, run.first_line, kubernetes.requests) == (2, f"confighub-cmp: {sentence}", [])

    def test_outside_of_a_cluster(self, refresh):
        run = refresh(KUBERNETES_SERVICE_HOST="")
        assert (run.code, run.first_line) == (2, "confighub-cmp: no Kubernetes API: KUBERNETES_SERVICE_HOST is not set")

    def test_one_that_does_not_exist_or_is_another_s(self, kubernetes, refresh):
        kubernetes.application("helm", source={"source": {"repoURL": "x", "helm": {}}})
        other, missing = refresh("--application", "argocd/helm"), refresh("--application", "argocd/nobody")
        assert (other.code, other.first_line) == (2, "confighub-cmp: Application 'argocd/helm' does not use plugin confighub-cmp")
        assert (missing.code, missing.first_line.rpartition("while ")[2]) == (5, "reading Application 'argocd/nobody': HTTP 404 not found")

    def test_through_kubectl_proxy_no_token_is_read_or_sent(self, hub, cmp, refresh):
        """The proxy adds its own; here nobody does, and the API says so."""
        plain = KubernetesApi()
        try:
            (refresh.account / "token").unlink()
            run = refresh("--kube-url", f"http://127.0.0.1:{plain.port}")
            assert (run.code, run.first_line.rpartition(": ")[2], len(plain.requests)) == (5, "HTTP 401 unauthorized", 1)
        finally:
            plain.close()
