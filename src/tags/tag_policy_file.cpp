#include "tags/tag_policy_file.hpp"

#include "base/config_file.hpp"
#include "tags/tag_limits.hpp"
#include "tags/tag_policy_keys.hpp"
#include "tags/taggable_kinds.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <initializer_list>
#include <utility>

namespace cmp {

namespace {

constexpr std::string_view k_environment = "${environment}";

template <typename Value>
Value one_of(const ConfigNode& node, std::initializer_list<std::pair<std::string_view, Value>> words) {
  const std::string text = node.scalar();
  std::vector<std::string_view> names;
  for (const auto& [name, value] : words) {
    if (name == text) { return value; }
    names.push_back(name);
  }
  node.fail(fmt::format("'{}' is not one of {}", text, fmt::join(names, ", ")));
}

Pattern read_pattern(const ConfigNode& node) {
  std::string error;
  const std::optional<Pattern> pattern = Pattern::compile(node.scalar(), error);
  if (!pattern) {
    node.fail(fmt::format("not a regular expression: {}", error), {"the syntax is Go's (RE2), without look-ahead and back references"});
  }
  return *pattern;
}

std::vector<KindPattern> read_kinds(const ConfigNode& node) {
  std::vector<KindPattern> patterns;
  for (const std::string& text : node.strings()) {
    const std::optional<KindPattern> pattern = KindPattern::parse(text);
    if (!pattern) { node.fail(fmt::format("'{}' is not group/version/Kind", text), {"write it like s3.aws.upbound.io/*/Bucket"}); }
    patterns.push_back(*pattern);
  }
  if (patterns.empty()) { node.fail("the list is empty", {"leave the key out for all kinds"}); }
  return patterns;
}

std::map<std::string, std::string> read_map(const ConfigNode& node) {
  std::map<std::string, std::string> entries;
  for (const std::string& key : node.keys()) {
    if (!entries.emplace(key, node.at(key).scalar()).second) { node.at(key).fail("given twice"); }
  }
  return entries;
}

std::vector<std::string> read_path(const ConfigNode& node) {
  const std::string text = node.scalar();
  std::vector<std::string> path(1);
  for (const char c : text) {
    if (c == '.') {
      path.emplace_back();
    } else {
      path.back() += c;
    }
  }
  if (std::find(path.begin(), path.end(), "") != path.end()) {
    node.fail(fmt::format("'{}' is not a path", text), {"write it like spec.environment"});
  }
  return path;
}

bool is_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') { return false; }
  const auto number = [&](size_t at, size_t length) {
    int value = 0;
    for (size_t i = at; i < at + length; ++i) {
      if (text[i] < '0' || text[i] > '9') { return -1; }
      value = value * 10 + (text[i] - '0');
    }
    return value;
  };
  return number(0, 4) >= 2000 && number(5, 2) >= 1 && number(5, 2) <= 12 && number(8, 2) >= 1 && number(8, 2) <= 31;
}

class PolicyReader {
public:
  explicit PolicyReader(const ConfigNode& root) : m_root(root) {}

  TagPolicy read() {
    m_root.allow_keys(policy_keys_of(""));
    const ConfigNode metadata = m_root.at("metadata");
    metadata.allow_keys(policy_keys_of("metadata"));
    m_policy.name = metadata.at("name").scalar();
    const ConfigNode spec = m_root.at("spec");
    spec.allow_keys(policy_keys_of("spec"));
    if (spec.has("environment")) { read_environment(spec.at("environment")); }
    for (const ConfigNode& node : spec.at("tags").items()) { read_tag(node); }
    if (m_policy.tags.empty()) { spec.at("tags").fail("the list is empty"); }
    check_overlaps(spec.at("tags"));
    if (spec.has("exclude")) { read_exemptions(spec.at("exclude")); }
    if (spec.has("claims")) { read_claims(spec.at("claims")); }
    if (spec.has("nested")) { read_nested(spec.at("nested")); }
    read_modes(spec);
    return std::move(m_policy);
  }

private:
  void read_environment(const ConfigNode& node) {
    node.allow_keys(policy_keys_of("spec.environment"));
    m_policy.environments = node.at("allowed").strings();
    if (m_policy.environments.empty()) { node.at("allowed").fail("the list is empty"); }
    for (const ConfigNode& source : node.at("from").items()) { m_policy.environment_sources.push_back(read_source(source)); }
    if (m_policy.environment_sources.empty()) { node.at("from").fail("the list is empty"); }
  }

  static EnvironmentSource read_source(const ConfigNode& node) {
    using Kind = EnvironmentSource::Kind;
    node.allow_keys(policy_keys_of("spec.environment.from[]"));
    const std::vector<std::string> keys = node.keys();
    EnvironmentSource source;
    if (node.has("spaceLabel")) {
      source.kind = Kind::space_label;
      source.label = node.at("spaceLabel").scalar();
      if (node.has("match")) { source.match = read_pattern(node.at("match")); }
    } else if (keys.size() == 1 && node.has("flag")) {
      if (node.at("flag").scalar() != "environment") {
        node.at("flag").fail(fmt::format("'{}' is not a flag the environment can come from", node.at("flag").scalar()), {"write flag: environment"});
      }
    } else if (keys.size() == 1 && (node.has("space") || node.has("project"))) {
      source.kind = node.has("space") ? Kind::space : Kind::project;
      source.match = read_pattern(node.at(keys.front()));
    } else {
      node.fail("not a source of the environment", {"one of: flag: environment, space: REGEX, spaceLabel: KEY, project: REGEX"});
    }
    if (keys.size() > (node.has("match") ? 2U : 1U)) {
      node.fail("more than one source in an entry", {"write one entry for each, the first hit wins"});
    }
    return source;
  }

  void read_tag(const ConfigNode& node) {
    node.allow_keys(policy_keys_of("spec.tags[]"));
    TagRule rule;
    rule.name = fmt::format("{} tags[{}]", m_policy.name, m_policy.tags.size());
    rule.key = node.at("key").scalar();
    if (node.has("value")) { rule.value = node.at("value").scalar(); }
    if (node.has("default")) { rule.default_value = node.at("default").scalar(); }
    if (node.has("values")) { rule.values = read_map(node.at("values")); }
    if (node.has("match")) { rule.match = read_pattern(node.at("match")); }
    if (node.has("oneOf")) { rule.one_of = node.at("oneOf").strings(); }
    if (node.has("required")) { rule.is_required = one_of<bool>(node.at("required"), {{"true", true}, {"false", false}}); }
    if (node.has("requiredIn")) { rule.required_in = node.at("requiredIn").strings(); }
    if (node.has("kinds")) { rule.kinds = read_kinds(node.at("kinds")); }
    read_conflict_mode(node, rule);
    check_key(node.at("key"), rule);
    check_environments(node, rule);
    check_values(node, rule);
    m_policy.tags.push_back(std::move(rule));
  }

  static void read_conflict_mode(const ConfigNode& node, TagRule& rule) {
    const bool sets_value = rule.value || !rule.values.empty();
    if (rule.default_value && sets_value) {
      node.at("default").fail("both a value and a default", {"a default yields to the manifest, a value does not; keep one"});
    }
    if (!rule.default_value && !sets_value && !rule.match && rule.one_of.empty() && !rule.is_required && rule.required_in.empty()) {
      node.fail("the rule neither sets nor checks anything", {"add value, default, match, oneOf, required or requiredIn"});
    }
    if (rule.default_value) { rule.on_conflict = OnConflict::keep; }
    if (!node.has("onConflict")) { return; }
    if (!sets_value && !rule.default_value) { node.at("onConflict").fail("there is no value to be in conflict with"); }
    rule.on_conflict =
        one_of<OnConflict>(node.at("onConflict"), {{"reject", OnConflict::reject}, {"keep", OnConflict::keep}, {"overwrite", OnConflict::overwrite}});
    if (rule.default_value && rule.on_conflict != OnConflict::keep) {
      node.at("onConflict").fail("a default always yields to the manifest", {"write value instead of default"});
    }
  }

  static void check_key(const ConfigNode& node, const TagRule& rule) {
    if (is_reserved_tag_key(rule.key)) {
      node.fail(fmt::format("'{}' is reserved", rule.key), {"AWS keeps aws: for itself, the provider the crossplane- keys"});
    }
    const size_t length = tag_length(rule.key, TagUnits::code_points);
    if (length == 0 || length > TagLimits{}.key_max) { node.fail(fmt::format("a tag key has 1 to {} characters", TagLimits{}.key_max)); }
    if (!is_tag_key_text(rule.key, TagText::general)) {
      node.fail(fmt::format("'{}' has characters AWS does not take", rule.key), {"letters, digits, spaces and _.:/=+-@"});
    }
  }

  void check_environments(const ConfigNode& node, const TagRule& rule) const {
    const auto check = [&](const ConfigNode& where, const std::string& name) {
      if (std::find(m_policy.environments.begin(), m_policy.environments.end(), name) == m_policy.environments.end()) {
        where.fail(
            fmt::format("'{}' is not an environment", name), {fmt::format("spec.environment.allowed: [{}]", fmt::join(m_policy.environments, ", "))});
      }
    };
    for (const std::string& name : rule.required_in) { check(node.at("requiredIn"), name); }
    for (const auto& [name, value] : rule.values) { check(node.at("values"), name); }
  }

  // Every value the rule can set, checked as if it stood in a manifest.
  void check_values(const ConfigNode& node, const TagRule& rule) const {
    const ConfigNode where = node.has("value")     ? node.at("value")
                             : node.has("default") ? node.at("default")
                             : node.has("values")  ? node.at("values")
                                                   : node;
    const std::string written = rule.value.value_or(rule.default_value.value_or(""));
    const bool uses_environment = written.find(k_environment) != std::string::npos;
    if (uses_environment && !m_policy.uses_environment()) {
      where.fail("${environment} without spec.environment", {"say in spec.environment where it comes from"});
    }
    std::vector<std::string> environments = m_policy.environments;
    if (environments.empty()) { environments.emplace_back(); }
    for (const std::string& environment : environments) {
      const std::optional<std::string> value = rule.wanted(environment);
      if (!value) { continue; }
      if (value->find("${") != std::string::npos) { where.fail(fmt::format("'{}' has a variable other than {}", *value, k_environment)); }
      if (tag_length(*value, TagUnits::code_points) > TagLimits{}.value_max) {
        where.fail(fmt::format("longer than {} characters", TagLimits{}.value_max));
      }
      if (!is_tag_value_text(*value, TagText::general)) {
        where.fail(fmt::format("'{}' has characters AWS does not take", *value), {"letters, digits, spaces and _.:/=+-@"});
      }
      if (const std::string objection = rule.objection(*value); !objection.empty()) {
        where.fail(fmt::format("'{}' is not {}, as the rule itself demands", *value, objection));
      }
    }
  }

  // A rule with kinds goes before one without; two of one rank for the same kind are ambiguous.
  void check_overlaps(const ConfigNode& tags) const {
    const std::vector<ConfigNode> nodes = tags.items();
    for (size_t later = 0; later < nodes.size(); ++later) {
      for (size_t earlier = 0; earlier < later; ++earlier) {
        const TagRule& a = m_policy.tags[earlier];
        const TagRule& b = m_policy.tags[later];
        if (a.key != b.key && equal_but_for_case(a.key, b.key)) {
          nodes[later].at("key").fail(fmt::format("'{}' and '{}' differ only in case", a.key, b.key));
        }
        if (a.key != b.key || a.kinds.empty() != b.kinds.empty()) { continue; }
        if (const std::string kind = common_kind(a, b); !kind.empty()) {
          nodes[later].fail(fmt::format("a second rule for {} on {} (POLICY_AMBIGUOUS)", b.key, kind),
              {fmt::format("the other is {}; give each its own kinds", nodes[earlier].place())});
        }
      }
    }
  }

  static std::string common_kind(const TagRule& a, const TagRule& b) {
    if (a.kinds.empty()) { return "all kinds"; }
    const auto matches = [](const TagRule& rule, const NamedKind& kind) {
      return std::any_of(
          rule.kinds.begin(), rule.kinds.end(), [&](const KindPattern& pattern) { return pattern.matches_some_version(kind.group, kind.name); });
    };
    for (const NamedKind& kind : all_taggable_kinds()) {
      if (matches(a, kind) && matches(b, kind)) { return fmt::format("{} {}", kind.group, kind.name); }
    }
    return "";
  }

  void read_exemptions(const ConfigNode& list) {
    for (const ConfigNode& node : list.items()) {
      node.allow_keys(policy_keys_of("spec.exclude[]"));
      Exemption exemption;
      exemption.name = fmt::format("{} exclude[{}]", m_policy.name, m_policy.exemptions.size());
      if (node.has("kinds")) { exemption.kinds = read_kinds(node.at("kinds")); }
      if (node.has("names")) { exemption.names = node.at("names").strings(); }
      if (node.has("namespaces")) { exemption.namespaces = node.at("namespaces").strings(); }
      if (node.has("labels")) { exemption.labels = read_map(node.at("labels")); }
      if (node.has("annotations")) { exemption.annotations = read_map(node.at("annotations")); }
      exemption.reason = node.at("reason").scalar();
      if (node.has("until")) { exemption.until = node.at("until").scalar(); }
      if (!exemption.until.empty() && !is_date(exemption.until)) {
        node.at("until").fail(fmt::format("'{}' is not a date such as 2027-01-31", exemption.until));
      }
      if (exemption.reason.empty()) { node.at("reason").fail("has no value"); }
      if (exemption.kinds.empty() && exemption.names.empty() && exemption.namespaces.empty() && exemption.labels.empty() &&
          exemption.annotations.empty()) {
        node.fail("would exempt everything", {"add kinds, names, namespaces, labels or annotations"});
      }
      m_policy.exemptions.push_back(std::move(exemption));
    }
  }

  void read_claims(const ConfigNode& list) {
    for (const ConfigNode& node : list.items()) {
      node.allow_keys(policy_keys_of("spec.claims[]"));
      const std::vector<KindPattern> kinds = read_kinds(node.at("kind"));
      if (kinds.size() != 1) { node.at("kind").fail("one kind an entry"); }
      ClaimRule claim{kinds.front(), {}, {}, fmt::format("{} claims[{}]", m_policy.name, m_policy.claims.size())};
      if (node.has("environmentPath")) { claim.environment_path = read_path(node.at("environmentPath")); }
      if (node.has("tagPath")) { claim.tag_path = read_path(node.at("tagPath")); }
      if (claim.environment_path.empty() && claim.tag_path.empty()) { node.fail("neither environmentPath nor tagPath"); }
      if (!claim.environment_path.empty() && !m_policy.uses_environment()) {
        node.at("environmentPath").fail("needs spec.environment", {"say in spec.environment where it comes from"});
      }
      m_policy.claims.push_back(std::move(claim));
    }
  }

  // "[]" behind a list is how people write such a path; lists are recognised without it.
  void read_nested(const ConfigNode& list) {
    for (const ConfigNode& node : list.items()) {
      node.allow_keys(policy_keys_of("spec.nested[]"));
      const std::vector<KindPattern> kinds = read_kinds(node.at("kind"));
      if (kinds.size() != 1) { node.at("kind").fail("one kind an entry"); }
      NestedRule rule{kinds.front(), read_path(node.at("path"))};
      for (std::string& part : rule.path) {
        if (part.ends_with("[]")) { part.resize(part.size() - 2); }
      }
      if (rule.path.size() < 3 || rule.path[0] != "spec" || rule.path[1] != "forProvider") {
        node.at("path").fail("not a path below spec.forProvider", {"write it like spec.forProvider.tagSpecifications[].tags"});
      }
      m_policy.nested.push_back(std::move(rule));
    }
  }

  void read_modes(const ConfigNode& spec) {
    if (spec.has("compositions")) {
      m_policy.compositions =
          one_of<Compositions>(spec.at("compositions"), {{"ignore", Compositions::ignore}, {"warn", Compositions::warn},
                                                            {"inject-static", Compositions::inject_static}, {"reject", Compositions::reject}});
    }
    if (spec.has("unknownKinds")) {
      m_policy.unknown_kinds = one_of<UnknownKinds>(
          spec.at("unknownKinds"), {{"ignore", UnknownKinds::ignore}, {"warn", UnknownKinds::warn}, {"reject", UnknownKinds::reject}});
    }
    if (spec.has("observeOnly")) {
      m_policy.observe_only = one_of<ObserveOnly>(spec.at("observeOnly"), {{"skip", ObserveOnly::skip}, {"inject", ObserveOnly::inject}});
    }
    if (spec.has("providerTags")) { m_policy.provider_tags = one_of<size_t>(spec.at("providerTags"), {{"0", 0}, {"3", 3}, {"5", 5}}); }
  }

  const ConfigNode& m_root;
  TagPolicy m_policy;
};

}  // namespace

TagPolicy parse_tag_policy(const std::string& text, const std::string& file) {
  const ConfigNode root = ConfigNode::parse(text, file, "TagPolicy");
  return PolicyReader(root).read();
}

}  // namespace cmp
