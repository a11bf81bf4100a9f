// What a check has to say about one place of a document: code, place, what was found, what was wanted, how to fix it.
// Owns the codes and their default severity. They are interface: CI annotations and exemptions refer to them.
// Refuses to carry document text beyond one key or value, and that only printable and cut short.
#pragma once

#include "base/failure.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

enum class Severity : std::uint8_t { note, warning, error };

enum class FindingCode : std::uint8_t {
  yaml_syntax,
  yaml_duplicate_key,
  yaml_merge_order,
  yaml_shared_node,
  not_an_object,
  name_not_string,
  duplicate_object,
  edit_unproven,
  tag_missing,
  tag_conflict,
  tag_overwritten,
  tag_value_not_allowed,
  tag_value_not_string,
  tag_null_replaced,
  tag_key_case_variant,
  tag_key_case_dup,
  tag_key_reserved,
  tag_charset,
  tag_length,
  tag_count,
  tags_shape,
  tags_unsupported,
  kind_unknown,
  version_unknown,
  initprovider_tags,
  observe_only,
  create_only,
  claim_environment,
  composition_base_untagged,
  composition_opaque,
  placeholder,
  exempt,
  exempt_expired,
};

struct ObjectName {
  std::string api_version;
  std::string kind;
  std::string ns;
  std::string name;
};

// Text that would take the place of other text; an empty span is an insertion. Columns count characters.
struct TextEdit {
  size_t line = 0;  // all from 1
  size_t column = 0;
  size_t end_line = 0;
  size_t end_column = 0;
  std::string text;
};

struct Finding {
  FindingCode code = FindingCode::yaml_syntax;
  Severity severity = Severity::error;
  std::string file;  // the unit's name, or the file checked
  size_t line = 0;   // all three from 1
  size_t column = 0;
  size_t document = 0;
  ObjectName object;                 // empty when there is none
  std::string path;                  // "spec.forProvider.tags.environment"
  std::optional<std::string> found;  // absent is not the same as empty
  std::string wanted;
  std::string fix;
  std::string policy;           // "aws-required-tags tags[2]", empty for findings about YAML
  std::vector<TextEdit> edits;  // the fix as text, where the program knows it and was asked to tell
};

std::string_view code_name(FindingCode code);         // "TAG_CONFLICT"
std::string_view code_description(FindingCode code);  // "tag differs from the policy"
Severity default_severity(FindingCode code);
std::string_view severity_name(Severity severity);  // "error"
std::vector<FindingCode> all_finding_codes();

// "Bucket b: spec.forProvider.tags.environment: tag differs from the policy, found 'prod', wanted dev"
std::string message_of(const Finding& finding);

// "FILE:LINE:COL: error TAG_CONFLICT: Bucket b: spec.forProvider.tags.environment differs ..., found 'prod', wanted 'dev'"
std::string to_line(const Finding& finding);

// By file, line and column; findings of one place stay in the order they were made.
void sort_findings(std::vector<Finding>& findings);

// How a run with these findings ends, nullopt when none is an error: bad content goes before a policy's refusal,
// because what cannot be read was not judged.
std::optional<FailureKind> failure_of(const std::vector<Finding>& findings);

// Ends the run when there is an error among them. The first one of that kind is the sentence, the others are its hints.
void throw_on_errors(const std::vector<Finding>& findings);

}  // namespace cmp
