#include "output.hpp"

#include "base/failure.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace cmp {

namespace {

constexpr size_t k_pieces_per_write = 512;  // below IOV_MAX everywhere

// A non-blocking stdout is not ours to change: wait until it takes more.
bool wait_until_writable(int fd) {
  pollfd waiting{fd, POLLOUT, 0};
  return poll(&waiting, 1, -1) > 0 || errno == EINTR;
}

bool write_all(int fd, const std::vector<std::string_view>& pieces) {
  std::vector<iovec> parts;
  for (const std::string_view piece : pieces) { parts.push_back({const_cast<char*>(piece.data()), piece.size()}); }
  size_t next = 0;
  while (next < parts.size()) {
    const ssize_t written = writev(fd, &parts[next], static_cast<int>(std::min(parts.size() - next, k_pieces_per_write)));
    if (written < 0 && errno != EINTR && !(errno == EAGAIN && wait_until_writable(fd))) { return false; }
    size_t left = written < 0 ? 0 : static_cast<size_t>(written);
    while (next < parts.size() && left >= parts[next].iov_len) { left -= parts[next++].iov_len; }
    if (left > 0) { parts[next] = {static_cast<char*>(parts[next].iov_base) + left, parts[next].iov_len - left}; }
  }
  return true;
}

// Somebody who looks at the file later must not take half of the objects for all of them.
void cut_back(off_t size_before) {
  if (size_before >= 0 && ftruncate(STDOUT_FILENO, size_before) != 0) {
    write_stderr("confighub-cmp: the incomplete output file could not be cut back\n");
  }
}

}  // namespace

void write_stdout(const std::vector<std::string_view>& pieces) {
  struct stat info {};
  const bool is_file = fstat(STDOUT_FILENO, &info) == 0 && S_ISREG(info.st_mode);
  const bool appends = (fcntl(STDOUT_FILENO, F_GETFL) & O_APPEND) != 0;
  const off_t size_before = !is_file ? -1 : appends ? info.st_size : lseek(STDOUT_FILENO, 0, SEEK_CUR);
  if (!write_all(STDOUT_FILENO, pieces)) {
    const int error = errno;
    cut_back(size_before);
    throw Failure(FailureKind::output, fmt::format("cannot write to stdout: {}", std::strerror(error)));
  }
  if (close(STDOUT_FILENO) != 0) { throw Failure(FailureKind::output, fmt::format("cannot write to stdout: {}", std::strerror(errno))); }
}

void write_stderr(std::string_view text) { write_all(STDERR_FILENO, {text}); }

void keep_standard_descriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // A path descriptor takes no writes and needs no /dev, which an empty root directory lacks.
    if (fcntl(fd, F_GETFD) < 0 && open("/", O_PATH) != fd) { _exit(exit_code(FailureKind::output)); }
  }
}

}  // namespace cmp
