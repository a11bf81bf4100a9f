#include "collect.hpp"

#include "base/failure.hpp"
#include "directory.hpp"
#include "hub/hub_connection.hpp"

#include <fmt/format.h>

#include <map>

namespace cmp {

namespace {

// Connections by credentials directory: tenants with workers of their own never share a login.
class Connections {
public:
  Connections(const Settings& settings, Clock& clock, const Deadline& deadline, HubTraffic& traffic)
      : m_settings(settings), m_clock(clock), m_deadline(deadline), m_traffic(traffic) {}

  Hub& for_space(const SpaceRequest& request) {
    const auto [entry, added] =
        m_connections.try_emplace(request.credentials_dir, m_settings, request.credentials_dir, m_clock, m_deadline, m_traffic);
    return entry->second.hub();
  }

private:
  const Settings& m_settings;
  Clock& m_clock;
  const Deadline& m_deadline;
  HubTraffic& m_traffic;
  std::map<std::string, HubConnection> m_connections;
};

SpaceRequest directory_request(const Settings& settings, const Application& application) {
  if (application.under_argocd) {
    throw Failure(
        FailureKind::refused, "--from does not work under Argo CD: nothing in a directory was approved", {"remove --from from plugin.yaml"});
  }
  SpaceRequest request;
  request.space = settings.spaces.empty() ? "" : settings.spaces.front();  // the tag policy may read the environment from it
  request.empty_space = settings.empty_space;
  request.environment = settings.environment;
  request.tag_policy = settings.tag_policy;
  return request;
}

std::vector<LockedUnit> lock_of(const SpaceRequest& request, const Settings& settings) {
  if (request.rule != RevisionRule::locked) { return {}; }
  Lock lock = read_lock(settings.lock_file);
  const auto found = lock.find(request.space);
  if (found == lock.end()) {
    throw Failure(FailureKind::refused, fmt::format("{} does not speak of space '{}'", settings.lock_file, request.space),
        {"run confighub-cmp lock for it and commit the result"});
  }
  return found->second;
}

void check_total(const Collected& collected, const Limits& limits) {
  size_t units = 0;
  size_t bytes = 0;
  for (const CollectedSpace& space : collected.spaces) {
    units += space.resolved.units.size();
    for (const UnitText& unit : space.resolved.units) { bytes += unit.text.size(); }
  }
  if (units > limits.units) {
    throw Failure(FailureKind::content, fmt::format("the run has {} units, more than {} (limits.units)", units, limits.units));
  }
  if (bytes > limits.total_bytes) {
    throw Failure(FailureKind::content, fmt::format("the units have {} bytes in all, more than {} (limits.totalBytes)", bytes, limits.total_bytes));
  }
}

}  // namespace

std::vector<SpaceRequest> requested_spaces(const Settings& settings, const Application& application) {
  if (!settings.directory.empty()) { return {directory_request(settings, application)}; }
  return allowed_spaces(settings, application);
}

Collected collect(const std::vector<SpaceRequest>& requests, const Settings& settings, Clock& clock, const Deadline& deadline) {
  Collected collected;
  Connections connections(settings, clock, deadline, collected.traffic);
  for (const SpaceRequest& request : requests) {
    collected.spaces.push_back({request, {}});
    ResolvedSpace& resolved = collected.spaces.back().resolved;
    if (settings.directory.empty()) {
      resolved = resolve_space(connections.for_space(request), request, lock_of(request, settings), settings.limits, clock, deadline);
    } else {
      resolved.units = read_directory(settings.directory, settings.limits);
    }
  }
  check_total(collected, settings.limits);
  return collected;
}

void check_spaces(const std::vector<SpaceRequest>& requests, const Settings& settings, Clock& clock, const Deadline& deadline) {
  HubTraffic traffic;
  Connections connections(settings, clock, deadline, traffic);
  for (const SpaceRequest& request : requests) { connections.for_space(request).list_units(request.space, request.where, Need::heads); }
}

}  // namespace cmp
