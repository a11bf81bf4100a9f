// A HubRevision as text, and what is true of every one: used where rows of units and of revisions bring them.
#pragma once

#include "hub_body.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cmp::fuzz {

inline std::string described(const HubRevision& revision) {
  return fmt::format("{} {} {} {} {} {} {} {} {} {}\n", revision.id, revision.unit_id, revision.number, revision.sha256, revision.crc32.value_or(0),
      revision.crc32.has_value(), revision.approvers, revision.attestations, revision.gates, revision.text.value_or("none"));
}

inline void check(const HubRevision& revision) {
  must_hold(is_uuid(revision.unit_id), "a revision belongs to a unit");
  must_hold(is_sorted_set(revision.approvers), "nobody approves twice");
  must_hold(is_sorted_set(revision.gates), "a gate is named once");
  must_hold(std::none_of(revision.sha256.begin(), revision.sha256.end(), [](char c) { return c >= 'A' && c <= 'Z'; }), "a hash is in lower case");
  must_hold(!revision.rejected, "nothing is rejected before its attestations are judged");
}

}  // namespace cmp::fuzz
