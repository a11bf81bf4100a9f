#include "approved_sets.hpp"

#include "base/digest.hpp"
#include "base/values.hpp"
#include "hub/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmp {

namespace {

// Everything that decides what the hub is asked and what counts.
std::string key_of(const SpaceRequest& request) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", request.space, to_string(request.rule), request.approvals,
      request.unapproved_units == UnapprovedUnits::skip, request.empty_space == EmptySpace::allow, request.where.hub_filter(),
      request.credentials_dir);
}

}  // namespace

std::string digest_of(const ApprovedSet& set) {
  std::string text;
  for (const std::string& line : set) { text += line + '\n'; }
  return "sha256:" + sha256_hex(text);
}

ApprovedSets::ApprovedSets(
    const std::vector<SpaceRequest>& requests, const Settings& settings, Clock& clock, const Deadline& deadline, HubTraffic& traffic)
    : m_settings(&settings), m_clock(&clock), m_deadline(deadline), m_traffic(&traffic) {
  for (const SpaceRequest& request : requests) { m_pending.insert(key_of(request)); }
}

HubConnection& ApprovedSets::connection_for(const std::string& credentials_dir, const Deadline& share) {
  const auto [entry, added] = m_connections.try_emplace(credentials_dir, *m_settings, credentials_dir, *m_clock, share, *m_traffic, Texts::leave);
  entry->second.set_deadline(share);
  return entry->second;
}

ApprovedSet ApprovedSets::ask(const SpaceRequest& request) {
  // One share more than there are spaces left, because the patches need time too; with very many spaces a quarter of all,
  // because a share too small for a login would serve nobody.
  const Milliseconds remaining = m_deadline.remaining();
  const Milliseconds fair = remaining / static_cast<long>(m_pending.size() + 1);
  const Deadline share(*m_clock, std::max(fair, std::min(m_deadline.budget() / 4, remaining)));
  ApprovedSet set;
  for (const ChosenRevision& chosen : choose_revisions(connection_for(request.credentials_dir, share).hub(), request, *m_clock, share)) {
    set.insert(fmt::format("{}/{} {} {}", request.space, chosen.unit, chosen.revision, chosen.fingerprint));
  }
  if (set.empty() && request.empty_space == EmptySpace::refuse) {
    throw Failure(FailureKind::refused, fmt::format("space '{}' yields no units", request.space));
  }
  return set;
}

const ApprovedSet& ApprovedSets::of(const SpaceRequest& request) {
  const std::string key = key_of(request);
  auto answer = m_answers.find(key);
  if (answer == m_answers.end()) {
    try {
      answer = m_answers.emplace(key, ask(request)).first;
    } catch (const Failure& failure) { answer = m_answers.emplace(key, failure).first; }
    m_pending.erase(key);
  }
  if (const Failure* failure = std::get_if<Failure>(&answer->second)) { throw *failure; }
  return std::get<ApprovedSet>(answer->second);
}

}  // namespace cmp
