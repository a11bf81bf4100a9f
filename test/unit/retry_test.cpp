#include "hub/retry.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

RetryReason reason_for_status(long status) {
  Exchange exchange;
  exchange.response.status = status;
  return retry_reason(exchange);
}

RetryReason reason_for_error(TransportError error) { return retry_reason({error, "", {}}); }

}  // namespace

TEST_CASE("retry_reason: accidents are tried again, answers are not") {
  CHECK(reason_for_status(429) == RetryReason::throttled);
  for (const long status : {502, 503, 504}) { CHECK(reason_for_status(status) == RetryReason::unavailable); }
  for (const long status : {200, 301, 400, 401, 403, 404, 409, 500, 501}) { CHECK(reason_for_status(status) == RetryReason::none); }
  CHECK(reason_for_error(TransportError::connect) == RetryReason::connect);
  CHECK(reason_for_error(TransportError::resolve) == RetryReason::resolve);
  CHECK(reason_for_error(TransportError::timeout) == RetryReason::timeout);
  CHECK(reason_for_error(TransportError::torn) == RetryReason::torn);
  CHECK(reason_for_error(TransportError::tls) == RetryReason::none);
  CHECK(reason_for_error(TransportError::body_too_large) == RetryReason::none);
  CHECK(reason_for_error(TransportError::headers_too_large) == RetryReason::none);
}

TEST_CASE("retry_wait: full jitter below a doubling bound") {
  const HttpResponse silent;
  CHECK(retry_wait(0, silent, 200).count() == 200);
  CHECK(retry_wait(0, silent, 201).count() == 0);
  CHECK(retry_wait(1, silent, 400).count() == 400);
  CHECK(retry_wait(40, silent, 5000).count() == 5000);
  CHECK(retry_wait(40, silent, 5001).count() == 0);
}

TEST_CASE("retry_wait: Retry-After wins") {
  HttpResponse response;
  response.retry_after = std::chrono::seconds(7);
  CHECK(retry_wait(0, response, 3) == std::chrono::seconds(7));
}

}  // namespace cmp
