#include "hub/retry.hpp"

#include <algorithm>

namespace cmp {

RetryReason retry_reason(const Exchange& exchange) {
  switch (exchange.error) {
  case TransportError::resolve: return RetryReason::resolve;
  case TransportError::connect: return RetryReason::connect;
  case TransportError::timeout: return RetryReason::timeout;
  case TransportError::torn: return RetryReason::torn;
  case TransportError::tls:
  case TransportError::body_too_large:
  case TransportError::headers_too_large: return RetryReason::none;
  case TransportError::none: break;
  }
  const long status = exchange.response.status;
  if (status == 429) { return RetryReason::throttled; }
  return status == 502 || status == 503 || status == 504 ? RetryReason::unavailable : RetryReason::none;
}

std::chrono::milliseconds retry_wait(size_t retry, const HttpResponse& response, std::uint64_t random) {
  if (response.retry_after) { return *response.retry_after; }
  const std::uint64_t longest = std::min<std::uint64_t>(5000, 200ULL << std::min<size_t>(retry, 10));
  return std::chrono::milliseconds(random % (longest + 1));
}

}  // namespace cmp
