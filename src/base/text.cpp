#include "base/text.hpp"

#include <fmt/format.h>

namespace cmp {

namespace {

// Length of the UTF-8 sequence at the start of `text`, 0 when it is not valid.
size_t sequence_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  const size_t length = lead < 0x80 ? 1 : lead >= 0xF5 ? 0 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (length == 0 || text.size() < length) { return 0; }
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) { return 0; }
  }
  return length;
}

// C1 controls and the bidirectional overrides can rewrite what a terminal or a web page shows.
bool changes_the_display(std::string_view sequence) {
  if (sequence.size() == 1) { return static_cast<unsigned char>(sequence[0]) < 0x20 || sequence[0] == 0x7F; }
  return (sequence >= "\xC2\x80" && sequence <= "\xC2\x9F") || (sequence >= "\xE2\x80\xA8" && sequence <= "\xE2\x80\xAE") ||
         (sequence >= "\xE2\x81\xA6" && sequence <= "\xE2\x81\xA9");
}

}  // namespace

std::string printable(std::string_view text, size_t max_bytes) {
  std::string shown;
  while (!text.empty()) {
    const size_t length = sequence_length(text);
    std::string_view sequence = text.substr(0, length == 0 ? 1 : length);
    text.remove_prefix(sequence.size());
    std::string piece;
    if (length == 0 || changes_the_display(sequence)) {
      for (const char c : sequence) { piece += fmt::format("\\x{:02x}", static_cast<unsigned char>(c)); }
    } else {
      piece = sequence;
    }
    if (shown.size() + piece.size() > max_bytes) { return shown + "..."; }
    shown += piece;
  }
  return shown;
}

std::string counted(size_t count, std::string_view what) { return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s"); }

}  // namespace cmp
