// Texts of units -> the bytes of stdout: documents read, judged and tagged, in order, each under its provenance comment.
// Owns which tag policy and environment hold for which space. No network, nothing written.
// Refuses (exit 6) what Argo CD could not read or would tear apart, (exit 3) what the tag policy forbids.
#pragma once

#include "collect.hpp"
#include "manifests.hpp"
#include "settings/application.hpp"
#include "settings/settings.hpp"
#include "tags/tag_environment.hpp"
#include "tags/tag_policy.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

struct Rendered {
  Manifests manifests;  // spaces by name, units by slug
  std::vector<size_t> objects_by_space;
  std::string policies;                 // names of the policies applied, "none" without one
  std::vector<std::string> provenance;  // separator and comment of each unit

  // Views into this object, in the order they go to stdout.
  std::vector<std::string_view> pieces() const;
};

// The tag policies of a run by the path of their file; spaces often share one.
class TagPolicies {
public:
  explicit TagPolicies(const std::vector<SpaceRequest>& requests);
  const TagPolicy& at(const std::string& path) const { return m_policies.at(path); }

private:
  std::map<std::string, TagPolicy> m_policies;
};

// What the policy of a space, which must have one, judges by. Throws Failure when no source has an environment.
TagContext tag_context(const SpaceRequest& request, const TagPolicies& policies, const Application& application, const Clock& clock);

// Which environment the policy of a space is for. Throws Failure when no source has one.
TagEnvironment environment_of(const SpaceRequest& request, const TagPolicies& policies, const Application& application);

// Takes the texts out of `collected`. Throws Failure when a finding is an error.
Rendered render(Collected& collected, const TagPolicies& policies, const Application& application, const Limits& limits, const Clock& clock);

}  // namespace cmp
