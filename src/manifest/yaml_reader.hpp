// libyaml's events of one document -> YamlTree. libyaml because Go's reader is a port of it: what it takes, Argo CD takes.
// Owns the limits against YAML bombs and the mapping of libyaml's character marks to bytes.
// Refuses what Go would drop or pick silently: a second document, directives, duplicate keys, keys that are not text.
#pragma once

#include "base/limits.hpp"
#include "manifest/yaml_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmp {

struct YamlProblem {
  enum class Kind { syntax, duplicate_key };
  Kind kind = Kind::syntax;
  std::string what;
  size_t line = 0;  // in the unit's text, from 1
  size_t column = 0;
  std::string fix;
};

// Reads `source`, whose first line is line `first_line` of its unit, into `tree`, which then points into it.
// The tree is empty when there is no document, or a syntax problem. Reusing one tree saves its allocations.
std::vector<YamlProblem> read_yaml(std::string_view source, size_t first_line, const Limits& limits, YamlTree& tree);

}  // namespace cmp
