// Claims, whose environment must be the run's, and Compositions, whose composed resources must end up tagged.
// Owns knowing where a Composition hides its resources and which patches fill their tags.
// Refuses to guess what a template function writes: it is noted as opaque.
#pragma once

#include "tags/tag_set.hpp"

#include <vector>

namespace cmp {

// Adds a plan where the policy lets tags be put into a claim or a base. Other objects are left alone.
void judge_composite(
    const YamlTree& tree, const ObjectRef& object, const TagContext& context, DocumentFindings& findings, std::vector<TagPlan>& plans);

}  // namespace cmp
