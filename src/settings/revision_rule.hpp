// Names of the rules that pick a revision of a unit (DESIGN.md section 5). Text <-> value only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cmp {

enum class RevisionRule { approved, live, locked, head };

RevisionRule parse_revision_rule(const std::string& text);  // throws BadValue
std::string_view to_string(RevisionRule rule);

}  // namespace cmp
