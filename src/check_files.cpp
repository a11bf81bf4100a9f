#include "check_files.hpp"

#include "base/config_file.hpp"
#include "base/failure.hpp"
#include "directory.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>

namespace cmp {

namespace {

namespace fs = std::filesystem;

std::string read_stdin(const Limits& limits) {
  std::string text;
  std::string chunk(1U << 16, '\0');
  while (true) {
    const ssize_t got = read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) { continue; }
    if (got < 0) { throw Failure(FailureKind::usage, fmt::format("cannot read stdin: {}", std::strerror(errno))); }
    if (got == 0) { return text; }
    text.append(chunk, 0, static_cast<size_t>(got));
    if (text.size() > limits.unit_bytes) {
      throw Failure(FailureKind::content, fmt::format("stdin has more than {} bytes (limits.unitBytes)", limits.unit_bytes));
    }
  }
}

// Kustomize's own file is not an object and stands beside manifests everywhere.
bool is_kustomization(const fs::path& path) { return path.filename() == "kustomization.yaml" || path.filename() == "kustomization.yml"; }

std::vector<fs::path> manifests_below(const std::string& directory) {
  std::vector<fs::path> files = files_below(directory, {".yaml", ".yml", ".json"});
  std::erase_if(files, is_kustomization);
  if (files.empty()) {
    throw Failure(FailureKind::usage, fmt::format("no manifest below {}", directory), {"looked for *.yaml, *.yml and *.json, hidden ones left out"});
  }
  std::sort(files.begin(), files.end());
  return files;
}

class FileReader {
public:
  explicit FileReader(const Limits& limits) : m_limits(limits) {}

  void read(const std::string& argument) {
    if (argument == k_stdin) { return add(argument, argument); }
    if (!fs::is_directory(argument)) { return add(argument, fs::weakly_canonical(argument)); }
    for (const fs::path& path : manifests_below(argument)) { add(path.string(), fs::weakly_canonical(path)); }
  }

  std::vector<UnitText> take() { return std::move(m_units); }

private:
  // `check . app.yaml` names app.yaml twice, and an object may be defined only once.
  void add(const std::string& name, const fs::path& identity) {
    if (!m_seen.insert(identity.string()).second) { return; }
    UnitText& unit = m_units.emplace_back();
    unit.slug = name;
    unit.text = name == k_stdin ? read_stdin(m_limits) : *read_file(name, m_limits.unit_bytes, Missing::is_error);
    m_bytes += unit.text.size();
    if (m_units.size() > m_limits.units) { throw Failure(FailureKind::content, fmt::format("more than {} files (limits.units)", m_limits.units)); }
    if (m_bytes > m_limits.total_bytes) {
      throw Failure(FailureKind::content, fmt::format("the files have more than {} bytes in all (limits.totalBytes)", m_limits.total_bytes));
    }
  }

  const Limits& m_limits;
  std::set<std::string> m_seen;
  std::vector<UnitText> m_units;
  size_t m_bytes = 0;
};

// A file beside the one it replaces; gone again unless it was put in place.
class NewFile {
public:
  explicit NewFile(const fs::path& target) : m_target(target), m_path((target.parent_path() / ".confighub-cmp.XXXXXX").string()) {
    m_fd = mkostemp(m_path.data(), O_CLOEXEC);
    if (m_fd < 0) { fail(); }
  }
  ~NewFile() {
    if (m_fd >= 0) { close(m_fd); }
    if (!m_is_in_place) { unlink(m_path.c_str()); }
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  void take_over(const struct stat& old) {
    // Only root may give files away; anybody else owns the new file as they would own a new checkout.
    if (fchown(m_fd, old.st_uid, old.st_gid) != 0 && errno != EPERM) { fail(); }
    if (fchmod(m_fd, old.st_mode & 07777) != 0) { fail(); }
  }

  void write_text(std::string_view text) {
    while (!text.empty()) {
      const ssize_t written = write(m_fd, text.data(), text.size());
      if (written < 0 && errno != EINTR) { fail(); }
      text.remove_prefix(written < 0 ? 0 : static_cast<size_t>(written));
    }
    if (fsync(m_fd) != 0) { fail(); }
  }

  void put_in_place() {
    if (rename(m_path.c_str(), m_target.c_str()) != 0) { fail(); }
    m_is_in_place = true;
  }

private:
  [[noreturn]] void fail() const {
    const std::string why = std::strerror(errno);
    if (m_fd >= 0) { unlink(m_path.c_str()); }
    throw Failure(FailureKind::output, fmt::format("cannot write {}: {}", m_target.string(), why));
  }

  fs::path m_target;
  std::string m_path;
  int m_fd = -1;
  bool m_is_in_place = false;
};

}  // namespace

std::vector<UnitText> read_files(const std::vector<std::string>& arguments, const Limits& limits) {
  FileReader reader(limits);
  try {
    for (const std::string& argument : arguments) { reader.read(argument); }
  } catch (const fs::filesystem_error& error) {
    throw Failure(FailureKind::usage, fmt::format("cannot read {}: {}", error.path1().string(), error.code().message()));
  }
  return reader.take();
}

std::string edited_text(const UnitDocuments& unit) {
  std::string text;
  size_t copied = 0;
  for (const Document& document : unit.documents) {
    text.append(unit.unit.text, copied, document.begin - copied).append(document.text(unit.unit));
    copied = document.end;
  }
  return text.append(unit.unit.text, copied);
}

void replace_file(const std::string& path, std::string_view before, std::string_view after, const Limits& limits) {
  const std::string now = *read_file(path, limits.unit_bytes, Missing::is_error);
  // The reader ends the last line of every text; a file that does not end its own keeps it that way.
  const std::string_view ending = before.substr(std::min(before.size(), now.size()));
  if (!before.starts_with(now) || (ending != "" && ending != "\n" && ending != "\r\n")) {
    throw Failure(FailureKind::content, fmt::format("{} changed while it was checked", path), {"run the check again"});
  }
  if (after.ends_with(ending)) { after.remove_suffix(ending.size()); }
  const fs::path target = fs::canonical(path);
  struct stat old {};
  if (stat(target.c_str(), &old) != 0) { throw Failure(FailureKind::output, fmt::format("cannot write {}: {}", path, std::strerror(errno))); }
  NewFile file(target);
  file.take_over(old);
  file.write_text(after);
  file.put_in_place();
}

}  // namespace cmp
