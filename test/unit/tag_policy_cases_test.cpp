#include "tag_story.hpp"

#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

namespace cmp {

namespace {

const char* const k_cases = CONFIGHUB_CMP_SOURCE_DIR "/../shared/data/tag-policy-cases.yaml";

const std::string k_policy = "  environment: {allowed: [dev, prod], from: [{flag: environment}]}\n"
                             "  tags:\n"
                             "  - {key: createdBy, value: crossplane, onConflict: overwrite}\n"
                             "  - {key: managedBy, value: messagewall-demo, onConflict: overwrite}\n"
                             "  - {key: environment, value: '${environment}', onConflict: reject}\n"
                             "  claims:\n"
                             "  - {kind: messagewall.demo/*/ServerlessEventAppClaim, environmentPath: spec.environment}\n";

// The case's input, then once more for each variant, which replaces the line of the spec.
std::vector<std::string> inputs_of(const YAML::Node& test) {
  const std::string input = test["input"].as<std::string>();
  std::vector<std::string> inputs = {input};
  for (const auto& variant : test["variants"]) {
    const size_t spec = input.find("\nspec:") + 1;
    inputs.push_back(input.substr(0, spec) + variant.as<std::string>() + "\n");
  }
  return inputs;
}

std::vector<std::string> codes(const std::vector<Finding>& findings, Severity severity) {
  std::vector<std::string> names;
  for (const Finding& finding : findings) {
    if (finding.severity == severity) { names.emplace_back(code_name(finding.code)); }
  }
  return names;
}

void check_case(const YAML::Node& want, const std::string& input) {
  TagStory story;
  const std::string output = story.spec(k_policy).tagged(input);
  const Manifests& result = story.run(input);
  const std::vector<std::string> errors = codes(result.findings, Severity::error);
  if (want["verdict"].as<std::string>() == "reject") {
    CHECK(std::count(errors.begin(), errors.end(), want["code"].as<std::string>()) > 0);
    return;
  }
  CHECK(errors == std::vector<std::string>{});
  CHECK(codes(result.findings, Severity::warning) == (want["warn"] ? want["warn"].as<std::vector<std::string>>() : std::vector<std::string>{}));
  CHECK(result.tags == (want["added"] ? want["added"].as<size_t>() : 0));
  CHECK((result.tags > 0 || output == input));
}

}  // namespace

TEST_CASE("the shared cases of the tag policy, with their variants") {
  if (!std::filesystem::exists(k_cases)) {
    MESSAGE("skipped: no ../shared/data/tag-policy-cases.yaml");
    return;
  }
  size_t count = 0;
  for (const auto& test : YAML::LoadFile(k_cases)["cases"]) {
    for (const std::string& input : inputs_of(test)) {
      CAPTURE(test["id"].as<std::string>());
      CAPTURE(input);
      check_case(test["want"], input);
      ++count;
    }
  }
  MESSAGE(count << " inputs judged");
  CHECK(count > 40);
}

}  // namespace cmp
