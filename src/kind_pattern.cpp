#include "kind_pattern.hpp"

namespace cmp {

namespace {

size_t character_length(std::string_view text, size_t at) {
  size_t length = 1;
  while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80) { ++length; }
  return length;
}

}  // namespace

// Greedy with one point to return to, the last `*`: linear in practice and never exponential.
bool matches_wildcard(std::string_view pattern, std::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = std::string_view::npos;
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      t += character_length(text, t);
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') { ++p; }
  return p == pattern.size();
}

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
