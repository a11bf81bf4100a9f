// A Kubernetes label selector ("tier=web,env!=dev,app in (a, b),canary,!legacy") over unit labels.
// Owns the grammar, the match and the translation into the hub's filter language.
// Refuses what that language cannot quote, so that no value can widen a query.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace cmp {

class LabelSelector {
public:
  using Labels = std::map<std::string, std::string>;

  LabelSelector() = default;
  static LabelSelector parse(const std::string& text);  // throws BadValue

  bool empty() const { return m_requirements.empty(); }
  bool matches(const Labels& labels) const;
  // " AND Labels.tier = 'web' AND ..." for the hub, "" when empty.
  std::string hub_filter() const;

private:
  enum class Operator { in, not_in, exists, absent };
  struct Requirement {
    std::string key;
    Operator op;
    std::vector<std::string> values;
  };
  static Requirement parse_requirement(const std::string& text);

  std::vector<Requirement> m_requirements;
};

}  // namespace cmp
