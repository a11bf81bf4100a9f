// How new tags look as YAML: scalars quoted where plain text would not stay a string, mappings and lists in block or flow style.
// Owns the spelling only; where the text goes is tag_edit's.
// Refuses nothing: any string can be written, if need be in double quotes with escapes.
#pragma once

#include "tags/taggable_kinds.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cmp {

enum class Quoting : std::uint8_t { as_needed, single, always_double };

std::string scalar_text(std::string_view value, Quoting quoting);

struct TagLayout {
  size_t indent = 0;  // columns before a key of the mapping, or before a list's dash
  size_t step = 2;
  std::string_view newline = "\n";
  Quoting quoting = Quoting::as_needed;
};

using TagList = std::vector<std::pair<std::string, std::string>>;

// Whole lines: the tags themselves, as entries of a mapping or items of a list.
std::string block_tags(const TagList& tags, TagShape shape, const TagLayout& layout);
// Whole lines: `keys` nested into each other, the tags in the last.
std::string block_path(const std::vector<std::string>& keys, const TagList& tags, TagShape shape, const TagLayout& layout);
// The tags one by one, "environment: dev" or "{key: environment, value: dev, propagateAtLaunch: true}".
std::vector<std::string> flow_tags(const TagList& tags, TagShape shape, Quoting quoting);
// "{forProvider: {tags: {environment: dev}}}" without the outermost braces, for the keys given.
std::string flow_path(const std::vector<std::string>& keys, const TagList& tags, TagShape shape, Quoting quoting);

}  // namespace cmp
