// Bytes to file descriptors: stdout all or nothing, stderr as far as it goes.
// Owns partial writes, closed pipes and full disks. Refuses (exit 7) to end well when a byte was not taken.
#pragma once

#include <string_view>
#include <vector>

namespace cmp {

// Writes the pieces in order and closes stdout. On failure a regular file is cut back to what it was.
void write_stdout(const std::vector<std::string_view>& pieces);

void write_stderr(std::string_view text);

// Descriptors 0 to 2 that are closed are filled, so that no file or socket opened later can become stdout.
void keep_standard_descriptors();

}  // namespace cmp
