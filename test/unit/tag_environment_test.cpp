#include "expect_failure.hpp"
#include "tags/tag_environment.hpp"
#include "tags/tag_policy_file.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

TagPolicy policy_from(const std::string& sources) {
  return parse_tag_policy("apiVersion: confighub-cmp/v1alpha1\nkind: TagPolicy\nmetadata: {name: p}\nspec:\n"
                          "  environment: {allowed: [dev, prod], from: [" +
                              sources + "]}\n  tags: [{key: a, value: '${environment}'}]\n",
      "policy.yaml");
}

const std::string k_sources = "{flag: environment}, {space: '-(dev|prod|qa)(-[a-z]+)?$'}, {spaceLabel: tier}, {project: '^team-(.*)$'}";

std::string resolve(const EnvironmentFacts& facts) {
  const TagEnvironment environment = resolve_environment(policy_from(k_sources), facts);
  return environment.name + " from " + environment.origin;
}

}  // namespace

TEST_CASE("resolve_environment: the first source that has one wins") {
  CHECK(resolve({"prod", "x-dev", {}, ""}) == "prod from flag environment");
  CHECK(resolve({{}, "x-dev-eu", {{"tier", "prod"}}, ""}) == "dev from space x-dev-eu");
  CHECK(resolve({{}, "x", {{"tier", "prod"}}, "team-dev"}) == "prod from label tier of the space");
  CHECK(resolve({{}, "x", {{"other", "prod"}}, "team-dev"}) == "dev from project team-dev");
}

TEST_CASE("resolve_environment: a label may be matched in part") {
  const TagPolicy policy = policy_from("{spaceLabel: stage, match: '^(dev|prod)-'}");
  CHECK(resolve_environment(policy, {{}, "x", {{"stage", "prod-eu"}}, ""}).name == "prod");
  CHECK_THROWS_AS(resolve_environment(policy, {{}, "x", {{"stage", "eu-prod"}}, ""}), Failure);
}

TEST_CASE("resolve_environment: a name that is not allowed ends the search") {
  CHECK(outcome_of([] { resolve({"qa", "x-dev", {}, ""}); }) == "2: environment 'qa' from flag environment is not allowed (ENVIRONMENT_UNRESOLVED)");
  CHECK(outcome_of([] { resolve({{}, "x-qa", {}, "team-dev"}); }) == "3: environment 'qa' from space x-qa is not allowed (ENVIRONMENT_UNRESOLVED)");
}

TEST_CASE("resolve_environment: none tells what was tried") {
  const Failure failure = failure_of([] { resolve({{}, "sandbox", {}, "default"}); });
  CHECK(failure.kind() == FailureKind::refused);
  CHECK(failure.message() == "no environment for space 'sandbox' (ENVIRONMENT_UNRESOLVED)");
  CHECK(failure.hints() ==
        std::vector<std::string>{"tried: flag environment; space ~ -(dev|prod|qa)(-[a-z]+)?$; label tier of the space; project ~ ^team-(.*)$",
            "policy p allows: dev, prod", "pass --environment NAME, or add a source to the policy"});
}

TEST_CASE("resolve_environment: a policy that does not speak of environments needs none") {
  const TagPolicy policy = parse_tag_policy(
      "apiVersion: confighub-cmp/v1alpha1\nkind: TagPolicy\nmetadata: {name: p}\nspec: {tags: [{key: a, value: b}]}\n", "policy.yaml");
  CHECK(resolve_environment(policy, {}).name == "");
}

}  // namespace cmp
