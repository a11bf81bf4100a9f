#include "tags/kind_pattern.hpp"

#include "base/wildcard.hpp"

namespace cmp {

std::optional<KindPattern> KindPattern::parse(const std::string& text) {
  const size_t first = text.find('/');
  const size_t second = first == std::string::npos ? first : text.find('/', first + 1);
  if (second == std::string::npos || text.find('/', second + 1) != std::string::npos) { return std::nullopt; }
  KindPattern pattern;
  pattern.m_text = text;
  pattern.m_group = text.substr(0, first);
  pattern.m_version = text.substr(first + 1, second - first - 1);
  pattern.m_kind = text.substr(second + 1);
  if (pattern.m_group.empty() || pattern.m_version.empty() || pattern.m_kind.empty()) { return std::nullopt; }
  return pattern;
}

bool KindPattern::matches(std::string_view group, std::string_view version, std::string_view kind) const {
  return matches_wildcard(m_version, version) && matches_some_version(group, kind);
}

bool KindPattern::matches_some_version(std::string_view group, std::string_view kind) const {
  return matches_wildcard(m_kind, kind) && matches_wildcard(m_group, group);
}

}  // namespace cmp
