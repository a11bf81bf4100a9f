// A logged-in conversation with the hub: login, bearer, retries, budget, and the error of each status.
// Owns the only loop that waits. Refuses to follow a redirect to another origin.
// `doing` in every call is what people read when it fails: "listing the units of space 'shop'".
#pragma once

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "hub/hub_wire.hpp"
#include "hub/token_cache.hpp"
#include "hub/transport.hpp"
#include "settings/credentials.hpp"

#include <optional>
#include <string>

namespace cmp {

// Counted for the summary line.
struct HubTraffic {
  size_t requests = 0;
  size_t retries = 0;
  size_t cached_logins = 0;  // tokens found in the cache
};

class HubSession {
public:
  HubSession(Transport& transport, Clock& clock, const Deadline& deadline, const Limits& limits, Credentials credentials, TokenCache cache,
      std::string origin, HubTraffic& traffic);

  HttpResponse get(const std::string& target, const std::string& doing);
  // Without login: /api/info is open to everybody.
  HttpResponse get_open(const std::string& target, const std::string& doing);
  // nullopt when the hub answers 400 or 404: it does not know this query or path.
  std::optional<HttpResponse> get_if_known(const std::string& target, const std::string& doing);

  // The body of `response` through `parse`; fetched again while it is cut short or no JSON.
  template <typename Parse>
  auto parsed(HttpResponse response, const std::string& target, const std::string& doing, const Parse& parse) {
    for (size_t retry = 0;; ++retry) {
      try {
        return parse(std::move(response.body));
      } catch (const NotJson&) {
        wait_or_fail(retry, Exchange{TransportError::torn, "", {}}, doing);
        response = get(target, doing);
      }
    }
  }

  Clock& clock() { return *m_clock; }
  const Deadline& deadline() const { return m_deadline; }
  const Limits& limits() const { return *m_limits; }

private:
  HttpResponse exchange(const HttpRequest& request, const std::string& doing);
  HttpResponse get_with_login(const std::string& target, const std::string& doing);
  HttpResponse get_once(const std::string& target, const std::string& doing);
  void log_in();
  void wait_or_fail(size_t retry, const Exchange& last, const std::string& doing);
  [[noreturn]] void fail_exchange(const Exchange& exchange, const std::string& doing) const;
  [[noreturn]] void fail_budget(const Exchange& last, const std::string& doing) const;
  [[noreturn]] void fail_status(const HttpResponse& response, const std::string& doing) const;

  Transport* m_transport;
  Clock* m_clock;
  Deadline m_deadline;
  const Limits* m_limits;
  Credentials m_credentials;
  TokenCache m_cache;
  std::string m_origin;
  HubTraffic* m_traffic;
  Secret m_token;
  bool m_logged_in_again = false;
};

}  // namespace cmp
