// What spaces would print now, by revision and hash and without their texts, and one digest over it.
// Owns the connections to the hub and asks once for each distinct wish, however many Applications have it.
// Refuses to let one space that hangs take the time of all others.
#pragma once

#include "base/clock.hpp"
#include "base/failure.hpp"
#include "hub/hub_connection.hpp"
#include "settings/access.hpp"

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace cmp {

// "messagewall-dev/lambda 7 sha256:..."
using ApprovedSet = std::set<std::string>;

std::string digest_of(const ApprovedSet& set);  // "sha256:..." over its sorted lines

class ApprovedSets {
public:
  // `requests`: all that will be asked for, so that the time can be shared between them.
  ApprovedSets(const std::vector<SpaceRequest>& requests, const Settings& settings, Clock& clock, const Deadline& deadline, HubTraffic& traffic);

  // Throws the Failure that `generate` would end with, the same one each time.
  const ApprovedSet& of(const SpaceRequest& request);

private:
  ApprovedSet ask(const SpaceRequest& request);
  HubConnection& connection_for(const std::string& credentials_dir, const Deadline& share);

  const Settings* m_settings;
  Clock* m_clock;
  Deadline m_deadline;
  HubTraffic* m_traffic;
  std::set<std::string> m_pending;
  std::map<std::string, std::variant<ApprovedSet, Failure>> m_answers;
  std::map<std::string, HubConnection> m_connections;  // by credentials directory: tenants never share a login
};

}  // namespace cmp
