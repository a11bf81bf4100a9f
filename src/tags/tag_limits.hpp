// What AWS takes as a tag, by service: how many, how long, which characters. Facts from the service models (botocore).
// Owns counting as AWS counts (code points, UTF-16 units for S3 objects) and the character classes.
// Refuses nothing by itself; the rules turn an answer into a finding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cmp {

enum class TagText : std::uint8_t {
  any,         // all characters
  advised,     // AWS's common set is documented, the service's model does not enforce it
  general,     // letters, digits and spaces of any script, and _.:/=+-@
  ascii,       // the same without other scripts
  narrow_key,  // keys: ASCII letters, digits and _.:/=+-,;< without spaces; values as general
};

enum class TagUnits : std::uint8_t { code_points, utf16 };
enum class TagCase : std::uint8_t { sensitive, insensitive_keys };

struct TagLimits {
  size_t count = 50;
  size_t key_max = 128;
  size_t value_max = 256;
  size_t value_min = 0;
  TagText text = TagText::advised;
  TagUnits units = TagUnits::code_points;
  TagCase key_case = TagCase::sensitive;
};

// `group` is a Crossplane group, "s3.aws.upbound.io"; its first part names the service.
TagLimits tag_limits(std::string_view group, std::string_view kind);

size_t tag_length(std::string_view text, TagUnits units);
bool is_tag_key_text(std::string_view key, TagText text);
bool is_tag_value_text(std::string_view value, TagText text);
bool has_control_characters(std::string_view text);

// "aws:" in any case, and the keys the provider writes itself.
bool is_reserved_tag_key(std::string_view key);

// For comparing keys that differ only in case; ASCII, as AWS does.
bool equal_but_for_case(std::string_view a, std::string_view b);

}  // namespace cmp
