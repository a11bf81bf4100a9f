// What Argo CD and the Application's author say: ARGOCD_APP_* identity, parameters, ARGOCD_ENV_CONFIGHUB_*.
// Owns the split of trust: identity is Argo CD's word, everything else is a wish to be checked by access.
// Refuses any wish but space, revision and where; none of them can name a URL, a path or a credential.
#pragma once

#include "base/environment.hpp"
#include "settings/revision_rule.hpp"
#include "settings/selector.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmp {

struct Application {
  bool under_argocd = false;  // ARGOCD_APP_NAME is set, even to nothing
  std::string name;
  std::string project;  // empty before Argo CD 3.0, and then nothing is allowed
  std::optional<std::vector<std::string>> spaces;
  std::optional<RevisionRule> revision;
  std::optional<LabelSelector> where;
  std::map<std::string, std::string> origins;  // key of the setting -> "parameter space"
};

Application read_application(const Environment& environment);

}  // namespace cmp
