#include "hub/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace cmp {

namespace {

constexpr std::string_view k_awaiting = "awaiting/triggers";

bool is_approval_check(const std::string& gate) {
  const std::string function = gate.substr(gate.rfind('/') + 1);
  return function == "is-approved" || function == "vet-approvedby";
}

bool is_awaiting(const HubRevision& revision) { return std::find(revision.gates.begin(), revision.gates.end(), k_awaiting) != revision.gates.end(); }

std::string why_not(const HubUnit& unit, const std::vector<HubRevision>& newest_first, size_t approvals) {
  for (const HubRevision& revision : newest_first) {
    if (revision.rejected) { return fmt::format("revision {} was rejected", revision.number); }
    if (revision.approvers.size() < approvals) { continue; }
    const Gates gates = blocking_gates(revision);
    if (!gates.empty()) { return fmt::format("revision {} is approved but blocked by gate {}", revision.number, gates.front()); }
  }
  const bool head_known = !newest_first.empty() && newest_first.front().number == unit.head;
  return fmt::format("head {} has {} of {} approvals", unit.head, head_known ? newest_first.front().approvers.size() : 0, approvals);
}

}  // namespace

Gates blocking_gates(const HubRevision& revision) {
  Gates gates;
  std::copy_if(
      revision.gates.begin(), revision.gates.end(), std::back_inserter(gates), [](const std::string& gate) { return !is_approval_check(gate); });
  return gates;
}

Choice choose_approved(const HubUnit& unit, const std::vector<HubRevision>& newest_first, size_t approvals, Known known, Triggers triggers) {
  for (size_t i = 0; i < newest_first.size(); ++i) {
    const HubRevision& revision = newest_first[i];
    if (revision.approvers.size() < approvals) { continue; }
    if (is_awaiting(revision) && triggers == Triggers::wait) { return {Verdict::awaiting, i, ""}; }
    if (blocking_gates(revision).empty()) { return {Verdict::chosen, i, ""}; }
  }
  if (known == Known::newest_only) { return {Verdict::look_further, 0, ""}; }
  return {Verdict::none, 0, why_not(unit, newest_first, approvals)};
}

}  // namespace cmp
