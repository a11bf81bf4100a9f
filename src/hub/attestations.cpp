#include "hub/attestations.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <string_view>

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

// `shape` with a digit for every 0.
bool has_shape(std::string_view text, std::string_view shape) {
  return std::equal(text.begin(), text.end(), shape.begin(), shape.end(), [](char c, char s) { return s == '0' ? c >= '0' && c <= '9' : c == s; });
}

int number(std::string_view digits) {
  return std::accumulate(digits.begin(), digits.end(), 0, [](int sum, char digit) { return sum * 10 + (digit - '0'); });
}

std::optional<std::chrono::minutes> parse_offset(std::string_view text) {
  if (text == "Z") { return std::chrono::minutes(0); }
  if (!has_shape(text, "+00:00") && !has_shape(text, "-00:00")) { return std::nullopt; }
  const std::chrono::minutes ahead = std::chrono::hours(number(text.substr(1, 2))) + std::chrono::minutes(number(text.substr(4, 2)));
  return text[0] == '-' ? -ahead : ahead;
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
  constexpr std::string_view shape = "0000-00-00T00:00:00";
  const std::string_view whole = text;
  if (!has_shape(whole.substr(0, shape.size()), shape)) { return std::nullopt; }
  const auto part = [&](size_t at, size_t digits) { return number(whole.substr(at, digits)); };
  const year_month_day date{year{part(0, 4)}, month{static_cast<unsigned int>(part(5, 2))}, day{static_cast<unsigned int>(part(8, 2))}};
  if (!date.ok() || part(0, 4) <= 1 || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 60) { return std::nullopt; }

  std::string_view rest = whole.substr(shape.size());
  milliseconds fraction{0};
  if (rest.starts_with('.')) {
    const size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    if (end == 1) { return std::nullopt; }
    fraction = milliseconds(number((std::string(rest.substr(1, end - 1)) + "00").substr(0, 3)));
    rest.remove_prefix(end);
  }
  const std::optional<minutes> offset = parse_offset(rest);
  if (!offset) { return std::nullopt; }
  return sys_days(date) + hours(part(11, 2)) + minutes(part(14, 2)) + seconds(part(17, 2)) + fraction - *offset;
}

}  // namespace cmp
