// Generation C: what the attestations on a revision add up to. Pure; the clock comes in.
// An approval counts when it is Type Approval, Result Pass, not expired, not revoked, and newer than the
// newest unrevoked Fail. Whatever the hub leaves open is decided against the approval.
#pragma once

#include "base/clock.hpp"
#include "hub/hub_model.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmp {

// Fills `approvers` and `rejected` of each revision from the ids in its `attestations`.
void judge_attestations(std::vector<HubRevision>& revisions, const std::vector<HubAttestation>& attestations, Clock::WallTime now);

// RFC 3339; nullopt for anything else and for Go's zero time, which means unset.
std::optional<Clock::WallTime> parse_time(const std::string& text);

}  // namespace cmp
