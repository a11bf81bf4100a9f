// What a YAML scalar means to Argo CD and the API server: the rules of Go's yaml.v2 below sigs.k8s.io/yaml,
// which are YAML 1.1 with exceptions (y and on are booleans, 0123 is octal, 12:30:00 and dates stay strings).
// Refuses nothing by itself: what Go cannot decode is `invalid`, and the reader reports it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace cmp {

enum class ScalarType : std::uint8_t {
  string,
  null,
  boolean,
  integer,
  floating,
  merge,    // the key `<<`
  tagged,   // !!binary, !!timestamp and application tags: Go strips or decodes them, other readers do not
  invalid,  // the tag and the text contradict each other: Go fails
};

// Whether the scalar was written so that its text decides its type: plain and without a tag.
enum class Implicit : std::uint8_t { no, yes };

// `tag` is empty or as libyaml expands it, such as "tag:yaml.org,2002:str".
ScalarType go_scalar_type(std::string_view text, Implicit implicit, std::string_view tag);

// The text of a mapping key once sigs.k8s.io/yaml made JSON of it: 0x10 becomes "16", on becomes "true".
std::string go_key_text(std::string_view text, ScalarType type);

// Infinities and .nan are floats that Go cannot write as JSON, and then it fails.
bool has_json_value(std::string_view text, ScalarType type);

// A word for error messages: "a string", "a number", "a boolean", "null".
std::string_view describe(ScalarType type);

}  // namespace cmp
