// `*` is any run of characters, `?` exactly one character of UTF-8; the whole text must match.
// Used where operators name spaces, projects, kinds and objects by pattern.
#pragma once

#include <string_view>

namespace cmp {

bool matches_wildcard(std::string_view pattern, std::string_view text);

}  // namespace cmp
