#include "base/environment.hpp"

#include <unistd.h>

namespace cmp {

Environment Environment::of_process() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const size_t equals = text.find('=');
    // Where a name stands twice the first one counts, as for getenv(3).
    if (equals != std::string_view::npos) { variables.emplace(text.substr(0, equals), text.substr(equals + 1)); }
  }
  return Environment(std::move(variables));
}

std::optional<std::string> Environment::get(std::string_view name) const {
  const auto found = m_variables.find(std::string(name));
  if (found == m_variables.end()) { return std::nullopt; }
  return found->second;
}

std::vector<std::string> Environment::names_with_prefix(std::string_view prefix) const {
  std::vector<std::string> names;
  for (auto entry = m_variables.lower_bound(std::string(prefix)); entry != m_variables.end() && entry->first.starts_with(prefix); ++entry) {
    names.push_back(entry->first);
  }
  return names;
}

}  // namespace cmp
