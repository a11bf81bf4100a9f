#include "hub/selection.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

const HubUnit k_web{"u", "s", "shop", "web", "Kubernetes/YAML", {}, 5, 0};

HubRevision revision(std::int64_t number, std::vector<std::string> approvers, Gates gates = {}) {
  HubRevision row;
  row.number = number;
  row.approvers = std::move(approvers);
  row.gates = std::move(gates);
  return row;
}

std::string outcome(const std::vector<HubRevision>& rows, size_t approvals = 1, Known known = Known::all, Triggers triggers = Triggers::wait) {
  const Choice choice = choose_approved(k_web, rows, approvals, known, triggers);
  switch (choice.verdict) {
  case Verdict::chosen: return std::to_string(rows[choice.index].number);
  case Verdict::look_further: return "look further";
  case Verdict::awaiting: return "awaiting";
  case Verdict::none: return choice.reason;
  }
  return "";
}

}  // namespace

TEST_CASE("choose_approved: the newest revision with enough distinct approvers") {
  CHECK(outcome({revision(5, {"alice"}), revision(4, {"alice"})}) == "5");
  CHECK(outcome({revision(5, {}), revision(4, {"alice"})}) == "4");
  CHECK(outcome({revision(5, {"alice"}), revision(4, {"alice", "bob"})}, 2) == "4");
}

TEST_CASE("choose_approved: says what is missing") {
  CHECK(outcome({revision(5, {}), revision(4, {})}) == "head 5 has 0 of 1 approvals");
  CHECK(outcome({revision(5, {"alice"})}, 2) == "head 5 has 1 of 2 approvals");
  CHECK(outcome({}) == "head 5 has 0 of 1 approvals");
  CHECK(outcome({revision(5, {"alice"}, {"platform/no-latest/vet-cel"})}) == "revision 5 is approved but blocked by gate platform/no-latest/vet-cel");
  HubRevision rejected = revision(5, {});
  rejected.rejected = true;
  CHECK(outcome({rejected}) == "revision 5 was rejected");
}

TEST_CASE("choose_approved: with only the newest rows known, older ones may count") {
  CHECK(outcome({revision(5, {"alice"})}, 1, Known::newest_only) == "5");
  CHECK(outcome({}, 1, Known::newest_only) == "look further");
  CHECK(outcome({revision(5, {"alice"}, {"a/b/vet-cel"})}, 1, Known::newest_only) == "look further");
}

TEST_CASE("choose_approved: gates") {
  SUBCASE("the approval check itself does not block, in either spelling and key length") {
    CHECK(outcome({revision(5, {"alice"}, {"platform/require-approval/vet-approvedby"})}) == "5");
    CHECK(outcome({revision(5, {"alice"}, {"require-approval/is-approved"})}) == "5");
  }
  SUBCASE("any other does, and an older revision without it is taken") {
    CHECK(outcome({revision(5, {"alice"}, {"platform/no-latest/vet-cel"}), revision(4, {"bob"})}) == "4");
  }
  SUBCASE("a gate named like the approval check in an earlier segment blocks") {
    CHECK(outcome({revision(5, {"alice"}, {"vet-approvedby/is-approved/vet-cel"})}) != "5");
  }
}

TEST_CASE("choose_approved: triggers that still run are waited for, then count as a gate") {
  const std::vector<HubRevision> rows{revision(5, {"alice"}, {"awaiting/triggers"}), revision(4, {"bob"})};
  CHECK(outcome(rows) == "awaiting");
  CHECK(outcome(rows, 1, Known::all, Triggers::treat_as_blocked) == "4");
  CHECK(outcome({revision(5, {}, {"awaiting/triggers"}), revision(4, {"bob"})}) == "4");
}

}  // namespace cmp
