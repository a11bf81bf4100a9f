#include "tags/tag_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace cmp {

namespace {

// One tag of the result, whoever wrote it.
struct Tag {
  std::string key;
  std::optional<std::string> value;  // nullopt: not a string, and then it stands in the manifest
  NodeId where = k_no_node;          // for findings
  NodeId key_node = k_no_node;       // none: added by a rule
  NodeId value_node = k_no_node;
  bool is_merged = false;
  bool is_null = false;
  bool is_decided = false;            // a rule spoke of it, for the explanation
  std::optional<std::string> wanted;  // by a rule that did not get its way
};

class TagJudge {
public:
  TagJudge(const YamlTree& tree, const ObjectRef& object, TagSite site, const TagContext& context, RuleUse use, DocumentFindings& findings)
      : m_tree(tree), m_object(object), m_context(context), m_use(use), m_findings(findings), m_limits(tag_limits(object.group(), object.kind)) {
    m_plan.object = object;
    m_plan.site = std::move(site);
  }

  TagPlan judge() {
    read_tags();
    for (const TagRule* rule : rules()) { apply(*rule); }
    for (const Tag& tag : m_tags) { check(tag); }
    check_keys();
    check_count();
    return std::move(m_plan);
  }

private:
  void read_tags() {
    for (const TagEntry& entry : m_plan.site.tags) {
      Tag tag;
      tag.key = entry.key;
      tag.key_node = entry.key_node;
      tag.value_node = entry.value;
      tag.is_merged = entry.is_merged;
      tag.where = entry.value;
      tag.is_null = m_tree.is_null(entry.value);
      if (m_tree.is_string(entry.value)) { tag.value = m_tree.at(entry.value).text; }
      m_tags.push_back(std::move(tag));
    }
  }

  // A rule for the kind goes before a rule for all kinds. Only Kyverno's can be two of one rank for a key: what the first
  // sets, the last sets again.
  std::vector<const TagRule*> rules() const {
    std::vector<const TagRule*> chosen;
    if (m_use == RuleUse::check_values) { return chosen; }
    const std::vector<TagRule>& all = m_context.policy.tags;
    for (const TagRule& rule : all) {
      if (!rule.applies_to(m_object)) { continue; }
      const bool is_beaten = std::any_of(all.begin(), all.end(), [&](const TagRule& other) {
        const bool goes_before = rule.kinds.empty() || (rule.value && other.value && &other > &rule);
        return goes_before && !other.kinds.empty() && other.key == rule.key && other.applies_to(m_object);
      });
      if (!is_beaten) { chosen.push_back(&rule); }
    }
    return chosen;
  }

  Tag* find(const std::string& key) {
    const auto found = std::find_if(m_tags.begin(), m_tags.end(), [&](const Tag& tag) { return tag.key == key; });
    return found == m_tags.end() ? nullptr : &*found;
  }

  void apply(const TagRule& rule) {
    if (m_use == RuleUse::inject_static && !rule.is_static()) { return; }
    if (rule.pattern) { return demand(rule); }
    const std::optional<std::string> wanted = rule.wanted(m_context.environment.name);
    Tag* tag = find(rule.key);
    if (wanted && (tag == nullptr || tag->is_null)) {
      is_injecting() ? fill(rule, *wanted, tag) : propose(rule, *wanted, tag);
    } else if (tag == nullptr) {
      if (rule.requires_presence(m_context.environment.name)) { report_missing(rule); }
    } else if (wanted && tag->value != wanted && rule.on_conflict != OnConflict::keep) {
      resolve_conflict(rule, *wanted, *tag);
    } else {
      check_allowed(rule, *tag);
    }
  }

  void demand(const TagRule& rule) {
    Tag* tag = find(rule.key);
    if (tag == nullptr) { return complain(rule, report_missing(rule)); }
    if (tag->value ? rule.pattern->matches(*tag->value) : rule.pattern->matches(m_tree, tag->value_node)) {
      if (!tag->is_decided) { decide(*tag, fmt::format("written in the manifest, accepted by {}", rule.name)); }
      return;
    }
    Finding& finding = report(FindingCode::tag_value_not_allowed, *tag, rule.name);
    finding.found = shown(*tag);
    complain(rule, finding);
  }

  static void complain(const TagRule& rule, Finding& finding) {
    finding.severity = rule.severity;
    finding.wanted = rule.pattern->text();
    if (!rule.advice.empty()) { finding.fix = rule.advice; }
  }

  bool is_injecting() const { return m_context.injection == Injection::on; }

  // A null is reported by the checks, which find that it is no string.
  void propose(const TagRule& rule, const std::string& wanted, Tag* tag) {
    if (tag != nullptr) {
      tag->wanted = wanted;
      return;
    }
    Finding& finding = report_missing(rule);
    finding.wanted = wanted;
    finding.fix = fmt::format("add {}: {}", rule.key, wanted);
    m_plan.proposals.push_back({rule.key, wanted, k_no_node, m_findings.last()});
  }

  void fill(const TagRule& rule, const std::string& wanted, Tag* tag) {
    std::optional<size_t> answers;
    if (tag == nullptr) {
      tag = &m_tags.emplace_back();
      tag->key = rule.key;
      tag->where = m_plan.site.nearest_node();
    } else {
      Finding& finding = report(FindingCode::tag_null_replaced, *tag, rule.name);
      finding.wanted = wanted;
      finding.fix = "leave the key out or give it a value";
      answers = m_findings.last();
    }
    set(rule, wanted, *tag, "the manifest has none", answers);
  }

  void resolve_conflict(const TagRule& rule, const std::string& wanted, Tag& tag) {
    if (is_beyond_patch(tag)) {
      Finding& finding = report(FindingCode::tag_conflict, tag, rule.name);
      finding.found = shown(tag);
      finding.wanted = wanted;
      finding.fix = fmt::format("write {}: {}", rule.key, wanted);
      return;
    }
    if (rule.on_conflict == OnConflict::overwrite && is_injecting()) {
      Finding& finding = report(FindingCode::tag_overwritten, tag, rule.name);
      finding.found = shown(tag);
      finding.wanted = wanted;
      set(rule, wanted, tag, fmt::format("instead of '{}' in the manifest", shown(tag)), m_findings.last());
      return;
    }
    // Not a string, or with a placeholder: the checks say so, and one finding for it is enough.
    tag.wanted = wanted;
    decide(tag, fmt::format("written in the manifest, against {}", rule.name));
    if (!tag.value || has_placeholder(*tag.value)) { return; }
    Finding& finding = report(FindingCode::tag_conflict, tag, rule.name);
    m_plan.proposals.push_back({tag.key, wanted, place_of(tag), m_findings.last()});
    finding.found = tag.value;
    finding.wanted = wanted;
    finding.fix = fmt::format("write {}: {}", rule.key, wanted);
    if (!rule.is_static() && !m_context.environment.name.empty()) {
      finding.fix += fmt::format(
          ", or check that this is the right space: its environment is {} ({})", m_context.environment.name, m_context.environment.origin);
    }
  }

  // Kyverno puts a string in the place of any single value, and fails where a list or a mapping stands.
  bool is_beyond_patch(const Tag& tag) const {
    return m_context.policy.form == PolicyForm::kyverno && !tag.value && m_tree.at(tag.value_node).kind != NodeKind::scalar;
  }

  // What a merge key brings is set by a key of its own behind it.
  static NodeId place_of(const Tag& tag) { return tag.is_merged ? k_no_node : tag.value_node; }

  void set(const TagRule& rule, const std::string& wanted, Tag& tag, const std::string& why, std::optional<size_t> answers) {
    m_plan.changes.push_back({tag.key, wanted, place_of(tag), answers});
    tag.value = wanted;
    tag.is_null = false;
    decide(tag, fmt::format("set by {}, {}", rule.name, why));
  }

  void check_allowed(const TagRule& rule, Tag& tag) {
    decide(tag, fmt::format("written in the manifest, accepted by {}", rule.name));
    if (!tag.value || has_placeholder(*tag.value)) { return; }
    const std::string objection = rule.objection(*tag.value);
    if (objection.empty()) { return; }
    Finding& finding = report(FindingCode::tag_value_not_allowed, tag, rule.name);
    finding.found = tag.value;
    finding.wanted = objection;
    finding.fix = fmt::format("write {}", objection);
  }

  Finding& report_missing(const TagRule& rule) {
    Finding& finding = m_findings.add(FindingCode::tag_missing, m_plan.site.nearest_node(), &m_object, m_plan.site.tag_path(m_object, rule.key));
    finding.policy = rule.name;
    finding.wanted = rule.match ? fmt::format("a match of {}", rule.match->text()) : rule.one_of.empty() ? "a value" : rule.objection("");
    finding.fix = fmt::format(
        "add the tag {}{}", rule.key, m_context.environment.name.empty() ? "" : fmt::format(", it is required in {}", m_context.environment.name));
    return finding;
  }

  // What AWS or the API server would not take, whoever wrote it.
  void check(const Tag& tag) {
    check_key(tag);
    if (!tag.value) { return check_type(tag); }
    if (!tag.is_decided) { explain(tag, "written in the manifest, no rule speaks of it"); }
    if (has_placeholder(*tag.value) || has_placeholder(tag.key)) {
      Finding& finding = report(FindingCode::placeholder, tag, "");
      finding.found = tag.value;
      finding.fix = "put the value in before the unit is approved, nothing expands it later";
      return;
    }
    check_length(tag, tag_length(*tag.value, m_limits.units), m_limits.value_min, m_limits.value_max, "value");
    check_text(tag, *tag.value, is_tag_value_text(*tag.value, m_limits.text), "value");
  }

  void check_key(const Tag& tag) {
    if (tag.key_node != k_no_node && tag.key != m_tree.at(tag.key_node).text) {
      Finding& finding = report(FindingCode::tag_value_not_string, tag, "");
      finding.found = m_tree.at(tag.key_node).text;
      finding.wanted = "a string as the key";
      finding.fix = fmt::format("quote the key, it is read as \"{}\"", tag.key);
    }
    if (is_reserved_tag_key(tag.key)) {
      Finding& finding = report(FindingCode::tag_key_reserved, tag, "");
      finding.found = tag.key;
      finding.fix = "remove the tag, AWS and the provider write theirs themselves";
      return;
    }
    if (has_placeholder(tag.key)) { return; }
    check_length(tag, tag_length(tag.key, m_limits.units), 1, m_limits.key_max, "key");
    check_text(tag, tag.key, is_tag_key_text(tag.key, m_limits.text), "key");
  }

  void check_type(const Tag& tag) {
    Finding& finding = report(FindingCode::tag_value_not_string, tag, "");
    finding.found = shown(tag);
    finding.wanted = "a string";
    const bool is_scalar = m_tree.at(tag.value_node).kind == NodeKind::scalar && !tag.is_null;
    finding.fix = tag.wanted  ? fmt::format("write {}: {}", tag.key, *tag.wanted)
                  : is_scalar ? fmt::format("write {}: \"{}\"", tag.key, shown(tag))
                              : "write a string, or leave the tag out";
    if (tag.wanted || is_scalar) { m_plan.proposals.push_back({tag.key, tag.wanted.value_or(shown(tag)), place_of(tag), m_findings.last()}); }
  }

  void check_length(const Tag& tag, size_t length, size_t least, size_t most, std::string_view what) {
    if (length >= least && length <= most) { return; }
    Finding& finding = report(FindingCode::tag_length, tag, "");
    finding.found = fmt::format("{} of {} characters", what, length);
    finding.wanted = fmt::format("{} to {}", least, most);
    finding.fix = length < least ? fmt::format("give the tag a {}", what) : fmt::format("shorten the {}", what);
  }

  void check_text(const Tag& tag, const std::string& text, bool is_taken, std::string_view what) {
    const bool has_edge_blank = !text.empty() && (text.front() == ' ' || text.back() == ' ');
    const bool has_controls = has_control_characters(text);
    if (is_taken && !has_edge_blank && !has_controls) { return; }
    Finding& finding = report(FindingCode::tag_charset, tag, "");
    const bool is_advice = !has_controls && (is_taken || m_limits.text == TagText::advised);
    if (is_advice) { finding.severity = Severity::warning; }
    finding.found = text;
    finding.wanted =
        is_taken && !has_controls ? fmt::format("no blanks around the {}", what) : fmt::format("letters, digits and _.:/=+-@ in the {}", what);
    finding.fix = has_controls ? "write it on one line, |- and >- drop the last newline" : "use other characters";
  }

  // Pair by pair; so many tags that this takes long are refused for their number anyway.
  void check_keys() {
    if (m_tags.size() > 10 * m_limits.count) { return; }
    for (size_t later = 0; later < m_tags.size(); ++later) {
      for (size_t earlier = 0; earlier < later; ++earlier) { compare_keys(m_tags[earlier], m_tags[later]); }
    }
  }

  void compare_keys(const Tag& a, const Tag& b) {
    if (!equal_but_for_case(a.key, b.key)) { return; }
    const Tag& written = b.key_node == k_no_node ? a : b;
    const Tag& other = b.key_node == k_no_node ? b : a;
    if (a.key == b.key) {
      Finding& finding = report(FindingCode::tags_shape, written, "");
      finding.found = "key given twice";
      finding.fix = "keep one of the two";
      return;
    }
    Finding& finding =
        report(m_limits.key_case == TagCase::insensitive_keys ? FindingCode::tag_key_case_dup : FindingCode::tag_key_case_variant, written, "");
    finding.found = written.key;
    finding.wanted = other.key;
    finding.fix = fmt::format("keep only {}", other.key);
  }

  void check_count() {
    const size_t most = m_limits.count - std::min(m_limits.count, m_context.policy.provider_tags);
    if (m_tags.size() <= most) { return; }
    Finding& finding = m_findings.add(FindingCode::tag_count, m_plan.site.nearest_node(), &m_object, m_plan.site.tag_path(m_object, ""));
    soften(finding);
    finding.found = fmt::format("{} tags", m_tags.size());
    finding.wanted = fmt::format("at most {}, {} less {} of the provider's own", most, m_limits.count, m_context.policy.provider_tags);
    finding.fix = "remove tags";
  }

  static bool has_placeholder(std::string_view text) { return text.find("${") != std::string_view::npos; }

  std::string shown(const Tag& tag) const {
    if (tag.value) { return *tag.value; }
    const YamlNode& node = m_tree.at(tag.value_node);
    if (node.kind == NodeKind::mapping) { return "a mapping"; }
    if (node.kind == NodeKind::sequence) { return "a list"; }
    return tag.is_null ? "null" : std::string(node.text);
  }

  Finding& report(FindingCode code, const Tag& tag, const std::string& policy) {
    Finding& finding = m_findings.add(code, tag.where, &m_object, m_plan.site.tag_path(m_object, tag.key));
    finding.policy = policy.empty() ? m_context.policy.name : policy;
    if (policy.empty()) { soften(finding); }
    return finding;
  }

  // What no rule says but AWS would: Kyverno lets it through.
  void soften(Finding& finding) const {
    if (m_context.policy.form == PolicyForm::kyverno && finding.severity == Severity::error) { finding.severity = Severity::warning; }
  }

  void decide(Tag& tag, std::string reason) {
    tag.is_decided = true;
    explain(tag, std::move(reason));
  }

  void explain(const Tag& tag, std::string reason) { m_plan.decisions.push_back({tag.key, shown(tag), std::move(reason)}); }

  const YamlTree& m_tree;
  const ObjectRef& m_object;
  const TagContext& m_context;
  RuleUse m_use;
  DocumentFindings& m_findings;
  TagLimits m_limits;
  TagPlan m_plan;
  std::vector<Tag> m_tags;
};

}  // namespace

TagPlan judge_tags(const YamlTree& tree, const ObjectRef& object, TagSite site, const TagContext& context, RuleUse use, DocumentFindings& findings) {
  return TagJudge(tree, object, std::move(site), context, use, findings).judge();
}

}  // namespace cmp
