// The texts of all units of a run, from the hub or from a directory: the first half of every command.
// Owns the connections (one per credentials directory). After it nothing goes to the network.
// Refuses (exit 3) a directory under Argo CD, because nothing in it was approved.
#pragma once

#include "base/clock.hpp"
#include "hub/hub_session.hpp"
#include "hub/resolve.hpp"
#include "settings/access.hpp"

#include <string>
#include <vector>

namespace cmp {

struct CollectedSpace {
  SpaceRequest request;  // its `space` is empty for a directory
  ResolvedSpace resolved;
};

struct Collected {
  std::vector<CollectedSpace> spaces;
  HubTraffic traffic;
};

// What the run is to print: the spaces that are allowed, or the directory.
std::vector<SpaceRequest> requested_spaces(const Settings& settings, const Application& application);

Collected collect(const std::vector<SpaceRequest>& requests, const Settings& settings, Clock& clock, const Deadline& deadline);

// For init: every space can be listed; its units are neither chosen nor read.
void check_spaces(const std::vector<SpaceRequest>& requests, const Settings& settings, Clock& clock, const Deadline& deadline);

}  // namespace cmp
