// A logged-in conversation with the hub: login, bearer, and one new login when the token ends in mid-run.
// Refuses to follow a redirect to another origin.
// `doing` in every call is what people read when it fails: "listing the units of space 'shop'".
#pragma once

#include "base/clock.hpp"
#include "base/limits.hpp"
#include "hub/http_session.hpp"
#include "hub/hub_wire.hpp"
#include "hub/token_cache.hpp"
#include "settings/credentials.hpp"

#include <optional>
#include <string>

namespace cmp {

// What a hub may say instead of an answer without ending the run: that it does not know the query or the path (400, 404), or
// that what the path names is gone (404).
enum class Unknown { query_or_path, gone, not_accepted };

class HubSession {
public:
  HubSession(Transport& transport, Clock& clock, const Deadline& deadline, const Limits& limits, Credentials credentials, TokenCache cache,
      std::string origin, HubTraffic& traffic);

  HttpResponse get(const std::string& target, const std::string& doing);
  // Without login: /api/info is open to everybody.
  HttpResponse get_open(const std::string& target, const std::string& doing);
  // nullopt when the hub answers with what `unknown` accepts.
  std::optional<HttpResponse> get_if_known(const std::string& target, const std::string& doing, Unknown unknown);

  // The body of `response` through `parse`; fetched again while it is cut short or no JSON.
  template <typename Parse>
  auto parsed(HttpResponse response, const std::string& target, const std::string& doing, const Parse& parse) {
    return parsed_or_again(
        std::move(response), [&] { return get(target, doing); }, doing, parse);
  }

  // For a connection that serves several spaces, each with a share of the budget.
  void set_deadline(const Deadline& deadline) { m_http.set_deadline(deadline); }

  Clock& clock() { return *m_clock; }
  const Limits& limits() const { return m_http.limits(); }

private:
  template <typename Again, typename Parse>
  auto parsed_or_again(HttpResponse response, const Again& again, const std::string& doing, const Parse& parse) {
    for (size_t retry = 0;; ++retry) {
      try {
        return parse(std::move(response.body));
      } catch (const NotJson&) {
        m_http.wait_or_fail(retry, Exchange{TransportError::torn, "", {}}, doing);
        response = again();
      }
    }
  }

  HttpResponse get_with_login(const std::string& target, const std::string& doing);
  HttpResponse exchange_with_redirects(HttpRequest request, const std::string& doing);
  HttpResponse get_once(const std::string& target, const std::string& doing);
  HttpResponse login_answer(const std::string& doing);
  void log_in();

  HttpSession m_http;
  Clock* m_clock;
  Credentials m_credentials;
  TokenCache m_cache;
  std::string m_origin;
  Secret m_token;
  bool m_logged_in_again = false;
};

}  // namespace cmp
