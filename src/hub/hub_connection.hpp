// A hub one can ask: transport, session and client put together from settings and one credentials directory.
// Logs in when first asked something.
#pragma once

#include "base/clock.hpp"
#include "hub/hub.hpp"
#include "hub/hub_session.hpp"
#include "hub/token_cache.hpp"
#include "hub/transport.hpp"
#include "settings/settings.hpp"

#include <memory>
#include <string>

namespace cmp {

std::unique_ptr<Transport> make_transport(const Settings& settings);

class HubConnection {
public:
  HubConnection(const Settings& settings, const std::string& credentials_dir, Clock& clock, const Deadline& deadline, HubTraffic& traffic,
      Texts texts = Texts::read);
  Hub& hub() { return *m_hub; }
  void set_deadline(const Deadline& deadline) { m_session->set_deadline(deadline); }

private:
  std::unique_ptr<Transport> m_transport;
  std::unique_ptr<HubSession> m_session;
  std::unique_ptr<Hub> m_hub;
};

}  // namespace cmp
