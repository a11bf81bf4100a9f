#include "tags/tag_compositions.hpp"

#include "tags/tag_rules.hpp"
#include "tags/taggable_kinds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace cmp {

namespace {

std::string_view text_at(const YamlTree& tree, NodeId node, const std::vector<std::string>& path) {
  const auto entry = find_path(tree, node, path);
  return entry && tree.is_string(entry->value) ? tree.at(entry->value).text : std::string_view();
}

std::vector<NodeId> items_at(const YamlTree& tree, NodeId node, const std::vector<std::string>& path) {
  const auto entry = find_path(tree, node, path);
  return entry && tree.is_sequence(entry->value) ? tree.items(entry->value) : std::vector<NodeId>();
}

class CompositionJudge {
public:
  CompositionJudge(const YamlTree& tree, const ObjectRef& object, const TagContext& context, DocumentFindings& findings, std::vector<TagPlan>& plans)
      : m_tree(tree), m_object(object), m_context(context), m_findings(findings), m_plans(plans) {}

  // Resources stand in spec.resources (mode Resources) or in the input of function-patch-and-transform.
  void judge() {
    if (m_context.policy.compositions == Compositions::ignore || is_exempt(m_tree, m_object, m_context, m_findings)) { return; }
    judge_resources(m_object.node, {"spec", "resources"}, {"spec", "patchSets"}, "spec.resources");
    size_t index = 0;
    for (const NodeId step : items_at(m_tree, m_object.node, {"spec", "pipeline"})) { judge_step(step, fmt::format("spec.pipeline[{}]", index++)); }
  }

private:
  void judge_step(NodeId step, const std::string& path) {
    const auto input = find_path(m_tree, step, {"input"});
    if (!input || !m_tree.is_mapping(input->value)) { return; }
    if (text_at(m_tree, input->value, {"kind"}) == "Resources" && text_at(m_tree, input->value, {"apiVersion"}).starts_with("pt.fn.crossplane.io/")) {
      judge_resources(input->value, {"resources"}, {"patchSets"}, path + ".input.resources");
      return;
    }
    Finding& finding = add(FindingCode::composition_opaque, input->key, path + ".input");
    finding.found = text_at(m_tree, input->value, {"kind"});
    finding.fix = "let the function write the tags, they are not checked here";
  }

  void judge_resources(NodeId owner, const std::vector<std::string>& resources, const std::vector<std::string>& patch_sets, const std::string& path) {
    size_t index = 0;
    for (const NodeId resource : items_at(m_tree, owner, resources)) {
      const std::string base_path = fmt::format("{}[{}].base", path, index++);
      const auto base = find_path(m_tree, resource, {"base"});
      if (!base || !m_tree.is_mapping(base->value)) { continue; }
      judge_base(base->value, base_path, patched_tags(owner, resource, patch_sets));
    }
  }

  // What the patches of a resource write below spec.forProvider; patch sets are lists of patches by name.
  std::vector<std::string> patched_tags(NodeId owner, NodeId resource, const std::vector<std::string>& patch_sets) const {
    std::vector<std::string> paths;
    for (const NodeId patch : items_at(m_tree, resource, {"patches"})) {
      add_patched(patch, paths);
      const std::string_view name = text_at(m_tree, patch, {"patchSetName"});
      for (const NodeId set : items_at(m_tree, owner, patch_sets)) {
        if (name.empty() || text_at(m_tree, set, {"name"}) != name) { continue; }
        for (const NodeId shared : items_at(m_tree, set, {"patches"})) { add_patched(shared, paths); }
      }
    }
    return paths;
  }

  // toFieldPath defaults to fromFieldPath.
  void add_patched(NodeId patch, std::vector<std::string>& paths) const {
    const std::string_view to = text_at(m_tree, patch, {"toFieldPath"});
    const std::string_view path = to.empty() ? text_at(m_tree, patch, {"fromFieldPath"}) : to;
    if (!path.empty()) { paths.emplace_back(path); }
  }

  void judge_base(NodeId node, const std::string& path, const std::vector<std::string>& patched) {
    ObjectRef base;
    base.node = node;
    base.path = join_path(m_object.path, path);
    base.api_version = text_at(m_tree, node, {"apiVersion"});
    base.kind = text_at(m_tree, node, {"kind"});
    base.name = m_object.name;
    const KindLookup kind = look_up_kind(base.group(), base.kind);
    const bool takes_tags = kind.is_known && (kind.kind.shape == TagShape::map || kind.kind.shape == TagShape::list);
    if (!takes_tags || is_exempt(m_tree, base, m_context, m_findings)) { return; }
    const std::string field = kind.kind.shape == TagShape::list ? "tag" : "tags";
    std::optional<TagSite> site = find_tags(m_tree, base, {"spec", "forProvider", field}, kind.kind.shape, m_findings);
    if (!site) { return; }
    const bool injects = m_context.policy.compositions == Compositions::inject_static;
    report_untagged(base, *site, patched, injects);
    if (injects) { m_plans.push_back(judge_tags(m_tree, base, std::move(*site), m_context, RuleUse::inject_static, m_findings)); }
  }

  void report_untagged(const ObjectRef& base, const TagSite& site, const std::vector<std::string>& patched, bool injects) {
    std::vector<std::string> missing;
    for (const TagRule& rule : m_context.policy.tags) {
      const bool is_present = std::any_of(site.tags.begin(), site.tags.end(), [&](const TagEntry& tag) { return tag.key == rule.key; });
      const bool applies = rule.applies_to(base) && rule.requires_presence(m_context.environment.name);
      if (!applies || is_present || is_patched(site, rule.key, patched) || (injects && rule.is_static())) { continue; }
      missing.push_back(rule.key);
    }
    if (missing.empty()) { return; }
    Finding& finding = m_findings.add(FindingCode::composition_base_untagged, site.nearest_node(), &m_object, site.tag_path(base, ""));
    finding.policy = m_context.policy.name;
    if (m_context.policy.compositions == Compositions::reject) { finding.severity = Severity::error; }
    finding.found = fmt::format("{} without {}", base.kind, fmt::join(missing, ", "));
    finding.fix = "write fixed tags into the base and patch the others to spec.forProvider.tags";
  }

  static bool is_patched(const TagSite& site, const std::string& key, const std::vector<std::string>& patched) {
    const std::string all = fmt::format("{}", fmt::join(site.path, "."));
    return std::any_of(patched.begin(), patched.end(), [&](const std::string& path) {
      return path == all || path == all + '.' + key || path == fmt::format("{}[{}]", all, key) || path == fmt::format("{}[\"{}\"]", all, key);
    });
  }

  Finding& add(FindingCode code, NodeId where, const std::string& path) {
    Finding& finding = m_findings.add(code, where, &m_object, join_path(m_object.path, path));
    finding.policy = m_context.policy.name;
    return finding;
  }

  const YamlTree& m_tree;
  const ObjectRef& m_object;
  const TagContext& m_context;
  DocumentFindings& m_findings;
  std::vector<TagPlan>& m_plans;
};

void check_claim_environment(
    const YamlTree& tree, const ObjectRef& object, const ClaimRule& claim, const TagContext& context, DocumentFindings& findings) {
  const auto entry = find_path(tree, object.node, claim.environment_path);
  const bool is_text = entry && tree.is_string(entry->value);
  if (is_text && tree.at(entry->value).text == context.environment.name) { return; }
  Finding& finding = findings.add(FindingCode::claim_environment, entry ? entry->value : object.node, &object,
      join_path(object.path, fmt::format("{}", fmt::join(claim.environment_path, "."))));
  finding.policy = claim.name;
  finding.found = is_text ? std::string(tree.at(entry->value).text) : entry ? "not a string" : "nothing";
  finding.wanted = context.environment.name;
  finding.fix = fmt::format(
      "the environment here is {} ({}); correct the claim or move it to its own space", context.environment.name, context.environment.origin);
}

}  // namespace

void judge_composite(
    const YamlTree& tree, const ObjectRef& object, const TagContext& context, DocumentFindings& findings, std::vector<TagPlan>& plans) {
  if (object.group() == "apiextensions.crossplane.io" && object.kind == "Composition") {
    CompositionJudge(tree, object, context, findings, plans).judge();
    return;
  }
  for (const ClaimRule& claim : context.policy.claims) {
    if (!claim.kind.matches(object.group(), object.version(), object.kind) || is_exempt(tree, object, context, findings)) { continue; }
    if (!claim.environment_path.empty()) { check_claim_environment(tree, object, claim, context, findings); }
    if (claim.tag_path.empty()) { continue; }
    std::optional<TagSite> site = find_tags(tree, object, claim.tag_path, TagShape::map, findings);
    if (site) { plans.push_back(judge_tags(tree, object, std::move(*site), context, RuleUse::inject_and_check, findings)); }
  }
}

}  // namespace cmp
