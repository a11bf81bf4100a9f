#include "tag_story.hpp"

#include <string>

namespace cmp {

namespace {

std::string tagged(const std::string& rest) { return TagStory().tagged(k_bucket + rest).substr(k_bucket.size()); }

std::string with_newlines(std::string text, const std::string& newline) {
  for (size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + newline.size())) { text.replace(at, 1, newline); }
  return text;
}

}  // namespace

TEST_CASE("block mapping: behind the last entry, with what belongs to it") {
  CHECK(tagged("spec:\n"
               "  forProvider:\n"
               "    tags: # of the team\n"
               "      team: a # who\n"
               "      # costs: later\n"
               "\n"
               "    # where\n"
               "    region: r\n") == "spec:\n"
                                     "  forProvider:\n"
                                     "    tags: # of the team\n"
                                     "      team: a # who\n"
                                     "      # costs: later\n"
                                     "      createdBy: crossplane\n"
                                     "      environment: dev\n"
                                     "\n"
                                     "    # where\n"
                                     "    region: r\n");
}

TEST_CASE("block mapping: no tags yet, the last child of forProvider") {
  CHECK(tagged("spec:\n"
               "  forProvider:\n"
               "    region: r # keep me\n"
               "  providerConfigRef: {name: default}\n") == "spec:\n"
                                                            "  forProvider:\n"
                                                            "    region: r # keep me\n"
                                                            "    tags:\n"
                                                            "      createdBy: crossplane\n"
                                                            "      environment: dev\n"
                                                            "  providerConfigRef: {name: default}\n");
}

TEST_CASE("block mapping: the indentation of the document is kept") {
  CHECK(TagStory().tagged(
            "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata:\n    name: b\nspec:\n    forProvider:\n        region: r\n") ==
        "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata:\n    name: b\nspec:\n    forProvider:\n        region: r\n"
        "        tags:\n            createdBy: crossplane\n            environment: dev\n");
}

TEST_CASE("block mapping: behind values of many lines") {
  const std::string added = "      createdBy: crossplane\n      environment: dev\n";
  const std::string head = "spec:\n  forProvider:\n    tags:\n      note: ";
  const std::string tail = "    region: r\n";
  CHECK(tagged(head + "|-\n        one\n\n" + tail) == head + "|-\n        one\n" + added + "\n" + tail);
  CHECK(tagged(head + "'one\n        two'\n" + tail) == head + "'one\n        two'\n" + added + tail);
  CHECK(tagged(head + "one\n        two # c\n" + tail) == head + "one\n        two # c\n" + added + tail);
  CHECK(tagged(head + "\"one\\\n        two\"\n" + tail) == head + "\"one\\\n        two\"\n" + added + tail);
}

TEST_CASE("block mapping: a region that keeps its blank lines keeps them") {
  const std::string head = "spec:\n  forProvider:\n    policy: |+\n      text\n\n";
  CHECK(tagged(head) == head + "    tags:\n      createdBy: crossplane\n      environment: dev\n");
  CHECK(tagged("spec:\n  forProvider:\n    policy: |\n      text\n\n\n") ==
        "spec:\n  forProvider:\n    policy: |\n      text\n    tags:\n      createdBy: crossplane\n      environment: dev\n\n\n");
}

TEST_CASE("nothing there: the path is created as far as it is missing") {
  const std::string made = "spec:\n  forProvider:\n    tags:\n      createdBy: crossplane\n      environment: dev\n";
  CHECK(tagged("") == made);
  CHECK(tagged("spec:\n") == made);
  CHECK(tagged("spec: ~\n") == made);
  CHECK(tagged("spec: null # none\n") == "spec: # none\n  forProvider:\n    tags:\n      createdBy: crossplane\n      environment: dev\n");
  CHECK(tagged("spec: {}\n") == made);
  CHECK(tagged("spec: { } # none\n") == "spec: # none\n  forProvider:\n    tags:\n      createdBy: crossplane\n      environment: dev\n");
  CHECK(tagged("spec:\n  forProvider:\n") == made);
  CHECK(tagged("spec:\n  forProvider: {}\n") == made);
  CHECK(tagged("spec:\n  forProvider:\n    tags:\n") == made);
  CHECK(tagged("spec:\n  forProvider:\n    tags: {}\n") == made);
  CHECK(tagged("spec:\n  forProvider:\n    tags: !!null null\n") == made);
}

TEST_CASE("flow mapping: inside the braces") {
  CHECK(tagged("spec: {forProvider: {region: r}}\n") == "spec: {forProvider: {region: r, tags: {createdBy: crossplane, environment: dev}}}\n");
  CHECK(tagged("spec: {forProvider: {tags: {a: b,}}} # c\n") == "spec: {forProvider: {tags: {a: b, createdBy: crossplane, environment: dev}}} # c\n");
  CHECK(tagged("spec: {forProvider: {tags: {a: b , }}}\n") == "spec: {forProvider: {tags: {a: b , createdBy: crossplane, environment: dev }}}\n");
  CHECK(tagged("spec: {forProvider: {tags: {}}}\n") == "spec: {forProvider: {tags: {createdBy: crossplane, environment: dev}}}\n");
  CHECK(tagged("spec: {forProvider: {tags: }}\n") == "spec: {forProvider: {tags: {createdBy: crossplane, environment: dev}}}\n");
  CHECK(tagged("spec: {forProvider: {tags}}\n") == "spec: {forProvider: {tags: {createdBy: crossplane, environment: dev}}}\n");
  CHECK(tagged("spec: {forProvider}\n") == "spec: {forProvider: {tags: {createdBy: crossplane, environment: dev}}}\n");
  CHECK(tagged("spec: {forProvider: {tags: {a: , b}}}\n").find("{a: , b, createdBy: crossplane, environment: dev}") != std::string::npos);
}

TEST_CASE("flow mapping over lines: company on lines of its own") {
  CHECK(tagged("spec:\n"
               "  forProvider:\n"
               "    tags: {\n"
               "      a: b, # one\n"
               "      c: d # two, {three}\n"
               "    }\n") == "spec:\n"
                             "  forProvider:\n"
                             "    tags: {\n"
                             "      a: b, # one\n"
                             "      c: d, # two, {three}\n"
                             "      createdBy: crossplane,\n"
                             "      environment: dev\n"
                             "    }\n");
  CHECK(tagged("spec:\n  forProvider:\n    tags: {\n      a: b, # one\n    }\n") ==
        "spec:\n  forProvider:\n    tags: {\n      a: b, # one\n      createdBy: crossplane,\n      environment: dev\n    }\n");
}

TEST_CASE("JSON stays JSON") {
  const std::string head = "{\"apiVersion\": \"s3.aws.upbound.io/v1beta2\", \"kind\": \"Bucket\", \"metadata\": {\"name\": \"b\"}";
  CHECK(TagStory().tagged(head + "}") ==
        head + ", \"spec\": {\"forProvider\": {\"tags\": {\"createdBy\": \"crossplane\", \"environment\": \"dev\"}}}}\n");
  CHECK(TagStory().tagged(head + ", \"spec\": {\"forProvider\": {\"tags\": null}}}") ==
        head + ", \"spec\": {\"forProvider\": {\"tags\": {\"createdBy\": \"crossplane\", \"environment\": \"dev\"}}}}\n");
  CHECK(TagStory().tagged(head + ", \"spec\": {\"forProvider\": {\"tags\": {\"environment\": null}}}}") ==
        head + ", \"spec\": {\"forProvider\": {\"tags\": {\"environment\": \"dev\", \"createdBy\": \"crossplane\"}}}}\n");
  const std::string pretty =
      "{\n\t\"apiVersion\": \"s3.aws.upbound.io/v1beta2\",\n\t\"kind\": \"Bucket\",\n\t\"metadata\": {\n\t\t\"name\": \"b\"\n\t}";
  CHECK(TagStory().tagged(pretty + "\n}\n") ==
        pretty + ",\n\t\"spec\": {\"forProvider\": {\"tags\": {\"createdBy\": \"crossplane\", \"environment\": \"dev\"}}}\n}\n");
}

TEST_CASE("a replaced value keeps its quotes and its comment") {
  const auto replaced = [](const std::string& value) {
    return tagged("spec:\n  forProvider:\n    tags:\n      createdBy: " + value + "\n      environment: dev\n");
  };
  const auto with = [](const std::string& value) {
    return "spec:\n  forProvider:\n    tags:\n      createdBy: " + value + "\n      environment: dev\n";
  };
  CHECK(replaced("me # c") == with("crossplane # c"));
  CHECK(replaced("'me'") == with("'crossplane'"));
  CHECK(replaced("\"me\"") == with("\"crossplane\""));
  CHECK(replaced("yes") == with("crossplane"));
  CHECK(replaced("!!str me") == with("crossplane"));
  CHECK(replaced("&unused me") == with("crossplane"));
  CHECK(replaced("|\n        me\n        too") == with("crossplane"));
  CHECK(replaced("[a, b]") == with("crossplane"));
  CHECK(replaced("me\n        too") == with("crossplane"));
  CHECK(replaced("") == with("crossplane"));
  CHECK(replaced("# none") == with("crossplane # none"));
}

TEST_CASE("injected values are quoted when they would not stay strings") {
  TagStory story;
  story.spec("  tags:\n  - {key: a, value: '0123'}\n  - {key: 'y', value: 'yes'}\n  - {key: c, value: ''}\n  - {key: d e, value: 'x: y'}\n  - {key: "
             "f, value: team-a}\n");
  CHECK(story.tagged(k_bucket).substr(k_bucket.size()) ==
        "spec:\n  forProvider:\n    tags:\n      a: \"0123\"\n      \"y\": \"yes\"\n      c: \"\"\n      \"d e\": \"x: y\"\n      f: team-a\n");
}

TEST_CASE("carriage returns: new lines end as the others do") {
  const std::string text = "spec:\n  forProvider:\n    tags:\n      team: a\n    region: r\n";
  const std::string wanted = "spec:\n  forProvider:\n    tags:\n      team: a\n      createdBy: crossplane\n      environment: dev\n    region: r\n";
  const std::string head = with_newlines(k_bucket, "\r\n");
  CHECK(TagStory().tagged(head + with_newlines(text, "\r\n")) == head + with_newlines(wanted, "\r\n"));
}

TEST_CASE("the text around stays: characters, markers, other documents") {
  const std::string other = "# \xE6\x97\xA5\xE6\x9C\xAC\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: '\xC3\xBC'}\n...\n---\n";
  const std::string bucket = k_bucket + "spec: {forProvider: {comment: '\xF0\x9F\x98\x80', tags: {a: \xC3\xBC}}} # \xC3\xA9\n...\n";
  CHECK(TagStory().tagged(other + bucket) ==
        other + k_bucket +
            "spec: {forProvider: {comment: '\xF0\x9F\x98\x80', tags: {a: \xC3\xBC, createdBy: crossplane, environment: dev}}} # \xC3\xA9\n...\n");
}

TEST_CASE("merge keys: what they bring counts, what is added goes behind") {
  const std::string head = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: b, labels: &l {environment: dev, team: x}}\n";
  const auto edited = [&](const std::string& rest) { return TagStory().tagged(head + rest).substr(head.size()); };
  CHECK(edited("spec: {forProvider: {tags: {<<: *l}}}\n") == "spec: {forProvider: {tags: {<<: *l, createdBy: crossplane}}}\n");
  CHECK(
      edited("spec:\n  forProvider:\n    tags:\n      <<: *l\n") == "spec:\n  forProvider:\n    tags:\n      <<: *l\n      createdBy: crossplane\n");
  CHECK(TagStory().findings(head + "spec: {forProvider: {tags: {team: z, <<: *l}}}\n") == "error YAML_MERGE_ORDER 4:38");
}

TEST_CASE("merge keys: a value they bring is overridden, not edited") {
  CHECK(TagStory().tagged("apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: b, labels: &l {createdBy: me}}\n"
                          "spec: {forProvider: {tags: {<<: *l, environment: dev}}}\n") ==
        "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: b, labels: &l {createdBy: me}}\n"
        "spec: {forProvider: {tags: {<<: *l, environment: dev, createdBy: crossplane}}}\n");
}

TEST_CASE("aliases: tags from elsewhere are written out here") {
  const std::string head =
      "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: b, labels: &l {team: x}, annotations: &a {tags: {team: z}}}\n";
  const auto edited = [&](const std::string& rest) { return TagStory().tagged(head + rest).substr(head.size()); };
  CHECK(edited("spec: {forProvider: {tags: *l}}\n") == "spec: {forProvider: {tags: {team: x, createdBy: crossplane, environment: dev}}}\n");
  CHECK(edited("spec:\n  forProvider:\n    tags: *l # shared\n") ==
        "spec:\n  forProvider:\n    tags: # shared\n      team: x\n      createdBy: crossplane\n      environment: dev\n");
  CHECK(edited("spec:\n  forProvider:\n    <<: *a\n") ==
        "spec:\n  forProvider:\n    <<: *a\n    tags:\n      team: z\n      createdBy: crossplane\n      environment: dev\n");
}

TEST_CASE("aliases: a value may be one") {
  CHECK(TagStory().tagged(
            "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: &n b}\nspec: {forProvider: {tags: {createdBy: *n}}}\n") ==
        "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: &n b}\nspec: {forProvider: {tags: {createdBy: crossplane, "
        "environment: dev}}}\n");
}

TEST_CASE("aliases: text that stands for something else is never edited") {
  const auto refused = [](const std::string& rest) { return TagStory().findings(k_bucket + rest); };
  CHECK(refused("spec: {forProvider: {tags: &t {team: x}, other: *t}}\n") == "error YAML_SHARED_NODE 4:28");
  CHECK(refused("spec: {forProvider: &p {region: r}, initProvider: *p}\n").find("error YAML_SHARED_NODE") != std::string::npos);
  CHECK(refused("x: &p {region: r}\nspec: {forProvider: *p}\n").find("error YAML_SHARED_NODE") != std::string::npos);
  CHECK(refused("spec: {forProvider: {tags: {createdBy: &v me, team: *v}}}\n").find("error YAML_SHARED_NODE") != std::string::npos);
  const std::string complete = "spec: {forProvider: {tags: &t {createdBy: crossplane, environment: dev}, other: *t}}\n";
  CHECK(refused(complete) == "");
}

TEST_CASE("list shape: items in the style of the list") {
  const std::string head = "apiVersion: autoscaling.aws.upbound.io/v1beta3\nkind: AutoscalingGroup\nmetadata: {name: g}\n";
  const auto edited = [&](const std::string& rest) { return TagStory().tagged(head + rest).substr(head.size()); };
  const auto item = [](const std::string& indent, const std::string& key, const std::string& value) {
    return indent + "- key: " + key + "\n" + indent + "  value: " + value + "\n" + indent + "  propagateAtLaunch: true\n";
  };
  const auto items = [&](const std::string& indent) { return item(indent, "createdBy", "crossplane") + item(indent, "environment", "dev"); };
  CHECK(edited("spec:\n  forProvider:\n    region: r\n") == "spec:\n  forProvider:\n    region: r\n    tag:\n" + items("    "));
  const std::string own = "      - key: team\n        value: a\n        propagateAtLaunch: false\n";
  CHECK(edited("spec:\n  forProvider:\n    tag:\n" + own + "    region: r\n") ==
        "spec:\n  forProvider:\n    tag:\n" + own + items("      ") + "    region: r\n");
  CHECK(edited("spec:\n  forProvider:\n    tag: []\n") == "spec:\n  forProvider:\n    tag:\n" + items("    "));
  CHECK(edited("spec: {forProvider: {tag: []}}\n") == "spec: {forProvider: {tag: [{key: createdBy, value: crossplane, propagateAtLaunch: true}, "
                                                      "{key: environment, value: dev, propagateAtLaunch: true}]}}\n");
  CHECK(edited("spec:\n  forProvider:\n    tag:\n    - key: createdBy\n      value: me\n    - {key: environment, value: ~}\n") ==
        "spec:\n  forProvider:\n    tag:\n    - key: createdBy\n      value: crossplane\n    - {key: environment, value: dev}\n");
}

TEST_CASE("a second pass finds nothing to do") {
  for (const char* rest :
      {"", "spec: {}\n", "spec: {forProvider: {tags: {a: b,}}}\n", "spec:\n  forProvider:\n    tags:\n      environment:\n      createdBy: me\n"}) {
    CAPTURE(rest);
    const std::string once = TagStory().tagged(k_bucket + rest);
    TagStory again;
    CHECK(again.tagged(once) == once);
    CHECK(again.findings(once) == "");
  }
}

}  // namespace cmp
