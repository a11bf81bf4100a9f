#include "base/wildcard.hpp"
#include "tags/kind_pattern.hpp"

#include <doctest/doctest.h>

namespace cmp {

TEST_CASE("matches_wildcard: any run, one character, everything else literally") {
  CHECK(matches_wildcard("*", ""));
  CHECK(matches_wildcard("aws-*", "aws-"));
  CHECK(matches_wildcard("*.aws.upbound.io", "s3.aws.upbound.io"));
  CHECK_FALSE(matches_wildcard("*.aws.upbound.io", "aws.upbound.io"));
  CHECK_FALSE(matches_wildcard("*.aws.upbound.io", "s3.aws.m.upbound.io"));
  CHECK(matches_wildcard("a*b*c", "a-b-b-c"));
  CHECK_FALSE(matches_wildcard("a*b*c", "a-c-b"));
  CHECK(matches_wildcard("v1beta?", "v1beta2"));
  CHECK_FALSE(matches_wildcard("v1beta?", "v1beta"));
  CHECK(matches_wildcard("caf?", "caf\xC3\xA9"));
  CHECK_FALSE(matches_wildcard("[ab]", "a"));
  CHECK_FALSE(matches_wildcard("Bucket", "bucket"));
}

TEST_CASE("matches_wildcard: many stars cost no more than their product") {
  const std::string pattern = "*a*a*a*a*a*a*a*a*a*a*b";
  CHECK_FALSE(matches_wildcard(pattern, std::string(5000, 'a')));
}

TEST_CASE("KindPattern: three parts, no more and no less") {
  CHECK(KindPattern::parse("s3.aws.upbound.io/*/Bucket"));
  for (const char* bad : {"Bucket", "*/Bucket", "*.s3.aws.upbound.io/*", "a/b/c/d", "/v1/A", "g//A", "g/v1/"}) {
    CAPTURE(bad);
    CHECK_FALSE(KindPattern::parse(bad));
  }
}

TEST_CASE("KindPattern: group, version and kind must all match") {
  const KindPattern pattern = *KindPattern::parse("*.aws*.upbound.io/v1beta?/Bucket*");
  CHECK(pattern.matches("s3.aws.upbound.io", "v1beta2", "BucketPolicy"));
  CHECK(pattern.matches("s3.aws.m.upbound.io", "v1beta1", "Bucket"));
  CHECK_FALSE(pattern.matches("s3.aws.upbound.io", "v1", "Bucket"));
  CHECK_FALSE(pattern.matches("storage.gcp.upbound.io", "v1beta1", "Bucket"));
  CHECK(pattern.matches_some_version("s3.aws.upbound.io", "Bucket"));
}

}  // namespace cmp
