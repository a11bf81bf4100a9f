// Requests to one server until they are answered: retries, waits and the budget, and the sentence for each way to fail.
// Owns the only loop that waits. Knows nothing of logins: a request carries its own bearer.
// `doing` in every call is what people read when it fails: "listing the units of space 'shop'".
#pragma once

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "hub/transport.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace cmp {

// Counted for the summary line.
struct HubTraffic {
  size_t requests = 0;
  size_t retries = 0;
  size_t cached_logins = 0;  // tokens found in the cache
};

class HttpSession {
public:
  // `peer` as errors name it: "hub https://hub.example".
  HttpSession(Transport& transport, Clock& clock, const Deadline& deadline, const Limits& limits, std::string peer, HubTraffic& traffic);

  // Any complete answer but those that ask to come back later.
  HttpResponse exchange(const HttpRequest& request, const std::string& doing);
  void wait_or_fail(size_t retry, const Exchange& last, const std::string& doing);

  [[noreturn]] void fail_exchange(const Exchange& exchange, const std::string& doing) const;
  [[noreturn]] void fail_status(const HttpResponse& response, const std::string& doing) const;

  void set_deadline(const Deadline& deadline) { m_deadline = deadline; }
  const Limits& limits() const { return *m_limits; }
  const std::string& peer() const { return m_peer; }

private:
  [[noreturn]] void fail_budget(const Exchange& last, const std::string& doing) const;

  Transport* m_transport;
  Clock* m_clock;
  Deadline m_deadline;
  const Limits* m_limits;
  std::string m_peer;
  HubTraffic* m_traffic;
};

// "HTTP 403 forbidden, request id 7f3a".
std::string status_of(const HttpResponse& response);

}  // namespace cmp
