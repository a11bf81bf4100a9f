#include "render.hpp"

#include "base/config_file.hpp"
#include "tags/kyverno_policy.hpp"
#include "tags/tag_policy_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <memory>
#include <set>

namespace cmp {

namespace {

constexpr size_t k_max_policy_bytes = 1U << 20;

// Today in UTC: exemptions end on the same day everywhere.
std::string today(const Clock& clock) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(clock.wall()));
  return fmt::format(
      "{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned int>(date.month()), static_cast<unsigned int>(date.day()));
}

// One TagPolicy, or Kyverno policies in the order their files are named.
TagPolicy read_policy(const std::string& paths) {
  std::vector<PolicyText> files;
  for (size_t at = 0; at <= paths.size();) {
    const size_t comma = std::min(paths.find(',', at), paths.size());
    const std::string path = paths.substr(at, comma - at);
    files.push_back({path, *read_file(path, k_max_policy_bytes, Missing::is_error)});
    at = comma + 1;
  }
  const bool is_own = files.size() == 1 && !is_kyverno_policy(files.front());
  return is_own ? parse_tag_policy(files.front().text, files.front().file) : parse_kyverno_policies(files);
}

std::string provenance_line(const UnitText& unit) { return fmt::format("---\n# {} sha256:{}\n", unit.name(), unit.sha256); }

std::vector<size_t> count_by_space(const Manifests& manifests, const std::vector<size_t>& units_by_space) {
  std::vector<size_t> counts(units_by_space.size(), 0);
  size_t unit = 0;
  for (size_t space = 0; space < counts.size(); ++space) {
    for (size_t i = 0; i < units_by_space[space]; ++i, ++unit) {
      for (const Document& document : manifests.units[unit].documents) { counts[space] += document.objects; }
    }
  }
  return counts;
}

}  // namespace

TagPolicies::TagPolicies(const std::vector<SpaceRequest>& requests) {
  for (const SpaceRequest& request : requests) {
    const std::string& path = request.tag_policy;
    if (!path.empty() && !m_policies.contains(path)) { m_policies.emplace(path, read_policy(path)); }
  }
}

TagEnvironment environment_of(const SpaceRequest& request, const TagPolicies& policies, const Application& application) {
  EnvironmentFacts facts;
  if (!request.environment.empty()) { facts.flag = request.environment; }
  facts.space = request.space;
  facts.project = application.project;
  return resolve_environment(policies.at(request.tag_policy), facts);
}

TagContext tag_context(const SpaceRequest& request, const TagPolicies& policies, const Application& application, const Clock& clock) {
  return {policies.at(request.tag_policy), environment_of(request, policies, application), today(clock)};
}

Rendered render(Collected& collected, const TagPolicies& policies, const Application& application, const Limits& limits, const Clock& clock) {
  std::vector<std::unique_ptr<TagContext>> contexts;
  std::vector<UnitGroup> groups;
  std::vector<size_t> units_by_space;
  std::set<std::string> names;
  for (CollectedSpace& space : collected.spaces) {
    const SpaceRequest& request = space.request;
    if (!request.tag_policy.empty()) {
      contexts.push_back(std::make_unique<TagContext>(tag_context(request, policies, application, clock)));
      names.insert(contexts.back()->policy.name);
    }
    units_by_space.push_back(space.resolved.units.size());
    groups.push_back({std::move(space.resolved.units), request.tag_policy.empty() ? nullptr : contexts.back().get()});
  }

  Rendered rendered;
  rendered.manifests = prepare_manifests(std::move(groups), Explain::no, limits);
  throw_on_errors(rendered.manifests.findings);
  rendered.objects_by_space = count_by_space(rendered.manifests, units_by_space);
  rendered.policies = names.empty() ? "none" : fmt::format("{}", fmt::join(names, ","));
  for (const UnitDocuments& unit : rendered.manifests.units) { rendered.provenance.push_back(provenance_line(unit.unit)); }
  return rendered;
}

std::vector<std::string_view> Rendered::pieces() const {
  std::vector<std::string_view> pieces;
  for (size_t i = 0; i < manifests.units.size(); ++i) {
    const UnitDocuments& unit = manifests.units[i];
    for (const Document& document : unit.documents) {
      pieces.push_back(provenance[i]);
      pieces.push_back(document.comments);
      pieces.push_back(document.text(unit.unit));
    }
    pieces.push_back(unit.trailer);
  }
  return pieces;
}

}  // namespace cmp
