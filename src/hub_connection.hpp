// A hub one can ask: transport, session and client put together from settings and one credentials directory.
// Logs in when first asked something.
#pragma once

#include "clock.hpp"
#include "hub.hpp"
#include "hub_session.hpp"
#include "settings.hpp"
#include "token_cache.hpp"
#include "transport.hpp"

#include <memory>
#include <string>

namespace cmp {

std::unique_ptr<Transport> make_transport(const Settings& settings);

class HubConnection {
public:
  HubConnection(const Settings& settings, const std::string& credentials_dir, Clock& clock, const Deadline& deadline, HubTraffic& traffic);
  Hub& hub() { return *m_hub; }

private:
  std::unique_ptr<Transport> m_transport;
  std::unique_ptr<HubSession> m_session;
  std::unique_ptr<Hub> m_hub;
};

}  // namespace cmp
