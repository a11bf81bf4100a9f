#include "tag_story.hpp"

namespace cmp {

namespace {

std::string bucket_with(const std::string& tags) { return k_bucket + "spec: {forProvider: {tags: {" + tags + "}}}\n"; }
std::string findings_of(const std::string& tags) { return TagStory().findings(bucket_with(tags)); }

}  // namespace

TEST_CASE("conflict: reject names both values and the way out") {
  const Finding finding = TagStory().finding(bucket_with("createdBy: crossplane, environment: prod"));
  CHECK(finding.code == FindingCode::tag_conflict);
  CHECK(finding.line == 4);
  CHECK(finding.column == 65);
  CHECK(finding.path == "spec.forProvider.tags.environment");
  CHECK(finding.found == "prod");
  CHECK(finding.wanted == "dev");
  CHECK(finding.policy == "p tags[1]");
  CHECK(finding.fix == "write environment: dev, or check that this is the right space: its environment is dev (flag environment)");
}

TEST_CASE("conflict: values are compared byte for byte") {
  for (const char* value : {"Dev", "\"dev \"", "\" dev\"", "\"dev\\n\"", "\"\"", "dev2"}) {
    CAPTURE(value);
    CHECK(findings_of(std::string("environment: ") + value).find("error TAG_CONFLICT") == 0);
  }
  CHECK(findings_of("environment: 'dev', createdBy: \"crossplane\"") == "");
}

TEST_CASE("conflict: overwrite is a note, keep is silent") {
  CHECK(findings_of("createdBy: me, environment: dev") == "note TAG_OVERWRITTEN 4:40");
  TagStory keep;
  keep.spec("  tags: [{key: owner, value: platform, onConflict: keep}, {key: class, default: internal}]\n");
  CHECK(keep.tagged(bucket_with("owner: me, class: public")) == bucket_with("owner: me, class: public"));
  CHECK(keep.tagged(bucket_with("owner: me")) == bucket_with("owner: me, class: internal"));
}

TEST_CASE("a rule for the kind goes before a rule for all kinds") {
  TagStory story;
  story.spec("  tags: [{key: owner, value: all}, {key: owner, value: storage, kinds: ['s3.*/*/*']}]\n");
  CHECK(story.tagged(k_bucket) == k_bucket + "spec:\n  forProvider:\n    tags:\n      owner: storage\n");
}

TEST_CASE("validation: what no rule sets must be there and must fit") {
  TagStory story;
  story.add_to_spec("  - {key: costCenter, match: '^[0-9]{4}$', requiredIn: [prod]}\n  - {key: class, oneOf: [a, b]}\n");
  CHECK(story.findings(bucket_with("createdBy: crossplane, environment: dev")) == "");
  CHECK(story.findings(bucket_with("environment: dev, costCenter: '12'")) == "error TAG_VALUE_NOT_ALLOWED 4:59");
  CHECK(story.findings(bucket_with("class: c")) == "error TAG_VALUE_NOT_ALLOWED 4:36");
  CHECK(story.findings(bucket_with("class: b")) == "");
  story.environment("prod");
  const Finding missing = story.finding(bucket_with("environment: prod"));
  CHECK(missing.code == FindingCode::tag_missing);
  CHECK(missing.path == "spec.forProvider.tags.costCenter");
  CHECK(missing.wanted == "a match of ^[0-9]{4}$");
  CHECK(missing.fix == "add the tag costCenter, it is required in prod");
}

TEST_CASE("values that are no strings to Go") {
  for (const char* value : {"0123", "yes", "y", "off", "1.10", "1_000", "0x1F", "0o17", "1e3", "012345678901", "null", "~", "{a: b}", "[a]",
           "!!binary aGk=", "!Ref Team", "true"}) {
    CAPTURE(value);
    CHECK(findings_of(std::string("team: ") + value).find("error TAG_VALUE_NOT_STRING") == 0);
  }
  for (const char* value : {"'0123'", "yES", "12:30:00", "10.0.0.1", "1.2.3", "2024-01-31", "!!str 1", "\"yes\""}) {
    CAPTURE(value);
    CHECK(findings_of(std::string("team: ") + value) == "");
  }
  const Finding finding = TagStory().finding(bucket_with("team: 0123"));
  CHECK(finding.found == "0123");
  CHECK(finding.wanted == "a string");
  CHECK(finding.fix == "write team: \"0123\"");
}

TEST_CASE("keys that are no strings to Go change under the author's hands") {
  CHECK(findings_of("on: x") == "error TAG_VALUE_NOT_STRING 4:33");
  CHECK(findings_of("007: x") == "error TAG_VALUE_NOT_STRING 4:34");
  CHECK(findings_of("42: x") == "");
}

TEST_CASE("a required tag that is null is filled and told") {
  TagStory story;
  CHECK(story.findings(bucket_with("environment: ~, createdBy: ")) == "warning TAG_NULL_REPLACED 4:42; warning TAG_NULL_REPLACED 4:56");
  CHECK(story.tagged(bucket_with("environment: ~, createdBy: ")) == bucket_with("environment: dev, createdBy: crossplane"));
}

TEST_CASE("placeholders are their own finding, not a conflict") {
  CHECK(findings_of("environment: '${ENV}'") == "error PLACEHOLDER 4:42");
  CHECK(findings_of("team: 'x-${TEAM}'") == "error PLACEHOLDER 4:35");
  CHECK(findings_of("'${K}': x") == "error PLACEHOLDER 4:37");
}

TEST_CASE("reserved keys") {
  CHECK(findings_of("'aws:owner': x") == "error TAG_KEY_RESERVED 4:42");
  CHECK(findings_of("crossplane-name: x") == "error TAG_KEY_RESERVED 4:46");
}

TEST_CASE("keys that differ in case: a warning, on IAM roles and users an error") {
  CHECK(findings_of("Environment: dev") == "warning TAG_KEY_CASE_VARIANT 4:42");
  const std::string role =
      "apiVersion: iam.aws.upbound.io/v1beta1\nkind: Role\nmetadata: {name: r}\nspec: {forProvider: {tags: {team: a, Team: b}}}\n";
  CHECK(TagStory().findings(role) == "error TAG_KEY_CASE_DUP 4:44");
}

TEST_CASE("characters and lengths AWS does not take") {
  CHECK(findings_of("team: 'a;b'") == "error TAG_CHARSET 4:35");
  CHECK(findings_of("'a;b': x") == "error TAG_CHARSET 4:36");
  CHECK(findings_of("team: \"a\\tb\"") == "error TAG_CHARSET 4:35");
  CHECK(findings_of("team: 'a '") == "warning TAG_CHARSET 4:35");
  CHECK(findings_of("team: \xC3\xBC") == "");
  CHECK(findings_of("team: " + std::string(256, 'x')) == "");
  CHECK(findings_of("team: " + std::string(257, 'x')) == "error TAG_LENGTH 4:35");
  CHECK(findings_of(std::string(129, 'k') + ": x") == "error TAG_LENGTH 4:160");
  CHECK(findings_of("'': x") == "error TAG_LENGTH 4:33");
  const std::string queue = "apiVersion: sqs.aws.upbound.io/v1beta1\nkind: Queue\nmetadata: {name: q}\nspec: {forProvider: {tags: {team: 'a;b'}}}\n";
  CHECK(TagStory().findings(queue) == "warning TAG_CHARSET 4:35");
}

TEST_CASE("more tags than AWS takes, the provider's own counted") {
  const auto many = [](int count) {
    std::string tags;
    for (int i = 0; i < count; ++i) { tags += "t" + std::to_string(i) + ": x, "; }
    return tags + "createdBy: crossplane";
  };
  CHECK(findings_of(many(45)) == "");
  const Finding finding = TagStory().finding(bucket_with(many(46)));
  CHECK(finding.code == FindingCode::tag_count);
  CHECK(finding.found == "48 tags");
  CHECK(finding.wanted == "at most 47, 50 less 3 of the provider's own");
  TagStory without_provider_tags;
  without_provider_tags.add_to_spec("  providerTags: 0\n");
  CHECK(without_provider_tags.findings(bucket_with(many(48))) == "");
}

TEST_CASE("everything wrong is told at once") {
  CHECK(findings_of("environment: prod, team: yes, 'aws:x': 'a;b', Team: x") ==
        "error TAG_CONFLICT 4:42; error TAG_VALUE_NOT_STRING 4:54; error TAG_KEY_RESERVED 4:68; error TAG_CHARSET 4:68; warning TAG_KEY_CASE_VARIANT "
        "4:81");
}

TEST_CASE("every tag of the result is explained") {
  TagStory story;
  Manifests& result = story.run(bucket_with("createdBy: me, team: a"));
  std::string told;
  for (const TagExplanation& explanation : result.explanations) {
    told += explanation.decision.key + '=' + explanation.decision.value + ": " + explanation.decision.reason + '\n';
  }
  CHECK(told == "createdBy=crossplane: set by p tags[0], instead of 'me' in the manifest\n"
                "environment=dev: set by p tags[1], the manifest has none\n"
                "team=a: written in the manifest, no rule speaks of it\n");
}

}  // namespace cmp
