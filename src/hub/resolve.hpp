// Space and rule -> verified texts of the units to print. Talks to the hub only through Hub.
// Owns consistency: when the space moves between two requests it starts over, a bounded number of times.
// Refuses (exit 3) units without a revision that counts, or whose locked one has lost its approval, (exit 6) texts that do not match their hash.
#pragma once

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/unit.hpp"
#include "hub/hub.hpp"
#include "hub/lock_file.hpp"
#include "settings/access.hpp"

#include <string>
#include <vector>

namespace cmp {

struct ResolvedSpace {
  Generation generation = Generation::b;
  std::vector<UnitText> units;        // ordered by slug
  std::vector<std::string> skipped;   // units without approved revision, as the operator allows, with the reason
  std::vector<std::string> not_yaml;  // units of another toolchain
};

// `lock`: what rule `locked` prints; other rules do not look at it.
ResolvedSpace resolve_space(
    Hub& hub, const SpaceRequest& request, const std::vector<LockedUnit>& lock, const Limits& limits, Clock& clock, const Deadline& deadline);

// A revision that would be printed, known without its text: enough to see that the set has changed.
struct ChosenRevision {
  std::string unit;
  std::int64_t revision = 0;
  std::string fingerprint;  // "sha256:...", or "crc32:..." where the hub gives nothing better
};

// Ordered by unit. Not for rule `locked`: its set stands in a lock file and not in the hub.
std::vector<ChosenRevision> choose_revisions(Hub& hub, const SpaceRequest& request, Clock& clock, const Deadline& deadline);

}  // namespace cmp
