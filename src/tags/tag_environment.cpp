#include "tags/tag_environment.hpp"

#include "base/failure.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cmp {

namespace {

std::optional<TagEnvironment> from_source(const EnvironmentSource& source, const EnvironmentFacts& facts) {
  switch (source.kind) {
  case EnvironmentSource::Kind::flag:
    if (!facts.flag) { return std::nullopt; }
    return TagEnvironment{*facts.flag, "flag environment"};
  case EnvironmentSource::Kind::space:
  case EnvironmentSource::Kind::project: {
    const bool is_space = source.kind == EnvironmentSource::Kind::space;
    const std::string& text = is_space ? facts.space : facts.project;
    const std::optional<std::string> name = text.empty() ? std::nullopt : source.match->first_group(text);
    if (!name || name->empty()) { return std::nullopt; }
    return TagEnvironment{*name, fmt::format("{} {}", is_space ? "space" : "project", text)};
  }
  case EnvironmentSource::Kind::space_label: {
    const auto label = facts.space_labels.find(source.label);
    if (label == facts.space_labels.end()) { return std::nullopt; }
    const std::optional<std::string> name = source.match ? source.match->first_group(label->second) : label->second;
    if (!name || name->empty()) { return std::nullopt; }
    return TagEnvironment{*name, fmt::format("label {} of the space", source.label)};
  }
  }
  return std::nullopt;
}

std::string describe(const EnvironmentSource& source) {
  switch (source.kind) {
  case EnvironmentSource::Kind::flag: return "flag environment";
  case EnvironmentSource::Kind::space: return fmt::format("space ~ {}", source.match->text());
  case EnvironmentSource::Kind::project: return fmt::format("project ~ {}", source.match->text());
  case EnvironmentSource::Kind::space_label: break;
  }
  return fmt::format("label {} of the space", source.label);
}

}  // namespace

TagEnvironment resolve_environment(const TagPolicy& policy, const EnvironmentFacts& facts) {
  if (!policy.uses_environment()) { return {}; }
  const std::string allowed = fmt::format("policy {} allows: {}", policy.name, fmt::join(policy.environments, ", "));
  std::vector<std::string> tried;
  for (const EnvironmentSource& source : policy.environment_sources) {
    const std::optional<TagEnvironment> found = from_source(source, facts);
    if (!found) {
      tried.push_back(describe(source));
      continue;
    }
    if (std::find(policy.environments.begin(), policy.environments.end(), found->name) != policy.environments.end()) { return *found; }
    const FailureKind kind = source.kind == EnvironmentSource::Kind::flag ? FailureKind::usage : FailureKind::refused;
    throw Failure(kind, fmt::format("environment '{}' from {} is not allowed (ENVIRONMENT_UNRESOLVED)", found->name, found->origin), {allowed});
  }
  throw Failure(FailureKind::refused, fmt::format("no environment for space '{}' (ENVIRONMENT_UNRESOLVED)", facts.space),
      {fmt::format("tried: {}", fmt::join(tried, "; ")), allowed, "pass --environment NAME, or add a source to the policy"});
}

}  // namespace cmp
