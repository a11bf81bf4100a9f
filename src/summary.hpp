// The one line a successful run leaves on stderr, for people (text) or for log pipelines (json).
// Figures only; names come from settings and the hub's slugs.
#pragma once

#include "hub/hub_session.hpp"
#include "settings/settings.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace cmp {

struct Summary {
  std::string source;  // "messagewall-dev" or "directory examples/units"
  std::string rule;
  std::string generation;  // "" when no hub was asked
  std::string policy;      // its name, "none" without one
  size_t units = 0;
  size_t objects = 0;
  size_t edited = 0;  // documents the tag policy changed
  size_t bytes = 0;
  std::vector<std::string> not_printed;  // units of another toolchain
  HubTraffic traffic;
  std::chrono::milliseconds elapsed{0};
};

std::string to_line(const Summary& summary, LogFormat format);

}  // namespace cmp
