// The editor's proof: the edited text is parsed again and compared with what it came from.
// Owns nothing of the editor's logic on purpose: it knows the plans, reads both trees as Go does, and compares values.
// Refuses any difference beyond the planned tags, so an editor's bug ends the run instead of reaching a cluster.
#pragma once

#include "tags/tag_set.hpp"

#include <string>
#include <vector>

namespace cmp {

// Whether `edited` means `original` with the plans carried out.
bool is_as_planned(const YamlTree& original, const YamlTree& edited, const std::vector<TagPlan>& plans);

}  // namespace cmp
