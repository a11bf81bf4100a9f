#include "manifest/finding.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace cmp {

namespace {

constexpr size_t k_max_shown = 80;
constexpr size_t k_max_message = 1000;

enum class Side : std::uint8_t { content, policy };

struct CodeInfo {
  FindingCode code;
  std::string_view name;
  Severity severity;
  Side side;
  std::string_view description;
};

constexpr std::array k_codes = {
    CodeInfo{FindingCode::yaml_syntax, "YAML_SYNTAX", Severity::error, Side::content, "not YAML as Argo CD reads it"},
    CodeInfo{FindingCode::yaml_duplicate_key, "YAML_DUPLICATE_KEY", Severity::error, Side::content, "key given twice"},
    CodeInfo{FindingCode::yaml_merge_order, "YAML_MERGE_ORDER", Severity::error, Side::content, "<< behind a key it also sets"},
    CodeInfo{FindingCode::yaml_shared_node, "YAML_SHARED_NODE", Severity::error, Side::content, "text shared by an anchor cannot be edited"},
    CodeInfo{FindingCode::not_an_object, "NOT_AN_OBJECT", Severity::error, Side::content, "not a Kubernetes object"},
    CodeInfo{FindingCode::name_not_string, "NAME_NOT_STRING", Severity::note, Side::content, "not a string to Argo CD, the API server refuses it"},
    CodeInfo{FindingCode::duplicate_object, "DUPLICATE_OBJECT", Severity::error, Side::content, "object defined twice"},
    CodeInfo{FindingCode::edit_unproven, "EDIT_UNPROVEN", Severity::error, Side::content, "the edited text does not read back as planned"},
    CodeInfo{FindingCode::tag_missing, "TAG_MISSING", Severity::error, Side::policy, "required tag is missing"},
    CodeInfo{FindingCode::tag_conflict, "TAG_CONFLICT", Severity::error, Side::policy, "tag differs from the policy"},
    CodeInfo{FindingCode::tag_overwritten, "TAG_OVERWRITTEN", Severity::note, Side::policy, "tag overwritten by the policy"},
    CodeInfo{FindingCode::tag_value_not_allowed, "TAG_VALUE_NOT_ALLOWED", Severity::error, Side::policy, "tag value is not allowed"},
    CodeInfo{FindingCode::tag_value_not_string, "TAG_VALUE_NOT_STRING", Severity::error, Side::policy, "tag must be a string"},
    CodeInfo{FindingCode::tag_null_replaced, "TAG_NULL_REPLACED", Severity::warning, Side::policy, "required tag was null and got filled"},
    CodeInfo{FindingCode::tag_key_case_variant, "TAG_KEY_CASE_VARIANT", Severity::warning, Side::policy, "tag keys differ only in case"},
    CodeInfo{FindingCode::tag_key_case_dup, "TAG_KEY_CASE_DUP", Severity::error, Side::policy,
        "tag keys differ only in case, AWS takes them for one here"},
    CodeInfo{FindingCode::tag_key_reserved, "TAG_KEY_RESERVED", Severity::error, Side::policy, "tag key is reserved"},
    CodeInfo{FindingCode::tag_charset, "TAG_CHARSET", Severity::error, Side::policy, "characters AWS does not take"},
    CodeInfo{FindingCode::tag_length, "TAG_LENGTH", Severity::error, Side::policy, "length AWS does not take"},
    CodeInfo{FindingCode::tag_count, "TAG_COUNT", Severity::error, Side::policy, "more tags than AWS takes"},
    CodeInfo{FindingCode::tags_shape, "TAGS_SHAPE", Severity::error, Side::policy, "wrong shape"},
    CodeInfo{FindingCode::tags_unsupported, "TAGS_UNSUPPORTED", Severity::error, Side::policy, "this kind has no tags"},
    CodeInfo{FindingCode::kind_unknown, "KIND_UNKNOWN", Severity::warning, Side::policy, "kind is not in the provider's table"},
    CodeInfo{FindingCode::version_unknown, "VERSION_UNKNOWN", Severity::warning, Side::policy, "version is not in the provider's table"},
    CodeInfo{FindingCode::initprovider_tags, "INITPROVIDER_TAGS", Severity::warning, Side::policy, "a tag in initProvider is not enforced"},
    CodeInfo{FindingCode::observe_only, "OBSERVE_ONLY", Severity::note, Side::policy, "nothing is written to AWS, tags left alone"},
    CodeInfo{FindingCode::create_only, "CREATE_ONLY", Severity::note, Side::policy, "tags apply when the resource is created, not later"},
    CodeInfo{FindingCode::claim_environment, "CLAIM_ENVIRONMENT", Severity::error, Side::policy, "claim of another environment"},
    CodeInfo{FindingCode::composition_base_untagged, "COMPOSITION_BASE_UNTAGGED", Severity::warning, Side::policy,
        "composed resource lacks required tags"},
    CodeInfo{
        FindingCode::composition_opaque, "COMPOSITION_OPAQUE", Severity::note, Side::policy, "a function writes the resources, tags cannot be seen"},
    CodeInfo{FindingCode::placeholder, "PLACEHOLDER", Severity::error, Side::policy, "placeholder left in a tag"},
    CodeInfo{FindingCode::exempt, "EXEMPT", Severity::note, Side::policy, "exempt from the policy"},
    CodeInfo{FindingCode::exempt_expired, "EXEMPT_EXPIRED", Severity::error, Side::policy, "the exemption has expired"},
};

constexpr bool in_order() {
  for (size_t i = 0; i < k_codes.size(); ++i) {
    if (static_cast<size_t>(k_codes[i].code) != i) { return false; }
  }
  return true;
}
static_assert(in_order(), "a code is looked up by its number");

const CodeInfo& info(FindingCode code) { return k_codes[static_cast<size_t>(code)]; }

FailureKind kind_of(const Finding& finding) { return info(finding.code).side == Side::content ? FailureKind::content : FailureKind::refused; }

std::string subject(const Finding& finding) {
  const ObjectName& object = finding.object;
  if (object.kind.empty()) { return ""; }
  return fmt::format("{} {}{}{}: ", object.kind, object.ns, object.ns.empty() ? "" : "/", object.name);
}

}  // namespace

std::string_view code_name(FindingCode code) { return info(code).name; }
std::string_view code_description(FindingCode code) { return info(code).description; }
Severity default_severity(FindingCode code) { return info(code).severity; }

std::string_view severity_name(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

std::vector<FindingCode> all_finding_codes() {
  std::vector<FindingCode> codes;
  for (const CodeInfo& code : k_codes) { codes.push_back(code.code); }
  return codes;
}

std::string message_of(const Finding& finding) {
  std::string line = subject(finding);
  if (!finding.path.empty()) { line += finding.path + ": "; }
  line += code_description(finding.code);
  if (finding.found) { line += fmt::format(", found '{}'", printable(*finding.found, k_max_shown)); }
  if (!finding.wanted.empty()) { line += fmt::format(", wanted {}", printable(finding.wanted, k_max_shown)); }
  return printable(line, k_max_message);
}

std::string to_line(const Finding& finding) {
  const std::string file = printable(finding.file, k_max_message);
  return fmt::format(
      "{}:{}:{}: {} {}: {}", file, finding.line, finding.column, severity_name(finding.severity), code_name(finding.code), message_of(finding));
}

void sort_findings(std::vector<Finding>& findings) {
  const auto place = [](const Finding& finding) { return std::tie(finding.file, finding.line, finding.column); };
  std::stable_sort(findings.begin(), findings.end(), [&](const Finding& a, const Finding& b) { return place(a) < place(b); });
}

std::optional<FailureKind> failure_of(const std::vector<Finding>& findings) {
  std::optional<FailureKind> worst;
  for (const Finding& finding : findings) {
    if (finding.severity == Severity::error && worst != FailureKind::content) { worst = kind_of(finding); }
  }
  return worst;
}

void throw_on_errors(const std::vector<Finding>& findings) {
  const std::optional<FailureKind> kind = failure_of(findings);
  if (!kind) { return; }
  std::vector<std::string> lines;
  for (const Finding& finding : findings) {
    if (finding.severity != Severity::error || kind_of(finding) != *kind) { continue; }
    lines.push_back(to_line(finding));
    if (!finding.fix.empty()) { lines.push_back("fix: " + finding.fix); }
  }
  const std::string first = lines.front();
  lines.erase(lines.begin());
  throw Failure(*kind, first, std::move(lines));
}

}  // namespace cmp
