// Who may read what: turns settings and the Application's wishes into the spaces this run may print.
// Owns the fence between Argo CD projects. Pure; fails closed.
// Refuses (exit 3) a missing project, a space no entry allows, a rule the entry does not allow.
#pragma once

#include "settings/application.hpp"
#include "settings/settings.hpp"

#include <string>
#include <vector>

namespace cmp {

// One space of a run with everything that may differ between spaces already decided.
struct SpaceRequest {
  std::string space;
  RevisionRule rule = RevisionRule::approved;
  size_t approvals = 1;
  UnapprovedUnits unapproved_units = UnapprovedUnits::fail;
  EmptySpace empty_space = EmptySpace::refuse;
  LabelSelector where;
  std::string environment;
  std::string tag_policy;
  std::string credentials_dir;
};

// Ordered by space. Throws Failure(usage) without a space, Failure(refused) outside the fence.
std::vector<SpaceRequest> allowed_spaces(const Settings& settings, const Application& application);

}  // namespace cmp
