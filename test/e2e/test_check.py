"""`check` as authors and CI use it: files, directories and stdin in, a report out, tags written back with --fix.
SARIF is validated by the schema that npm's @microsoft/jest-sarif carries; without it in build/ that test says so and is skipped:

    npm install --prefix build --no-save --ignore-scripts @microsoft/jest-sarif@1.0.0-beta.0
"""

from __future__ import annotations

import json
import os
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema
import pytest

from example import EXAMPLE, PROJECT
from program import Program, Run

SARIF_SCHEMA = PROJECT / "build" / "node_modules" / "@microsoft" / "jest-sarif" / "lib" / "schemas" / "sarif-2.1.0-rtm.5.json"
POLICY = """
apiVersion: confighub-cmp/v1alpha1
kind: TagPolicy
metadata: {name: p}
spec:
  environment: {allowed: [dev, prod], from: [{flag: environment}, {space: '-(dev|prod)$'}]}
  tags:
  - {key: createdBy, value: crossplane, onConflict: overwrite}
  - {key: environment, value: '${environment}', onConflict: reject}
  - {key: costCenter, match: '^[0-9]{4}$', requiredIn: [prod]}
  exclude:
  - {names: ['old-*'], reason: 'moved, soon <gone>'}
"""


def bucket(name: str, tags: str = "") -> str:
    provider = f"tags: {{{tags}}}" if tags else "region: r"
    return f"apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {{name: {name}}}\nspec:\n  forProvider:\n    {provider}\n"


ADDED = "    tags:\n      createdBy: crossplane\n      environment: dev\n"
COMPLETE = "createdBy: crossplane, environment: dev"


class Desk:
    """A working tree with a policy: files are written into it, `check` runs in it."""

    def __init__(self, cmp: Program):
        self.cmp, self.root = cmp, cmp.directory
        cmp.file("policy.yaml.txt", POLICY)

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def check(self, *arguments: str, environment: str = "dev") -> Run:
        return self.cmp("check", *arguments, "--policy", "policy.yaml.txt", "--environment", environment)

    def report(self, *arguments: str) -> dict:
        return json.loads(self.check(*arguments, "-o", "json").stdout)


@pytest.fixture
def desk(cmp: Program) -> Desk:
    return Desk(cmp)


def piped(desk: Desk, text: str, *arguments: str) -> subprocess.CompletedProcess:
    command = [desk.cmp.path, "check", *arguments, "--policy", "policy.yaml.txt", "--environment", "dev"]
    return subprocess.run(command, input=text.encode(), cwd=desk.root, env={}, capture_output=True, timeout=60, check=False)


def test_text_is_what_compilers_print(desk: Desk) -> None:
    desk.write("a.yaml", bucket("a", "environment: prod, createdBy: me"))
    run = desk.check("a.yaml")
    assert run.code == 3
    assert run.stdout.decode() == (
        "a.yaml:6:25: error TAG_CONFLICT: Bucket a: spec.forProvider.tags.environment: tag differs from the policy, found 'prod', wanted dev\n"
        "    fix: write environment: dev, or check that this is the right space: its environment is dev (flag environment)\n"
        "a.yaml:6:42: note TAG_OVERWRITTEN: Bucket a: spec.forProvider.tags.createdBy: tag overwritten by the policy, found 'me', wanted crossplane\n"
        "1 error, 0 warnings, 1 note in 1 document\n"
    )
    summary, _, time = run.stderr.rpartition(" ms=")
    assert summary == "confighub-cmp: 1 file, 1 object: 1 error, 0 warnings, 1 note; policy=p environment=dev edited=1 fixed=0"
    assert time.strip().isdigit()


@pytest.mark.parametrize(("text", "code"), [
    (bucket("a"), 0),
    (bucket("a", "environment: prod"), 3),
    ("a: [", 6),
    (bucket("a", "environment: prod") + "---\na: [\n", 6),
    ("apiVersion: v1\nkind: Secret\nmetadata: {}\n", 6),
    ("", 0),
])
def test_exit_codes(desk: Desk, text: str, code: int) -> None:
    desk.write("a.yaml", text)
    assert desk.check("a.yaml").code == code


def test_without_a_policy_only_yaml_and_objects_are_judged(cmp: Program) -> None:
    cmp.file("a.yaml", bucket("a", "environment: 0123"))
    run = cmp("check", "a.yaml")
    assert (run.code, run.stdout) == (0, b"0 errors, 0 warnings, 0 notes in 1 document\n")
    assert " policy=none " in run.stderr
    cmp.file("a.yaml", bucket("a") + "---\n" + bucket("a"))
    assert cmp("check", "a.yaml").code == 6


def test_json_is_the_documented_object(desk: Desk) -> None:
    desk.write("a.yaml", bucket("a", "environment: prod, createdBy: ''"))
    assert desk.report("a.yaml") == {
        "findings": [
            {
                "code": "TAG_CONFLICT", "severity": "error", "file": "a.yaml", "line": 6, "column": 25, "document": 1,
                "object": {"apiVersion": "s3.aws.upbound.io/v1beta2", "kind": "Bucket", "namespace": "", "name": "a"},
                "path": "spec.forProvider.tags.environment", "found": "prod", "wanted": "dev",
                "fix": "write environment: dev, or check that this is the right space: its environment is dev (flag environment)",
                "policy": "p tags[1]",
            },
            {
                "code": "TAG_OVERWRITTEN", "severity": "note", "file": "a.yaml", "line": 6, "column": 42, "document": 1,
                "object": {"apiVersion": "s3.aws.upbound.io/v1beta2", "kind": "Bucket", "namespace": "", "name": "a"},
                "path": "spec.forProvider.tags.createdBy", "found": "", "wanted": "crossplane", "fix": "", "policy": "p tags[0]",
            },
        ],
        "summary": {"documents": 1, "edited": 1, "error": 1, "warning": 0, "note": 1},
    }


def test_directories_are_walked_and_a_file_counts_once(desk: Desk) -> None:
    for name in ("units/b.yaml", "units/deep/c.yml", "units/d.json", "units/.hidden/e.yaml", "units/f.txt"):
        text = bucket(Path(name).stem, "environment: prod")
        desk.write(name, text if not name.endswith("json") else json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "d"}}))
    desk.write("units/kustomization.yaml", "resources: [b.yaml]\n")
    os.symlink("b.yaml", desk.root / "units" / "link.yaml")
    report = desk.report("units", "units/b.yaml", "-f", "./units/b.yaml")
    assert [finding["file"] for finding in report["findings"]] == ["units/b.yaml", "units/deep/c.yml"]
    assert report["summary"]["documents"] == 3


def test_the_environment_comes_from_the_space_too(desk: Desk) -> None:
    desk.write("a.yaml", bucket("a", "environment: prod"))
    run = desk.cmp("check", "a.yaml", "--policy", "policy.yaml.txt", "--space", "shop-prod")
    assert run.code == 3 and b"TAG_MISSING: Bucket a: spec.forProvider.tags.costCenter" in run.stdout
    run = desk.cmp("check", "a.yaml", "--policy", "policy.yaml.txt")
    assert (run.code, run.stdout) == (3, b"")
    assert run.first_line == "confighub-cmp: no environment for space '' (ENVIRONMENT_UNRESOLVED)"


def test_stdin(desk: Desk) -> None:
    run = piped(desk, bucket("a", "environment: prod"), "-")
    assert run.returncode == 3 and run.stdout.startswith(b"-:6:25: error TAG_CONFLICT: ")


def test_fix_writes_the_tags_and_nothing_else(desk: Desk) -> None:
    path = desk.write("a.yaml", "# head\n" + bucket("a") + "---\n" + bucket("b", COMPLETE) + "# tail")
    path.chmod(0o640)
    run = desk.check("a.yaml", "--fix")
    assert (run.code, run.stdout) == (0, b"0 errors, 0 warnings, 0 notes in 2 documents; tags written into 1 document of 1 file\n")
    assert path.read_text() == "# head\n" + bucket("a") + ADDED + "---\n" + bucket("b", COMPLETE) + "# tail"
    assert path.stat().st_mode & 0o7777 == 0o640
    written = path.stat().st_mtime_ns
    assert desk.check("a.yaml", "--fix").stdout == b"0 errors, 0 warnings, 0 notes in 2 documents\n"
    assert path.stat().st_mtime_ns == written
    assert sorted(os.listdir(desk.root)) == ["a.yaml", "policy.yaml.txt"]


def test_fix_leaves_a_file_with_an_error_alone_and_writes_the_others(desk: Desk) -> None:
    broken = bucket("b") + "---\n" + bucket("c", "environment: prod")
    desk.write("a.yaml", bucket("a"))
    desk.write("b.yaml", broken)
    run = desk.check(".", "--fix")
    assert run.code == 3
    assert run.stdout.endswith(b"1 error, 0 warnings, 0 notes in 3 documents; tags written into 1 document of 1 file\n")
    assert (desk.root / "a.yaml").read_text() == bucket("a") + ADDED
    assert (desk.root / "b.yaml").read_text() == broken


def test_fix_keeps_a_symbolic_link(desk: Desk) -> None:
    target = desk.write("real/a.yaml", bucket("a"))
    os.symlink("real/a.yaml", desk.root / "link.yaml")
    assert desk.check("link.yaml", "--fix").code == 0
    assert (desk.root / "link.yaml").is_symlink()
    assert target.read_text() == bucket("a") + ADDED


@pytest.mark.parametrize(("arguments", "message"), [
    ((), "no file to check"),
    (("missing.yaml",), "cannot read missing.yaml: No such file or directory"),
    (("empty",), "no manifest below empty"),
    (("a.yaml", "-o", "yaml"), "--output: 'yaml' is not a format"),
    (("a.yaml", "--fix", "--no-inject"), "--fix writes tags and --no-inject forbids it"),
    (("-", "--fix"), "--fix cannot write to stdin"),
    (("a.yaml", "-o", "junit", "--explain"), "--explain goes with --output text or json only"),
])
def test_usage(desk: Desk, arguments: tuple[str, ...], message: str) -> None:
    desk.write("a.yaml", bucket("a"))
    (desk.root / "empty").mkdir()
    run = desk.check(*arguments)
    assert (run.code, run.stdout, run.first_line) == (2, b"", f"confighub-cmp: {message}")


def test_explain_says_who_decided(desk: Desk) -> None:
    desk.write("a.yaml", bucket("a", "team: x, createdBy: me"))
    assert desk.check("a.yaml", "--explain").stdout.decode().splitlines()[1:-1] == [
        "a.yaml:1: Bucket a",
        "    createdBy=crossplane: set by p tags[0], instead of 'me' in the manifest",
        "    environment=dev: set by p tags[1], the manifest has none",
        "    team=x: written in the manifest, no rule speaks of it",
    ]
    assert desk.report("a.yaml", "--explain")["explanations"][1] == {
        "file": "a.yaml", "line": 1, "object": {"apiVersion": "s3.aws.upbound.io/v1beta2", "kind": "Bucket", "namespace": "", "name": "a"},
        "path": "spec.forProvider.tags.environment", "key": "environment", "value": "dev", "reason": "set by p tags[1], the manifest has none",
    }


def test_no_inject_asks_for_complete_files(desk: Desk) -> None:
    desk.write("a.yaml", bucket("a") + "---\n" + bucket("b", COMPLETE))
    run = desk.check("a.yaml", "--no-inject")
    assert run.code == 3
    assert run.stdout.decode() == (
        "a.yaml:5:3: error TAG_MISSING: Bucket a: spec.forProvider.tags.createdBy: required tag is missing, wanted crossplane\n"
        "    fix: add createdBy: crossplane\n"
        "a.yaml:5:3: error TAG_MISSING: Bucket a: spec.forProvider.tags.environment: required tag is missing, wanted dev\n"
        "    fix: add environment: dev\n"
        "2 errors, 0 warnings, 0 notes in 2 documents\n"
    )
    assert desk.check("a.yaml", "--fix").code == 0
    assert desk.check("a.yaml", "--no-inject").code == 0


def test_github_commands_are_escaped(desk: Desk) -> None:
    desk.write("a,b: 100%.yaml", bucket("old-a") + "---\n" + bucket("b", "environment: 'a\\nb%'"))
    lines = desk.check("a,b: 100%.yaml", "-o", "github").stdout.decode().splitlines()
    assert lines[0] == ("::notice file=a%2Cb%3A 100%25.yaml,line=1,col=1,title=EXEMPT::Bucket old-a: exempt from the policy, "
                        "found 'moved, soon <gone>'")
    assert lines[1].startswith("::error file=a%2Cb%3A 100%25.yaml,line=13,col=25,title=TAG_CONFLICT::Bucket b: ")
    assert ", found 'a\\nb%25', wanted dev%0Afix: write environment: dev, or check" in lines[1]


def test_junit_loads(desk: Desk) -> None:
    desk.write("a&b.yaml", bucket("old-a") + "---\n" + bucket("b", "environment: '<prod>'") + "---\n" + bucket("c"))
    desk.write("empty.yaml", "")
    run = desk.check("a&b.yaml", "empty.yaml", "-o", "junit")
    assert run.code == 3
    root = ElementTree.fromstring(run.stdout)
    assert {key: root.get(key) for key in ("tests", "failures", "errors", "skipped")} == {"tests": "4", "failures": "2", "errors": "0", "skipped": "1"}
    assert [suite.get("name") for suite in root] == ["a&b.yaml", "empty.yaml"]
    assert {case.get("name"): [outcome.tag for outcome in case] for case in root[0]} == {
        "Bucket old-a EXEMPT": ["skipped"],
        "Bucket b TAG_CONFLICT spec.forProvider.tags.environment": ["failure"],
        "Bucket b TAG_CHARSET spec.forProvider.tags.environment": ["failure"],
        "Bucket c": [],
    }
    assert root[0].find("testcase/skipped").get("message") == "Bucket old-a: exempt from the policy, found 'moved, soon <gone>'"
    assert root[0].find("testcase/failure").get("type") == "TAG_CONFLICT"


def sarif(desk: Desk, *arguments: str) -> dict:
    return json.loads(desk.check(*arguments, "-o", "sarif").stdout)["runs"][0]


def with_fix(text: str, result: dict) -> str:
    """The text after the first fix of a SARIF result, as an editor would apply it."""
    lines = text.splitlines(keepends=True) + [""]
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    for replacement in reversed(result["fixes"][0]["artifactChanges"][0]["replacements"]):
        region = replacement["deletedRegion"]
        begin = starts[region["startLine"] - 1] + region["startColumn"] - 1
        end = starts[region["endLine"] - 1] + region["endColumn"] - 1
        text = text[:begin] + replacement.get("insertedContent", {"text": ""})["text"] + text[end:]
    return text


def test_sarif_names_rule_place_and_object(desk: Desk) -> None:
    desk.write("units/a b.yaml", bucket("a", "environment: prod"))
    run = sarif(desk, "units")
    [result] = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert (result["ruleId"], rule["id"], rule["defaultConfiguration"]["level"]) == ("TAG_CONFLICT", "TAG_CONFLICT", "error")
    assert result["locations"] == [{
        "physicalLocation": {"artifactLocation": {"uri": "units/a%20b.yaml"}, "region": {"startLine": 6, "startColumn": 25}},
        "logicalLocations": [{"name": "a", "kind": "resource",
                              "fullyQualifiedName": "s3.aws.upbound.io/v1beta2/Bucket//a#spec.forProvider.tags.environment"}],
    }]


def test_sarif_fingerprints_stay_when_lines_move(desk: Desk) -> None:
    desk.write("a.yaml", bucket("a", "environment: prod"))
    before = sarif(desk, "a.yaml")["results"][0]["partialFingerprints"]
    desk.write("a.yaml", "# moved\n\n" + bucket("a", "environment: prod"))
    assert sarif(desk, "a.yaml")["results"][0]["partialFingerprints"] == before


@pytest.mark.parametrize(("text", "fixed"), [
    (bucket("a"), bucket("a") + "    tags:\n      createdBy: crossplane\n"),
    (bucket("a", "\u00e9: '\U0001F600', environment: prod"), None),
    (bucket("a", "environment: prod"), bucket("a", "environment: prod, createdBy: crossplane")),
    (bucket("a", "createdBy: 0123, environment: dev"), bucket("a", "createdBy: crossplane, environment: dev")),
    (bucket("a", "size: 1_0, " + COMPLETE), bucket("a", "size: \"1_0\", " + COMPLETE)),
    (bucket("a", "environment: , createdBy: crossplane"), bucket("a", "environment: dev, createdBy: crossplane")),
])
def test_sarif_fixes_can_be_applied(desk: Desk, text: str, fixed: str | None) -> None:
    desk.write("a.yaml", text)
    for _ in range(9):
        results = [result for result in sarif(desk, "a.yaml", "--no-inject")["results"] if "fixes" in result]
        if not results:
            break
        text = with_fix(text, results[0])
        assert fixed in (None, text)
        desk.write("a.yaml", text)
        fixed = None
    assert [finding["code"] for finding in desk.report("a.yaml", "--no-inject")["findings"] if finding["code"] != "TAG_CHARSET"] == []


@pytest.mark.skipif(not SARIF_SCHEMA.exists(), reason="no SARIF schema in build/, see the head of test_check.py")
def test_sarif_validates_against_its_schema(desk: Desk) -> None:
    desk.write("a.yaml", bucket("a") + "---\n" + bucket("old-b") + "---\n" + bucket("c", "environment: prod, team: 0123, 'aws:x': '\u0001'"))
    desk.write("b.yaml", "a: [\n")
    desk.write("c.yaml", "\ufeff" + bucket("d", "environment: ~").replace("\n", "\r\n"))
    schema = json.loads(SARIF_SCHEMA.read_text())
    for arguments in (["."], [".", "--no-inject"], [str(desk.root)]):
        report = json.loads(desk.check(*arguments, "-o", "sarif").stdout)
        assert len(report["runs"][0]["results"]) > 3
        jsonschema.validate(report, schema)


def test_the_example_is_sound(cmp: Program) -> None:
    run = cmp("check", str(EXAMPLE / "units"), "--policy", str(EXAMPLE / "tag-policy.yaml"), "--environment", "dev")
    assert (run.code, run.stdout) == (0, b"0 errors, 0 warnings, 0 notes in 19 documents; --fix writes tags into 7 documents\n")


def test_the_summary_as_json(desk: Desk) -> None:
    desk.write("a.yaml", bucket("a"))
    summary = json.loads(desk.check("a.yaml", "--log-format", "json").stderr)
    summary.pop("milliseconds")
    assert summary == {"policy": "p", "environment": "dev", "files": 1, "objects": 1, "errors": 0, "warnings": 0, "notes": 0, "edited": 1, "fixed": 0}
