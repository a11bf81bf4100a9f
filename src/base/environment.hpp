// The process environment as a value, so that tests own it and nothing below settings reads it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

class Environment {
public:
  explicit Environment(std::map<std::string, std::string> variables) : m_variables(std::move(variables)) {}
  static Environment of_process();

  std::optional<std::string> get(std::string_view name) const;
  std::vector<std::string> names_with_prefix(std::string_view prefix) const;  // sorted

private:
  std::map<std::string, std::string> m_variables;
};

}  // namespace cmp
