// Which environment a run is for, from the sources a tag policy names, in its order: first hit wins.
// Refuses an environment the policy does not allow, and a run for which no source has one.
#pragma once

#include "tags/tag_policy.hpp"

#include <map>
#include <optional>
#include <string>

namespace cmp {

struct EnvironmentFacts {
  std::optional<std::string> flag;  // --environment, or what the access entry of the space sets
  std::string space;                // slug; empty when there is none
  std::map<std::string, std::string> space_labels;
  std::string project;  // of the Argo CD Application
};

struct TagEnvironment {
  std::string name;    // empty when the policy does not speak of environments
  std::string origin;  // "flag environment", "space messagewall-dev"
};

// Throws Failure: usage for a flag that is not allowed, refused for everything else.
TagEnvironment resolve_environment(const TagPolicy& policy, const EnvironmentFacts& facts);

}  // namespace cmp
