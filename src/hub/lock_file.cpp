#include "hub/lock_file.hpp"

#include "base/config_file.hpp"
#include "base/failure.hpp"
#include "base/values.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace cmp {

namespace {

constexpr size_t k_max_lock_bytes = 16U << 20;
constexpr size_t k_sha256_digits = 64;

// Below the working directory, through whatever links the checkout holds, but never out of it.
int open_below(const std::string& path, std::uint64_t flags, std::uint64_t mode) {
  open_how how{};
  how.flags = flags | O_CLOEXEC | O_NONBLOCK;
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  const long fd = syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how);
  // Sandboxes without openat2 get the stricter rule: a plain name, no links at all.
  if (fd < 0 && errno == ENOSYS && path.find('/') == std::string::npos) { return open(path.c_str(), static_cast<int>(how.flags) | O_NOFOLLOW, mode); }
  return static_cast<int>(fd);
}

std::string checked_sha256(const ConfigNode& node) {
  const std::string text = node.scalar();
  if (text.size() != k_sha256_digits || text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    node.fail("is not a SHA-256 in hexadecimal");
  }
  return text;
}

template <typename Parse>
auto parsed(const ConfigNode& node, const Parse& parse) {
  try {
    return parse(node.scalar());
  } catch (const BadValue& bad) { node.fail(bad.what()); }
}

std::vector<LockedUnit> parse_units(const ConfigNode& list) {
  std::vector<LockedUnit> units;
  for (const ConfigNode& item : list.items()) {
    item.allow_keys({"unit", "revision", "sha256"});
    LockedUnit unit{
        parsed(item.at("unit"), parse_slug), static_cast<std::int64_t>(parsed(item.at("revision"), parse_count)), checked_sha256(item.at("sha256"))};
    if (!units.empty() && units.back().slug >= unit.slug) { item.fail("units must be sorted and named once"); }
    units.push_back(std::move(unit));
  }
  return units;
}

}  // namespace

std::string to_text(const Lock& lock) {
  std::string text = "# Made by confighub-cmp lock: the revisions this application prints, as they were approved. Do not edit.\n"
                     "apiVersion: confighub-cmp/v1alpha1\nkind: Lock\nspaces:\n";
  for (const auto& [space, units] : lock) {
    text += fmt::format("  {}:{}\n", space, units.empty() ? " []" : "");
    for (const LockedUnit& unit : units) {
      text += fmt::format("  - {{unit: {}, revision: {}, sha256: {}}}\n", unit.slug, unit.revision, unit.sha256);
    }
  }
  return text;
}

// The file comes with the checkout, so what is wrong with it is bad content and not the operator's doing.
Lock parse_lock(const std::string& text, const std::string& file) {
  try {
    const ConfigNode root = ConfigNode::parse(text, file, "Lock");
    root.allow_keys({"apiVersion", "kind", "spaces"});
    Lock lock;
    for (const std::string& space : root.at("spaces").keys()) { lock.emplace(parse_slug(space), parse_units(root.at("spaces").at(space))); }
    return lock;
  } catch (const Failure& failure) { throw Failure(FailureKind::content, failure.message(), failure.hints()); } catch (const BadValue& bad) {
    throw Failure(FailureKind::content, fmt::format("{}: {}", file, bad.what()));
  }
}

Lock read_lock(const std::string& path) {
  const int fd = open_below(path, O_RDONLY, 0);
  const int error = errno;
  if (fd < 0) {
    throw Failure(FailureKind::refused, fmt::format("rule 'locked' needs {} in the application's path: {}", path, std::strerror(error)),
        {"make it with confighub-cmp lock and commit it"});
  }
  std::string text;
  struct stat info {};
  const bool fits = fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && static_cast<size_t>(info.st_size) <= k_max_lock_bytes;
  if (fits) {
    text.resize(static_cast<size_t>(info.st_size));
    const ssize_t got = read(fd, text.data(), text.size());
    text.resize(got > 0 ? static_cast<size_t>(got) : 0);
  }
  close(fd);
  if (!fits) { throw Failure(FailureKind::content, fmt::format("{} is not a regular file of at most {} bytes", path, k_max_lock_bytes)); }
  return parse_lock(text, path);
}

void write_lock(const std::string& path, const std::string& text) {
  const std::string part = fmt::format("{}.{}", path, getpid());
  const int fd = open_below(part, O_WRONLY | O_CREAT | O_EXCL, 0644);
  const bool written = fd >= 0 && write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && fsync(fd) == 0;
  const bool closed = fd >= 0 && close(fd) == 0;
  if (!written || !closed || std::rename(part.c_str(), path.c_str()) != 0) {
    const int error = errno;
    unlink(part.c_str());
    throw Failure(FailureKind::output, fmt::format("cannot write {}: {}", path, std::strerror(error)));
  }
}

LockedUnit locked(const UnitText& unit) { return {unit.slug, unit.revision, unit.sha256}; }

}  // namespace cmp
