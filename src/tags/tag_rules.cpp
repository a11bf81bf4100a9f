#include "tags/tag_rules.hpp"

#include "base/wildcard.hpp"
#include "tags/tag_compositions.hpp"
#include "tags/taggable_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace cmp {

namespace {

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return patterns.empty() ||
         std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) { return matches_wildcard(pattern, text); });
}

bool all_match(const YamlTree& tree, NodeId object, const char* field, const std::map<std::string, std::string>& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const auto& pattern) {
    const auto value = find_path(tree, object, {"metadata", field, pattern.first});
    return value && tree.is_string(value->value) && matches_wildcard(pattern.second, tree.at(value->value).text);
  });
}

bool covers(const Exemption& exemption, const YamlTree& tree, const ObjectRef& object) {
  const auto matches_kind = [&](const KindPattern& pattern) { return pattern.matches(object.group(), object.version(), object.kind); };
  return (exemption.kinds.empty() || std::any_of(exemption.kinds.begin(), exemption.kinds.end(), matches_kind)) &&
         any_matches(exemption.names, object.name) && any_matches(exemption.namespaces, object.ns) &&
         all_match(tree, object.node, "labels", exemption.labels) && all_match(tree, object.node, "annotations", exemption.annotations);
}

// What Crossplane does with the resource, from spec.managementPolicies; the default is everything.
enum class Management : std::uint8_t { full, create_only, observe_only };

Management management_of(const YamlTree& tree, NodeId object) {
  const auto policies = find_path(tree, object, {"spec", "managementPolicies"});
  if (!policies || !tree.is_sequence(policies->value)) { return Management::full; }
  const std::vector<NodeId> items = tree.items(policies->value);
  const auto has = [&](std::string_view word) {
    return std::any_of(items.begin(), items.end(), [&](NodeId item) { return tree.at(item).text == word; });
  };
  // An empty list pauses the resource: the tags take effect when it resumes.
  if (items.empty() || has("*") || has("Update")) { return Management::full; }
  return has("Create") ? Management::create_only : Management::observe_only;
}

class ResourceJudge {
public:
  ResourceJudge(const YamlTree& tree, const ObjectRef& object, const KindLookup& kind, const TagContext& context, DocumentFindings& findings,
      std::vector<TagPlan>& plans)
      : m_tree(tree), m_object(object), m_kind(kind), m_context(context), m_findings(findings), m_plans(plans) {}

  void judge() {
    if (is_exempt(m_tree, m_object, m_context, m_findings) || !is_spoken_of()) { return; }
    if (!m_kind.is_known) { return judge_unknown(); }
    if (!has_version(m_kind.kind, m_object.version())) { report_version(); }
    if (m_kind.kind.shape == TagShape::selector) { return; }
    if (m_kind.kind.shape == TagShape::none) {
      refuse_tags("forProvider");
      refuse_tags("initProvider");
    }
    if (!is_written_to_aws()) { return; }
    if (m_kind.kind.shape != TagShape::none) { judge_known(); }
    for (const NestedRule& rule : m_context.policy.nested) {
      if (rule.kind.matches(m_object.group(), m_object.version(), m_object.kind)) { judge_nested(m_object, rule.path, 0); }
    }
  }

private:
  bool is_spoken_of() const {
    const std::vector<TagRule>& rules = m_context.policy.tags;
    return m_context.policy.form == PolicyForm::own ||
           std::any_of(rules.begin(), rules.end(), [&](const TagRule& rule) { return rule.applies_to(m_object); });
  }

  void judge_unknown() {
    report_kind();
    // Their shape is not known either: a map is what nearly all kinds have.
    const auto tags = find_path(m_tree, m_object.node, {"spec", "forProvider", "tags"});
    if (!tags || !m_tree.is_mapping(tags->value) || m_kind.group == GroupMatch::classic) { return; }
    judge_at(m_object, {"spec", "forProvider", "tags"}, TagShape::map, RuleUse::check_values);
  }

  void judge_known() {
    const bool is_list = m_kind.kind.shape == TagShape::list;
    std::optional<TagSite> site = find_tags(m_tree, m_object, {"spec", "forProvider", is_list ? "tag" : "tags"}, m_kind.kind.shape, m_findings);
    if (is_list) { refuse_map_of_list_kind(); }
    if (!site) { return soften_shape(); }
    check_init_provider(*site);
    m_plans.push_back(judge_tags(m_tree, m_object, std::move(*site), m_context, RuleUse::inject_and_check, m_findings));
  }

  // Kyverno cannot patch tags that are no mapping, and its patterns do not match them; where it only audits, they pass.
  void soften_shape() {
    if (m_context.policy.form == PolicyForm::own) { return; }
    const std::vector<TagRule>& rules = m_context.policy.tags;
    const auto decides = [&](const TagRule& rule) { return rule.severity == Severity::error && rule.applies_to(m_object); };
    Finding& finding = m_findings.latest();
    if (finding.code == FindingCode::tags_shape && std::none_of(rules.begin(), rules.end(), decides)) { finding.severity = Severity::warning; }
  }

  void judge_at(const ObjectRef& object, std::vector<std::string> path, TagShape shape, RuleUse use) {
    std::optional<TagSite> site = find_tags(m_tree, object, std::move(path), shape, m_findings);
    if (site) { m_plans.push_back(judge_tags(m_tree, object, std::move(*site), m_context, use, m_findings)); }
  }

  // Down to every mapping that may hold the last key of `path`. A singleton is a list in v1beta1 and a mapping in v1beta2;
  // what is not there creates nothing, and so needs no tags.
  void judge_nested(const ObjectRef& holder, const std::vector<std::string>& path, size_t depth) {
    if (depth + 1 == path.size()) { return judge_at(holder, {path.back()}, TagShape::map, RuleUse::inject_and_check); }
    const auto entry = m_tree.find(holder.node, path[depth]);
    if (!entry) { return; }
    ObjectRef below = holder;
    below.path = join_path(holder.path, path[depth]);
    below.node = entry->value;
    if (m_tree.is_mapping(entry->value)) { return judge_nested(below, path, depth + 1); }
    if (!m_tree.is_sequence(entry->value)) { return; }
    const std::string list = below.path;
    size_t index = 0;
    for (const NodeId item : m_tree.items(entry->value)) {
      below.path = fmt::format("{}[{}]", list, index++);
      below.node = item;
      if (m_tree.is_mapping(item)) { judge_nested(below, path, depth + 1); }
    }
  }

  bool is_written_to_aws() {
    const Management management = management_of(m_tree, m_object.node);
    if (management == Management::full) { return true; }
    const bool skips = management == Management::observe_only && m_context.policy.observe_only == ObserveOnly::skip;
    if (management == Management::create_only || skips) {
      const auto policies = find_path(m_tree, m_object.node, {"spec", "managementPolicies"});
      m_findings.add(skips ? FindingCode::observe_only : FindingCode::create_only, policies->key, &m_object, "spec.managementPolicies").policy =
          m_context.policy.name;
    }
    return !skips;
  }

  void report_kind() {
    if (m_context.policy.unknown_kinds == UnknownKinds::ignore) { return; }
    Finding& finding = add(FindingCode::kind_unknown, m_object.node, "");
    if (m_context.policy.unknown_kinds == UnknownKinds::reject) { finding.severity = Severity::error; }
    finding.found = fmt::format("{} {}", m_object.api_version, m_object.kind);
    finding.wanted = fmt::format("a kind of {}", taggable_kinds_source());
    finding.fix = m_kind.group == GroupMatch::classic ? "the policy cannot tag the classic provider's kinds, use the upjet provider"
                                                      : "check apiVersion and kind for typos";
  }

  void report_version() {
    Finding& finding = add(FindingCode::version_unknown, m_object.node, "");
    finding.found = m_object.version();
    finding.wanted = fmt::format("a version of {}", taggable_kinds_source());
    finding.fix = "check apiVersion for typos";
  }

  void refuse_tags(const char* parent) {
    const auto tags = find_path(m_tree, m_object.node, {"spec", parent, "tags"});
    if (!tags || m_tree.is_null(tags->value)) { return; }
    Finding& finding = add(FindingCode::tags_unsupported, tags->key, fmt::format("spec.{}.tags", parent));
    finding.fix = "remove tags, the API server refuses or drops the field on this kind";
  }

  void refuse_map_of_list_kind() {
    const auto tags = find_path(m_tree, m_object.node, {"spec", "forProvider", "tags"});
    if (!tags || m_tree.is_null(tags->value)) { return; }
    Finding& finding = add(FindingCode::tags_shape, tags->key, "spec.forProvider.tags");
    finding.wanted = "a list of key, value and propagateAtLaunch at spec.forProvider.tag";
    finding.fix = "move the tags to spec.forProvider.tag";
  }

  // The provider applies initProvider once and never repairs it, so a rule's tag there counts as absent.
  void check_init_provider(const TagSite& site) {
    const auto tags = find_path(m_tree, m_object.node, {"spec", "initProvider", site.path.back()});
    if (!tags || !m_tree.is_mapping(tags->value)) { return; }
    for (const TagRule& rule : m_context.policy.tags) {
      const auto entry = m_tree.find(tags->value, rule.key);
      const bool is_enforced = std::any_of(site.tags.begin(), site.tags.end(), [&](const TagEntry& tag) { return tag.key == rule.key; });
      if (!entry || is_enforced) { continue; }
      Finding& finding = add(FindingCode::initprovider_tags, entry->key, fmt::format("spec.initProvider.{}.{}", site.path.back(), rule.key));
      finding.policy = rule.name;
      finding.fix = "move the tag to spec.forProvider";
    }
  }

  Finding& add(FindingCode code, NodeId where, const std::string& path) {
    Finding& finding = m_findings.add(code, where, &m_object, join_path(m_object.path, path));
    finding.policy = m_context.policy.name;
    return finding;
  }

  const YamlTree& m_tree;
  const ObjectRef& m_object;
  const KindLookup& m_kind;
  const TagContext& m_context;
  DocumentFindings& m_findings;
  std::vector<TagPlan>& m_plans;
};

}  // namespace

bool is_exempt(const YamlTree& tree, const ObjectRef& object, const TagContext& context, DocumentFindings& findings) {
  for (const Exemption& exemption : context.policy.exemptions) {
    if (!covers(exemption, tree, object)) { continue; }
    const bool is_expired = !exemption.until.empty() && context.today > exemption.until;
    Finding& finding = findings.add(is_expired ? FindingCode::exempt_expired : FindingCode::exempt, object.node, &object, object.path);
    finding.policy = exemption.name;
    finding.found = exemption.until.empty() ? exemption.reason : fmt::format("{} (until {})", exemption.reason, exemption.until);
    if (is_expired) { finding.fix = "tag the resource, or extend the exemption in the policy"; }
    if (!is_expired) { return true; }
  }
  return false;
}

std::vector<TagPlan> judge_document(
    const YamlTree& tree, const std::vector<ObjectRef>& objects, const TagContext& context, DocumentFindings& findings) {
  std::vector<TagPlan> plans;
  for (const ObjectRef& object : objects) {
    const KindLookup kind = look_up_kind(object.group(), object.kind);
    if (kind.group == GroupMatch::other) {
      judge_composite(tree, object, context, findings, plans);
    } else {
      ResourceJudge(tree, object, kind, context, findings, plans).judge();
    }
  }
  return plans;
}

}  // namespace cmp
