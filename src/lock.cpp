// `lock`: writes what the authority approved into Git, one line a unit; `lock --check` says whether that is still it.
#include "cli.hpp"
#include "collect.hpp"
#include "commands.hpp"
#include "hub/lock_file.hpp"
#include "output.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmp {

namespace {

// The lock is made from what the rule would choose without it.
std::vector<SpaceRequest> unlocked(std::vector<SpaceRequest> requests) {
  for (SpaceRequest& request : requests) {
    if (request.rule == RevisionRule::locked) { request.rule = RevisionRule::approved; }
  }
  return requests;
}

Lock lock_of(const Collected& collected) {
  Lock lock;
  for (const CollectedSpace& space : collected.spaces) {
    std::vector<LockedUnit>& units = lock[space.request.space];
    for (const UnitText& unit : space.resolved.units) { units.push_back(locked(unit)); }
  }
  return lock;
}

std::map<std::string, LockedUnit> units_by_name(const Lock& lock) {
  std::map<std::string, LockedUnit> units;
  for (const auto& [space, members] : lock) {
    for (const LockedUnit& unit : members) { units.emplace(fmt::format("{}/{}", space, unit.slug), unit); }
  }
  return units;
}

// "shop-dev/api: revision 3 -> 4", one line a unit that differs.
std::string difference(const Lock& before, const Lock& after) {
  const auto old_units = units_by_name(before);
  const auto new_units = units_by_name(after);
  std::string lines;
  for (const auto& [name, unit] : old_units) {
    const auto now = new_units.find(name);
    if (now == new_units.end()) {
      lines += fmt::format("{}: revision {} -> none\n", name, unit.revision);
    } else if (now->second != unit) {
      lines += fmt::format(
          "{}: revision {} -> {}{}\n", name, unit.revision, now->second.revision, now->second.revision == unit.revision ? ", another text" : "");
    }
  }
  for (const auto& [name, unit] : new_units) {
    if (!old_units.contains(name)) { lines += fmt::format("{}: revision none -> {}\n", name, unit.revision); }
  }
  return lines;
}

}  // namespace

int run_lock(const CommandLine& command_line, const Environment& environment) {
  Clock& clock = system_clock();
  const Settings settings = load_settings(command_line.values, environment);
  const std::vector<SpaceRequest> requests = unlocked(allowed_spaces(settings, read_application(environment)));
  const Lock lock = lock_of(collect(requests, settings, clock, Deadline(clock, settings.limits.budget)));
  if (!command_line.has("check")) {
    write_lock(settings.lock_file, to_text(lock));
    return 0;
  }
  const std::string lines = difference(read_lock(settings.lock_file), lock);
  write_stdout({lines});
  return lines.empty() ? 0 : 1;
}

}  // namespace cmp
