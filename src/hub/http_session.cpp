#include "hub/http_session.hpp"

#include "base/failure.hpp"
#include "base/values.hpp"
#include "hub/retry.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmp {

namespace {

std::string_view status_text(long status) {
  switch (status) {
  case 400: return "bad request";
  case 401: return "unauthorized";
  case 403: return "forbidden";
  case 404: return "not found";
  case 409: return "conflict";
  case 410: return "gone";
  case 429: return "too many requests";
  case 500: return "internal server error";
  case 502: return "bad gateway";
  case 503: return "service unavailable";
  case 504: return "gateway timeout";
  default: return "unexpected status";
  }
}

// Ids are for the server's operators; anything that does not look like one is not repeated.
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
  return status_of(exchange.response);
}

}  // namespace

std::string status_of(const HttpResponse& response) {
  return fmt::format("HTTP {} {}{}", response.status, status_text(response.status), request_id_part(response));
}

HttpSession::HttpSession(Transport& transport, Clock& clock, const Deadline& deadline, const Limits& limits, std::string peer, HubTraffic& traffic)
    : m_transport(&transport), m_clock(&clock), m_deadline(deadline), m_limits(&limits), m_peer(std::move(peer)), m_traffic(&traffic) {}

void HttpSession::fail_exchange(const Exchange& exchange, const std::string& doing) const {
  throw Failure(FailureKind::unreachable, fmt::format("{} not reachable while {}: {}", m_peer, doing, cause_of(exchange)),
      {"check the URL, the proxy, and whether the network lets this pod go there"});
}

void HttpSession::fail_budget(const Exchange& last, const std::string& doing) const {
  throw Failure(FailureKind::unreachable,
      fmt::format("budget of {} used up while {}: {}", format_duration(m_deadline.budget()), doing, cause_of(last)),
      {"Argo CD gives a plugin about 60s; limits.budget stays below that"});
}

void HttpSession::fail_status(const HttpResponse& response, const std::string& doing) const {
  const bool refused = response.status >= 400 && response.status < 500 && response.status != 429;
  std::vector<std::string> hints;
  if (response.status == 403) { hints.push_back("the identity that logged in lacks a role that may read this"); }
  throw Failure(
      refused ? FailureKind::denied : FailureKind::unreachable, fmt::format("{} said no while {}: {}", m_peer, doing, status_of(response)), hints);
}

// The one place that waits. Gives up when the tries or the budget are used up.
void HttpSession::wait_or_fail(size_t retry, const Exchange& last, const std::string& doing) {
  if (retry >= m_limits->retries) { fail_exchange(last, doing); }
  const Milliseconds wait = retry_wait(retry, last.response, m_clock->random());
  if (wait >= m_deadline.remaining()) { fail_budget(last, doing); }
  m_clock->sleep(wait);
  ++m_traffic->retries;
}

HttpResponse HttpSession::exchange(const HttpRequest& request, const std::string& doing) {
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

}  // namespace cmp
