// What the fuzz targets share: how a property is stated, and what may end a run.
// A property that does not hold aborts, and libFuzzer keeps the input that broke it.
// Refuses to swallow anything but a Failure; another exception is a finding.
#pragma once

#include "base/failure.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace cmp::fuzz {

inline void must_hold(bool property, std::string_view what) {
  if (property) { return; }
  std::fprintf(stderr, "broken: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, size_t size) { return {reinterpret_cast<const char*>(data), size}; }

// What Argo CD shows to people: lines of visible text below 2 KiB, however hostile the input was.
inline void check_failure(const Failure& failure, FailureKind expected) {
  const std::string text = banner(failure);
  must_hold(failure.kind() == expected, "the failure is of the kind that fits its source");
  must_hold(text.size() < 2048 && text.ends_with('\n'), "a banner is whole lines below 2 KiB");
  must_hold(std::all_of(text.begin(), text.end(), [](unsigned char c) { return c == '\n' || (c >= 0x20 && c != 0x7F); }),
      "a banner has no control characters");
  must_hold(
      std::count(text.begin(), text.end(), '\n') <= static_cast<std::ptrdiff_t>(failure.hints().size()) + 2, "a banner has one line for each text");
}

}  // namespace cmp::fuzz
