// Every bound of a run in one place. Each has a name in the settings file and stands in its error.
// Units: bytes, milliseconds, counts.
#pragma once

#include <chrono>
#include <cstddef>

namespace cmp {

struct Limits {
  std::chrono::milliseconds budget{40'000};   // the whole run; Argo CD kills at about 60 s and says nothing
  std::chrono::milliseconds request{15'000};  // one HTTP request
  size_t retries = 4;                         // per request, after the first try
  size_t units = 10'000;                      // in all spaces of a run
  size_t total_bytes = 256U << 20;            // text of all units
  size_t unit_bytes = 64U << 20;              // text of one unit, ConfigHub's own cap
  size_t response_bytes = 512U << 20;         // one decoded response body
  size_t header_bytes = 64U << 10;            // headers of one response
  size_t documents = 100'000;                 // YAML documents in a run
  size_t yaml_depth = 100;                    // nesting of one document
  size_t alias_expansion = 100'000;           // nodes of one document after its aliases are expanded
};

}  // namespace cmp
