// A leaf of Kyverno's validate.pattern, as far as it is understood here: `*`, `?*`, a word, or words with `|` between them.
// Owns what Kyverno makes of them for every value YAML has, lists and numbers too.
// Refuses whatever Kyverno would read as an operator, a range, a number, a duration, another wildcard or a variable.
#pragma once

#include "manifest/yaml_tree.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

class KyvernoPattern {
public:
  // nullopt and the reason in `error` when it is none of these.
  static std::optional<KyvernoPattern> parse(const std::string& text, std::string& error);

  bool matches(std::string_view value) const;
  bool matches(const YamlTree& tree, NodeId value) const;
  const std::string& text() const { return m_text; }

private:
  enum class Kind : std::uint8_t { present, not_empty, words };

  bool matches_scalar(const YamlTree& tree, NodeId value) const;

  Kind m_kind = Kind::words;
  std::string m_text;
  std::vector<std::string> m_words;
};

}  // namespace cmp
