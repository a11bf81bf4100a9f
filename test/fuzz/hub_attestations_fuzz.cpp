// Lists of attestations, and the verdict on a revision that carries all of them.
#include "hub/attestations.hpp"
#include "hub_body.hpp"

#include <fmt/format.h>

#include <set>

namespace cmp::fuzz {

namespace {

using Attestations = std::vector<HubAttestation>;

constexpr Clock::WallTime k_now{std::chrono::sys_days{std::chrono::year{2026} / 6 / 1}};

std::string described_rows(const Attestations& attestations) {
  std::string text;
  for (const HubAttestation& a : attestations) {
    text += fmt::format("{} {} {} {} {} {} {}\n", a.id, a.type, a.result, a.user, a.revokes, a.created_at, a.expires_at);
  }
  return text;
}

std::set<std::string> ids_of(const Attestations& attestations) {
  std::set<std::string> ids;
  for (const HubAttestation& attestation : attestations) { ids.insert(attestation.id); }
  return ids;
}

HubRevision judged(const Attestations& attestations, Clock::WallTime now) {
  std::vector<HubRevision> revisions(1);
  const std::set<std::string> ids = ids_of(attestations);
  revisions.front().attestations.assign(ids.begin(), ids.end());
  judge_attestations(revisions, attestations, now);
  return revisions.front();
}

// "2026-06-01T12:30:00", a fraction, and Z or an offset: RFC 3339 letter by letter.
bool is_rfc3339(std::string_view text) {
  const auto fits = [](std::string_view part, std::string_view shape) {
    return part.size() == shape.size() &&
           std::equal(part.begin(), part.end(), shape.begin(), [](char c, char s) { return s == '0' ? c >= '0' && c <= '9' : c == s; });
  };
  if (!fits(text.substr(0, 19), "0000-00-00T00:00:00")) { return false; }
  std::string_view rest = text.substr(19);
  if (rest.starts_with('.')) {
    const size_t end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    if (end == 1) { return false; }
    rest.remove_prefix(end);
  }
  return rest == "Z" || fits(rest, "+00:00") || fits(rest, "-00:00");
}

bool approves(const HubAttestation& attestation, const Attestations& all) {
  const bool is_revoked = std::any_of(all.begin(), all.end(), [&](const HubAttestation& other) { return other.revokes == attestation.id; });
  const std::optional<Clock::WallTime> end = parse_time(attestation.expires_at);
  return !is_revoked && attestation.result != "Fail" && attestation.type != "Review" && attestation.revokes.empty() && (!end || *end > k_now);
}

void check_verdict(const Attestations& all) {
  const HubRevision now = judged(all, k_now);
  must_hold(is_sorted_set(now.approvers), "nobody approves twice");
  for (const std::string& user : now.approvers) {
    must_hold(std::any_of(all.begin(), all.end(), [&](const HubAttestation& a) { return a.user == user && approves(a, all); }),
        "an approver has an approval that stands");
  }
  const HubRevision later = judged(all, k_now + std::chrono::years(10));
  must_hold(std::includes(now.approvers.begin(), now.approvers.end(), later.approvers.begin(), later.approvers.end()), "time makes no approval");

  if (ids_of(all).size() == all.size()) {
    const HubRevision reversed = judged(Attestations(all.rbegin(), all.rend()), k_now);
    must_hold(reversed.approvers == now.approvers && reversed.rejected == now.rejected, "the order of attestations does not count");
  }
  Attestations withdrawn = all;
  for (const HubAttestation& attestation : all) { withdrawn.push_back({"", "", "", "", attestation.id, "", ""}); }
  must_hold(judged(withdrawn, k_now).approvers.empty(), "what is withdrawn approves nothing");
}

void check_rows(const Attestations& attestations) {
  for (const HubAttestation& attestation : attestations) {
    must_hold(is_uuid(attestation.id), "the id of an attestation is a UUID");
    must_hold(attestation.revokes.empty() || is_uuid(attestation.revokes), "a withdrawal names an attestation as it names itself");
    for (const std::string& time : {attestation.created_at, attestation.expires_at}) {
      must_hold(!parse_time(time) || is_rfc3339(time), "a time is RFC 3339");
    }
  }
  check_verdict(attestations);
}

}  // namespace

}  // namespace cmp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace cmp::fuzz;
  read_body(text_of(data, size), cmp::parse_attestations, described_rows, check_rows);
  return 0;
}
