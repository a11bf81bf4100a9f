#include "expect_failure.hpp"
#include "manifests.hpp"
#include "tag_story.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

UnitText unit(const std::string& slug, const std::string& text) { return {"dev", slug, 2, "", text}; }

Manifests prepare(std::vector<UnitText> units, const Limits& limits = {}) {
  std::vector<UnitGroup> groups(1);
  groups.front().units = std::move(units);
  return prepare_manifests(std::move(groups), Explain::no, limits);
}

}  // namespace

TEST_CASE("prepare_manifests: without a policy everything passes as it came") {
  const Manifests result = prepare({unit("a", k_bucket + "spec: {forProvider: {tags: {a: yes}}}\n")});
  CHECK(result.findings.empty());
  CHECK(result.documents == 1);
  CHECK(result.objects == 1);
  CHECK(result.edited == 0);
  CHECK(result.units[0].documents[0].edited == "");
}

TEST_CASE("prepare_manifests: two units with one object") {
  const Manifests result = prepare({unit("a", "---\n" + k_bucket), unit("b", "# other version\n---\n" + k_bucket)});
  REQUIRE(result.findings.size() == 1);
  CHECK(to_line(result.findings[0]) == "dev/b@2:3:1: error DUPLICATE_OBJECT: Bucket b: object defined twice, found 'also in dev/a@2 line 2'");
}

TEST_CASE("prepare_manifests: counts, and findings in order of file and line") {
  TagStory story;
  Manifests& result = story.run(k_bucket + "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ns}\n---\na: 1\n---\nb: [\n");
  CHECK(result.documents == 3);
  CHECK(result.objects == 2);
  CHECK(result.edited == 1);
  CHECK(result.tags == 2);
  CHECK(result.findings.front().line == 9);
  CHECK(result.findings.back().line == 12);
}

TEST_CASE("prepare_manifests: a run has a limit of documents") {
  Limits limits;
  limits.documents = 2;
  CHECK(outcome_of([&] { prepare({unit("a", "a: 1\n---\nb: 1\n---\nc: 1\n")}, limits); }) ==
        "6: more than 2 documents (limit documents), reached in dev/a@2");
}

}  // namespace cmp
