#include "hub/resolve.hpp"

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "base/values.hpp"
#include "hub/selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace cmp {

namespace {

constexpr int k_max_moves = 3;
constexpr size_t k_max_refusals = 5;  // enough to act on; looking for the rest could take a request each
constexpr std::string_view k_toolchain = "Kubernetes/YAML";

struct Chosen {
  HubUnit unit;
  HubRevision revision;
};

struct Refusal {
  std::string unit;
  std::string reason;
};

// One attempt at a consistent view of the space; `moved` when there was none.
struct Snapshot {
  SpaceUnits space;
  std::vector<Chosen> chosen;
  std::vector<Refusal> refusals;
  std::vector<std::string> not_yaml;
  bool moved = false;
  bool awaiting = false;
};

using RowsByUnit = std::map<std::string, std::vector<HubRevision>>;

RowsByUnit by_unit(std::vector<HubRevision> rows) {
  RowsByUnit grouped;
  for (HubRevision& row : rows) { grouped[row.unit_id].push_back(std::move(row)); }
  return grouped;
}

// A row of a unit that was not listed, or newer than the head that was, can only have come in between.
bool rows_are_newer(const SpaceUnits& space, const RowsByUnit& rows, const LabelSelector& where) {
  std::map<std::string, std::int64_t> heads;
  for (const HubUnit& unit : space.units) { heads.emplace(unit.id, unit.head); }
  return std::any_of(rows.begin(), rows.end(), [&](const auto& entry) {
    const auto head = heads.find(entry.first);
    if (head == heads.end()) { return where.empty(); }
    return std::any_of(entry.second.begin(), entry.second.end(), [&](const HubRevision& row) { return row.number > head->second; });
  });
}

std::vector<HubUnit> kubernetes_units(Snapshot& snapshot) {
  std::vector<HubUnit> units;
  for (const HubUnit& unit : snapshot.space.units) {
    if (unit.toolchain == k_toolchain) {
      units.push_back(unit);
    } else {
      snapshot.not_yaml.push_back(fmt::format("{} ({})", unit.slug, unit.toolchain));
    }
  }
  return units;
}

void choose_for_unit(
    Hub& hub, const SpaceRequest& request, const HubUnit& unit, std::vector<HubRevision> rows, Triggers triggers, Snapshot& snapshot) {
  Choice choice = choose_approved(unit, rows, request.approvals, Known::newest_only, triggers);
  if (choice.verdict == Verdict::look_further) {
    std::optional<std::vector<HubRevision>> history = hub.history(snapshot.space, unit);
    snapshot.moved = snapshot.moved || !history || (!history->empty() && history->front().number > unit.head);
    if (snapshot.moved) { return; }
    rows = std::move(*history);
    choice = choose_approved(unit, rows, request.approvals, Known::all, triggers);
  }
  snapshot.awaiting = snapshot.awaiting || choice.verdict == Verdict::awaiting;
  if (choice.verdict == Verdict::chosen) { snapshot.chosen.push_back({unit, std::move(rows[choice.index])}); }
  if (choice.verdict == Verdict::none) { snapshot.refusals.push_back({unit.slug, choice.reason}); }
}

void choose_approved_revisions(Hub& hub, const SpaceRequest& request, Triggers triggers, Snapshot& snapshot) {
  RowsByUnit rows = by_unit(hub.newest_approved(snapshot.space, request.approvals));
  snapshot.moved = rows_are_newer(snapshot.space, rows, request.where);
  const size_t enough = request.unapproved_units == UnapprovedUnits::skip ? snapshot.space.units.size() : k_max_refusals;
  for (const HubUnit& unit : kubernetes_units(snapshot)) {
    if (snapshot.moved || snapshot.awaiting || snapshot.refusals.size() >= enough) { return; }
    choose_for_unit(hub, request, unit, std::move(rows[unit.id]), triggers, snapshot);
  }
}

void choose_heads(Hub& hub, const SpaceRequest& request, Snapshot& snapshot) {
  RowsByUnit rows = by_unit(hub.newest(snapshot.space));
  snapshot.moved = rows_are_newer(snapshot.space, rows, request.where);
  for (const HubUnit& unit : kubernetes_units(snapshot)) {
    std::vector<HubRevision>& row = rows[unit.id];
    if (row.empty() || row.front().number != unit.head) {
      snapshot.moved = true;
      return;
    }
    snapshot.chosen.push_back({unit, std::move(row.front())});
  }
}

void choose_live(Hub& hub, Snapshot& snapshot) {
  std::vector<std::pair<HubUnit, std::int64_t>> wanted;
  for (const HubUnit& unit : kubernetes_units(snapshot)) {
    if (unit.live > 0) {
      wanted.emplace_back(unit, unit.live);
    } else {
      snapshot.refusals.push_back({unit.slug, fmt::format("head {} was never deployed", unit.head)});
    }
  }
  RowsByUnit rows = by_unit(hub.numbered(snapshot.space, wanted));
  for (const auto& [unit, number] : wanted) {
    std::vector<HubRevision>& candidates = rows[unit.id];
    const auto found = std::find_if(candidates.begin(), candidates.end(), [number = number](const HubRevision& row) { return row.number == number; });
    if (found == candidates.end()) {
      snapshot.moved = true;
      return;
    }
    snapshot.chosen.push_back({unit, std::move(*found)});
  }
}

// What is locked is mostly the newest approved, so that list comes first and the rest by number.
RowsByUnit locked_rows(Hub& hub, const SpaceRequest& request, const std::vector<std::pair<HubUnit, std::int64_t>>& wanted, Snapshot& snapshot) {
  RowsByUnit rows = by_unit(hub.newest_approved(snapshot.space, request.approvals));
  std::vector<std::pair<HubUnit, std::int64_t>> others;
  for (const auto& [unit, number] : wanted) {
    const std::vector<HubRevision>& newest = rows[unit.id];
    if (newest.empty() || newest.front().number != number) { others.emplace_back(unit, number); }
  }
  if (others.empty()) { return rows; }
  for (HubRevision& row : hub.numbered(snapshot.space, others)) { rows[row.unit_id].push_back(std::move(row)); }
  return rows;
}

void choose_locked(Hub& hub, const SpaceRequest& request, const std::vector<LockedUnit>& lock, Snapshot& snapshot) {
  std::vector<std::pair<HubUnit, std::int64_t>> wanted;
  for (const LockedUnit& locked : lock) {
    const auto unit = std::find_if(
        snapshot.space.units.begin(), snapshot.space.units.end(), [&](const HubUnit& candidate) { return candidate.slug == locked.slug; });
    if (unit == snapshot.space.units.end()) {
      snapshot.refusals.push_back({locked.slug, fmt::format("it is locked at revision {} and no longer in the space", locked.revision)});
    } else {
      wanted.emplace_back(*unit, locked.revision);
    }
  }
  RowsByUnit rows = locked_rows(hub, request, wanted, snapshot);
  for (const auto& [unit, number] : wanted) {
    std::vector<HubRevision>& candidates = rows[unit.id];
    const auto row =
        std::find_if(candidates.begin(), candidates.end(), [number = number](const HubRevision& candidate) { return candidate.number == number; });
    if (row == candidates.end() || row->approvers.size() < request.approvals) {
      const size_t approvals = row == candidates.end() ? 0 : row->approvers.size();
      snapshot.refusals.push_back({unit.slug, fmt::format("locked revision {} has {} of {} approvals", number, approvals, request.approvals)});
    } else {
      snapshot.chosen.push_back({unit, std::move(*row)});
    }
  }
}

void verify_lock(const std::vector<LockedUnit>& lock, const std::vector<UnitText>& units) {
  for (const UnitText& unit : units) {
    const auto locked = std::find_if(lock.begin(), lock.end(), [&](const LockedUnit& candidate) { return candidate.slug == unit.slug; });
    if (locked->sha256 != unit.sha256) {
      throw Failure(FailureKind::content,
          fmt::format("unit '{}' is not what was locked: lock says {:.12}, the text has {:.12}", unit.name(), locked->sha256, unit.sha256));
    }
  }
}

Snapshot take_snapshot(Hub& hub, const SpaceRequest& request, const std::vector<LockedUnit>& lock, Triggers triggers) {
  Snapshot snapshot;
  std::optional<SpaceUnits> space =
      hub.list_units(request.space, request.where, request.rule == RevisionRule::live ? Need::live_numbers : Need::heads);
  if (!space) {
    snapshot.moved = true;
    return snapshot;
  }
  snapshot.space = std::move(*space);
  if (snapshot.space.units.empty()) { return snapshot; }
  switch (request.rule) {
  case RevisionRule::approved: choose_approved_revisions(hub, request, triggers, snapshot); break;
  case RevisionRule::live: choose_live(hub, snapshot); break;
  case RevisionRule::head: choose_heads(hub, request, snapshot); break;
  case RevisionRule::locked: choose_locked(hub, request, lock, snapshot); break;
  }
  return snapshot;
}

// Texts are read last; one that is gone by then belonged to a unit deleted meanwhile.
void fetch_texts(Hub& hub, Snapshot& snapshot) {
  std::vector<HubRevision*> revisions;
  for (Chosen& chosen : snapshot.chosen) { revisions.push_back(&chosen.revision); }
  hub.fetch_texts(snapshot.space, revisions);
  snapshot.moved = std::any_of(revisions.begin(), revisions.end(), [](const HubRevision* revision) { return !revision->text; });
}

// What is locked is printed whole or not at all; only new units may be left out.
bool is_refused(const SpaceRequest& request, const Snapshot& snapshot) {
  return !snapshot.refusals.empty() && (request.unapproved_units == UnapprovedUnits::fail || request.rule == RevisionRule::locked);
}

Snapshot settled_snapshot(
    Hub& hub, const SpaceRequest& request, const std::vector<LockedUnit>& lock, Texts texts, Clock& clock, const Deadline& deadline) {
  Milliseconds wait(250);
  for (int moves = 0; moves < k_max_moves;) {
    // Half of the budget goes to waiting for triggers at most: the rest is needed to print what was approved before.
    const bool may_wait = deadline.remaining() > deadline.budget() / 2 + wait;
    Snapshot snapshot = take_snapshot(hub, request, lock, may_wait ? Triggers::wait : Triggers::treat_as_blocked);
    const bool complete = !snapshot.awaiting && !snapshot.moved && !is_refused(request, snapshot);
    if (complete && texts == Texts::read) { fetch_texts(hub, snapshot); }
    if (snapshot.awaiting) {
      clock.sleep(wait);
      wait = std::min(wait * 2, Milliseconds(2000));
    } else if (snapshot.moved) {
      ++moves;
    } else {
      return snapshot;
    }
  }
  throw Failure(FailureKind::unreachable, fmt::format("space '{}' changed {} times while it was read", request.space, k_max_moves),
      {"run again when the change is through"});
}

void refuse(const SpaceRequest& request, const std::vector<Refusal>& refusals) {
  if (request.rule == RevisionRule::locked) {
    throw Failure(FailureKind::refused,
        fmt::format("unit '{}/{}' cannot be printed as locked: {}", request.space, refusals.front().unit, refusals.front().reason),
        {"approve that revision again in ConfigHub, or run confighub-cmp lock and commit the result"});
  }
  const std::string what = request.rule == RevisionRule::live ? "live" : "approved";
  std::vector<std::string> hints;
  for (size_t i = 1; i < refusals.size(); ++i) {
    hints.push_back(fmt::format("unit '{}/{}' neither: {}", request.space, refusals[i].unit, refusals[i].reason));
  }
  hints.push_back("approve a revision in ConfigHub, or let units wait with unapprovedUnits: skip");
  throw Failure(FailureKind::refused,
      fmt::format("unit '{}/{}' has no {} revision: {}", request.space, refusals.front().unit, what, refusals.front().reason), hints);
}

void verify(const HubRevision& revision, const std::string& name, const std::string& sha256) {
  if (!revision.sha256.empty() && revision.sha256 != sha256) {
    throw Failure(FailureKind::content,
        fmt::format("unit '{}' does not match its DataHash: hub says {:.12}, the text has {:.12}", name, revision.sha256, sha256));
  }
  if (revision.sha256.empty() && !revision.crc32) {
    throw Failure(FailureKind::content, fmt::format("unit '{}' comes without DataHash or ContentHash", name));
  }
  if (revision.sha256.empty() && *revision.crc32 != crc32_signed(*revision.text)) {
    throw Failure(FailureKind::content, fmt::format("unit '{}' does not match its ContentHash", name));
  }
}

UnitText verified_text(const SpaceRequest& request, Chosen& chosen, const Limits& limits) {
  UnitText unit{request.space, chosen.unit.slug, chosen.revision.number, "", ""};
  if (chosen.revision.text->size() > limits.unit_bytes) {
    throw Failure(FailureKind::content,
        fmt::format("unit '{}' has {} bytes, more than {} (limits.unitBytes)", unit.name(), chosen.revision.text->size(), limits.unit_bytes));
  }
  unit.sha256 = sha256_hex(*chosen.revision.text);
  verify(chosen.revision, unit.name(), unit.sha256);
  unit.text = std::move(*chosen.revision.text);
  return unit;
}

std::string fingerprint(const HubRevision& revision) {
  if (!revision.sha256.empty()) { return "sha256:" + revision.sha256; }
  return revision.crc32 ? fmt::format("crc32:{}", *revision.crc32) : "";
}

}  // namespace

ResolvedSpace resolve_space(
    Hub& hub, const SpaceRequest& request, const std::vector<LockedUnit>& lock, const Limits& limits, Clock& clock, const Deadline& deadline) {
  Snapshot snapshot = settled_snapshot(hub, request, lock, Texts::read, clock, deadline);
  if (is_refused(request, snapshot)) { refuse(request, snapshot.refusals); }

  ResolvedSpace resolved{snapshot.space.generation, {}, {}, std::move(snapshot.not_yaml)};
  for (Chosen& chosen : snapshot.chosen) { resolved.units.push_back(verified_text(request, chosen, limits)); }
  if (request.rule == RevisionRule::locked) { verify_lock(lock, resolved.units); }
  for (const Refusal& refusal : snapshot.refusals) {
    resolved.skipped.push_back(fmt::format("{}/{}: {}", request.space, refusal.unit, refusal.reason));
  }
  return resolved;
}

std::vector<ChosenRevision> choose_revisions(Hub& hub, const SpaceRequest& request, Clock& clock, const Deadline& deadline) {
  const Snapshot snapshot = settled_snapshot(hub, request, {}, Texts::leave, clock, deadline);
  if (is_refused(request, snapshot)) { refuse(request, snapshot.refusals); }
  std::vector<ChosenRevision> chosen;
  for (const Chosen& each : snapshot.chosen) { chosen.push_back({each.unit.slug, each.revision.number, fingerprint(each.revision)}); }
  return chosen;
}

}  // namespace cmp
