#include "tags/taggable_kinds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>

namespace cmp {

namespace {

TagShape shape_of(std::string_view group, std::string_view kind) {
  const KindLookup found = look_up_kind(group, kind);
  REQUIRE(found.is_known);
  return found.kind.shape;
}

}  // namespace

TEST_CASE("look_up_kind: shapes") {
  CHECK(shape_of("s3.aws.upbound.io", "Bucket") == TagShape::map);
  CHECK(shape_of("s3.aws.m.upbound.io", "Bucket") == TagShape::map);
  CHECK(shape_of("s3.aws.upbound.io", "BucketPolicy") == TagShape::none);
  CHECK(shape_of("autoscaling.aws.upbound.io", "AutoscalingGroup") == TagShape::list);
  CHECK(shape_of("inspector.aws.upbound.io", "ResourceGroup") == TagShape::selector);
  CHECK(shape_of("resourcegroups.aws.upbound.io", "Group") == TagShape::map);
  CHECK(shape_of("aws.upbound.io", "ProviderConfig") == TagShape::none);
}

TEST_CASE("look_up_kind: a kind is a whole word") {
  CHECK(shape_of("sns.aws.upbound.io", "Topic") == TagShape::map);
  CHECK(shape_of("sns.aws.upbound.io", "TopicPolicy") == TagShape::none);
  CHECK(shape_of("iam.aws.upbound.io", "Policy") == TagShape::map);
  CHECK(shape_of("iam.aws.upbound.io", "RolePolicy") == TagShape::none);
  for (const char* part : {"", "Buck", "ucket", "Bucket+12", "Bucket BucketACL", " "}) {
    CAPTURE(part);
    CHECK_FALSE(look_up_kind("s3.aws.upbound.io", part).is_known);
  }
}

TEST_CASE("look_up_kind: a kind is nothing without its group") {
  CHECK_FALSE(look_up_kind("s3.aws.upbound.io", "Buckets").is_known);
  CHECK(look_up_kind("s3.aws.upbound.io", "Buckets").group == GroupMatch::known);
  CHECK(look_up_kind("s4.aws.upbound.io", "Bucket").group == GroupMatch::unknown);
  CHECK(look_up_kind("s3.aws.crossplane.io", "Bucket").group == GroupMatch::classic);
  for (const char* other : {"", "storage.gcp.upbound.io", "s3.services.k8s.aws", "evil-aws.upbound.io", "messagewall.demo"}) {
    CAPTURE(other);
    CHECK(look_up_kind(other, "Bucket").group == GroupMatch::other);
  }
}

TEST_CASE("has_version: of the kind, not of the group") {
  const TaggableKind bucket = look_up_kind("s3.aws.upbound.io", "Bucket").kind;
  CHECK(has_version(bucket, "v1beta1"));
  CHECK(has_version(bucket, "v1beta2"));
  CHECK_FALSE(has_version(bucket, "v1beta3"));
  CHECK_FALSE(has_version(bucket, "v1"));
  CHECK(has_version(look_up_kind("mq.aws.upbound.io", "User").kind, "v1alpha1"));
}

TEST_CASE("the table: sorted, and as many kinds as the provider has") {
  const auto groups = taggable_kind_groups();
  CHECK(std::is_sorted(groups.begin(), groups.end(), [](const KindGroup& a, const KindGroup& b) { return a.group < b.group; }));
  const std::vector<NamedKind> kinds = all_taggable_kinds();
  CHECK(kinds.size() == 2065);
  const auto with = [&](TagShape shape) {
    return std::count_if(kinds.begin(), kinds.end(), [&](const NamedKind& kind) { return kind.kind.shape == shape; });
  };
  CHECK(with(TagShape::map) == 1076);
  CHECK(with(TagShape::list) == 2);
  CHECK(with(TagShape::selector) == 2);
  CHECK(taggable_kinds_source() == "provider-upjet-aws v2.6.0-132 (75a4c571, 2026-08-05)");
}

TEST_CASE("the table agrees with the list of the provider's CRDs") {
  std::ifstream file(CONFIGHUB_CMP_SOURCE_DIR "/../shared/data/aws-taggable-kinds.csv");
  if (!file) {
    MESSAGE("skipped: no ../shared/data/aws-taggable-kinds.csv");
    return;
  }
  std::map<std::string, TagShape> shapes = {{"map", TagShape::map}, {"list", TagShape::list}, {"none", TagShape::none}};
  std::string line;
  std::getline(file, line);
  size_t compared = 0;
  while (std::getline(file, line)) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    CAPTURE(line);
    const bool is_superseded = cells[3] == "spec.forProvider.tags" && cells[4] == "list";
    const bool is_selector = cells[0].starts_with("inspector.") && cells[1] == "ResourceGroup";
    if (is_superseded) { continue; }
    CHECK(shape_of(cells[0], cells[1]) == (is_selector ? TagShape::selector : shapes.at(cells[4])));
    CHECK(has_version(look_up_kind(cells[0], cells[1]).kind, cells[2].substr(0, cells[2].find(';'))));
    ++compared;
  }
  CHECK(compared == all_taggable_kinds().size());
}

}  // namespace cmp
