// Editor and policy over any text, under one policy with every kind of rule: what is edited parses, means the same but
// for the planned tags, keeps every byte that was there, and leaves nothing to do for a second pass.
#include "flat_tree.hpp"
#include "fuzz.hpp"
#include "manifest/yaml_reader.hpp"
#include "manifests.hpp"
#include "tags/tag_edit.hpp"
#include "tags/tag_policy_file.hpp"
#include "tags/tag_rules.hpp"

namespace cmp::fuzz {

namespace {

constexpr std::string_view k_head = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: b}\n";

constexpr const char* k_policy = R"(
apiVersion: confighub-cmp/v1alpha1
kind: TagPolicy
metadata: {name: p}
spec:
  environment: {allowed: [dev, prod], from: [{flag: environment}]}
  compositions: inject-static
  tags:
  - {key: createdBy, value: crossplane, onConflict: overwrite}
  - {key: environment, value: '${environment}', onConflict: reject}
  - {key: owner, value: 'team: a', onConflict: keep}
  - {key: cost, match: '^[0-9]{4}$'}
  exclude:
  - {kinds: ['iam.aws.upbound.io/*/ServiceLinkedRole'], names: ['aws-*'], reason: owned by AWS}
  claims:
  - {kind: example.org/*/Claim, environmentPath: spec.environment, tagPath: spec.tags}
)";

const TagContext& context() {
  static const TagPolicy policy = parse_tag_policy(k_policy, "policy.yaml");
  static const TagContext context{policy, {"dev", "flag environment"}, "2026-11-22"};
  return context;
}

bool is_error(const Finding& finding) { return finding.severity == Severity::error; }

// Takes the tags at `path` out of a flat tree, and the collections and nulls on the way to them.
std::map<std::string, std::string> take_tags(FlatTree& lines, const std::string& path) {
  std::map<std::string, std::string> tags;
  for (auto line = lines.begin(); line != lines.end();) {
    const bool is_below = line->first.starts_with(path + '\n');
    if (is_below) { tags.emplace(line->first.substr(path.size() + 1), line->second); }
    line = is_below || path == line->first || path.starts_with(line->first + '\n') ? lines.erase(line) : std::next(line);
  }
  return tags;
}

void check_map(const std::map<std::string, std::string>& before, std::map<std::string, std::string> after, const TagPlan& plan) {
  std::map<std::string, std::string> wanted = before;
  for (const TagChange& change : plan.changes) { wanted[change.key] = "a string " + change.value; }
  must_hold(after == wanted, "tags are those before with the planned ones");
}

// Items stay in order, the new ones come behind them; an old one may change in its value.
void check_list(const std::map<std::string, std::string>& before, const std::map<std::string, std::string>& after, const TagPlan& plan) {
  for (const auto& [path, text] : before) {
    const auto found = after.find(path);
    must_hold(found != after.end() && (found->second == text || path.ends_with("\nvalue")), "list items stay");
  }
  for (const TagChange& change : plan.changes) {
    const auto is_value = [&](const auto& line) { return line.second == "a string " + change.value && line.first.ends_with("\nvalue"); };
    must_hold(std::any_of(after.begin(), after.end(), is_value), "a planned value is in the list");
  }
}

void check_meaning(const YamlTree& tree, const YamlTree& edited, const std::vector<TagPlan>& plans) {
  FlatTree before = flat(tree);
  FlatTree after = flat(edited);
  for (const TagPlan& plan : plans) {
    if (plan.changes.empty()) { continue; }
    std::string path = path_of(tree, plan.object.node);
    for (const std::string& part : plan.site.path) { path += '\n' + part; }
    const auto tags_before = take_tags(before, path);
    const auto tags_after = take_tags(after, path);
    plan.site.shape == TagShape::list ? check_list(tags_before, tags_after, plan) : check_map(tags_before, tags_after, plan);
  }
  must_hold(before == after, "objects are equal but for the planned tags");
}

// Text is only inserted: a replaced value, a null, an alias or an empty collection gives way to new text.
bool only_inserts(const YamlTree& tree, const TagPlan& plan) {
  const TagSite& site = plan.site;
  const auto gives_way = [&](NodeId node) { return tree[node].kind == NodeKind::alias || tree.is_null(node) || tree[node].next == node + 1; };
  return (site.entry.value == k_no_node || site.entry.is_merged || !gives_way(site.entry.value)) && !gives_way(site.holder) &&
         std::all_of(plan.changes.begin(), plan.changes.end(), [](const TagChange& change) { return change.old_value == k_no_node; });
}

bool is_subsequence(std::string_view part, std::string_view whole) {
  size_t at = 0;
  for (const char c : whole) { at += at < part.size() && part[at] == c ? 1 : 0; }
  return at == part.size();
}

void check_document(const Document& document, const YamlTree& tree, std::vector<Finding>& all) {
  if (!all.empty() && all.front().code == FindingCode::yaml_syntax) { return; }  // about the unit's line ends: nothing of it leaves
  DocumentFindings findings(all, "unit", document.number, tree);
  const std::vector<ObjectRef> objects = find_objects(tree, findings);
  const std::vector<TagPlan> plans = judge_document(tree, objects, context(), findings);
  const std::string text = edit_document(tree, plans, findings);
  if (text.empty()) { return; }
  YamlTree edited;
  must_hold(read_yaml(text, document.line, Limits{}, edited).empty(), "edited text parses");
  check_meaning(tree, edited, plans);
  if (std::all_of(plans.begin(), plans.end(), [&](const TagPlan& plan) { return plan.changes.empty() || only_inserts(tree, plan); })) {
    must_hold(is_subsequence(tree.source(), text), "without what was inserted it is the original");
  }
}

Manifests prepared(std::string text) {
  std::vector<UnitGroup> groups(1);
  groups.front().units.push_back({"", "unit", 0, "", std::move(text)});
  groups.front().tags = &context();
  return prepare_manifests(std::move(groups), Explain::yes, Limits{});
}

// The whole engine: its own proof never has to save it, and a second pass over its output edits nothing.
void check_passes(const std::string& input) {
  const Manifests first = prepared(input);
  const auto has = [&](FindingCode code) {
    return std::any_of(first.findings.begin(), first.findings.end(), [&](const Finding& finding) { return finding.code == code; });
  };
  must_hold(!has(FindingCode::edit_unproven) || has(FindingCode::yaml_syntax), "the editor's proof holds");
  if (std::any_of(first.findings.begin(), first.findings.end(), is_error)) { return; }
  const UnitDocuments& unit = first.units.front();
  std::string output;
  for (const Document& document : unit.documents) { output += "---\n" + document.comments + std::string(document.text(unit.unit)); }
  const Manifests second = prepared(output + unit.trailer);
  must_hold(second.edited == 0 && second.tags == 0, "a second pass edits nothing");
  must_hold(std::none_of(second.findings.begin(), second.findings.end(), is_error), "a second pass finds no error");
  must_hold(second.objects == first.objects && second.documents == first.documents, "a second pass sees the same objects");
}

}  // namespace

}  // namespace cmp::fuzz

// Text that names no object is taken as the rest of a Bucket, so that a mutation need not find its head again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace cmp::fuzz;
  std::string input(text_of(data, size));
  if (input.find("apiVersion") == std::string::npos) { input.insert(0, k_head); }
  std::vector<cmp::Finding> findings;
  cmp::read_documents({"", "unit", 0, "", input}, cmp::Limits{}, findings,
      [&](cmp::Document& document, const cmp::YamlTree& tree) { check_document(document, tree, findings); });
  check_passes(input);
  return 0;
}
