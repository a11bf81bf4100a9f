// The TagPolicy file -> TagPolicy, with yaml-cpp. Everything that can be judged without a manifest is judged here.
// Owns the errors operators get for their policy: file, line, and what to write instead.
// Refuses an ambiguous policy: two rules for one key of one kind, values its own patterns or AWS would forbid.
#pragma once

#include "tags/tag_policy.hpp"

#include <string>

namespace cmp {

// Throws Failure(usage).
TagPolicy parse_tag_policy(const std::string& text, const std::string& file);

}  // namespace cmp
