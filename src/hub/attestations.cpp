#include "hub/attestations.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

namespace cmp {

namespace {

using ById = std::map<std::string, const HubAttestation*>;

bool is_fail(const HubAttestation& attestation) { return attestation.result == "Fail"; }

// A withdrawal is an attestation too; it must never count as an approval itself.
bool is_approval(const HubAttestation& attestation, Clock::WallTime now) {
  const bool approves = (attestation.type.empty() || attestation.type == "Approval") &&
                        (attestation.result.empty() || attestation.result == "Pass") && attestation.revokes.empty() && !attestation.user.empty();
  const auto expiry = parse_time(attestation.expires_at);
  const bool expiry_readable = expiry || attestation.expires_at.empty() || attestation.expires_at.starts_with("0001-01-01T");
  return approves && expiry_readable && (!expiry || *expiry > now);
}

void judge(HubRevision& revision, const ById& by_id, const std::set<std::string>& revoked, Clock::WallTime now) {
  std::vector<const HubAttestation*> standing;
  for (const std::string& id : revision.attestations) {
    const auto found = by_id.find(id);
    if (found != by_id.end() && !revoked.contains(id)) { standing.push_back(found->second); }
  }
  std::optional<Clock::WallTime> last_fail;
  for (const HubAttestation* attestation : standing) {
    if (is_fail(*attestation)) {
      last_fail = std::max(last_fail.value_or(Clock::WallTime::min()), parse_time(attestation->created_at).value_or(Clock::WallTime::max()));
    }
  }
  std::set<std::string> approvers;
  for (const HubAttestation* attestation : standing) {
    if (!is_approval(*attestation, now)) { continue; }
    const auto created = parse_time(attestation->created_at);
    if (last_fail && (!created || *created <= *last_fail)) {
      revision.rejected = true;
    } else {
      approvers.insert(attestation->user);
    }
  }
  revision.rejected = revision.rejected || (last_fail && approvers.empty());
  revision.approvers.assign(approvers.begin(), approvers.end());
}

}  // namespace

void judge_attestations(std::vector<HubRevision>& revisions, const std::vector<HubAttestation>& attestations, Clock::WallTime now) {
  ById by_id;
  std::set<std::string> revoked;
  for (const HubAttestation& attestation : attestations) {
    by_id.emplace(attestation.id, &attestation);
    if (!attestation.revokes.empty()) { revoked.insert(attestation.revokes); }
  }
  for (HubRevision& revision : revisions) { judge(revision, by_id, revoked, now); }
}

std::optional<Clock::WallTime> parse_time(const std::string& text) {
  using namespace std::chrono;
  int year_number = 0, hour = 0, minute = 0, second = 0, used = 0;
  unsigned int month_number = 0, day_number = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2d%n", &year_number, &month_number, &day_number, &hour, &minute, &second, &used) != 6) {
    return std::nullopt;
  }
  const year_month_day date{year{year_number}, month{month_number}, day{day_number}};
  if (!date.ok() || year_number <= 1 || hour > 23 || minute > 59 || second > 60) { return std::nullopt; }
  std::string rest = text.substr(static_cast<size_t>(used));
  milliseconds fraction{0};
  if (rest.starts_with('.')) {
    const size_t digits_end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    fraction = milliseconds(std::stoi((rest.substr(1, std::min<size_t>(digits_end - 1, 3)) + "000").substr(0, 3)));
    rest.erase(0, digits_end);
  }
  minutes offset{0};
  if (rest != "Z") {
    char sign = 0;
    int hours_ahead = 0, minutes_ahead = 0;
    if (std::sscanf(rest.c_str(), "%c%2d:%2d", &sign, &hours_ahead, &minutes_ahead) != 3 || (sign != '+' && sign != '-') || rest.size() != 6) {
      return std::nullopt;
    }
    offset = (hours(hours_ahead) + minutes(minutes_ahead)) * (sign == '-' ? -1 : 1);
  }
  return sys_days(date) + hours(hour) + minutes(minute) + seconds(second) + fraction - offset;
}

}  // namespace cmp
