// The lossless editor: planned tags become splices of a document's text, everything else stays byte for byte.
// Owns where new text goes and in which style: that of the mapping it joins. Nothing is ever re-serialised.
// Refuses to touch text an alias uses elsewhere; tag_proof reads every result back before it may leave.
#pragma once

#include "tags/tag_set.hpp"

#include <string>
#include <vector>

namespace cmp {

// The document's new text, with all plans carried out; empty when there is nothing to do, or when one of them
// cannot be carried out, which is then an error among the findings.
std::string edit_document(const YamlTree& tree, const std::vector<TagPlan>& plans, DocumentFindings& findings);

// One change of `plan` as edits of the unit's text, whose line `first_line` is the document's first; for reports.
// Empty when the text stands for something else too.
std::vector<TextEdit> text_edits(const YamlTree& tree, size_t first_line, const TagPlan& plan, const TagChange& change);

}  // namespace cmp
