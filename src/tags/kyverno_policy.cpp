#include "tags/kyverno_policy.hpp"

#include "base/failure.hpp"
#include "base/limits.hpp"
#include "manifest/documents.hpp"
#include "manifest/objects.hpp"
#include "tags/kyverno_node.hpp"
#include "tags/tag_limits.hpp"
#include "tags/tag_site.hpp"
#include "tags/taggable_kinds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace cmp {

namespace {

constexpr std::string_view k_api_version = "kyverno.io/v1";

void for_each_document(const PolicyText& policy, std::vector<Finding>& findings, const std::function<void(const YamlTree&)>& visit) {
  read_documents({"", policy.file, 0, "", policy.text}, Limits{}, findings, [&](Document&, const YamlTree& tree) { visit(tree); });
}

bool has_variable(const std::string& text) { return text.find("{{") != std::string::npos || text.find("$(") != std::string::npos; }

// One document. Kyverno validates what all mutations of all policies have left, so the two are kept apart.
class KyvernoReader {
public:
  KyvernoReader(const KyvernoNode& root, std::vector<TagRule>& mutations, std::vector<TagRule>& validations)
      : m_root(root), m_mutations(mutations), m_validations(validations) {}

  std::string read() {
    check_type();
    read_metadata(m_root.at("metadata"));
    const KyvernoNode spec = m_root.at("spec");
    spec.allow_keys({"background", "rules", "validationFailureAction"});
    if (const auto background = spec.find("background"); background && !background->is_boolean()) { background->fail("must be true or false"); }
    if (const auto action = spec.find("validationFailureAction")) { m_severity = read_action(*action); }
    for (const KyvernoNode& rule : spec.at("rules").items()) { read_rule(rule); }
    return m_name;
  }

private:
  void check_type() const {
    const std::string api_version = m_root.at("apiVersion").text();
    if (api_version != k_api_version) {
      m_root.at("apiVersion")
          .fail(fmt::format("'{}' is not supported, want {}", api_version, k_api_version),
              {"several policies can only be Kyverno's ClusterPolicy or Policy; a TagPolicy stands alone"});
    }
    const std::string kind = m_root.at("kind").text();
    if (kind != "ClusterPolicy" && kind != "Policy") {
      m_root.at("kind").fail(fmt::format("'{}' is not supported, want ClusterPolicy or Policy", kind));
    }
    m_root.allow_keys({"apiVersion", "kind", "metadata", "spec"});
  }

  // Other annotations change what Kyverno does, such as policies.kyverno.io/scored.
  void read_metadata(const KyvernoNode& metadata) {
    const bool is_namespaced = m_root.at("kind").text() == "Policy";
    is_namespaced ? metadata.allow_keys({"name", "namespace", "annotations"}) : metadata.allow_keys({"name", "annotations"});
    m_name = metadata.at("name").text();
    if (is_namespaced) { m_namespace = metadata.at("namespace").text(); }
    if (const auto annotations = metadata.find("annotations")) {
      annotations->allow_keys(
          {"policies.kyverno.io/title", "policies.kyverno.io/category", "policies.kyverno.io/severity", "policies.kyverno.io/description"});
    }
  }

  static Severity read_action(const KyvernoNode& node) {
    const std::string action = node.text();
    if (action != "Enforce" && action != "Audit") { node.fail(fmt::format("'{}' is not one of Enforce, Audit", action)); }
    return action == "Enforce" ? Severity::error : Severity::warning;
  }

  void read_rule(const KyvernoNode& node) {
    node.allow_keys({"name", "match", "mutate", "validate"});
    TagRule rule;
    rule.name = fmt::format("{} {}", m_name, node.at("name").text());
    rule.ns = m_namespace;
    rule.kinds = read_match(node.at("match"));
    const auto mutate = node.find("mutate");
    const auto validate = node.find("validate");
    if (mutate.has_value() == validate.has_value()) { node.fail("needs either mutate or validate"); }
    mutate ? read_mutation(*mutate, rule) : read_validation(*validate, rule);
  }

  std::vector<KindPattern> read_match(const KyvernoNode& match) const {
    match.allow_keys({"any"});
    std::vector<KindPattern> kinds;
    for (const KyvernoNode& block : match.at("any").items()) {
      block.allow_keys({"resources"});
      const KyvernoNode resources = block.at("resources");
      resources.allow_keys({"kinds"});
      for (const KyvernoNode& kind : resources.at("kinds").items()) { kinds.push_back(read_kind(kind)); }
    }
    return kinds;
  }

  // In full, because Kyverno would also put tags on kinds that have none: there the API server drops or refuses them.
  KindPattern read_kind(const KyvernoNode& node) const {
    const std::string text = node.text();
    const std::optional<KindPattern> pattern = KindPattern::parse(text);
    if (!pattern || (pattern->group() + pattern->kind()).find_first_of("*?") != std::string::npos) {
      node.fail(fmt::format("'{}' does not name one group and kind", text), {"write it like s3.aws.upbound.io/*/Bucket, one entry for each kind"});
    }
    const KindLookup found = look_up_kind(pattern->group(), pattern->kind());
    if (!found.is_known || found.kind.shape != TagShape::map) {
      node.fail(fmt::format("'{}' has no tags at spec.forProvider.tags", text), {fmt::format("as {} has it", taggable_kinds_source())});
    }
    if (!m_namespace.empty() && pattern->group().find(".aws.m.") == std::string::npos) {
      node.fail(fmt::format("'{}' is cluster-scoped, to which a Policy never applies", text), {"write kind: ClusterPolicy"});
    }
    return *pattern;
  }

  void read_mutation(const KyvernoNode& mutate, const TagRule& shared) {
    mutate.allow_keys({"patchStrategicMerge"});
    for (const KyvernoNode& entry : read_tags(mutate.at("patchStrategicMerge"))) {
      TagRule rule = shared;
      rule.key = read_key(entry);
      rule.value = read_value(entry);
      rule.on_conflict = OnConflict::overwrite;
      m_mutations.push_back(std::move(rule));
    }
  }

  void read_validation(const KyvernoNode& validate, TagRule& shared) {
    validate.allow_keys({"failureAction", "message", "pattern"});
    const auto action = validate.find("failureAction");
    shared.severity = action ? read_action(*action) : m_severity;
    if (const auto message = validate.find("message")) {
      shared.advice = message->text();
      if (has_variable(shared.advice)) { message->fail("variables are not understood of Kyverno", {"write the message without {{ }}"}); }
    }
    for (const KyvernoNode& entry : read_tags(validate.at("pattern"))) {
      TagRule rule = shared;
      rule.key = read_key(entry);
      rule.pattern = read_pattern(entry);
      m_validations.push_back(std::move(rule));
    }
  }

  // Keys of patch and pattern that lead to the tags; nothing may stand beside them.
  static std::vector<KyvernoNode> read_tags(const KyvernoNode& root) {
    root.allow_keys({"spec"});
    const KyvernoNode spec = root.at("spec");
    spec.allow_keys({"forProvider"});
    const KyvernoNode provider = spec.at("forProvider");
    provider.allow_keys({"tags"});
    return provider.at("tags").entries();
  }

  // Kyverno's anchors, such as +(key), have characters no tag has.
  static std::string read_key(const KyvernoNode& entry) {
    const std::string key = entry.key();
    if (is_reserved_tag_key(key)) {
      entry.fail(fmt::format("'{}' is reserved", key), {"AWS keeps aws: for itself, the provider the crossplane- keys"});
    }
    const size_t length = tag_length(key, TagUnits::code_points);
    if (length == 0 || length > TagLimits{}.key_max || !is_tag_key_text(key, TagText::general)) {
      entry.fail(fmt::format("'{}' is not a tag's key", key),
          {"1 to 128 letters, digits, spaces and _.:/=+-@", "Kyverno's anchors such as +(key) are not understood here"});
    }
    return key;
  }

  static std::string read_value(const KyvernoNode& entry) {
    const std::string value = entry.text();
    if (tag_length(value, TagUnits::code_points) > TagLimits{}.value_max) {
      entry.fail(fmt::format("longer than {} characters", TagLimits{}.value_max));
    }
    if (!is_tag_value_text(value, TagText::general)) {
      entry.fail(fmt::format("'{}' has characters AWS does not take", value), {"letters, digits, spaces and _.:/=+-@; no variables"});
    }
    return value;
  }

  static KyvernoPattern read_pattern(const KyvernoNode& entry) {
    std::string error;
    const std::optional<KyvernoPattern> pattern = KyvernoPattern::parse(entry.text(), error);
    if (!pattern) {
      entry.fail(fmt::format("'{}' is not understood as a pattern: {}", entry.text(), error), {"understood: *, ?*, a word, words with | between"});
    }
    return *pattern;
  }

  const KyvernoNode& m_root;
  std::vector<TagRule>& m_mutations;
  std::vector<TagRule>& m_validations;
  std::string m_name;
  std::string m_namespace;
  Severity m_severity = Severity::warning;  // Kyverno's default is Audit
};

}  // namespace

bool is_kyverno_policy(const PolicyText& policy) {
  bool is_kyverno = false;
  std::vector<Finding> ignored;
  for_each_document(policy, ignored, [&](const YamlTree& tree) {
    const auto version = find_path(tree, tree.root(), {"apiVersion"});
    const std::string_view text = version && tree.is_string(version->value) ? tree.at(version->value).text : std::string_view();
    is_kyverno = is_kyverno || text.starts_with("kyverno.io/") || text.starts_with("policies.kyverno.io/");
  });
  return is_kyverno;
}

TagPolicy parse_kyverno_policies(const std::vector<PolicyText>& files) {
  TagPolicy policy;
  policy.form = PolicyForm::kyverno;
  policy.compositions = Compositions::ignore;
  policy.unknown_kinds = UnknownKinds::ignore;
  policy.observe_only = ObserveOnly::inject;
  std::vector<std::string> names;
  std::vector<TagRule> validations;
  for (const PolicyText& file : files) {
    std::vector<Finding> findings;
    const size_t before = names.size();
    for_each_document(
        file, findings, [&](const YamlTree& tree) { names.push_back(KyvernoReader(KyvernoNode(tree, file.file), policy.tags, validations).read()); });
    if (!findings.empty()) {
      const Finding& first = findings.front();
      throw Failure(FailureKind::usage, fmt::format("{}:{}: not valid YAML: {}", file.file, first.line, first.found.value_or(first.wanted)));
    }
    if (names.size() == before) { throw Failure(FailureKind::usage, fmt::format("{}: holds no policy", file.file)); }
  }
  policy.name = fmt::format("{}", fmt::join(names, ","));
  policy.tags.insert(policy.tags.end(), validations.begin(), validations.end());
  return policy;
}

}  // namespace cmp
