#include "settings/access.hpp"

#include "base/failure.hpp"
#include "base/wildcard.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmp {

namespace {

std::vector<std::string> lines_to_add(const std::string& project, const std::string& space) {
  return {
      "if it should be allowed, add to the settings file:", "access:", fmt::format("- project: {}", project), fmt::format("  spaces: [{}]", space)};
}

bool entry_covers(const AccessEntry& entry, const std::string& project, const std::string& space) {
  return matches_wildcard(entry.project, project) &&
         std::any_of(entry.spaces.begin(), entry.spaces.end(), [&](const std::string& pattern) { return matches_wildcard(pattern, space); });
}

// The first entry that matches counts, so that operators can put exceptions above the general case.
const AccessEntry& entry_for(const Settings& settings, const Application& application, const std::string& space) {
  if (application.project.empty()) {
    throw Failure(FailureKind::refused, fmt::format("application '{}' has no project, so space '{}' is not allowed", application.name, space),
        {"Argo CD sets ARGOCD_APP_PROJECT_NAME from version 3.0 on; older versions cannot be fenced"});
  }
  const auto found = std::find_if(
      settings.access.begin(), settings.access.end(), [&](const AccessEntry& entry) { return entry_covers(entry, application.project, space); });
  if (found == settings.access.end()) {
    throw Failure(FailureKind::refused, fmt::format("project '{}' is not allowed to read space '{}'", application.project, space),
        lines_to_add(application.project, space));
  }
  return *found;
}

RevisionRule rule_for(const AccessEntry& entry, const Settings& settings, const Application& application, const std::string& space) {
  const RevisionRule own = entry.revision.value_or(settings.revision);
  const RevisionRule wanted = application.revision.value_or(own);
  const bool allowed = wanted == own || std::find(entry.revisions.begin(), entry.revisions.end(), wanted) != entry.revisions.end();
  if (!allowed) {
    throw Failure(FailureKind::refused,
        fmt::format("project '{}' is not allowed to use rule '{}' for space '{}'", application.project, to_string(wanted), space),
        {fmt::format("if it should be allowed, add {} to revisions of the entry at {}", to_string(wanted), entry.place)});
  }
  return wanted;
}

SpaceRequest from_settings(const Settings& settings, const Application& application, const std::string& space) {
  return {space, application.revision.value_or(settings.revision), settings.approvals, settings.unapproved_units, settings.empty_space,
      application.where.value_or(settings.where), settings.environment, settings.tag_policy, settings.credentials_dir};
}

SpaceRequest fenced(const Settings& settings, const Application& application, const std::string& space) {
  const AccessEntry& entry = entry_for(settings, application, space);
  SpaceRequest request = from_settings(settings, application, space);
  request.rule = rule_for(entry, settings, application, space);
  request.approvals = entry.approvals.value_or(settings.approvals);
  request.unapproved_units = entry.unapproved_units.value_or(settings.unapproved_units);
  request.empty_space = entry.empty_space.value_or(settings.empty_space);
  request.environment = entry.environment.value_or(settings.environment);
  request.tag_policy = entry.tag_policy.value_or(settings.tag_policy);
  request.credentials_dir = entry.credentials_dir.value_or(settings.credentials_dir);
  return request;
}

// What plugin.yaml's own arguments fix is not the Application's to change.
void check_fixed(const Settings& settings, const Application& application) {
  for (const auto& [key, origin] : application.origins) {
    const auto fixed = settings.origins.find(key);
    if (fixed != settings.origins.end() && fixed->second.starts_with("--")) {
      throw Failure(FailureKind::usage, fmt::format("{} and {} are both given", fixed->second, origin),
          {"the operator's command line fixes it; remove the other"});
    }
  }
}

}  // namespace

std::vector<SpaceRequest> allowed_spaces(const Settings& settings, const Application& application) {
  check_fixed(settings, application);
  std::vector<std::string> spaces = application.spaces.value_or(settings.spaces);
  if (spaces.empty()) {
    throw Failure(FailureKind::usage, "no space is given", {"set the parameter space on the Application, --space, or CONFIGHUB_SPACE"});
  }
  std::sort(spaces.begin(), spaces.end());
  std::vector<SpaceRequest> requests;
  for (const std::string& space : spaces) {
    requests.push_back(application.under_argocd ? fenced(settings, application, space) : from_settings(settings, application, space));
  }
  return requests;
}

}  // namespace cmp
