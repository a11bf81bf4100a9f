#include "manifests.hpp"

#include "base/failure.hpp"
#include "manifest/objects.hpp"
#include "manifest/yaml_reader.hpp"
#include "tags/tag_edit.hpp"
#include "tags/tag_proof.hpp"
#include "tags/tag_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cmp {

namespace {

class Preparation {
public:
  Preparation(Explain explain, const Limits& limits) : m_explain(explain), m_limits(limits) {}

  void add(UnitText unit, const TagContext* tags) {
    m_tags = tags;
    const std::string file = unit.name();
    m_result.units.push_back(read_documents(
        std::move(unit), m_limits, m_result.findings, [&](Document& document, const YamlTree& tree) { prepare(file, document, tree); }));
  }

  Manifests finish() {
    sort_findings(m_result.findings);
    return std::move(m_result);
  }

private:
  void prepare(const std::string& file, Document& document, const YamlTree& tree) {
    if (++m_result.documents > m_limits.documents) {
      throw Failure(FailureKind::content, fmt::format("more than {} documents (limit documents), reached in {}", m_limits.documents, file));
    }
    DocumentFindings findings(m_result.findings, file, document.number, tree);
    const std::vector<ObjectRef> objects = find_objects(tree, findings);
    document.objects = objects.size();
    m_result.objects += objects.size();
    for (const ObjectRef& object : objects) {
      m_objects.add(object, tree, file, findings);
      if (m_explain == Explain::yes) { m_result.places.push_back({file, tree[object.node].line, name_of(object)}); }
    }
    if (m_tags != nullptr) { apply_policy(file, document, tree, objects, findings); }
  }

  void apply_policy(
      const std::string& file, Document& document, const YamlTree& tree, const std::vector<ObjectRef>& objects, DocumentFindings& findings) {
    const std::vector<TagPlan> plans = judge_document(tree, objects, *m_tags, findings);
    if (m_explain == Explain::yes) {
      explain(file, tree, plans);
      for (const TagPlan& plan : plans) { write_out_fixes(document, tree, plan); }
    }
    std::string edited = edit_document(tree, plans, findings);
    if (edited.empty()) { return; }
    if (!is_proven(file, document, tree, edited, plans)) {
      const ObjectRef& object = plans.front().object;
      findings.add(FindingCode::edit_unproven, object.node, &object, object.path).fix = "write the tags of this document by hand";
      return;
    }
    document.edited = std::move(edited);
    ++m_result.edited;
    for (const TagPlan& plan : plans) { m_result.tags += plan.changes.size(); }
  }

  // Read back, the edited text must be the original with the planned tags, and leave nothing to do.
  bool is_proven(
      const std::string& file, const Document& document, const YamlTree& tree, const std::string& edited, const std::vector<TagPlan>& plans) {
    if (!read_yaml(edited, document.line, m_limits, m_edited).empty() || !is_as_planned(tree, m_edited, plans)) { return false; }
    std::vector<Finding> ignored;
    DocumentFindings findings(ignored, file, document.number, m_edited);
    const std::vector<TagPlan> left = judge_document(m_edited, find_objects(m_edited, findings), *m_tags, findings);
    return std::all_of(left.begin(), left.end(), [](const TagPlan& plan) { return plan.changes.empty(); });
  }

  void explain(const std::string& file, const YamlTree& tree, const std::vector<TagPlan>& plans) {
    for (const TagPlan& plan : plans) {
      const ObjectRef& object = plan.object;
      for (const TagDecision& decision : plan.decisions) {
        m_result.explanations.push_back({file, tree[object.node].line, name_of(object), plan.site.tag_path(object, decision.key), decision});
      }
    }
  }

  void write_out_fixes(const Document& document, const YamlTree& tree, const TagPlan& plan) {
    for (const std::vector<TagChange>* changes : {&plan.changes, &plan.proposals}) {
      for (const TagChange& change : *changes) {
        if (change.finding) { m_result.findings[*change.finding].edits = text_edits(tree, document.line, plan, change); }
      }
    }
  }

  Explain m_explain;
  const Limits& m_limits;
  const TagContext* m_tags = nullptr;  // of the unit that is read
  Manifests m_result;
  ObjectIndex m_objects;
  YamlTree m_edited;
};

}  // namespace

Manifests prepare_manifests(std::vector<UnitGroup> groups, Explain explain, const Limits& limits) {
  Preparation preparation(explain, limits);
  for (UnitGroup& group : groups) {
    for (UnitText& unit : group.units) { preparation.add(std::move(unit), group.tags); }
  }
  return preparation.finish();
}

}  // namespace cmp
