// The tags of one object under a policy: what the manifest has, what the rules add or replace, and what the result breaks.
// Owns the order of judgement: rules first, then the same checks over the result, whoever wrote a tag.
// Refuses to stop at the first problem; it plans edits and never makes one.
#pragma once

#include "tags/tag_environment.hpp"
#include "tags/tag_limits.hpp"
#include "tags/tag_policy.hpp"
#include "tags/tag_site.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmp {

// off: what a rule would set is reported as missing or in conflict instead, so that a file can be asked to be complete.
enum class Injection : std::uint8_t { on, off };

// What a run knows besides the documents.
struct TagContext {
  const TagPolicy& policy;
  TagEnvironment environment;
  std::string today;  // "2026-11-22", for exemptions with an end
  Injection injection = Injection::on;
};

struct TagChange {
  std::string key;
  std::string value;
  NodeId old_value = k_no_node;                  // replaced in place; none: added
  std::optional<size_t> finding = std::nullopt;  // number of the finding that it answers
};

// For `check --explain`: one tag of the result and who decided it.
struct TagDecision {
  std::string key;
  std::string value;
  std::string reason;
};

struct TagPlan {
  ObjectRef object;
  TagSite site;
  std::vector<TagChange> changes;
  std::vector<TagChange> proposals;  // what the author would have to write; never carried out
  std::vector<TagDecision> decisions;
};

enum class RuleUse : std::uint8_t {
  inject_and_check,
  inject_static,  // a Composition's base: only what is the same in every environment
  check_values,   // a kind nobody knows: what is written must be sound, nothing is required
};

TagPlan judge_tags(const YamlTree& tree, const ObjectRef& object, TagSite site, const TagContext& context, RuleUse use, DocumentFindings& findings);

}  // namespace cmp
