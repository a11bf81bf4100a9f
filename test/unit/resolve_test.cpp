#include "base/digest.hpp"
#include "base/values.hpp"
#include "expect_failure.hpp"
#include "fake_clock.hpp"
#include "hub/resolve.hpp"

#include <algorithm>
#include <functional>

namespace cmp {

namespace {

const std::string k_text = "kind: X\n";

// A hub in memory, told in the words of the product; `between` runs after the units were listed.
struct StoryHub : Hub {
  std::vector<HubUnit> units;
  std::vector<HubRevision> revisions;
  std::function<void(StoryHub&)> between;
  int listings = 0;

  StoryHub& unit(const std::string& slug, const std::string& toolchain = "Kubernetes/YAML") {
    units.push_back({slug + "-id", "space-id", "shop", slug, toolchain, {}, 0, 0});
    return *this;
  }
  StoryHub& revision(std::vector<std::string> approvers = {}, Gates gates = {}) {
    HubRevision row;
    row.unit_id = units.back().id;
    row.number = ++units.back().head;
    row.id = row.unit_id + std::to_string(row.number);
    row.approvers = std::move(approvers);
    row.gates = std::move(gates);
    row.text = k_text + "# " + std::to_string(row.number) + '\n';
    row.sha256 = sha256_hex(*row.text);
    revisions.push_back(row);
    return *this;
  }

  std::optional<SpaceUnits> list_units(const std::string& space, const LabelSelector&, Need) override {
    ++listings;
    SpaceUnits listed{space, "space-id", Generation::b, units};
    if (between) { between(*this); }
    return listed;
  }
  std::vector<HubRevision> newest_where(const std::function<bool(const HubRevision&)>& counts) const {
    std::vector<HubRevision> rows;
    for (const HubUnit& unit : units) {
      const auto row = std::find_if(
          revisions.rbegin(), revisions.rend(), [&](const HubRevision& revision) { return revision.unit_id == unit.id && counts(revision); });
      if (row != revisions.rend()) { rows.push_back(*row); }
    }
    return rows;
  }
  std::vector<HubRevision> newest(SpaceUnits&) override {
    return newest_where([](const HubRevision&) { return true; });
  }
  std::vector<HubRevision> newest_approved(SpaceUnits&, size_t approvals) override {
    return newest_where([&](const HubRevision& revision) { return revision.approvers.size() >= approvals; });
  }
  std::vector<HubRevision> numbered(SpaceUnits&, const std::vector<std::pair<HubUnit, std::int64_t>>& wanted) override {
    std::vector<HubRevision> rows;
    for (const auto& [unit, number] : wanted) {
      std::copy_if(revisions.begin(), revisions.end(), std::back_inserter(rows),
          [&, number = number](const HubRevision& revision) { return revision.unit_id == unit.id && revision.number == number; });
    }
    return rows;
  }
  std::optional<std::vector<HubRevision>> history(const SpaceUnits&, const HubUnit& unit) override {
    if (std::none_of(units.begin(), units.end(), [&](const HubUnit& known) { return known.id == unit.id; })) { return std::nullopt; }
    std::vector<HubRevision> rows;
    std::copy_if(
        revisions.rbegin(), revisions.rend(), std::back_inserter(rows), [&](const HubRevision& revision) { return revision.unit_id == unit.id; });
    return rows;
  }
  void fetch_texts(const SpaceUnits&, std::vector<HubRevision*>) override {}
};

struct Story {
  StoryHub hub;
  SpaceRequest request;
  std::vector<LockedUnit> lock;
  FakeClock clock;
  Limits limits;

  Story() { request.space = "shop"; }
  ResolvedSpace resolve() { return resolve_space(hub, request, lock, limits, clock, Deadline(clock, limits.budget)); }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const UnitText& unit : resolve().units) { names.push_back(unit.name()); }
    return names;
  }
  std::string outcome() {
    return outcome_of([&] { resolve(); });
  }
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("resolve_space: a unit whose head is not approved appears at its approved revision") {
  Story story;
  story.hub.unit("api").revision({"alice"}).unit("web").revision({"alice"}).revision();
  CHECK(story.names() == Names{"shop/api@1", "shop/web@1"});
}

TEST_CASE("resolve_space: a unit nobody approved fails the run and is named with what is missing") {
  Story story;
  story.hub.unit("api").revision({"alice"}).unit("web").revision().revision().unit("zoo").revision();
  CHECK(story.outcome() == "3: unit 'shop/web' has no approved revision: head 2 has 0 of 1 approvals");
  CHECK(failure_of([&] { story.resolve(); }).hints() == Names{"unit 'shop/zoo' neither: head 1 has 0 of 1 approvals",
                                                            "approve a revision in ConfigHub, or let units wait with unapprovedUnits: skip"});
  SUBCASE("or is left out and named, where the operator allows it") {
    story.request.unapproved_units = UnapprovedUnits::skip;
    CHECK(story.names() == Names{"shop/api@1"});
    CHECK(story.resolve().skipped == Names{"shop/web: head 2 has 0 of 1 approvals", "shop/zoo: head 1 has 0 of 1 approvals"});
  }
}

TEST_CASE("resolve_space: a gate on the newest approved revision sends us further down") {
  Story story;
  story.hub.unit("api").revision({"alice"}).revision({"alice"}, {"platform/no-latest/vet-cel"});
  CHECK(story.names() == Names{"shop/api@1"});
}

TEST_CASE("resolve_space: several approvals") {
  Story story;
  story.request.approvals = 2;
  story.hub.unit("api").revision({"alice", "bob"}).revision({"alice"});
  CHECK(story.names() == Names{"shop/api@1"});
}

TEST_CASE("resolve_space: head and live") {
  Story story;
  story.hub.unit("api").revision({"alice"}).revision();
  story.request.rule = RevisionRule::head;
  CHECK(story.names() == Names{"shop/api@2"});
  story.request.rule = RevisionRule::live;
  CHECK(story.outcome() == "3: unit 'shop/api' has no live revision: head 2 was never deployed");
  story.hub.units.back().live = 1;
  CHECK(story.names() == Names{"shop/api@1"});
}

TEST_CASE("resolve_space: only Kubernetes YAML is printed, the rest is named") {
  Story story;
  story.hub.unit("api").revision({"alice"}).unit("app-env", "AppConfig/Env").revision();
  CHECK(story.names() == Names{"shop/api@1"});
  CHECK(story.resolve().not_yaml == Names{"app-env (AppConfig/Env)"});
}

TEST_CASE("resolve_space: when the space moves between two requests, it starts over") {
  Story story;
  story.hub.unit("api").revision({"alice"});
  SUBCASE("a head moved and was approved") {
    story.hub.between = [](StoryHub& hub) {
      if (hub.listings == 1) { hub.revision({"alice"}); }
    };
    CHECK(story.names() == Names{"shop/api@2"});
    CHECK(story.hub.listings == 2);
  }
  SUBCASE("a unit appeared") {
    story.hub.between = [](StoryHub& hub) {
      if (hub.listings == 1) { hub.unit("web").revision({"alice"}); }
    };
    CHECK(story.names() == Names{"shop/api@1", "shop/web@1"});
  }
  SUBCASE("a unit was deleted") {
    story.hub.unit("web").revision({"alice"});
    story.hub.between = [](StoryHub& hub) {
      if (hub.listings == 1) { hub.units.pop_back(); }
    };
    CHECK(story.names() == Names{"shop/api@1"});
  }
  SUBCASE("but not for ever") {
    story.hub.between = [](StoryHub& hub) { hub.revision({"alice"}); };
    CHECK(story.outcome() == "4: space 'shop' changed 3 times while it was read");
  }
}

TEST_CASE("resolve_space: triggers that still run are waited for within half the budget") {
  Story story;
  story.hub.unit("api").revision({"alice"}).revision({"alice"}, {"awaiting/triggers"});
  SUBCASE("until they are through") {
    story.hub.between = [](StoryHub& hub) {
      if (hub.listings == 3) { hub.revisions.back().gates.clear(); }
    };
    CHECK(story.names() == Names{"shop/api@2"});
    CHECK(story.clock.sleeps == std::vector{Milliseconds(250), Milliseconds(500)});
  }
  SUBCASE("then they count as a gate") {
    CHECK(story.names() == Names{"shop/api@1"});
    CHECK(story.clock.now <= std::chrono::seconds(20));
  }
}

TEST_CASE("resolve_space: every text is checked against its hash") {
  Story story;
  story.hub.unit("api").revision({"alice"});
  HubRevision& row = story.hub.revisions.back();
  SUBCASE("SHA-256") {
    row.text = "kind: Y\n";
    CHECK(story.outcome() == "6: unit 'shop/api@1' does not match its DataHash: hub says " + row.sha256.substr(0, 12) + ", the text has " +
                                 sha256_hex("kind: Y\n").substr(0, 12));
  }
  SUBCASE("CRC-32 where there is no SHA-256") {
    row.sha256.clear();
    row.crc32 = crc32_signed(*row.text);
    CHECK(story.names() == Names{"shop/api@1"});
    row.crc32 = *row.crc32 + 1;
    CHECK(story.outcome() == "6: unit 'shop/api@1' does not match its ContentHash");
  }
  SUBCASE("none at all") {
    row.sha256.clear();
    CHECK(story.outcome() == "6: unit 'shop/api@1' comes without DataHash or ContentHash");
  }
  SUBCASE("no text: its unit was deleted meanwhile") {
    row.text.reset();
    CHECK(story.outcome() == "4: space 'shop' changed 3 times while it was read");
  }
}

TEST_CASE("resolve_space: a unit larger than the limit") {
  Story story;
  story.limits.unit_bytes = 4;
  story.hub.unit("api").revision({"alice"});
  CHECK(story.outcome() == "6: unit 'shop/api@1' has 12 bytes, more than 4 (limits.unitBytes)");
}

TEST_CASE("choose_revisions: the same choice, without a text being asked for") {
  Story story;
  story.hub.unit("api").revision({"alice"}).revision().unit("web").revision({"alice"});
  for (HubRevision& row : story.hub.revisions) { row.text.reset(); }
  story.hub.revisions[2].sha256.clear();
  story.hub.revisions[2].crc32 = -7;
  const auto chosen = [&] { return choose_revisions(story.hub, story.request, story.clock, Deadline(story.clock, story.limits.budget)); };
  const std::vector<ChosenRevision> revisions = chosen();
  REQUIRE(revisions.size() == 2);
  CHECK(revisions[0].unit == "api");
  CHECK(revisions[0].revision == 1);
  CHECK(revisions[0].fingerprint == "sha256:" + story.hub.revisions[0].sha256);
  CHECK(revisions[1].fingerprint == "crc32:-7");
  story.hub.unit("new").revision();
  CHECK(outcome_of(chosen) == "3: unit 'shop/new' has no approved revision: head 1 has 0 of 1 approvals");
}

TEST_CASE("resolve_space: locked prints exactly the lock") {
  Story story;
  story.hub.unit("api").revision({"alice"}).revision({"alice"}).unit("web").revision({"alice"}).unit("new").revision({"alice"});
  story.request.rule = RevisionRule::locked;
  story.lock = {{"api", 1, story.hub.revisions[0].sha256}, {"web", 1, story.hub.revisions[2].sha256}};
  CHECK(story.names() == Names{"shop/api@1", "shop/web@1"});
  SUBCASE("a locked revision that lost its approval is refused, also where new units may wait") {
    story.request.unapproved_units = UnapprovedUnits::skip;
    story.hub.revisions[0].approvers.clear();
    CHECK(story.outcome() == "3: unit 'shop/api' cannot be printed as locked: locked revision 1 has 0 of 1 approvals");
  }
  SUBCASE("one whose unit was deleted too") {
    story.hub.units.erase(story.hub.units.begin());
    CHECK(story.outcome() == "3: unit 'shop/api' cannot be printed as locked: it is locked at revision 1 and no longer in the space");
  }
  SUBCASE("a text that is not the locked one is bad content") {
    story.hub.revisions[0].text = "kind: Y\n";
    story.hub.revisions[0].sha256 = sha256_hex("kind: Y\n");
    CHECK(story.outcome() == "6: unit 'shop/api@1' is not what was locked: lock says " + story.lock[0].sha256.substr(0, 12) + ", the text has " +
                                 sha256_hex("kind: Y\n").substr(0, 12));
  }
}

}  // namespace cmp
