#include "expect_failure.hpp"
#include "tag_story.hpp"
#include "tags/kyverno_policy.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace cmp {

namespace {

const std::string k_head = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p}\nspec:\n";
const std::string k_match = "match: {any: [{resources: {kinds: [s3.aws.upbound.io/*/Bucket]}}]}";

// A policy of one rule, which stands in line 6.
std::string policy_of(const std::string& rule, const std::string& name = "p") {
  return "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: " + name + "}\nspec:\n  rules:\n  - {name: r, " + rule + "}\n";
}
std::string setting(const std::string& tags) {
  return policy_of(k_match + ", mutate: {patchStrategicMerge: {spec: {forProvider: {tags: " + tags + "}}}}", "set");
}
std::string demanding(const std::string& tags, const std::string& action = "Enforce") {
  return policy_of(
      k_match + ", validate: {failureAction: " + action + ", message: see the wiki, pattern: {spec: {forProvider: {tags: " + tags + "}}}}", "demand");
}

std::string error_of(const std::string& text) {
  return outcome_of([&] { parse_kyverno_policies({{"k.yaml", text}}); });
}

// Documents under the policies, in this order.
Manifests judged(const std::vector<std::string>& policies, const std::string& text) {
  std::vector<PolicyText> files;
  for (const std::string& policy : policies) { files.push_back({"k.yaml", policy}); }
  const TagPolicy policy = parse_kyverno_policies(files);
  const TagContext context{policy, {}, "2026-11-22"};
  std::vector<UnitGroup> groups(1);
  groups.front().units.push_back({"", "unit", 0, "", text});
  groups.front().tags = &context;
  return prepare_manifests(std::move(groups), Explain::no, Limits{});
}

std::string bucket(const std::string& tags) { return k_bucket + "spec: {forProvider: {tags: " + tags + "}}\n"; }

std::string tagged(const std::vector<std::string>& policies, const std::string& tags) {
  const Manifests result = judged(policies, bucket(tags));
  const std::string head = k_bucket + "spec: {forProvider: {tags: ";
  const std::string text(result.units.front().documents.front().text(result.units.front().unit));
  return text.substr(head.size(), text.find("}}\n") - head.size());
}

std::string findings(const std::vector<std::string>& policies, const std::string& tags) {
  std::string out;
  for (const Finding& finding : judged(policies, bucket(tags)).findings) {
    out +=
        (out.empty() ? "" : "; ") + std::string(severity_name(finding.severity)) + ' ' + std::string(code_name(finding.code)) + ' ' + finding.policy;
  }
  return out;
}

}  // namespace

TEST_CASE("parse_kyverno_policies: what sets comes before what demands, whatever the order of files") {
  const TagPolicy policy = parse_kyverno_policies({{"a.yaml", demanding("{team: '?*'}") + "---\n" + setting("{team: one, owner: two}")}});
  CHECK(policy.name == "demand,set");
  REQUIRE(policy.tags.size() == 3);
  CHECK(policy.tags[0].name == "set r");
  CHECK(policy.tags[0].value == "one");
  CHECK(policy.tags[1].key == "owner");
  CHECK(policy.tags[2].pattern->text() == "?*");
  CHECK(policy.tags[2].advice == "see the wiki");
}

TEST_CASE("is_kyverno_policy: by any document's apiVersion") {
  CHECK(is_kyverno_policy({"k.yaml", "# head\n---\n" + setting("{a: b}")}));
  CHECK(is_kyverno_policy({"k.yaml", "apiVersion: policies.kyverno.io/v1\nkind: MutatingPolicy\n"}));
  CHECK_FALSE(is_kyverno_policy({"k.yaml", "apiVersion: confighub-cmp/v1alpha1\nkind: TagPolicy\n"}));
  CHECK_FALSE(is_kyverno_policy({"k.yaml", "a: [\n"}));
}

TEST_CASE("Kyverno policy: the last rule that sets a tag wins, over the author too") {
  CHECK(tagged({setting("{a: one}"), setting("{a: two, b: x}")}, "{a: mine, keep: me}") == "{a: two, keep: me, b: x}");
  CHECK(tagged({setting("{a: two, b: x}"), setting("{a: one}")}, "{}") == "{b: x, a: one}");
  CHECK(tagged({setting("{a: one}")}, "{a: 12}") == "{a: one}");
  CHECK(tagged({setting("{a: one}")}, "{a: null}") == "{a: one}");
  CHECK(tagged({setting("{a: one}")}, "{'a': one}") == "{'a': one}");
}

TEST_CASE("Kyverno policy: a string cannot be put where a list or a mapping stands") {
  CHECK(findings({setting("{a: one}")}, "[x]") == "error TAGS_SHAPE ");
  CHECK(findings({setting("{a: one}")}, "{a: [x]}") == "error TAG_CONFLICT set r; warning TAG_VALUE_NOT_STRING set");
}

TEST_CASE("Kyverno policy: patterns") {
  const auto passes = [](const std::string& pattern, const std::string& value) {
    const Manifests result = judged({demanding("{a: " + pattern + "}")}, bucket("{a: " + value + "}"));
    return !failure_of(result.findings).has_value();
  };
  SUBCASE("a word") {
    CHECK(passes("dev", "dev"));
    CHECK_FALSE(passes("dev", "Dev"));
    CHECK_FALSE(passes("dev", "'dev '"));
    CHECK_FALSE(passes("dev", "null"));
    CHECK(passes("'true'", "yes"));  // a boolean is compared as text
  }
  SUBCASE("words") {
    CHECK(passes("dev | prod", "prod"));
    CHECK(passes("dev | prod", "dev | prod"));
    CHECK_FALSE(passes("dev | prod", "staging"));
  }
  SUBCASE("?* is anything but empty") {
    CHECK(passes("'?*'", "' '"));
    CHECK(passes("'?*'", "12"));
    CHECK_FALSE(passes("'?*'", "''"));
    CHECK_FALSE(passes("'?*'", "null"));
    CHECK_FALSE(passes("'?*'", "{x: y}"));
  }
  SUBCASE("* is anything but null") {
    CHECK(passes("'*'", "''"));
    CHECK(passes("'*'", "{x: y}"));
    CHECK_FALSE(passes("'*'", "null"));
  }
  SUBCASE("of a list every member") {
    CHECK(passes("dev", "[]"));
    CHECK(passes("dev", "[dev, dev]"));
    CHECK_FALSE(passes("dev", "[dev, prod]"));
    CHECK_FALSE(passes("'?*'", "[null]"));
  }
}

TEST_CASE("Kyverno policy: Audit warns, Enforce refuses, with the rule's message as the fix") {
  CHECK(findings({demanding("{a: '?*'}")}, "{}") == "error TAG_MISSING demand r");
  CHECK(findings({demanding("{a: '?*'}", "Audit")}, "{a: ''}") == "warning TAG_VALUE_NOT_ALLOWED demand r");
  CHECK(findings({demanding("{a: '?*'}", "Audit")}, "[x]") == "warning TAGS_SHAPE ");
  CHECK(judged({demanding("{a: '?*'}")}, bucket("{}")).findings.front().fix == "see the wiki");
  SUBCASE("the rule's action goes before the policy's, and Audit is the default") {
    const std::string rule = k_match + ", validate: {pattern: {spec: {forProvider: {tags: {a: b}}}}}";
    const std::string enforced = k_head + "  validationFailureAction: Enforce\n  rules: [{name: r, " + rule + "}]\n";
    CHECK(findings({policy_of(rule)}, "{}") == "warning TAG_MISSING p r");
    CHECK(findings({enforced}, "{}") == "error TAG_MISSING p r");
  }
}

TEST_CASE("Kyverno policy: what no rule speaks of passes, and AWS's own rules only warn") {
  CHECK(findings({setting("{a: one}")}, "{count: 12, a: one}") == "warning TAG_VALUE_NOT_STRING set");
  CHECK(judged(
      {setting("{a: one}")}, "apiVersion: lambda.aws.upbound.io/v1beta1\nkind: Function\nmetadata: {name: f}\nspec: {forProvider: {tags: [x]}}\n")
            .findings.empty());
}

TEST_CASE("Kyverno policy: a Policy holds in its namespace") {
  const std::string policy = "apiVersion: kyverno.io/v1\nkind: Policy\nmetadata: {name: p, namespace: team}\nspec:\n  rules:\n"
                             "  - name: r\n    match: {any: [{resources: {kinds: [s3.aws.m.upbound.io/*/Bucket]}}]}\n"
                             "    mutate: {patchStrategicMerge: {spec: {forProvider: {tags: {a: b}}}}}\n";
  const auto edits = [&](const std::string& metadata) {
    return judged({policy}, "apiVersion: s3.aws.m.upbound.io/v1beta1\nkind: Bucket\nmetadata: {name: b" + metadata + "}\n").edited;
  };
  CHECK(edits(", namespace: team") == 1);
  CHECK(edits(", namespace: other") == 0);
  CHECK(edits("") == 0);
}

TEST_CASE("parse_kyverno_policies: refusals") {
  const std::string mutate = "mutate: {patchStrategicMerge: {spec: {forProvider: {tags: {a: b}}}}}";
  const std::string rule = "2: k.yaml:6: spec.rules[0]";
  const std::string tags = ".mutate.patchStrategicMerge.spec.forProvider.tags";
  const auto of_kind = [&](const std::string& kind) {
    return error_of(policy_of("match: {any: [{resources: {kinds: [" + kind + "]}}]}, " + mutate));
  };
  const auto of_pattern = [](const std::string& pattern) { return error_of(demanding("{a: " + pattern + "}")); };
  const std::string at_pattern = rule + ".validate.pattern.spec.forProvider.tags.a: ";

  SUBCASE("what is not in the subset, by name") {
    CHECK(error_of(policy_of(k_match + ", exclude: {}, " + mutate)) == rule + ".exclude: not understood of Kyverno");
    CHECK(error_of(policy_of(k_match + ", preconditions: {}, " + mutate)) == rule + ".preconditions: not understood of Kyverno");
    CHECK(error_of(policy_of("match: {all: []}, " + mutate)) == rule + ".match.all: not understood of Kyverno");
    CHECK(error_of(policy_of("match: {any: [{resources: {kinds: [x], names: [y]}}]}, " + mutate)) ==
          rule + ".match.any[0].resources.names: not understood of Kyverno");
    CHECK(error_of(policy_of(k_match + ", mutate: {patchesJson6902: x}")) == rule + ".mutate.patchesJson6902: not understood of Kyverno");
    CHECK(error_of(policy_of(k_match + ", validate: {deny: {}}")) == rule + ".validate.deny: not understood of Kyverno");
    CHECK(error_of(policy_of(k_match + ", validate: {pattern: {metadata: {}}}")) == rule + ".validate.pattern.metadata: not understood of Kyverno");
    CHECK(error_of(k_head + "  failurePolicy: Fail\n  rules: []\n") == "2: k.yaml:5: spec.failurePolicy: not understood of Kyverno");
    CHECK(
        error_of(
            "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: p, annotations: {policies.kyverno.io/scored: 'false'}}\nspec: {}\n") ==
        "2: k.yaml:3: metadata.annotations.policies.kyverno.io/scored: not understood of Kyverno");
  }
  SUBCASE("another type") {
    CHECK(error_of("apiVersion: kyverno.io/v2\nkind: ClusterPolicy\n") ==
          "2: k.yaml:1: apiVersion: 'kyverno.io/v2' is not supported, want kyverno.io/v1");
    CHECK(error_of("apiVersion: kyverno.io/v1\nkind: CleanupPolicy\n") ==
          "2: k.yaml:2: kind: 'CleanupPolicy' is not supported, want ClusterPolicy or Policy");
    CHECK(error_of("# nothing\n") == "2: k.yaml: holds no policy");
    CHECK(error_of("apiVersion: kyverno.io/v1\nkind: [\n").starts_with("2: k.yaml:3: not valid YAML: "));
  }
  SUBCASE("a rule that is not whole") {
    CHECK(error_of(policy_of(k_match)) == rule + ": needs either mutate or validate");
    CHECK(error_of(policy_of(k_match + ", validate: {message: m}")) == rule + ".validate: pattern is missing");
    CHECK(error_of(policy_of(mutate)) == rule + ": match is missing");
    CHECK(error_of(k_head + "  rules: []\n") == "2: k.yaml:5: spec.rules: the list is empty");
    CHECK(error_of(setting("{}")) == rule + tags + ": the mapping is empty");
    CHECK(error_of(setting("text")) == rule + tags + ": must be a mapping");
    CHECK(error_of(k_head + "  validationFailureAction: enforce\n  rules: []\n") ==
          "2: k.yaml:5: spec.validationFailureAction: 'enforce' is not one of Enforce, Audit");
    CHECK(error_of(k_head + "  background: 1\n  rules: []\n") == "2: k.yaml:5: spec.background: must be true or false");
  }
  SUBCASE("kinds") {
    const std::string at = rule + ".match.any[0].resources.kinds[0]: ";
    CHECK(of_kind("Bucket") == at + "'Bucket' does not name one group and kind");
    CHECK(of_kind("'*.aws.upbound.io/*/*'") == at + "'*.aws.upbound.io/*/*' does not name one group and kind");
    CHECK(of_kind("s3.aws.upbound.io/*/BucketPolicy") == at + "'s3.aws.upbound.io/*/BucketPolicy' has no tags at spec.forProvider.tags");
    CHECK(of_kind("autoscaling.aws.upbound.io/*/AutoscalingGroup") ==
          at + "'autoscaling.aws.upbound.io/*/AutoscalingGroup' has no tags at spec.forProvider.tags");
    CHECK(error_of("apiVersion: kyverno.io/v1\nkind: Policy\nmetadata: {name: p, namespace: team}\nspec: {rules: [{name: r, " + k_match + ", " +
                   mutate + "}]}\n") == "2: k.yaml:4: spec.rules[0].match.any[0].resources.kinds[0]: 's3.aws.upbound.io/*/Bucket' is cluster-scoped, "
                                        "to which a Policy never applies");
  }
  SUBCASE("tags to set") {
    CHECK(error_of(setting("{a: 12}")) == rule + tags + ".a: must be a string, and this is a number to Kyverno");
    CHECK(error_of(setting("{a: null}")) == rule + tags + ".a: must be a string, and this is null to Kyverno");
    CHECK(error_of(setting("{a: {b: c}}")) == rule + tags + ".a: must be a string");
    CHECK(error_of(setting("{a: '{{ request.name }}'}")) == rule + tags + ".a: '{{ request.name }}' has characters AWS does not take");
    CHECK(error_of(setting("{+(a): b}")) == rule + tags + ".\"+(a)\": '+(a)' is not a tag's key");
    CHECK(error_of(setting("{crossplane-name: b}")) == rule + tags + ".crossplane-name: 'crossplane-name' is reserved");
    CHECK(error_of(setting("{a: b, a: c}")).starts_with("2: k.yaml:6: not valid YAML: "));
  }
  SUBCASE("patterns") {
    const std::string number = "' is not understood as a pattern: Kyverno compares it as a number or a duration";
    const std::string characters = "' is not understood as a pattern: it has characters other than letters, digits, blanks and _.:/=+-@";
    CHECK(of_pattern("'5m'") == at_pattern + "'5m" + number);
    CHECK(of_pattern("'1-5'") == at_pattern + "'1-5" + number);
    CHECK(of_pattern("dev | k") == at_pattern + "'dev | k" + number);
    CHECK(of_pattern("e12") == at_pattern + "'e12" + number);
    CHECK(of_pattern("'!dev'") == at_pattern + "'!dev" + characters);
    CHECK(of_pattern("'d*'") == at_pattern + "'d*" + characters);
    CHECK(of_pattern("'a & b'") == at_pattern + "'a & b" + characters);
    CHECK(of_pattern("''") == at_pattern + "'' is not understood as a pattern: an empty word matches what is absent, too");
    CHECK(of_pattern("true") == at_pattern + "must be a string, and this is a boolean to Kyverno");
    CHECK(error_of(policy_of(k_match + ", validate: {message: '{{ x }}', pattern: {}}")) ==
          rule + ".validate.message: variables are not understood of Kyverno");
  }
}

}  // namespace cmp
