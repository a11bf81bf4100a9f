// Kyverno policies that set and demand tags -> TagPolicy, so that one file serves the cluster's webhook and the checkpoint.
// Owns the subset: patchStrategicMerge and pattern on spec.forProvider.tags, by kinds named in full. Rules decide as Kyverno's do,
// in the order of files and rules, all mutations first; what AWS would refuse beside them is a warning.
// Refuses everything else by file, line and name: nothing of a policy is skipped.
#pragma once

#include "tags/tag_policy.hpp"

#include <string>
#include <vector>

namespace cmp {

struct PolicyText {
  std::string file;
  std::string text;
};

// Whether some document of the text is Kyverno's by its apiVersion, supported or not.
bool is_kyverno_policy(const PolicyText& policy);

// Throws Failure(usage).
TagPolicy parse_kyverno_policies(const std::vector<PolicyText>& files);

}  // namespace cmp
