// Space and rule -> verified texts of the units to print. Talks to the hub only through Hub.
// Owns consistency: when the space moves between two requests it starts over, a bounded number of times.
// Refuses (exit 3) units without a revision that counts, (exit 6) texts that do not match their hash.
#pragma once

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "base/unit.hpp"
#include "hub/hub.hpp"
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

ResolvedSpace resolve_space(Hub& hub, const SpaceRequest& request, const Limits& limits, Clock& clock, const Deadline& deadline);

}  // namespace cmp
