#include "hub/hub_session.hpp"

#include "base/failure.hpp"

#include <fmt/format.h>

namespace cmp {

namespace {

constexpr int k_max_redirects = 3;

// The same origin's target of a redirect, or nullopt when it leads elsewhere.
std::optional<std::string> redirect_target(const std::string& location, const std::string& origin) {
  const std::string rest = location.starts_with(origin) ? location.substr(origin.size()) : location;
  if (!rest.starts_with('/') || rest.starts_with("//") || rest.find('\\') != std::string::npos) { return std::nullopt; }
  return rest;
}

}  // namespace

HubSession::HubSession(Transport& transport, Clock& clock, const Deadline& deadline, const Limits& limits, Credentials credentials, TokenCache cache,
    std::string origin, HubTraffic& traffic)
    : m_http(transport, clock, deadline, limits, "hub " + origin, traffic),
      m_clock(&clock),
      m_credentials(std::move(credentials)),
      m_cache(std::move(cache)),
      m_origin(std::move(origin)),
      m_token(m_credentials.is_token() ? m_credentials.token : m_cache.find(clock.wall())) {
  if (!m_token.empty() && !m_credentials.is_token()) { ++traffic.cached_logins; }
}

HttpResponse HubSession::exchange_with_redirects(HttpRequest request, const std::string& doing) {
  for (int redirect = 0;; ++redirect) {
    HttpResponse response = m_http.exchange(request, doing);
    if (response.status < 300 || response.status >= 400) { return response; }
    const std::optional<std::string> next = redirect_target(response.location, m_origin);
    if (!next || redirect == k_max_redirects) {
      throw Failure(FailureKind::unreachable,
          fmt::format("{} redirects to {} while {}; not followed", m_http.peer(), next ? "itself for ever" : "another origin", doing),
          {"check CONFIGHUB_URL: a proxy or a login page may stand in the way"});
    }
    request.target = *next;
  }
}

HttpResponse HubSession::login_answer(const std::string& doing) {
  const std::string body = worker_login_body(m_credentials.worker_id, m_credentials.worker_secret);
  HttpResponse response = exchange_with_redirects({Method::post, "/auth/worker", body, {}}, doing);
  if (response.status >= 400 && response.status < 500) {
    throw Failure(FailureKind::denied,
        fmt::format("{} refused the login of worker {}: {}", m_http.peer(), m_credentials.worker_id, status_of(response)),
        {"check that worker-id and worker-secret belong together and that the worker still exists"});
  }
  if (response.status != 200) { m_http.fail_status(response, doing); }
  return response;
}

void HubSession::log_in() {
  const std::string doing = fmt::format("logging in as worker {}", m_credentials.worker_id);
  m_token = parsed_or_again(
      login_answer(doing), [&] { return login_answer(doing); }, doing, parse_login);
  m_cache.keep(m_token);
}

HttpResponse HubSession::get_once(const std::string& target, const std::string& doing) {
  return exchange_with_redirects({Method::get, target, "", m_token}, doing);
}

HttpResponse HubSession::get_with_login(const std::string& target, const std::string& doing) {
  if (m_token.empty()) { log_in(); }
  HttpResponse response = get_once(target, doing);
  // Tokens expire in mid-run; a second 401 means that the login itself is no longer worth anything.
  if (response.status == 401 && !m_credentials.is_token() && !m_logged_in_again) {
    m_logged_in_again = true;
    log_in();
    response = get_once(target, doing);
  }
  return response;
}

HttpResponse HubSession::get(const std::string& target, const std::string& doing) {
  HttpResponse response = get_with_login(target, doing);
  if (response.status != 200) { m_http.fail_status(response, doing); }
  return response;
}

HttpResponse HubSession::get_open(const std::string& target, const std::string& doing) {
  HttpResponse response = get_once(target, doing);
  if (response.status != 200) { m_http.fail_status(response, doing); }
  return response;
}

std::optional<HttpResponse> HubSession::get_if_known(const std::string& target, const std::string& doing, Unknown unknown) {
  HttpResponse response = get_with_login(target, doing);
  if (response.status == 400 && unknown == Unknown::query_or_path) { return std::nullopt; }
  if (response.status == 404 && unknown != Unknown::not_accepted) { return std::nullopt; }
  if (response.status != 200) { m_http.fail_status(response, doing); }
  return response;
}

}  // namespace cmp
