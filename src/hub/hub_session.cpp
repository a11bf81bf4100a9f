#include "hub/hub_session.hpp"

#include "base/failure.hpp"
#include "base/values.hpp"
#include "hub/retry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmp {

namespace {

constexpr int k_max_redirects = 3;

std::string_view status_text(long status) {
  switch (status) {
  case 400: return "bad request";
  case 401: return "unauthorized";
  case 403: return "forbidden";
  case 404: return "not found";
  case 429: return "too many requests";
  case 500: return "internal server error";
  case 502: return "bad gateway";
  case 503: return "service unavailable";
  case 504: return "gateway timeout";
  default: return "unexpected status";
  }
}

// Ids are for the hub's operators; anything that does not look like one is not repeated.
std::string request_id_part(const HttpResponse& response) {
  const std::string& id = response.request_id;
  const bool plain =
      !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
  return plain ? fmt::format(", request id {}", id) : "";
}

std::string cause_of(const Exchange& exchange) {
  switch (exchange.error) {
  case TransportError::resolve: return "the host name cannot be resolved";
  case TransportError::connect: return "no connection";
  case TransportError::tls: return fmt::format("TLS: {}", exchange.detail);
  case TransportError::timeout: return "no complete answer in time";
  case TransportError::torn: return "the answer is cut short or not JSON";
  case TransportError::body_too_large: return "the answer is larger than limits.responseBytes";
  case TransportError::headers_too_large: return "the headers are larger than limits.headerBytes";
  case TransportError::none: break;
  }
  return fmt::format("HTTP {} {}{}", exchange.response.status, status_text(exchange.response.status), request_id_part(exchange.response));
}

// The same origin's target of a redirect, or nullopt when it leads elsewhere.
std::optional<std::string> redirect_target(const std::string& location, const std::string& origin) {
  const std::string rest = location.starts_with(origin) ? location.substr(origin.size()) : location;
  if (!rest.starts_with('/') || rest.starts_with("//") || rest.find('\\') != std::string::npos) { return std::nullopt; }
  return rest;
}

}  // namespace

HubSession::HubSession(Transport& transport, Clock& clock, const Deadline& deadline, const Limits& limits, Credentials credentials, TokenCache cache,
    std::string origin, HubTraffic& traffic)
    : m_transport(&transport),
      m_clock(&clock),
      m_deadline(deadline),
      m_limits(&limits),
      m_credentials(std::move(credentials)),
      m_cache(std::move(cache)),
      m_origin(std::move(origin)),
      m_traffic(&traffic),
      m_token(m_credentials.is_token() ? m_credentials.token : m_cache.find(clock.wall())) {
  if (!m_token.empty() && !m_credentials.is_token()) { ++m_traffic->cached_logins; }
}

void HubSession::fail_exchange(const Exchange& exchange, const std::string& doing) const {
  throw Failure(FailureKind::unreachable, fmt::format("hub {} not reachable while {}: {}", m_origin, doing, cause_of(exchange)));
}

void HubSession::fail_budget(const Exchange& last, const std::string& doing) const {
  throw Failure(FailureKind::unreachable,
      fmt::format("budget of {} used up while {}: {}", format_duration(m_deadline.budget()), doing, cause_of(last)),
      {"Argo CD gives a plugin about 60s; limits.budget stays below that"});
}

void HubSession::fail_status(const HttpResponse& response, const std::string& doing) const {
  const bool refused = response.status >= 400 && response.status < 500 && response.status != 429;
  throw Failure(
      refused ? FailureKind::denied : FailureKind::unreachable, fmt::format("hub {} said no while {}: HTTP {} {}{}", m_origin, doing, response.status,
                                                                    status_text(response.status), request_id_part(response)));
}

// The one place that waits. Gives up when the tries or the budget are used up.
void HubSession::wait_or_fail(size_t retry, const Exchange& last, const std::string& doing) {
  if (retry >= m_limits->retries) { fail_exchange(last, doing); }
  const Milliseconds wait = retry_wait(retry, last.response, m_clock->random());
  if (wait >= m_deadline.remaining()) { fail_budget(last, doing); }
  m_clock->sleep(wait);
  ++m_traffic->retries;
}

HttpResponse HubSession::exchange(const HttpRequest& request, const std::string& doing) {
  Exchange last{TransportError::timeout, "", {}};
  for (size_t retry = 0;; ++retry) {
    const Milliseconds remaining = m_deadline.remaining();
    if (remaining <= Milliseconds(0)) { fail_budget(last, doing); }
    ++m_traffic->requests;
    last = m_transport->send(request, std::min(m_limits->request, remaining));
    if (retry_reason(last) == RetryReason::none) { break; }
    if (m_deadline.remaining() <= Milliseconds(0)) { fail_budget(last, doing); }
    wait_or_fail(retry, last, doing);
  }
  if (last.error != TransportError::none) { fail_exchange(last, doing); }
  return std::move(last.response);
}

void HubSession::log_in() {
  const std::string doing = fmt::format("logging in as worker {}", m_credentials.worker_id);
  const HttpRequest request{Method::post, "/auth/worker", worker_login_body(m_credentials.worker_id, m_credentials.worker_secret), {}};
  HttpResponse response = exchange(request, doing);
  if (response.status >= 400 && response.status < 500) {
    throw Failure(FailureKind::denied,
        fmt::format("hub {} refused the login of worker {}: HTTP {} {}{}", m_origin, m_credentials.worker_id, response.status,
            status_text(response.status), request_id_part(response)),
        {"check that worker-id and worker-secret belong together and that the worker still exists"});
  }
  if (response.status != 200) { fail_status(response, doing); }
  try {
    m_token = parse_login(std::move(response.body));
    m_cache.keep(m_token);
  } catch (const NotJson&) { fail_exchange(Exchange{TransportError::torn, "", {}}, doing); }
}

HttpResponse HubSession::get_once(const std::string& target, const std::string& doing) {
  std::string at = target;
  for (int redirect = 0;; ++redirect) {
    HttpResponse response = exchange({Method::get, at, "", m_token}, doing);
    if (response.status < 300 || response.status >= 400) { return response; }
    const std::optional<std::string> next = redirect_target(response.location, m_origin);
    if (!next || redirect == k_max_redirects) {
      throw Failure(FailureKind::unreachable,
          fmt::format("hub {} redirects to {} while {}; not followed", m_origin, next ? "itself for ever" : "another origin", doing),
          {"check CONFIGHUB_URL: a proxy or a login page may stand in the way"});
    }
    at = *next;
  }
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
  if (response.status != 200) { fail_status(response, doing); }
  return response;
}

HttpResponse HubSession::get_open(const std::string& target, const std::string& doing) {
  HttpResponse response = get_once(target, doing);
  if (response.status != 200) { fail_status(response, doing); }
  return response;
}

std::optional<HttpResponse> HubSession::get_if_known(const std::string& target, const std::string& doing) {
  HttpResponse response = get_with_login(target, doing);
  if (response.status == 400 || response.status == 404) { return std::nullopt; }
  if (response.status != 200) { fail_status(response, doing); }
  return response;
}

}  // namespace cmp
