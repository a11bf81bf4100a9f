"""plugin/ and manifests/: what Argo CD, Kustomize and Kyverno make of them, and that the parts agree with each other."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml

import example

MANIFESTS = example.PROJECT / "manifests"
COMPONENT = MANIFESTS / "repo-server"
# Where Argo CD's own repo-server has the volumes that the sidecar shares with it.
FROM_ARGO_CD = {"var-files", "plugins"}


def load(path) -> list[dict]:
    return example.documents((example.PROJECT / path).read_text())


def load_one(path) -> dict:
    [document] = load(path)
    return document


def pod_of(deployment: dict) -> dict:
    return deployment["spec"]["template"]["spec"]


def by_name(items: list[dict]) -> dict:
    return {item["name"]: item for item in items}


def component_pod() -> dict:
    return pod_of(load_one("manifests/repo-server/sidecar.yaml"))


def helm_pod() -> dict:
    values = load_one("manifests/helm/values.yaml")
    server = values["repoServer"]
    return {"containers": server["extraContainers"], "volumes": server["volumes"], "securityContext": values["global"]["securityContext"]}


def renderer() -> list[str]:
    """kustomize, or a kubectl whose built-in one knows components (1.21 or newer)."""
    if shutil.which("kustomize"):
        return ["kustomize", "build"]
    if shutil.which("kubectl"):
        answer = subprocess.run(["kubectl", "version", "--client"], capture_output=True, text=True, timeout=60, check=False).stdout
        version = re.search(r"v1\.(\d+)\.", answer) or re.search(r'Minor:"(\d+)', answer)
        if version and int(version[1]) >= 21:
            return ["kubectl", "kustomize"]
    pytest.skip("needs kustomize, or kubectl 1.21 or newer")


def render(directory: str) -> dict:
    run = subprocess.run([*renderer(), example.PROJECT / directory], capture_output=True, text=True, timeout=60, check=False)
    assert run.returncode == 0, run.stderr
    return {(each["kind"], each["metadata"]["name"]): each for each in example.documents(run.stdout)}


def only(objects: dict, kind: str) -> dict:
    [found] = [each for (each_kind, _), each in objects.items() if each_kind == kind]
    return found


class TestPlugin:
    plugin = load_one("plugin/plugin.yaml")

    def test_applications_name_it_without_a_version(self):
        assert (self.plugin["kind"], self.plugin["metadata"]) == ("ConfigManagementPlugin", {"name": "confighub-cmp"})
        assert set(self.plugin["spec"]) == {"init", "generate", "parameters"}

    def test_commands_are_absolute(self):
        assert self.plugin["spec"]["init"] == {"command": ["/usr/local/bin/confighub-cmp", "init"]}
        assert self.plugin["spec"]["generate"] == {"command": ["/usr/local/bin/confighub-cmp", "generate"]}

    def test_parameters_are_the_three_an_application_may_set(self):
        static = self.plugin["spec"]["parameters"]["static"]
        assert [(each["name"], each.get("string")) for each in static] == [("space", None), ("revision", "approved"), ("where", None)]
        for each in static:
            assert each["title"] and each["tooltip"]
            assert each["collectionType"] == "string"

    def test_applications_use_announced_parameters(self):
        application = load_one("manifests/argocd/application.yaml")["spec"]["source"]["plugin"]
        template = load_one("manifests/argocd/applicationset.yaml")["spec"]["template"]["spec"]["source"]["plugin"]
        announced = {each["name"] for each in self.plugin["spec"]["parameters"]["static"]}
        for plugin in (application, template):
            assert plugin["name"] == self.plugin["metadata"]["name"]
            assert {each["name"] for each in plugin["parameters"]} <= announced


@pytest.mark.parametrize("pod", [component_pod(), helm_pod()], ids=["kustomize", "helm"])
class TestSidecar:
    def test_runs_as_argo_cd_does_and_hardened(self, pod):
        [sidecar] = pod["containers"]
        assert sidecar["securityContext"] == {
            "runAsNonRoot": True, "runAsUser": 999, "runAsGroup": 999, "readOnlyRootFilesystem": True,
            "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "seccompProfile": {"type": "RuntimeDefault"},
        }
        assert pod["securityContext"] == {"fsGroup": 999}
        assert set(sidecar["resources"]) == {"requests", "limits"}
        assert sidecar["command"] == ["/var/run/argocd/argocd-cmp-server"]

    def test_every_mount_has_its_volume_and_none_is_a_file(self, pod):
        [sidecar] = pod["containers"]
        mounts = by_name(sidecar["volumeMounts"])
        assert set(mounts) == FROM_ARGO_CD | set(by_name(pod["volumes"]))
        assert not [name for name, mount in mounts.items() if "subPath" in mount]
        assert mounts["plugins"]["mountPath"] == "/home/argocd/cmp-server/plugins"
        assert mounts["confighub-cmp-tmp"]["mountPath"] == "/tmp"

    def test_credentials_are_files_that_must_exist(self, pod):
        projected = by_name(pod["volumes"])["confighub-cmp"]["projected"]
        [secret] = [source["secret"] for source in projected["sources"] if "secret" in source]
        assert (projected["defaultMode"], secret["optional"]) == (0o440, False)
        assert [item["path"] for item in secret["items"]] == ["credentials/worker-id", "credentials/worker-secret"]

    def test_paths_in_the_settings_are_where_the_files_are(self, pod):
        [sidecar] = pod["containers"]
        root = by_name(sidecar["volumeMounts"])["confighub-cmp"]["mountPath"]
        settings = load_one("manifests/repo-server/settings.yaml")
        assert sidecar["env"] == [{"name": "CONFIGHUB_CMP_SETTINGS", "value": f"{root}/settings.yaml"}]
        assert settings["tagPolicy"] == f"{root}/tag-policy.yaml"
        assert settings["hub"]["credentialsDir"] == f"{root}/credentials"


class TestRefresh:
    """The job beside Argo CD: as hardened as the sidecar, with the same fence, and with no more rights than it uses."""

    job = load_one("manifests/refresh/cron-job.yaml")["spec"]
    pod = job["jobTemplate"]["spec"]["template"]["spec"]

    def test_one_run_at_a_time_and_none_without_end(self):
        assert (self.job["schedule"], self.job["concurrencyPolicy"]) == ("* * * * *", "Forbid")
        assert (self.job["jobTemplate"]["spec"]["backoffLimit"], self.pod["restartPolicy"]) == (0, "Never")
        budget = load_one("manifests/refresh/settings.yaml")["limits"]["budget"]
        assert int(budget.removesuffix("s")) < 60 < self.job["jobTemplate"]["spec"]["activeDeadlineSeconds"]

    def test_hardened_like_the_sidecar(self):
        [container], [sidecar] = self.pod["containers"], component_pod()["containers"]
        assert container["securityContext"] == sidecar["securityContext"]
        assert (container["image"], self.pod["securityContext"]) == (sidecar["image"], component_pod()["securityContext"])
        assert set(container["resources"]) == {"requests", "limits"}

    def test_rights_are_those_the_program_uses(self):
        role, binding = load("manifests/refresh/rbac.yaml")
        assert (role["kind"], binding["kind"]) == ("Role", "RoleBinding")
        assert role["rules"] == [{"apiGroups": ["argoproj.io"], "resources": ["applications"], "verbs": ["get", "list", "patch"]}]
        account = load_one("manifests/refresh/service-account.yaml")
        assert binding["subjects"] == [{"kind": "ServiceAccount", "name": account["metadata"]["name"]}]
        assert binding["roleRef"]["name"] == role["metadata"]["name"]
        assert self.pod["serviceAccountName"] == account["metadata"]["name"]

    def test_its_token_is_short_lived_and_mounted_where_the_program_looks(self):
        [container], volumes = self.pod["containers"], by_name(self.pod["volumes"])
        mounts = by_name(container["volumeMounts"])
        assert set(mounts) == set(volumes) == {"confighub-cmp", "service-account"}
        assert mounts["service-account"]["mountPath"] == "/var/run/secrets/kubernetes.io/serviceaccount"
        token, authority = volumes["service-account"]["projected"]["sources"]
        assert token == {"serviceAccountToken": {"path": "token", "expirationSeconds": 600}}
        assert authority["configMap"]["items"] == [{"key": "ca.crt", "path": "ca.crt"}]
        assert not self.pod["automountServiceAccountToken"]

    def test_settings_are_the_sidecar_s_without_the_tag_policy(self):
        sidecar, refresh = (load_one(f"manifests/{directory}/settings.yaml") for directory in ("repo-server", "refresh"))
        assert refresh == {key: value for key, value in sidecar.items() if key != "tagPolicy"}

    def test_application_sets_leave_its_annotation_alone(self):
        spec = load_one("manifests/argocd/applicationset.yaml")["spec"]
        assert spec["preservedFields"] == {"annotations": ["confighub-cmp/approved-digest"]}

    def test_renders(self):
        objects = render("manifests/refresh")
        assert {kind for kind, _ in objects} == {"ConfigMap", "CronJob", "NetworkPolicy", "Role", "RoleBinding", "ServiceAccount"}
        assert {each["metadata"]["namespace"] for each in objects.values()} == {"argocd"}
        pod = only(objects, "CronJob")["spec"]["jobTemplate"]["spec"]["template"]
        assert pod["metadata"]["labels"] == only(objects, "NetworkPolicy")["spec"]["podSelector"]["matchLabels"]
        [source, _] = by_name(pod["spec"]["volumes"])["confighub-cmp"]["projected"]["sources"]
        assert source == {"configMap": {"name": only(objects, "ConfigMap")["metadata"]["name"]}}


class TestTheyAgree:
    def test_helm_with_kustomize(self):
        assert helm_pod() == component_pod()
        objects = {each["kind"]: each for each in load_one("manifests/helm/values.yaml")["extraObjects"]}
        assert set(objects) == {"ConfigMap", "NetworkPolicy"}
        for name, text in objects["ConfigMap"]["data"].items():
            assert yaml.safe_load(text) == load_one(f"manifests/repo-server/{name}")
        assert objects["NetworkPolicy"]["spec"] == load_one("manifests/repo-server/network-policy.yaml")["spec"]

    def test_installed_policy_with_the_example(self):
        assert load_one("manifests/repo-server/tag-policy.yaml") == load_one("examples/messagewall/tag-policy.yaml")

    def test_kyverno_with_the_tag_policy(self):
        policy = load_one("manifests/repo-server/tag-policy.yaml")["spec"]
        [adds] = load_one("manifests/kyverno/add-aws-tags.yaml")["spec"]["rules"]
        [requires] = load_one("manifests/kyverno/require-aws-tags.yaml")["spec"]["rules"]
        overwritten = {tag["key"]: tag["value"] for tag in policy["tags"] if tag.get("onConflict") == "overwrite"}
        rejected = {tag["key"] for tag in policy["tags"] if tag.get("onConflict") == "reject"}
        pattern = requires["validate"]["pattern"]["spec"]["forProvider"]["tags"]
        assert adds["mutate"]["patchStrategicMerge"] == {"spec": {"forProvider": {"tags": overwritten}}}
        assert rejected == {"environment"}
        assert pattern == overwritten | {"environment": " | ".join(policy["environment"]["allowed"])}
        assert requires["validate"]["failureAction"] == "Enforce"
        assert adds["match"] == requires["match"]

    def test_kyverno_with_the_kinds_of_the_example(self):
        [rule] = load_one("manifests/kyverno/require-aws-tags.yaml")["spec"]["rules"]
        covered = rule["match"]["any"][0]["resources"]["kinds"]
        tagged = {each["apiVersion"].split("/")[0] + "/*/" + each["kind"] for each in example.rendered() if example.tags_of(each)}
        assert set(covered) == tagged

    def test_access_with_project_and_spaces(self):
        project = load_one("manifests/argocd/project.yaml")
        application = load_one("manifests/argocd/application.yaml")
        elements = load_one("manifests/argocd/applicationset.yaml")["spec"]["generators"][0]["list"]["elements"]
        [access] = load_one("manifests/repo-server/settings.yaml")["access"]
        assert access["project"] == project["metadata"]["name"] == application["spec"]["project"]
        spaces = [by_name(application["spec"]["source"]["plugin"]["parameters"])["space"]["string"]]
        spaces += [f"messagewall-{each['environment']}" for each in elements]
        assert access["spaces"] == spaces

    def test_project_allows_exactly_the_groups_of_the_example(self):
        allowed = load_one("manifests/argocd/project.yaml")["spec"]["clusterResourceWhitelist"]
        used = {each["apiVersion"].split("/")[0] for each in example.objects_of("units")}
        assert {each["group"] for each in allowed} == used

    def test_applications_prune_and_never_everything(self):
        one = load_one("manifests/argocd/application.yaml")
        template = load_one("manifests/argocd/applicationset.yaml")["spec"]["template"]
        assert one["spec"]["syncPolicy"] == template["spec"]["syncPolicy"]
        assert one["spec"]["syncPolicy"]["automated"] == {"prune": True, "selfHeal": True, "allowEmpty": False}
        assert "finalizers" not in one["metadata"] and "finalizers" not in template["metadata"]


class TestRendering:
    def test_component_on_argo_cd(self):
        """The sidecar joins Argo CD's container, and every mount of both finds its volume."""
        objects = render("test/argo-cd")
        pod = pod_of(only(objects, "Deployment"))
        assert set(by_name(pod["containers"])) == {"argocd-repo-server", "confighub-cmp"}
        volumes = by_name(pod["volumes"])
        assert set(volumes) == {"tmp", "var-files", "plugins", "confighub-cmp", "confighub-cmp-tmp"}
        for container in pod["containers"] + pod["initContainers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} <= set(volumes)

    def test_configuration_is_named_by_its_hash(self):
        objects = render("test/argo-cd")
        config = only(objects, "ConfigMap")
        assert re.fullmatch(r"confighub-cmp-[a-z0-9]{10}", config["metadata"]["name"])
        assert set(config["data"]) == {"settings.yaml", "tag-policy.yaml"}
        sources = by_name(pod_of(only(objects, "Deployment"))["volumes"])["confighub-cmp"]["projected"]["sources"]
        assert sources[0] == {"configMap": {"name": config["metadata"]["name"]}}

    def test_fragment_for_a_running_argo_cd_touches_nothing_else(self):
        objects = render("manifests/argo-cd")
        pod = pod_of(only(objects, "Deployment"))
        assert set(only(objects, "Deployment")["spec"]) == {"template"}
        assert set(pod) == {"containers", "securityContext", "volumes"}
        assert list(by_name(pod["containers"])) == ["confighub-cmp"]
        assert set(by_name(pod["volumes"])) == {"confighub-cmp", "confighub-cmp-tmp"}

    def test_the_rest(self):
        namespaced = {"Application", "ApplicationSet", "AppProject"}
        argocd = render("manifests/argocd")
        assert {kind for kind, _ in argocd} == namespaced
        assert {each["metadata"]["namespace"] for each in argocd.values()} == {"argocd"}
        assert list(render("manifests/crossplane")) == [("ProviderConfig", "default")]
        assert {name for _, name in render("manifests/kyverno")} == {"add-aws-tags", "require-aws-tags"}

    def test_no_secret_is_ever_rendered(self):
        kinds = {kind for directory in ("test/argo-cd", "manifests/argocd", "manifests/crossplane", "manifests/refresh") for kind, _ in render(directory)}
        assert "Secret" not in kinds
