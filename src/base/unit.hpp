// One unit as the pipeline carries it from its source to stdout. Shapes only, no I/O.
#pragma once

#include <cstdint>
#include <string>

namespace cmp {

struct UnitText {
  std::string space;          // slug of the space; empty for a directory
  std::string slug;           // unique in its space; "network/vpc" for a file in a directory
  std::int64_t revision = 0;  // 0 when the source has no revisions
  std::string sha256;         // 64 lower-case hex digits of `text`
  std::string text;           // YAML stream, UTF-8, any number of documents

  // How people name it: "messagewall-dev/lambda@7", or "network/vpc" for a file.
  std::string name() const { return (space.empty() ? "" : space + '/') + slug + (revision > 0 ? '@' + std::to_string(revision) : ""); }
};

}  // namespace cmp
