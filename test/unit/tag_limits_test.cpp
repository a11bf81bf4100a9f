#include "tags/tag_limits.hpp"

#include <doctest/doctest.h>

#include <string>

namespace cmp {

TEST_CASE("tag_limits: by service and kind") {
  CHECK(tag_limits("dynamodb.aws.upbound.io", "Table").count == 50);
  CHECK(tag_limits("s3.aws.upbound.io", "Bucket").count == 50);
  CHECK(tag_limits("s3.aws.m.upbound.io", "Object").count == 10);
  CHECK(tag_limits("s3.aws.upbound.io", "Object").units == TagUnits::utf16);
  CHECK(tag_limits("route53.aws.upbound.io", "Zone").count == 10);
  CHECK(tag_limits("route53resolver.aws.upbound.io", "Rule").count == 50);
  CHECK(tag_limits("codebuild.aws.upbound.io", "Project").key_max == 127);
  CHECK(tag_limits("workspaces.aws.upbound.io", "Directory").value_max == 255);
  CHECK(tag_limits("scheduler.aws.upbound.io", "ScheduleGroup").value_min == 1);
  CHECK(tag_limits("iam.aws.upbound.io", "Role").key_case == TagCase::insensitive_keys);
  CHECK(tag_limits("iam.aws.upbound.io", "Policy").key_case == TagCase::sensitive);
}

TEST_CASE("tag_limits: which characters") {
  CHECK(tag_limits("lambda.aws.upbound.io", "Function").text == TagText::general);
  CHECK(tag_limits("ec2.aws.upbound.io", "VPC").text == TagText::any);
  CHECK(tag_limits("amplify.aws.upbound.io", "App").text == TagText::narrow_key);
  CHECK(tag_limits("bedrock.aws.upbound.io", "Guardrail").text == TagText::ascii);
  CHECK(tag_limits("sqs.aws.upbound.io", "Queue").text == TagText::advised);
  CHECK(tag_limits("", "").text == TagText::advised);
}

TEST_CASE("is_tag_value_text: letters of any script in the general set") {
  CHECK(is_tag_value_text("Ops team_1.2:/=+-@", TagText::general));
  CHECK(is_tag_value_text("\xC3\xBC\xE6\x97\xA5\xD0\xB6", TagText::general));
  CHECK_FALSE(is_tag_value_text("\xC3\xBC", TagText::ascii));
  CHECK_FALSE(is_tag_value_text("a&b", TagText::general));
  CHECK_FALSE(is_tag_value_text("\xF0\x9F\x98\x80", TagText::general));
  CHECK(is_tag_value_text("a&b", TagText::any));
  CHECK(is_tag_key_text("cost:center", TagText::narrow_key));
  CHECK_FALSE(is_tag_key_text("cost center", TagText::narrow_key));
  CHECK(is_tag_value_text("cost center", TagText::narrow_key));
}

TEST_CASE("tag_length: as AWS counts") {
  CHECK(tag_length("abc", TagUnits::code_points) == 3);
  CHECK(tag_length("\xC3\xBC", TagUnits::code_points) == 1);
  CHECK(tag_length("\xF0\x9F\x98\x80", TagUnits::code_points) == 1);
  CHECK(tag_length("\xF0\x9F\x98\x80", TagUnits::utf16) == 2);
}

TEST_CASE("is_reserved_tag_key") {
  for (const char* key : {"aws:name", "AWS:x", "Aws:", "crossplane-kind", "crossplane-name", "crossplane-providerconfig"}) {
    CAPTURE(key);
    CHECK(is_reserved_tag_key(key));
  }
  for (const char* key : {"aws", "awsome", "crossplane", "Crossplane-kind", "my-aws:x"}) {
    CAPTURE(key);
    CHECK_FALSE(is_reserved_tag_key(key));
  }
}

}  // namespace cmp
