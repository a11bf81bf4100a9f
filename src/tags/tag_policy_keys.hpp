// The keys of the TagPolicy file with what each means: the reader takes these and no others, the README shows them.
// Owns their names. What a value must look like is the reader's.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace cmp {

struct PolicyKey {
  std::string_view section;  // "spec.tags[]"
  std::string_view name;
  std::string_view help;
};

std::span<const PolicyKey> policy_keys();
std::vector<std::string_view> policy_keys_of(std::string_view section);

}  // namespace cmp
