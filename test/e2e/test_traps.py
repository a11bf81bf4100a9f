"""What hostile and careless authors write, beyond ../shared/data/tag-policy-cases.yaml: one row a trap, judged by `check`
under a policy of two tags. A row says what is found and, to the byte, what `check --fix` makes of the file."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from program import Program

POLICY = """
apiVersion: confighub-cmp/v1alpha1
kind: TagPolicy
metadata: {name: p}
spec:
  environment: {allowed: [dev, prod], from: [{flag: environment}]}
  tags:
  - {key: createdBy, value: crossplane, onConflict: overwrite}
  - {key: environment, value: '${environment}', onConflict: reject}
"""
BUCKET = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: b}\n"
OTHER = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\n"
PROVIDER = "spec:\n  forProvider:\n"
FLOW = ", createdBy: crossplane, environment: dev"
BOTH = "createdBy: crossplane, environment: dev"
NOT_STRING = "error TAG_VALUE_NOT_STRING 4:35"


def tags(text: str) -> str:
    """The spec on line 4; the first key starts in column 30."""
    return f"spec: {{forProvider: {{tags: {{{text}}}}}}}\n"


def named(metadata: str) -> str:
    return BUCKET.replace("{name: b}", metadata)


def of_kind(api_version: str, kind: str) -> str:
    return f"apiVersion: {api_version}\nkind: {kind}\nmetadata: {{name: b}}\n"


def lines(indent: int) -> str:
    return f"{' ' * indent}createdBy: crossplane\n{' ' * indent}environment: dev\n"


def many(count: int) -> str:
    return ", ".join(f"t{number}: x" for number in range(count))


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


@dataclass(frozen=True)
class Trap:
    title: str
    text: str
    findings: str = ""  # "error TAG_CONFLICT 4:42; ..." in the order of the text
    behind: str = ""  # what is added stands behind the first of these,
    added: str = FLOW
    edited: str = ""  # or this is the whole new text

    @property
    def expected(self) -> str:
        return self.edited or (self.text.replace(self.behind, self.behind + self.added, 1) if self.behind else self.text)


ANCHORS = [
    Trap("an anchor ends with its document", named("{name: &n b}") + "---\n" + named("{name: c}") + tags("team: *n"),
         "error YAML_SYNTAX 8:35"),
    Trap("one anchor in two documents", named("&m {name: b}") + tags("a: b") + "---\n" + OTHER.replace("{", "&m {") + "data: *m\n", behind="a: b"),
    Trap("an anchor defined twice, the later counts", named("{name: &x b, namespace: &x dev}") + tags("environment: *x, createdBy: crossplane")),
    Trap("tags are the labels by alias", named("{name: b, labels: &l {team: a}}") + PROVIDER + "    tags: *l # same\n    region: r\n",
         edited=named("{name: b, labels: &l {team: a}}") + PROVIDER + "    tags: # same\n      team: a\n" + lines(6) + "    region: r\n"),
    Trap("labels are the tags by alias", "spec: {forProvider: {tags: &l {team: a}}}\n" + named("{name: b, labels: *l}"), "error YAML_SHARED_NODE 1:28"),
    Trap("forProvider is an alias", named("{name: b, annotations: &f {region: r}}") + "spec: {forProvider: *f}\n", "error YAML_SHARED_NODE 4:8"),
    Trap("a value is an alias", named("{name: &n b}") + tags("createdBy: *n, environment: dev"), "note TAG_OVERWRITTEN 4:40",
         edited=named("{name: &n b}") + tags("createdBy: crossplane, environment: dev")),
    Trap("of merged mappings the first counts", named("{name: b, labels: &a {environment: dev}, annotations: &c {environment: prod}}") +
         tags("<<: [*a, *c]"), behind="<<: [*a, *c]", added=", createdBy: crossplane"),
    Trap("and not the last", named("{name: b, labels: &a {environment: dev}, annotations: &c {environment: prod}}") + tags("<<: [*c, *a]"),
         "error TAG_CONFLICT 3:82"),
    Trap("two merge keys", named("{name: b, labels: &a {x: y}, annotations: &c {team: z}}") + tags("<<: *a, <<: *c"), "error YAML_DUPLICATE_KEY 4:37"),
    Trap("a merge of text", named("{name: &n b}") + tags("<<: *n"), "error YAML_SYNTAX 4:33"),
    Trap("<< in quotes is a key like others", BUCKET + tags("'<<': x"), "error TAG_CHARSET 4:35"),
    Trap("a merge behind the key it sets", named("{name: b, labels: &l {environment: prod}}") + tags("environment: dev, <<: *l"),
         "error YAML_MERGE_ORDER 4:47"),
    Trap("a merge before the key that overrides it", named("{name: b, labels: &l {environment: prod}}") + tags("<<: *l, environment: dev"),
         behind="environment: dev", added=", createdBy: crossplane"),
    Trap("the whole spec by merge", BUCKET + "x: &s {spec: {forProvider: {region: r}}}\n<<: *s\n", "error YAML_SHARED_NODE 4:15"),
]

KEYS = [
    Trap("a complex key", BUCKET + PROVIDER + "    tags:\n      ? team\n      : a\n", behind=": a\n", added=lines(6)),
    Trap("a complex key that is a list", BUCKET + PROVIDER + "    tags:\n      ? [a, b]\n      : c\n", "error YAML_SYNTAX 7:14"),
    Trap("a set", BUCKET + PROVIDER + "    tags: !!set {dev, prod}\n", "error TAG_VALUE_NOT_STRING 6:21; error TAG_VALUE_NOT_STRING 6:27"),
    Trap("an ordered map", BUCKET + PROVIDER + "    tags: !!omap [a: b]\n", "error TAGS_SHAPE 6:11"),
    Trap("a key twice, once in quotes", BUCKET + tags("team: a, 'team': b"), "error YAML_DUPLICATE_KEY 4:38"),
    Trap("a key twice, octal and decimal", BUCKET + tags("010: a, 8: b"), "error YAML_DUPLICATE_KEY 4:37"),
    Trap("a key twice beside the tags", BUCKET + "spec: {forProvider: {region: r, region: s}}\n", "error YAML_DUPLICATE_KEY 4:33"),
    Trap("spec twice", BUCKET + "spec: {}\nspec: {}\n", "error YAML_DUPLICATE_KEY 5:1"),
    Trap("keys with colons in quotes", BUCKET + tags("'kubernetes.io/cluster: a': x, \"b:c\": d"), behind="\"b:c\": d"),
    Trap("a key that looks like a comment", BUCKET + tags("'# team': a"), "error TAG_CHARSET 4:39"),
    Trap("the key no, false to Go", BUCKET + tags("no: x"), "error TAG_VALUE_NOT_STRING 4:33"),
    Trap("a key of 128 characters", BUCKET + tags("k" * 128 + ": x"), behind=": x"),
    Trap("a key of 129 characters", BUCKET + tags("k" * 129 + ": x"), "error TAG_LENGTH 4:160"),
    Trap("a key longer than YAML's 1024", BUCKET + tags("\"" + "k" * 1100 + "\": x"), "error YAML_SYNTAX 4:1131"),
    Trap("an empty key", BUCKET + tags("'': x"), "error TAG_LENGTH 4:33"),
    Trap("a key without colon", BUCKET + tags("team"), "error TAG_VALUE_NOT_STRING 4:33"),
    Trap("a tight colon makes one word", BUCKET + tags("team:a"), NOT_STRING),
    Trap("a tight colon behind quotes does not", BUCKET + tags("'team':a"), behind="'team':a"),
]

LAYOUT = [
    Trap("comments between the entries", BUCKET + PROVIDER + "    tags:\n      # pays\n      team: a\n\n      # where\n      zone: b\n"
         "      # end\n    # of tags\n    region: r\n", behind="# end\n", added=lines(6)),
    Trap("a comment behind the last line", BUCKET + PROVIDER + "    tags:\n      team: a\n# end\n", behind="team: a\n", added=lines(6)),
    Trap("a comment that belongs to the tags", BUCKET + PROVIDER + "    tags:\n      team: a\n      # more\n", behind="# more\n", added=lines(6)),
    Trap("no newline at the end", BUCKET + PROVIDER + "    tags:\n      team: a", behind="team: a", added="\n" + lines(6)[:-1]),
    Trap("a comment without newline at the end", BUCKET + PROVIDER + "    tags:\n      team: a # b", behind="# b", added="\n" + lines(6)[:-1]),
    Trap("blank lines at the end", BUCKET + PROVIDER + "    tags:\n      team: a\n\n\n", behind="team: a\n", added=lines(6)),
    Trap("steps of four, then of three", BUCKET + "spec:\n    forProvider:\n        tags:\n           team: a\n        region: r\n",
         behind="team: a\n", added=lines(11)),
    Trap("steps of one", BUCKET + "spec:\n forProvider:\n  region: r\n", behind="region: r\n", added="  tags:\n" + lines(3)),
    Trap("a tab as indentation", BUCKET + "spec:\n\tforProvider: {}\n", "error YAML_SYNTAX 5:1"),
    Trap("tabs elsewhere", BUCKET + PROVIDER + "    tags:\t# why\n      team:\ta\t# who\n", behind="# who\n", added=lines(6)),
    Trap("braces on lines of their own", BUCKET + PROVIDER + "    tags:\n      {\n        team: a\n      }\n", behind="team: a",
         added=",\n        createdBy: crossplane,\n        environment: dev"),
    Trap("commas first", BUCKET + PROVIDER + "    tags: {\n        team: a\n      , zone: b\n      }\n", behind="zone: b",
         added=",\n        createdBy: crossplane,\n        environment: dev"),
    Trap("two on a line", BUCKET + PROVIDER + "    tags: {team: a,\n      zone: b, cost: c}\n", behind="cost: c"),
    Trap("empty braces over lines", BUCKET + PROVIDER + "    tags: {\n    }\n", edited=BUCKET + PROVIDER + "    tags: {" + BOTH + "\n    }\n"),
    Trap("only a comment in the braces", BUCKET + PROVIDER + "    tags: { # none\n    }\n    region: r\n",
         edited=BUCKET + PROVIDER + "    tags: {" + BOTH + " # none\n    }\n    region: r\n"),
    Trap("braces and hashes in quotes", BUCKET + tags("team: 'a}, # b'"), "error TAG_CHARSET 4:35"),
    Trap("a literal block keeps its newline", BUCKET + PROVIDER + "    tags:\n      environment: |\n        dev\n",
         "error TAG_CONFLICT 7:20; error TAG_CHARSET 7:20"),
    Trap("a literal block that strips it", BUCKET + PROVIDER + "    tags:\n      environment: |-\n        dev\n      createdBy: crossplane\n"),
    Trap("behind a folded block", BUCKET + PROVIDER + "    tags:\n      note: >-\n        one\n        two\n    region: r\n", behind="two\n", added=lines(6)),
    Trap("behind a quoted text of two lines", BUCKET + PROVIDER + "    tags:\n      note: \"one\n        two\"\n", behind="two\"\n", added=lines(6)),
    Trap("braces with carriage returns", crlf(BUCKET + PROVIDER + "    tags: {\n      team: a\n    }\n"), behind="team: a",
         added=crlf(",\n      createdBy: crossplane,\n      environment: dev")),
    Trap("carriage returns, and none at the end", crlf(BUCKET + PROVIDER + "    region: r"), behind="region: r",
         added=crlf("\n    tags:\n" + lines(6)[:-1])),
    Trap("line ends of both kinds, as the first line", BUCKET + crlf(PROVIDER) + "    region: r\n", behind="region: r\n", added="    tags:\n" + lines(6)),
    Trap("a lone carriage return", BUCKET + PROVIDER + "    region: r\r    zone: z\n", "error YAML_SYNTAX 6:14"),
]

DOCUMENTS = [
    Trap("a byte order mark", "\ufeff" + BUCKET + tags("team: a"), behind="team: a"),
    Trap("a byte order mark before the second", OTHER + "---\n\ufeff" + BUCKET + tags("team: a"), behind="team: a"),
    Trap("a byte order mark in a value", BUCKET + tags("team: \ufeffa"), "error TAG_CHARSET 4:35"),
    Trap("an end mark", BUCKET + tags("team: a") + "...\n", behind="team: a"),
    Trap("an end mark for a separator", BUCKET + "...\n" + OTHER, "error YAML_SYNTAX 5:1"),
    Trap("empty documents around", "---\n---\n# nothing\n---\n" + BUCKET + tags("team: a") + "---\n---\n", behind="team: a"),
    Trap("only comments", "# nothing here\n\n# yet\n"),
    Trap("null as a document", "--- \n~\n---\n" + BUCKET + tags(BOTH)),
    Trap("text behind the separator", "--- " + BUCKET, "error YAML_SYNTAX 1:4; error NOT_AN_OBJECT 2:1"),
    Trap("a comment behind the separator", "--- # first\n" + BUCKET + tags("team: a"), behind="team: a"),
    Trap("a directive", "%YAML 1.1\n---\n" + BUCKET, "error YAML_SYNTAX 2:1"),
    Trap("one object twice in a file", BUCKET + tags(BOTH) + "---\n" + BUCKET + tags(BOTH), "error DUPLICATE_OBJECT 6:1"),
    Trap("JSON with tabs", "{\n\t\"apiVersion\": \"s3.aws.upbound.io/v1beta2\",\n\t\"kind\": \"Bucket\",\n\t\"metadata\": {\"name\": \"b\"},\n\t\"spec\": {\n"
         "\t\t\"forProvider\": {\n\t\t\t\"tags\": {\n\t\t\t\t\"team\": \"a\"\n\t\t\t}\n\t\t}\n\t}\n}\n", behind="\"a\"",
         added=",\n\t\t\t\t\"createdBy\": \"crossplane\",\n\t\t\t\t\"environment\": \"dev\""),
    Trap("JSON on one line without newline", "{\"apiVersion\":\"s3.aws.upbound.io/v1beta2\",\"kind\":\"Bucket\",\"metadata\":{\"name\":\"b\"},"
         "\"spec\":{\"forProvider\":{\"tags\":{\"team\":\"a\"}}}}", behind="\"team\":\"a\"", added=", \"createdBy\": \"crossplane\", \"environment\": \"dev\""),
    Trap("tags of an item of a List", "apiVersion: v1\nkind: List\nitems:\n- apiVersion: s3.aws.upbound.io/v1beta2\n  kind: Bucket\n  metadata: {name: b}\n"
         "  spec:\n    forProvider:\n      tags:\n        team: a\n", behind="team: a\n", added=lines(8)),
    Trap("a List between braces", "{apiVersion: v1, kind: List, items: [{apiVersion: s3.aws.upbound.io/v1beta2, kind: Bucket, metadata: {name: b}}]}\n",
         behind="{name: b}", added=", spec: {forProvider: {tags: {" + BOTH + "}}}"),
    Trap("items on what is no List", BUCKET + "items: [{a: b}]\n", "error NOT_AN_OBJECT 4:1"),
    Trap("a List inside a List", "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: List, items: []}\n", "error NOT_AN_OBJECT 4:3"),
]

VALUES = [
    Trap("a blank behind the environment", BUCKET + tags("environment: \"dev \""), "error TAG_CONFLICT 4:42; warning TAG_CHARSET 4:42"),
    Trap("a no-break space behind it", BUCKET + tags("environment: \"dev\u00a0\""), "error TAG_CONFLICT 4:42"),
    Trap("a Cyrillic e in it", BUCKET + tags("environment: d\u0435v"), "error TAG_CONFLICT 4:42"),
    Trap("a zero-width space in the key", BUCKET + tags("\"environment\u200b\": dev"), "error TAG_CHARSET 4:45"),
    Trap("the same text by escapes", BUCKET + tags("\"\\u0065nvironment\": \"d\\x65v\", createdBy: crossplane")),
    Trap("an account id, octal", BUCKET + tags("acct: 012345678901"), NOT_STRING),
    Trap("an account id, a float for its eight", BUCKET + tags("acct: 089345678901"), NOT_STRING),
    Trap("an account id, decimal", BUCKET + tags("acct: 123456789012"), NOT_STRING),
    Trap("underscores in a number", BUCKET + tags("size: 1_000"), NOT_STRING),
    Trap("base sixty is text to Go", BUCKET + tags("time: 190:20:30"), behind="190:20:30"),
    Trap("a version of two parts", BUCKET + tags("vers: 1.10"), NOT_STRING),
    Trap("infinity", BUCKET + tags("size: .inf"), "error YAML_SYNTAX 4:35"),
    Trap("a number beyond every float is text", BUCKET + tags("size: 1e999"), behind="1e999"),
    Trap("booleans of YAML 1.1", BUCKET + tags("a: on, b: Off, c: NO, d: Y"), "; ".join(f"error TAG_VALUE_NOT_STRING 4:{at}" for at in (32, 39, 47, 54))),
    Trap("words that are none", BUCKET + tags("a: oN, b: nO, c: t, d: 'yes'"), behind="'yes'"),
    Trap("a tilde", BUCKET + tags("team: ~"), NOT_STRING),
    Trap("a date is text to Go", BUCKET + tags("since: 2026-11-22"), behind="2026-11-22"),
    Trap("text by its tag", BUCKET + tags("cost: !!str 0123"), behind="0123"),
    Trap("text by the tag !", BUCKET + tags("cost: ! 0123"), behind="0123"),
    Trap("a number by its tag", BUCKET + tags("cost: !!int '7'"), NOT_STRING),
    Trap("a tag that does not fit", BUCKET + tags("cost: !!int seven"), "error YAML_SYNTAX 4:35"),
    Trap("an application's tag", BUCKET + tags("team: !secret x"), NOT_STRING),
    Trap("binary", BUCKET + tags("team: !!binary ZGV2"), NOT_STRING),
    Trap("an emoji", BUCKET + tags("mood: '\U0001F600'"), "error TAG_CHARSET 4:35"),
    Trap("letters of other scripts", BUCKET + tags("'\u30c1\u30fc\u30e0': \u00e9quipe"), behind="\u00e9quipe"),
    Trap("an empty value", BUCKET + tags("note: ''"), behind="note: ''"),
    Trap("an empty value where the service wants one", of_kind("mwaa.aws.upbound.io/v1beta1", "Environment") + tags("note: ''"), "error TAG_LENGTH 4:35"),
    Trap("256 letters of two bytes", BUCKET + tags("note: " + "\u00e9" * 256), behind="\u00e9" * 256),
    Trap("257 of them", BUCKET + tags("note: " + "\u00e9" * 257), "error TAG_LENGTH 4:35"),
    Trap("a placeholder", BUCKET + tags("environment: '${ENVIRONMENT}'"), "error PLACEHOLDER 4:42"),
    Trap("a placeholder of Helm", BUCKET + tags("team: '{{ .Values.team }}'"), "error TAG_CHARSET 4:35"),
    Trap("a line break", BUCKET + tags("team: \"a\\nb\""), "error TAG_CHARSET 4:35"),
]

RULES = [
    Trap("keys that differ in case", BUCKET + tags("Environment: dev"), "warning TAG_KEY_CASE_VARIANT 4:42", behind="Environment: dev"),
    Trap("the same on a role", of_kind("iam.aws.upbound.io/v1beta1", "Role") + tags("Environment: dev"), "error TAG_KEY_CASE_DUP 4:42"),
    Trap("the reserved prefix in capitals", BUCKET + tags("'AWS:createdBy': x"), "error TAG_KEY_RESERVED 4:46"),
    Trap("a key of the provider", BUCKET + tags("crossplane-kind: x"), "error TAG_KEY_RESERVED 4:46"),
    Trap("46 tags, ours and the provider's are 51", BUCKET + tags(many(46)), "error TAG_COUNT 4:22"),
    Trap("45 tags, ours and the provider's are 50", BUCKET + tags(many(45)), behind="t44: x"),
    Trap("an S3 object takes ten", of_kind("s3.aws.upbound.io/v1beta2", "Object") + tags(many(6)), "error TAG_COUNT 4:22"),
    Trap("tags as a list", BUCKET + "spec: {forProvider: {tags: [{key: environment, value: dev}]}}\n", "error TAGS_SHAPE 4:28"),
    Trap("tags as text", BUCKET + "spec: {forProvider: {tags: 'environment=dev'}}\n", "error TAGS_SHAPE 4:28"),
    Trap("tags one level too high", BUCKET + "spec: {tags: {environment: prod}}\n", behind="{environment: prod}", added=", forProvider: {tags: {" + BOTH + "}}"),
    Trap("tags in metadata", named("{name: b, tags: {environment: prod}}") + tags(BOTH)),
    Trap("tags in initProvider only", BUCKET + "spec: {forProvider: {region: r}, initProvider: {tags: {environment: dev}}}\n",
         "warning INITPROVIDER_TAGS 4:56", behind="region: r", added=", tags: {" + BOTH + "}"),
    Trap("tags on a kind without any", of_kind("s3.aws.upbound.io/v1beta1", "BucketPolicy") + tags("a: b"), "error TAGS_UNSUPPORTED 4:22"),
    Trap("a kind in small letters", of_kind("s3.aws.upbound.io/v1beta2", "bucket"), "warning KIND_UNKNOWN 1:1"),
    Trap("a version the provider does not have", of_kind("s3.aws.upbound.io/v2", "Bucket") + tags("a: b"), "warning VERSION_UNKNOWN 1:1", behind="a: b"),
    Trap("the classic provider", of_kind("s3.aws.crossplane.io/v1beta1", "Bucket") + tags("environment: prod"), "warning KIND_UNKNOWN 1:1"),
    Trap("a kind that is a number", of_kind("v1", "7"), "error NOT_AN_OBJECT 2:7"),
    Trap("observed only", BUCKET + "spec: {managementPolicies: [Observe], forProvider: {tags: {environment: prod}}}\n", "note OBSERVE_ONLY 4:8"),
    Trap("paused", BUCKET + "spec:\n  managementPolicies: []\n", behind="[]\n", added="  forProvider:\n    tags:\n" + lines(6)),
]

TRAPS = ANCHORS + KEYS + LAYOUT + DOCUMENTS + VALUES + RULES
CONTENT = ("YAML_", "NOT_AN_OBJECT", "DUPLICATE_OBJECT")


def exit_code(findings: str) -> int:
    errors = [finding.split()[1] for finding in findings.split("; ") if finding.startswith("error ")]
    return 6 if any(code.startswith(CONTENT) for code in errors) else 3 if errors else 0


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.title.replace(" ", "-"))
def test_trap(cmp: Program, trap: Trap) -> None:
    policy, file = cmp.file("policy.yaml", POLICY), cmp.directory / "unit.yaml"
    file.write_bytes(trap.text.encode())
    run = cmp("check", str(file), "--policy", policy, "--environment", "dev", "--fix", "-o", "json")
    findings = [f"{each['severity']} {each['code']} {each['line']}:{each['column']}" for each in json.loads(run.stdout)["findings"]]
    assert "; ".join(findings) == trap.findings
    assert run.code == exit_code(trap.findings)
    assert file.read_bytes().decode() == trap.expected
