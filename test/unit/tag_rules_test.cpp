#include "tag_story.hpp"

namespace cmp {

namespace {

std::string resource(const std::string& api_version, const std::string& kind, const std::string& rest = "") {
  return "apiVersion: " + api_version + "\nkind: " + kind + "\nmetadata: {name: r}\n" + rest;
}

std::string findings_of(const std::string& text) { return TagStory().findings(text); }
bool passes(const std::string& text) {
  TagStory story;
  return story.tagged(text) == text && story.findings(text).empty();
}

const std::string k_foreign_tags = "spec: {forProvider: {tags: {environment: prod, x: yes}}}\n";

}  // namespace

TEST_CASE("objects of other groups pass byte for byte") {
  CHECK(passes(resource("storage.gcp.upbound.io/v1beta1", "Bucket", k_foreign_tags)));
  CHECK(passes(resource("s3.services.k8s.aws/v1alpha1", "Bucket", k_foreign_tags)));
  CHECK(passes(resource("pkg.crossplane.io/v1", "Provider", "spec: {package: x}\n")));
  CHECK(passes(resource("aws.upbound.io/v1beta1", "ProviderConfig", "spec: {credentials: {source: Secret}}\n")));
  CHECK(passes(resource("v1", "ConfigMap", "data: {tags: yes}\n")));
}

TEST_CASE("both generations of groups are tagged") {
  const std::string tags = "spec:\n  forProvider:\n    tags:\n      createdBy: crossplane\n      environment: dev\n";
  for (const char* api_version : {"s3.aws.upbound.io/v1beta1", "s3.aws.upbound.io/v1beta2", "s3.aws.m.upbound.io/v1beta1"}) {
    CAPTURE(api_version);
    CHECK(TagStory().tagged(resource(api_version, "Bucket")) == resource(api_version, "Bucket") + tags);
  }
}

TEST_CASE("kinds without tags pass, and refuse tags") {
  CHECK(passes(resource("s3.aws.upbound.io/v1beta1", "BucketPolicy", "spec: {forProvider: {region: r, tags: ~}}\n")));
  CHECK(findings_of(resource("s3.aws.upbound.io/v1beta1", "BucketPolicy", "spec: {forProvider: {tags: {a: b}}}\n")) == "error TAGS_UNSUPPORTED 4:22");
  CHECK(findings_of(resource("lambda.aws.upbound.io/v1beta1", "Permission", "spec: {initProvider: {tags: {}}}\n")) == "error TAGS_UNSUPPORTED 4:23");
}

TEST_CASE("tags that select other resources are left alone") {
  CHECK(passes(resource("inspector.aws.upbound.io/v1beta1", "ResourceGroup", k_foreign_tags)));
}

TEST_CASE("unknown kinds: told, their values checked, never tagged") {
  CHECK(findings_of(resource("s3.aws.upbound.io/v1beta1", "Bukket")) == "warning KIND_UNKNOWN 1:1");
  CHECK(findings_of(resource("new.aws.upbound.io/v1beta1", "Thing", "spec: {forProvider: {tags: {environment: prod}}}\n")) ==
        "warning KIND_UNKNOWN 1:1");
  CHECK(findings_of(resource("new.aws.upbound.io/v1beta1", "Thing", "spec: {forProvider: {tags: {a: yes}}}\n")) ==
        "warning KIND_UNKNOWN 1:1; error TAG_VALUE_NOT_STRING 4:32");
  CHECK(findings_of(resource("s3.aws.crossplane.io/v1beta1", "Bucket", k_foreign_tags)) == "warning KIND_UNKNOWN 1:1");
  CHECK(TagStory().add_to_spec("  unknownKinds: reject\n").findings(resource("s3.aws.upbound.io/v1beta1", "Bukket")) == "error KIND_UNKNOWN 1:1");
  CHECK(TagStory().add_to_spec("  unknownKinds: ignore\n").findings(resource("s3.aws.upbound.io/v1beta1", "Bukket")) == "");
  CHECK(findings_of(resource("s3.aws.upbound.io/v1", "Bucket")) == "warning VERSION_UNKNOWN 1:1");
}

TEST_CASE("wrong shapes") {
  CHECK(findings_of(k_bucket + "spec: {forProvider: {tags: [{key: a, value: b}]}}\n") == "error TAGS_SHAPE 4:28");
  CHECK(findings_of(k_bucket + "spec: {forProvider: {tags: text}}\n") == "error TAGS_SHAPE 4:28");
  CHECK(findings_of(k_bucket + "spec: {forProvider: [a]}\n") == "error TAGS_SHAPE 4:21");
  CHECK(findings_of(k_bucket + "spec: text\n") == "error TAGS_SHAPE 4:7");
}

TEST_CASE("AutoscalingGroup: a list at tag") {
  const auto group = [](const std::string& rest) {
    return resource("autoscaling.aws.upbound.io/v1beta3", "AutoscalingGroup", "spec: {forProvider: {" + rest + "}}\n");
  };
  CHECK(TagStory().tagged(group("tag: [{key: createdBy, value: crossplane, propagateAtLaunch: false}]")) ==
        group("tag: [{key: createdBy, value: crossplane, propagateAtLaunch: false}, {key: environment, value: dev, propagateAtLaunch: true}]"));
  CHECK(findings_of(group("tag: [{key: environment, value: prod}]")) == "error TAG_CONFLICT 4:54");
  CHECK(findings_of(group("tag: {a: b}")) == "error TAGS_SHAPE 4:27");
  CHECK(findings_of(group("tag: [{value: b}]")) == "error TAGS_SHAPE 4:28");
  CHECK(findings_of(group("tags: {a: b}")) == "error TAGS_SHAPE 4:22");
  CHECK(findings_of(group("tag: [{key: a, value: b}, {key: a, value: b}]")) == "error TAGS_SHAPE 4:64");
}

TEST_CASE("management policies: what Crossplane never writes is not tagged") {
  const auto managed = [](const std::string& policies) {
    return k_bucket + "spec: {managementPolicies: " + policies + ", forProvider: {region: r}}\n";
  };
  CHECK(findings_of(managed("[Observe]")) == "note OBSERVE_ONLY 4:8");
  CHECK(TagStory().tagged(managed("[Observe]")) == managed("[Observe]"));
  CHECK(findings_of(managed("[Observe, Delete]")) == "note OBSERVE_ONLY 4:8");
  CHECK(findings_of(managed("[Observe, Create]")) == "note CREATE_ONLY 4:8");
  CHECK(TagStory().tagged(managed("[Observe, Create]")) != managed("[Observe, Create]"));
  for (const char* policies : {"[\"*\"]", "[]", "[Update]", "~"}) {
    CAPTURE(policies);
    CHECK(findings_of(managed(policies)) == "");
    CHECK(TagStory().tagged(managed(policies)) != managed(policies));
  }
  CHECK(TagStory().add_to_spec("  observeOnly: inject\n").tagged(managed("[Observe]")) != managed("[Observe]"));
}

TEST_CASE("initProvider: a required tag there counts as absent") {
  const std::string text = k_bucket + "spec: {initProvider: {tags: {environment: dev, team: a}}, forProvider: {}}\n";
  CHECK(findings_of(text) == "warning INITPROVIDER_TAGS 4:30");
  CHECK(TagStory().tagged(text) ==
        k_bucket + "spec: {initProvider: {tags: {environment: dev, team: a}}, forProvider: {tags: {createdBy: crossplane, environment: dev}}}\n");
}

TEST_CASE("exemptions: with a reason, and until their last day") {
  const auto exempting = [](const std::string& exemption) { return TagStory().add_to_spec("  exclude: [{" + exemption + ", reason: r}]\n"); };
  const std::string labelled =
      "apiVersion: s3.aws.upbound.io/v1beta1\nkind: Bucket\nmetadata: {name: old-b, namespace: a, labels: {team: x}, annotations: {skip: 'y'}}\n";
  for (const char* hit : {"names: [z, 'old-*']", "kinds: ['s3.*/*/Bucket']", "namespaces: [a]", "labels: {team: '*'}", "annotations: {skip: 'y'}",
           "names: ['*'], labels: {team: x}", "names: ['*'], until: 2026-11-22"}) {
    CAPTURE(hit);
    CHECK(exempting(hit).findings(labelled) == "note EXEMPT 1:1");
    CHECK(exempting(hit).tagged(labelled) == labelled);
  }
  for (const char* miss :
      {"names: [old]", "kinds: ['iam.*/*/*']", "namespaces: [b]", "labels: {team: 'y'}", "labels: {other: '*'}", "names: ['*'], namespaces: [b]"}) {
    CAPTURE(miss);
    CHECK(exempting(miss).findings(labelled) == "");
  }
  CHECK(exempting("names: ['*'], until: 2026-11-21").findings(labelled) == "error EXEMPT_EXPIRED 1:1");
}

TEST_CASE("lists: every item is judged and edited where it stands") {
  const std::string item = "  kind: Bucket\n  metadata: {name: ";
  const std::string text = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: s3.aws.upbound.io/v1beta1\n" + item +
                           "a}\n  spec:\n    forProvider:\n      region: r\n" + "- apiVersion: s3.aws.upbound.io/v1beta1\n" + item +
                           "b}\n  spec: {forProvider: {tags: {environment: prod}}}\n";
  TagStory story;
  const Finding finding = story.finding(text);
  CHECK(finding.path == "items[1].spec.forProvider.tags.environment");
  CHECK(finding.object.name == "b");
  CHECK(story.tagged(text) ==
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: s3.aws.upbound.io/v1beta1\n" + item +
            "a}\n  spec:\n    forProvider:\n      region: r\n      tags:\n        createdBy: crossplane\n        environment: dev\n" +
            "- apiVersion: s3.aws.upbound.io/v1beta1\n" + item + "b}\n  spec: {forProvider: {tags: {environment: prod, createdBy: crossplane}}}\n");
}

TEST_CASE("nested tags: each mapping the path leads to, under the same rules") {
  TagStory story;
  story.add_to_spec("  nested: [{kind: 'ec2.*/*/LaunchTemplate', path: 'spec.forProvider.tagSpecifications[].tags'}]\n");
  const std::string head = resource("ec2.aws.upbound.io/v1beta2", "LaunchTemplate", "spec:\n  forProvider:\n");
  const std::string own = "    tags: {createdBy: crossplane, environment: dev}\n";
  CHECK(story.tagged(head + own + "    tagSpecifications:\n    - resourceType: instance\n    - resourceType: volume\n      tags:\n        a: b\n") ==
        head + own +
            "    tagSpecifications:\n    - resourceType: instance\n      tags:\n        createdBy: crossplane\n        environment: dev\n"
            "    - resourceType: volume\n      tags:\n        a: b\n        createdBy: crossplane\n        environment: dev\n");
  const Finding finding = story.finding(head + own + "    tagSpecifications: [{tags: {createdBy: crossplane, environment: prod}}]\n");
  CHECK(to_line(finding) == "unit:7:69: error TAG_CONFLICT: LaunchTemplate r: spec.forProvider.tagSpecifications[0].tags.environment: tag differs "
                            "from the policy, found 'prod', wanted dev");
  CHECK(story.findings(head + own) == "");
}

TEST_CASE("nested tags: a singleton is a list in v1beta1 and a mapping in v1beta2, and made for no one") {
  TagStory story;
  story.add_to_spec("  nested: [{kind: 'ec2.*/*/Instance', path: spec.forProvider.rootBlockDevice.tags}]\n");
  const auto instance = [](const std::string& version, const std::string& rest) {
    return resource(
        "ec2.aws.upbound.io/" + version, "Instance", "spec: {forProvider: {tags: {createdBy: crossplane, environment: dev}" + rest + "}}\n");
  };
  const std::string added = "tags: {createdBy: crossplane, environment: dev}";
  CHECK(story.tagged(instance("v1beta1", ", rootBlockDevice: [{size: 8}]")) == instance("v1beta1", ", rootBlockDevice: [{size: 8, " + added + "}]"));
  CHECK(story.tagged(instance("v1beta2", ", rootBlockDevice: {size: 8}")) == instance("v1beta2", ", rootBlockDevice: {size: 8, " + added + "}"));
  CHECK(story.tagged(instance("v1beta2", "")) == instance("v1beta2", ""));
  CHECK(story.findings(instance("v1beta2", ", rootBlockDevice: ~")) == "");
}

}  // namespace cmp
