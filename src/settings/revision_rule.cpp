#include "settings/revision_rule.hpp"

#include "base/values.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace cmp {

namespace {

constexpr std::array<std::pair<std::string_view, RevisionRule>, 4> k_rules{{
    {"approved", RevisionRule::approved},
    {"live", RevisionRule::live},
    {"locked", RevisionRule::locked},
    {"head", RevisionRule::head},
}};

}  // namespace

RevisionRule parse_revision_rule(const std::string& text) {
  for (const auto& [name, rule] : k_rules) {
    if (name == text) { return rule; }
  }
  throw BadValue(fmt::format("'{}' is not a revision rule: approved, live, locked or head", text));
}

std::string_view to_string(RevisionRule rule) {
  for (const auto& [name, candidate] : k_rules) {
    if (candidate == rule) { return name; }
  }
  return "";
}

}  // namespace cmp
