#include "tag_story.hpp"

namespace cmp {

namespace {

const std::string k_claims = "  claims: [{kind: demo.example/*/AppClaim, environmentPath: spec.environment}]\n";

std::string claim(const std::string& spec) {
  return "apiVersion: demo.example/v1alpha1\nkind: AppClaim\nmetadata: {name: c, namespace: default}\nspec: " + spec + "\n";
}

std::string composition(const std::string& resources) {
  return "apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {name: c}\nspec:\n  pipeline:\n  - step: pt\n    input:\n"
         "      apiVersion: pt.fn.crossplane.io/v1beta1\n      kind: Resources\n" +
         resources;
}

const std::string k_base = "base: {apiVersion: s3.aws.upbound.io/v1beta2, kind: Bucket, spec: {forProvider: {region: r}}}";

}  // namespace

TEST_CASE("claims: their environment must be the run's") {
  TagStory story;
  story.add_to_spec(k_claims);
  CHECK(story.findings(claim("{environment: dev}")) == "");
  CHECK(story.tagged(claim("{environment: dev}")) == claim("{environment: dev}"));
  const Finding finding = story.finding(claim("{environment: prod}"));
  CHECK(finding.code == FindingCode::claim_environment);
  CHECK(finding.path == "spec.environment");
  CHECK(finding.found == "prod");
  CHECK(finding.wanted == "dev");
  CHECK(finding.policy == "p claims[0]");
  CHECK(finding.column == 21);
  CHECK(story.finding(claim("{}")).found == "nothing");
  CHECK(story.finding(claim("{environment: [dev]}")).found == "not a string");
}

TEST_CASE("claims: other kinds and groups are none of the policy's business") {
  TagStory story;
  story.add_to_spec(k_claims);
  CHECK(story.findings("apiVersion: other.example/v1\nkind: AppClaim\nmetadata: {name: c}\nspec: {environment: prod}\n") == "");
}

TEST_CASE("claims: tagged only where the policy says at which path") {
  TagStory story;
  story.add_to_spec("  claims: [{kind: demo.example/*/AppClaim, tagPath: spec.parameters.tags}]\n");
  CHECK(story.tagged(claim("{size: 1}")) == claim("{size: 1, parameters: {tags: {createdBy: crossplane, environment: dev}}}"));
}

TEST_CASE("compositions: each taggable base without its tags is told") {
  const std::string text = composition(
      "      resources:\n      - {name: b, " + k_base + "}\n      - {name: p, base: {apiVersion: s3.aws.upbound.io/v1beta1, kind: BucketPolicy}}\n");
  const Finding finding = TagStory().finding(text);
  CHECK(to_line(finding) == "unit:11:86: warning COMPOSITION_BASE_UNTAGGED: Composition c: "
                            "spec.pipeline[0].input.resources[0].base.spec.forProvider.tags: composed resource "
                            "lacks required tags, found 'Bucket without createdBy, environment'");
  CHECK(TagStory().tagged(text) == text);
  CHECK(TagStory().add_to_spec("  compositions: reject\n").findings(text) == "error COMPOSITION_BASE_UNTAGGED 11:86");
  CHECK(TagStory().add_to_spec("  compositions: ignore\n").findings(text) == "");
}

TEST_CASE("compositions: a patch to a tag counts as the tag") {
  const auto patched = [](const std::string& patches) {
    return composition("      resources:\n      - {name: b, " + k_base + ", patches: [" + patches + "]}\n");
  };
  CHECK(TagStory().finding(patched("{toFieldPath: spec.forProvider.tags.environment}")).found == "Bucket without createdBy");
  CHECK(TagStory().finding(patched("{toFieldPath: 'spec.forProvider.tags[environment]'}")).found == "Bucket without createdBy");
  CHECK(TagStory().findings(patched("{fromFieldPath: spec.forProvider.tags}")) == "");
  CHECK(TagStory()
            .finding(composition("      patchSets: [{name: s, patches: [{toFieldPath: spec.forProvider.tags.createdBy}]}]\n"
                                 "      resources:\n      - {name: b, " +
                                 k_base + ", patches: [{type: PatchSet, patchSetName: s}]}\n"))
            .found == "Bucket without environment");
}

TEST_CASE("compositions: only what is the same everywhere may be put into a base") {
  TagStory story;
  story.add_to_spec("  compositions: inject-static\n");
  const std::string text =
      composition("      resources:\n      - {name: b, " + k_base + ", patches: [{toFieldPath: spec.forProvider.tags.environment}]}\n");
  CHECK(story.findings(text) == "");
  CHECK(story.tagged(text).find("spec: {forProvider: {region: r, tags: {createdBy: crossplane}}}}") != std::string::npos);
  CHECK(story.finding(composition("      resources:\n      - {name: b, " + k_base + "}\n")).found == "Bucket without environment");
}

TEST_CASE("compositions: the older form, and functions nobody can look into") {
  CHECK(TagStory()
            .finding("apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {name: c}\nspec:\n  resources:\n  - {name: b, " +
                     k_base + "}\n")
            .path == "spec.resources[0].base.spec.forProvider.tags");
  CHECK(TagStory().findings("apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {name: c}\nspec:\n  pipeline:\n"
                            "  - {step: t, input: {apiVersion: gotemplating.fn.crossplane.io/v1beta1, kind: GoTemplate, inline: {template: x}}}\n"
                            "  - {step: ready}\n") == "note COMPOSITION_OPAQUE 6:15");
}

}  // namespace cmp
