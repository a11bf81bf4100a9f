// confighub.lock: the revisions and hashes an Application prints under rule `locked`, one line a unit, sorted.
// Owns its text form, so that the same set gives the same bytes, and reading it from a checkout that others write.
// Refuses (exit 6) anything but that form, (exit 3) a lock file that is not there; never follows a link out of the checkout.
#pragma once

#include "base/unit.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cmp {

struct LockedUnit {
  std::string slug;
  std::int64_t revision = 0;
  std::string sha256;

  bool operator==(const LockedUnit&) const = default;
};

// Space -> its units by slug.
using Lock = std::map<std::string, std::vector<LockedUnit>>;

std::string to_text(const Lock& lock);
Lock parse_lock(const std::string& text, const std::string& file);

// `path` is relative to the working directory and stays below it.
Lock read_lock(const std::string& path);
void write_lock(const std::string& path, const std::string& text);  // by rename

LockedUnit locked(const UnitText& unit);

}  // namespace cmp
