// Units' texts -> what may be printed: documents read, objects known and unique, tags judged, injected and proven.
// Owns the order of these steps, one document at a time, so that no more than one tree is in memory.
// Refuses nothing by exception but a run that is too large; all else is a finding, and all are collected.
#pragma once

#include "base/limits.hpp"
#include "base/unit.hpp"
#include "manifest/documents.hpp"
#include "manifest/finding.hpp"
#include "tags/tag_set.hpp"

#include <string>
#include <vector>

namespace cmp {

// Who decided one tag of one object, for `check --explain`.
struct TagExplanation {
  std::string file;
  size_t line = 0;
  ObjectName object;
  std::string path;
  TagDecision decision;
};

// One object of the run and where it stands.
struct ObjectPlace {
  std::string file;
  size_t line = 0;
  ObjectName object;
};

struct Manifests {
  std::vector<UnitDocuments> units;
  std::vector<Finding> findings;  // by file, line and column
  std::vector<TagExplanation> explanations;
  std::vector<ObjectPlace> places;
  size_t documents = 0;
  size_t objects = 0;
  size_t edited = 0;  // documents
  size_t tags = 0;    // added or replaced
};

// yes: also what only reports show, which are the explanations, the place of every object, and fixes as text.
enum class Explain : std::uint8_t { no, yes };

// Units under one policy and environment, usually those of one space.
struct UnitGroup {
  std::vector<UnitText> units;
  const TagContext* tags = nullptr;  // none: nothing is injected, nothing judged
};

Manifests prepare_manifests(std::vector<UnitGroup> groups, Explain explain, const Limits& limits);

}  // namespace cmp
