// The tag policy over one document: which of its objects the policy speaks of, and what it says to each.
// Owns the order of questions: exempt, known kind, written to AWS at all, tags. Claims and Compositions are tag_compositions'.
// Refuses to judge objects of other groups: they pass byte for byte.
#pragma once

#include "manifest/objects.hpp"
#include "tags/tag_set.hpp"

#include <vector>

namespace cmp {

// One plan for each object whose tags were judged, whether it changes something or not.
std::vector<TagPlan> judge_document(
    const YamlTree& tree, const std::vector<ObjectRef>& objects, const TagContext& context, DocumentFindings& findings);

// The exemption of the policy that covers the object; an expired one is reported and does not count.
bool is_exempt(const YamlTree& tree, const ObjectRef& object, const TagContext& context, DocumentFindings& findings);

}  // namespace cmp
