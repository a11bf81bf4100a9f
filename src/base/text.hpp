// Small helpers for text that goes to people: stderr, reports, findings.
// Refuses to let control characters through: unit text and hub answers are somebody else's bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace cmp {

// `text` on one line: control characters and invalid UTF-8 become \xNN, and what exceeds
// `max_bytes` is cut at a character boundary and marked with "...".
std::string printable(std::string_view text, size_t max_bytes);

// "1 file", "2 files".
std::string counted(size_t count, std::string_view what);

}  // namespace cmp
