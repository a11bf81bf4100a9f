// Which revision of a unit is printed (DESIGN.md section 5). Pure: no I/O, no clock.
// Looks down from the newest revision known; says whether that was enough to decide.
#pragma once

#include "hub/hub_model.hpp"

#include <string>
#include <vector>

namespace cmp {

enum class Verdict {
  chosen,
  look_further,  // nothing known counts, older revisions may
  awaiting,      // the hub is still checking the revision that would be chosen
  none,          // no revision counts
};

struct Choice {
  Verdict verdict = Verdict::none;
  size_t index = 0;    // into the revisions given, when chosen
  std::string reason;  // why none: "head 5 has 0 of 1 approvals"
};

enum class Known { newest_only, all };
enum class Triggers { wait, treat_as_blocked };

// `newest_first`: revisions of one unit, ordered by number, descending.
Choice choose_approved(const HubUnit& unit, const std::vector<HubRevision>& newest_first, size_t approvals, Known known, Triggers triggers);

// The gates that stand in a revision's way: all but the approval check itself, because approvals are counted here.
Gates blocking_gates(const HubRevision& revision);

}  // namespace cmp
