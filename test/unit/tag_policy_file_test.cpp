#include "expect_failure.hpp"
#include "tags/tag_policy_file.hpp"
#include "tags/tag_policy_keys.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

const std::string k_head = "apiVersion: confighub-cmp/v1alpha1\nkind: TagPolicy\nmetadata: {name: p}\nspec:\n";
const std::string k_environment = "  environment: {allowed: [dev, prod], from: [{flag: environment}]}\n";

TagPolicy parse(const std::string& spec) { return parse_tag_policy(k_head + spec, "policy.yaml"); }
TagPolicy parse_tags(const std::string& tags) { return parse(k_environment + "  tags: [" + tags + "]\n"); }
std::string error_of(const std::string& spec) {
  return outcome_of([&] { parse(spec); });
}
// Of tags, which stand in line 6.
std::string tags_error(const std::string& tags) { return error_of(k_environment + "  tags: [" + tags + "]\n"); }

}  // namespace

TEST_CASE("parse_tag_policy: a whole policy") {
  const TagPolicy policy = parse("  environment:\n"
                                 "    allowed: [dev, prod]\n"
                                 "    from:\n"
                                 "    - {flag: environment}\n"
                                 "    - {space: '-(dev|prod)$'}\n"
                                 "    - {spaceLabel: tier, match: '^(dev|prod)'}\n"
                                 "    - {project: '^(dev|prod)-'}\n"
                                 "  tags:\n"
                                 "  - {key: createdBy, value: crossplane, onConflict: overwrite}\n"
                                 "  - {key: environment, value: '${environment}'}\n"
                                 "  - {key: owner, default: platform}\n"
                                 "  - {key: costCenter, match: '^[0-9]{4}$', requiredIn: [prod]}\n"
                                 "  - {key: class, oneOf: [a, b], required: true, kinds: ['s3.*/*/Bucket']}\n"
                                 "  exclude:\n"
                                 "  - {kinds: ['iam.aws.upbound.io/*/Role'], names: ['aws-*'], reason: owned by AWS, until: 2027-01-31}\n"
                                 "  claims:\n"
                                 "  - {kind: demo.example/*/Claim, environmentPath: spec.environment, tagPath: spec.tags}\n"
                                 "  compositions: inject-static\n"
                                 "  unknownKinds: reject\n"
                                 "  observeOnly: inject\n"
                                 "  providerTags: 0\n");
  CHECK(policy.name == "p");
  CHECK(policy.environments == std::vector<std::string>{"dev", "prod"});
  CHECK(policy.environment_sources.size() == 4);
  REQUIRE(policy.tags.size() == 5);
  CHECK(policy.tags[0].on_conflict == OnConflict::overwrite);
  CHECK(policy.tags[1].on_conflict == OnConflict::reject);
  CHECK(policy.tags[2].on_conflict == OnConflict::keep);
  CHECK(policy.tags[3].name == "p tags[3]");
  CHECK(policy.exemptions.front().until == "2027-01-31");
  CHECK(policy.claims.front().tag_path == std::vector<std::string>{"spec", "tags"});
  CHECK(policy.compositions == Compositions::inject_static);
  CHECK(policy.unknown_kinds == UnknownKinds::reject);
  CHECK(policy.observe_only == ObserveOnly::inject);
  CHECK(policy.provider_tags == 0);
}

TEST_CASE("TagRule: what it wants by environment") {
  const TagPolicy policy =
      parse_tags("{key: a, value: 'x-${environment}'}, {key: b, value: base, values: {prod: special}}, {key: c, values: {prod: only}}, "
                 "{key: d, match: x, requiredIn: [prod]}");
  CHECK(policy.tags[0].wanted("dev") == "x-dev");
  CHECK_FALSE(policy.tags[0].is_static());
  CHECK(policy.tags[1].wanted("dev") == "base");
  CHECK(policy.tags[1].wanted("prod") == "special");
  CHECK_FALSE(policy.tags[1].is_static());
  CHECK(policy.tags[2].wanted("dev") == std::nullopt);
  CHECK_FALSE(policy.tags[2].requires_presence("dev"));
  CHECK(policy.tags[2].requires_presence("prod"));
  CHECK(policy.tags[3].requires_presence("prod"));
  CHECK_FALSE(policy.tags[3].requires_presence("dev"));
}

TEST_CASE("parse_tag_policy: typos carry their line and the nearest known word") {
  const Failure failure = failure_of([] { parse(k_environment + "  tags:\n  - {key: a, valeu: b}\n"); });
  CHECK(failure.message() == "policy.yaml:7: spec.tags[0].valeu: unknown key");
  CHECK(failure.hints() == std::vector<std::string>{"did you mean value?"});
  CHECK(tags_error("{key: a, value: b, onConflict: replace}") ==
        "2: policy.yaml:6: spec.tags[0].onConflict: 'replace' is not one of reject, keep, overwrite");
  CHECK(error_of("  tags: []\n") == "2: policy.yaml:5: spec.tags: the list is empty");
  CHECK(error_of(k_environment) == "2: policy.yaml:5: spec: tags is missing");
}

TEST_CASE("parse_tag_policy: rules that make no sense") {
  CHECK(tags_error("{key: a}") == "2: policy.yaml:6: spec.tags[0]: the rule neither sets nor checks anything");
  CHECK(tags_error("{key: a, value: b, default: c}") == "2: policy.yaml:6: spec.tags[0].default: both a value and a default");
  CHECK(tags_error("{key: a, match: b, onConflict: keep}") == "2: policy.yaml:6: spec.tags[0].onConflict: there is no value to be in conflict with");
  CHECK(tags_error("{key: a, default: b, onConflict: overwrite}") ==
        "2: policy.yaml:6: spec.tags[0].onConflict: a default always yields to the manifest");
  CHECK(tags_error("{key: a, value: b, requiredIn: [stage]}") == "2: policy.yaml:6: spec.tags[0].requiredIn: 'stage' is not an environment");
  CHECK(tags_error("{key: a, values: {stage: b}}") == "2: policy.yaml:6: spec.tags[0].values: 'stage' is not an environment");
  CHECK(tags_error("{key: a, match: '(b'}") == "2: policy.yaml:6: spec.tags[0].match: not a regular expression: missing ): (b");
  CHECK(tags_error("{key: a, match: '(?=b)'}").starts_with("2: policy.yaml:6: spec.tags[0].match: not a regular expression: "));
}

TEST_CASE("parse_tag_policy: values are checked before any manifest is") {
  CHECK(tags_error("{key: a, value: b, match: '^[0-9]+$'}") ==
        "2: policy.yaml:6: spec.tags[0].value: 'b' is not a match of ^[0-9]+$, as the rule itself demands");
  CHECK(tags_error("{key: a, value: '${environment}', oneOf: [dev]}") ==
        "2: policy.yaml:6: spec.tags[0].value: 'prod' is not one of dev, as the rule itself demands");
  CHECK(tags_error("{key: a, value: '${team}'}") == "2: policy.yaml:6: spec.tags[0].value: '${team}' has a variable other than ${environment}");
  CHECK(tags_error("{key: a, value: 'b;c'}") == "2: policy.yaml:6: spec.tags[0].value: 'b;c' has characters AWS does not take");
  CHECK(tags_error("{key: a, value: " + std::string(257, 'x') + "}") == "2: policy.yaml:6: spec.tags[0].value: longer than 256 characters");
  CHECK(error_of("  tags: [{key: a, value: '${environment}'}]\n") == "2: policy.yaml:5: spec.tags[0].value: ${environment} without spec.environment");
}

TEST_CASE("parse_tag_policy: keys AWS would not take") {
  CHECK(tags_error("{key: 'AWS:x', value: b}") == "2: policy.yaml:6: spec.tags[0].key: 'AWS:x' is reserved");
  CHECK(tags_error("{key: crossplane-name, value: b}") == "2: policy.yaml:6: spec.tags[0].key: 'crossplane-name' is reserved");
  CHECK(tags_error("{key: 'a;b', value: b}") == "2: policy.yaml:6: spec.tags[0].key: 'a;b' has characters AWS does not take");
  CHECK(tags_error("{key: '', value: b}") == "2: policy.yaml:6: spec.tags[0].key: a tag key has 1 to 128 characters");
}

TEST_CASE("parse_tag_policy: an ambiguous policy is no policy") {
  const std::string buckets = "kinds: ['s3.aws.upbound.io/*/Bucket']";
  CHECK(
      tags_error("{key: a, value: b}, {key: a, value: c}") == "2: policy.yaml:6: spec.tags[1]: a second rule for a on all kinds (POLICY_AMBIGUOUS)");
  CHECK(tags_error("{key: a, value: b, " + buckets + "}, {key: a, value: c, kinds: ['s3.*/*/Buck*']}") ==
        "2: policy.yaml:6: spec.tags[1]: a second rule for a on s3.aws.upbound.io Bucket (POLICY_AMBIGUOUS)");
  CHECK(tags_error("{key: a, value: b}, {key: A, value: b}") == "2: policy.yaml:6: spec.tags[1].key: 'a' and 'A' differ only in case");
  CHECK_NOTHROW(parse_tags("{key: a, value: b}, {key: a, value: c, " + buckets + "}"));
  CHECK_NOTHROW(parse_tags("{key: a, value: b, " + buckets + "}, {key: a, value: c, kinds: ['iam.*/*/Role']}"));
}

TEST_CASE("parse_tag_policy: kinds, exemptions and claims") {
  const std::string tags = k_environment + "  tags: [{key: a, value: b}]\n";
  CHECK(tags_error("{key: a, value: b, kinds: [Bucket]}") == "2: policy.yaml:6: spec.tags[0].kinds: 'Bucket' is not group/version/Kind");
  CHECK(error_of(tags + "  exclude: [{names: [x]}]\n") == "2: policy.yaml:7: spec.exclude[0]: reason is missing");
  CHECK(error_of(tags + "  exclude: [{reason: x}]\n") == "2: policy.yaml:7: spec.exclude[0]: would exempt everything");
  CHECK(error_of(tags + "  exclude: [{names: [x], reason: y, until: soon}]\n") ==
        "2: policy.yaml:7: spec.exclude[0].until: 'soon' is not a date such as 2027-01-31");
  CHECK(error_of(tags + "  claims: [{kind: g/*/K}]\n") == "2: policy.yaml:7: spec.claims[0]: neither environmentPath nor tagPath");
  CHECK(error_of(tags + "  claims: [{kind: g/*/K, environmentPath: spec..x}]\n") ==
        "2: policy.yaml:7: spec.claims[0].environmentPath: 'spec..x' is not a path");
  CHECK(
      error_of(tags + "  nested: [{kind: g/*/K, path: spec.tags}]\n") == "2: policy.yaml:7: spec.nested[0].path: not a path below spec.forProvider");
  CHECK(error_of(tags + "  nested: [{kind: g/*/K}]\n") == "2: policy.yaml:7: spec.nested[0]: path is missing");
}

TEST_CASE("policy_keys: each has its meaning, but for those the entry above tells of") {
  for (const PolicyKey& key : policy_keys()) {
    CAPTURE(key.name);
    CHECK(key.help.empty() == (key.section == "metadata"));
  }
  CHECK(policy_keys_of("spec.nested[]") == std::vector<std::string_view>{"kind", "path"});
}

TEST_CASE("parse_tag_policy: sources of the environment") {
  const auto source_error = [](const std::string& source) {
    return error_of("  environment: {allowed: [dev], from: [" + source + "]}\n  tags: [{key: a, value: b}]\n");
  };
  CHECK(source_error("{flag: env}") == "2: policy.yaml:5: spec.environment.from[0].flag: 'env' is not a flag the environment can come from");
  CHECK(source_error("{space: '('}").starts_with("2: policy.yaml:5: spec.environment.from[0].space: not a regular expression: "));
  CHECK(source_error("{space: a, project: b}") == "2: policy.yaml:5: spec.environment.from[0]: not a source of the environment");
  CHECK(source_error("{spaceLabel: a, project: b}") == "2: policy.yaml:5: spec.environment.from[0]: more than one source in an entry");
  CHECK(source_error("") == "2: policy.yaml:5: spec.environment.from: the list is empty");
}

}  // namespace cmp
