#include "manifest/yaml_reader.hpp"
#include "tags/tag_proof.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

const std::string k_head = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: b}\n";

// Whether `edited` passes for `original` with the tag env=dev added, or replaced if it is there.
bool proves(const std::string& original, const std::string& edited, TagShape shape = TagShape::map) {
  YamlTree before;
  YamlTree after;
  const std::string original_text = k_head + original;
  const std::string edited_text = k_head + edited;
  REQUIRE(read_yaml(original_text, 1, {}, before).empty());
  REQUIRE(read_yaml(edited_text, 1, {}, after).empty());
  std::vector<Finding> findings;
  DocumentFindings document(findings, "unit", 1, before);
  const std::vector<ObjectRef> objects = find_objects(before, document);
  REQUIRE(objects.size() == 1);
  TagPlan plan;
  plan.object = objects.front();
  plan.site = *find_tags(before, objects.front(), {"spec", "forProvider", shape == TagShape::list ? "tag" : "tags"}, shape, document);
  NodeId old_value = k_no_node;
  for (const TagEntry& tag : plan.site.tags) {
    if (tag.key == "env") { old_value = tag.value; }
  }
  plan.changes.push_back({"env", "dev", old_value});
  return is_as_planned(before, after, {plan});
}

}  // namespace

TEST_CASE("is_as_planned: the planned tag, however it is written") {
  const std::string original = "spec: {forProvider: {region: r, tags: {a: b}}}\n";
  CHECK(proves(original, "spec: {forProvider: {region: r, tags: {a: b, env: dev}}}\n"));
  CHECK(proves(original, "spec:\n  forProvider:\n    tags:\n      env: \"dev\"\n      a: 'b'\n    region: r\n"));
  CHECK(proves("", "spec: {forProvider: {tags: {env: dev}}}\n"));
  CHECK(proves("spec: {forProvider: {tags: {env: prod}}}\n", "spec: {forProvider: {tags: {env: dev}}}\n"));
}

TEST_CASE("is_as_planned: anything else is refused") {
  const std::string original = "spec: {forProvider: {region: r, tags: {a: b}}, x: [1, {y1: z}]}\n";
  for (const char* edited : {
           "spec: {forProvider: {region: r, tags: {a: b}}, x: [1, {y1: z}]}\n",                     // nothing done
           "spec: {forProvider: {region: r, tags: {a: b, env: prod}}, x: [1, {y1: z}]}\n",          // another value
           "spec: {forProvider: {region: r, tags: {a: b, env: [dev]}}, x: [1, {y1: z}]}\n",         // not a string
           "spec: {forProvider: {region: r, tags: {env: dev}}, x: [1, {y1: z}]}\n",                 // a tag lost
           "spec: {forProvider: {region: r, tags: {a: c, env: dev}}, x: [1, {y1: z}]}\n",           // a tag changed
           "spec: {forProvider: {region: r, tags: {a: b, env: dev, more: x}}, x: [1, {y1: z}]}\n",  // a tag too many
           "spec: {forProvider: {tags: {a: b, env: dev}}, x: [1, {y1: z}]}\n",                      // a field lost
           "spec: {forProvider: {region: r, tags: {a: b, env: dev}}, x: [1, {y1: z}], more: x}\n",  // a field too many
           "spec: {forProvider: {region: r, tags: {a: b, env: dev}}, x: [1, {y1: zz}]}\n",          // a value changed
           "spec: {forProvider: {region: r, tags: {a: b, env: dev}}, x: [1, {y1: z}, 2]}\n",        // an item too many
           "spec: {forProvider: {region: r, tags: {a: b, env: dev}}, x: [\"1\", {y1: z}]}\n",       // a type changed
           "spec: {forProvider: {region: r, tags: [{a: b}, {env: dev}]}, x: [1, {y1: z}]}\n",       // a shape changed
       }) {
    CAPTURE(edited);
    CHECK_FALSE(proves(original, edited));
  }
}

TEST_CASE("is_as_planned: lists of tags") {
  const std::string original = "spec: {forProvider: {tag: [{key: a, value: b}]}}\n";
  CHECK(proves(original, "spec: {forProvider: {tag: [{key: a, value: b}, {key: env, value: dev, propagateAtLaunch: true}]}}\n", TagShape::list));
  CHECK_FALSE(proves(original, "spec: {forProvider: {tag: [{key: env, value: dev}]}}\n", TagShape::list));
  CHECK_FALSE(proves(original, "spec: {forProvider: {tag: [{key: a, value: b}, {key: env, value: prod}]}}\n", TagShape::list));
  CHECK_FALSE(proves(original, "spec: {forProvider: {tag: [{key: a, value: c}, {key: env, value: dev}]}}\n", TagShape::list));
  CHECK(proves("spec: {forProvider: {tag: [{key: env, value: prod, x: y}]}}\n", "spec: {forProvider: {tag: [{key: env, value: dev, x: y}]}}\n",
      TagShape::list));
}

}  // namespace cmp
