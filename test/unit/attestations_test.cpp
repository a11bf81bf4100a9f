#include "hub/attestations.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace cmp {

namespace {

using namespace std::chrono_literals;

const Clock::WallTime k_now = *parse_time("2026-09-10T12:00:00Z");

// One revision with these attestations on it; "unattached" ones exist in the space only.
struct Story {
  std::vector<HubAttestation> attestations;
  std::vector<std::string> unattached;

  Story& attestation(const std::string& id, const std::string& type, const std::string& result, const std::string& user, const std::string& created,
      const std::string& expires = "", const std::string& revokes = "") {
    attestations.push_back({id, type, result, user, revokes, "2026-09-" + created + "T00:00:00Z", expires});
    return *this;
  }
  Story& approval(const std::string& id, const std::string& user, const std::string& day) { return attestation(id, "Approval", "Pass", user, day); }
  HubRevision judged() const {
    std::vector<HubRevision> revisions(1);
    for (const HubAttestation& attestation : attestations) {
      if (std::find(unattached.begin(), unattached.end(), attestation.id) == unattached.end()) {
        revisions[0].attestations.push_back(attestation.id);
      }
    }
    judge_attestations(revisions, attestations, k_now);
    return revisions[0];
  }
};

using Users = std::vector<std::string>;

}  // namespace

TEST_CASE("judge_attestations: approvals by distinct people count") {
  CHECK(Story().approval("1", "alice", "01").approval("2", "bob", "02").approval("3", "alice", "03").judged().approvers == Users{"alice", "bob"});
  CHECK(Story().judged().approvers.empty());
}

TEST_CASE("judge_attestations: defaults of Type and Result are Approval and Pass") {
  CHECK(Story().attestation("1", "", "", "alice", "01").judged().approvers == Users{"alice"});
}

TEST_CASE("judge_attestations: what does not count") {
  CHECK(Story().attestation("1", "SecurityReview", "Pass", "alice", "01").judged().approvers.empty());
  CHECK(Story().attestation("1", "Approval", "Unknown", "alice", "01").judged().approvers.empty());
  CHECK(Story().attestation("1", "Approval", "Pass", "", "01").judged().approvers.empty());
  CHECK(Story().attestation("1", "Approval", "Pass", "alice", "01", "2026-09-10T11:59:59Z").judged().approvers.empty());
  CHECK(Story().attestation("1", "Approval", "Pass", "alice", "01", "2026-09-10T12:00:01Z").judged().approvers == Users{"alice"});
  CHECK(Story().attestation("1", "Approval", "Pass", "alice", "01", "0001-01-01T00:00:00Z").judged().approvers == Users{"alice"});
  CHECK(Story().attestation("1", "Approval", "Pass", "alice", "01", "9999-12-31T23:59:59Z").judged().approvers == Users{"alice"});
  CHECK(Story().attestation("1", "Approval", "Pass", "alice", "01", "tomorrow").judged().approvers.empty());
}

TEST_CASE("judge_attestations: a withdrawal counts wherever it stands, and is no approval itself") {
  Story story;
  story.approval("1", "alice", "01").attestation("2", "Approval", "Pass", "mallory", "02", "", "1");
  CHECK(story.judged().approvers.empty());
  story.unattached = {"2"};
  CHECK(story.judged().approvers.empty());
}

TEST_CASE("judge_attestations: an unrevoked Fail blocks what came before it") {
  Story story;
  story.approval("1", "alice", "01").attestation("2", "Approval", "Fail", "bob", "02");
  CHECK(story.judged().approvers.empty());
  CHECK(story.judged().rejected);
  SUBCASE("an approval after it counts") { CHECK(story.approval("3", "carol", "03").judged().approvers == Users{"carol"}); }
  SUBCASE("at the same instant the Fail wins") { CHECK(story.approval("3", "carol", "02").judged().approvers.empty()); }
  SUBCASE("a revoked Fail does not block") {
    CHECK(story.attestation("3", "Approval", "Pass", "bob", "03", "", "2").judged().approvers == Users{"alice"});
  }
}

TEST_CASE("judge_attestations: an id nobody knows is no approval") {
  std::vector<HubRevision> revisions(1);
  revisions[0].attestations = {"ghost"};
  judge_attestations(revisions, {}, k_now);
  CHECK(revisions[0].approvers.empty());
}

TEST_CASE("parse_time: RFC 3339") {
  CHECK(*parse_time("2026-09-10T14:00:00+02:00") == k_now);
  CHECK(*parse_time("2026-09-10T12:00:00.250113Z") == k_now + 250ms);
  CHECK(*parse_time("2026-09-10T11:30:00.5-00:30") == k_now + 500ms);
  for (const char* bad :
      {"", "0001-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-09-10", "2026-09-10T25:00:00Z", "2026-09-10T12:00:00",
          "2026-09-10T12:00:00+0200", "2026-09-10T-1:00:00Z", "2026- 9-10T12:00:00Z", "2026-09-10T12:00:00.Z", "2026-09-10T12:00:00+-1:-1"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_time(bad));
  }
}

}  // namespace cmp
