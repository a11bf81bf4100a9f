#include "tags/kyverno_pattern.hpp"

#include "tags/tag_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cmp {

namespace {

std::string trimmed(const std::string& text) {
  const size_t from = text.find_first_not_of(' ');
  return from == std::string::npos ? "" : text.substr(from, text.find_last_not_of(' ') - from + 1);
}

// Durations, quantities and ranges begin with a digit, a sign or a point: to Kyverno "5m" equals "300s", and "0123" equals "123".
bool may_be_number(char first) { return (first >= '0' && first <= '9') || first == '+' || first == '-' || first == '.'; }

// A quantity may be its suffix alone, which is zero then: the pattern "k" matches what is absent or null.
bool is_quantity_suffix(const std::string& word) {
  static constexpr std::array<std::string_view, 15> suffixes{"n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  if (std::find(suffixes.begin(), suffixes.end(), word) != suffixes.end()) { return true; }
  const size_t digits = word.find_first_not_of("+-", 1);
  return (word[0] == 'e' || word[0] == 'E') && digits != std::string::npos && word.find_first_not_of("0123456789", digits) == std::string::npos;
}

std::string objection_to(const std::string& word) {
  if (word.empty()) { return "an empty word matches what is absent, too"; }
  if (may_be_number(word.front()) || is_quantity_suffix(word)) { return "Kyverno compares it as a number or a duration"; }
  if (!is_tag_value_text(word, TagText::general)) { return "it has characters other than letters, digits, blanks and _.:/=+-@"; }
  return "";
}

}  // namespace

std::optional<KyvernoPattern> KyvernoPattern::parse(const std::string& text, std::string& error) {
  KyvernoPattern pattern;
  pattern.m_text = text;
  if (text == "*" || text == "?*") {
    pattern.m_kind = text == "*" ? Kind::present : Kind::not_empty;
    return pattern;
  }
  for (size_t at = 0; at <= text.size();) {
    const size_t bar = std::min(text.find('|', at), text.size());
    pattern.m_words.push_back(trimmed(text.substr(at, bar - at)));
    error = objection_to(pattern.m_words.back());
    if (!error.empty()) { return std::nullopt; }
    at = bar + 1;
  }
  return pattern;
}

// Kyverno lets a value pass that is the pattern's very text before it takes the pattern apart.
bool KyvernoPattern::matches(std::string_view value) const {
  switch (m_kind) {
  case Kind::present: return true;
  case Kind::not_empty: return !value.empty();
  case Kind::words: break;
  }
  return value == m_text || std::find(m_words.begin(), m_words.end(), value) != m_words.end();
}

// Of a list every member must match, so an empty one always does.
bool KyvernoPattern::matches(const YamlTree& tree, NodeId value) const {
  if (m_kind == Kind::present) { return !tree.is_null(value); }
  if (!tree.is_sequence(value)) { return matches_scalar(tree, value); }
  const std::vector<NodeId> items = tree.items(value);
  return std::all_of(items.begin(), items.end(), [&](NodeId item) { return matches_scalar(tree, item); });
}

bool KyvernoPattern::matches_scalar(const YamlTree& tree, NodeId value) const {
  const YamlNode& node = tree.at(value);
  if (node.kind != NodeKind::scalar) { return false; }
  switch (node.type) {
  case ScalarType::string: return matches(node.text);
  case ScalarType::boolean: return matches(go_key_text(node.text, node.type));
  case ScalarType::integer:
  case ScalarType::floating: return m_kind == Kind::not_empty;  // a word never begins like a number
  default: return false;
  }
}

}  // namespace cmp
