// The tag policy as its file says it: which tags, with which values, where from, and what is exempt.
// Owns the meaning of one rule: what it wants, what it forbids. tag_policy_file reads it, tag_rules applies it.
// Refuses nothing by itself: a TagPolicy that exists was found consistent by its reader.
#pragma once

#include "manifest/objects.hpp"
#include "tags/kind_pattern.hpp"
#include "tags/kyverno_pattern.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace cmp {

// A regular expression of Go's syntax (RE2): linear time, no back references.
class Pattern {
public:
  // nullopt and the reason in `error` when `text` is not an expression.
  static std::optional<Pattern> compile(const std::string& text, std::string& error);

  bool matches(std::string_view value) const;                            // somewhere in it
  std::optional<std::string> first_group(std::string_view value) const;  // the whole match when there is no group
  const std::string& text() const;
  int groups() const;

private:
  std::shared_ptr<const re2::RE2> m_expression;
};

enum class OnConflict : std::uint8_t { reject, keep, overwrite };

struct TagRule {
  std::string key;
  std::optional<std::string> value;           // set in the manifest; `${environment}` stands for the environment
  std::map<std::string, std::string> values;  // set instead in these environments
  std::optional<std::string> default_value;   // set when the manifest has none
  OnConflict on_conflict = OnConflict::reject;
  std::optional<Pattern> match;
  std::vector<std::string> one_of;
  bool is_required = false;
  std::vector<std::string> required_in;
  std::vector<KindPattern> kinds;  // empty for all
  std::string name;                // "aws-required-tags tags[2]"

  // Of rules that come from Kyverno.
  std::optional<KyvernoPattern> pattern;  // demanded of the result; such a rule sets nothing
  std::string advice;                     // its message
  Severity severity = Severity::error;    // a warning where Kyverno only audits
  std::string ns;                         // only there; empty for everywhere

  // What the rule wants in the manifest, nullopt when it only validates.
  std::optional<std::string> wanted(const std::string& environment) const;
  bool requires_presence(const std::string& environment) const;
  bool is_static() const;  // the same in every environment
  // Why `value` is not allowed; empty when it is.
  std::string objection(std::string_view value) const;
  bool applies_to(const ObjectRef& object) const;
};

struct Exemption {
  std::vector<KindPattern> kinds;  // each list: empty for all, one match is enough
  std::vector<std::string> names;
  std::vector<std::string> namespaces;
  std::map<std::string, std::string> labels;  // all must match
  std::map<std::string, std::string> annotations;
  std::string reason;
  std::string until;  // "2027-01-31", the last day it counts; empty for ever
  std::string name;   // "aws-required-tags exclude[0]"
};

struct ClaimRule {
  KindPattern kind;
  std::vector<std::string> environment_path;
  std::vector<std::string> tag_path;  // empty: nothing is injected
  std::string name;
};

// Tags of what a resource creates beside itself, such as an instance's volumes: one more mapping under the same rules.
struct NestedRule {
  KindPattern kind;
  std::vector<std::string> path;  // of the mapping of tags; lists on the way stand for their items
};

struct EnvironmentSource {
  enum class Kind : std::uint8_t { flag, space, space_label, project };
  Kind kind = Kind::flag;
  std::string label;             // of space_label
  std::optional<Pattern> match;  // its first group is the environment
};

enum class Compositions : std::uint8_t { ignore, warn, inject_static, reject };
enum class UnknownKinds : std::uint8_t { ignore, warn, reject };
enum class ObserveOnly : std::uint8_t { skip, inject };
// kyverno: only resources of kinds that rules name are judged, and what no rule says of them is a warning at most.
enum class PolicyForm : std::uint8_t { own, kyverno };

struct TagPolicy {
  std::string name;
  PolicyForm form = PolicyForm::own;
  std::vector<std::string> environments;
  std::vector<EnvironmentSource> environment_sources;
  std::vector<TagRule> tags;
  std::vector<Exemption> exemptions;
  std::vector<ClaimRule> claims;
  std::vector<NestedRule> nested;
  Compositions compositions = Compositions::warn;
  UnknownKinds unknown_kinds = UnknownKinds::warn;
  ObserveOnly observe_only = ObserveOnly::skip;
  size_t provider_tags = 3;  // tags the provider adds by itself, which count against AWS's limits

  bool uses_environment() const { return !environment_sources.empty(); }
};

}  // namespace cmp
