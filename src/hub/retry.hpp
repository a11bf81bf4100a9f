// Whether to try again, and how long to wait first: the only two places that decide it. Pure.
#pragma once

#include "hub/transport.hpp"

#include <chrono>
#include <cstdint>

namespace cmp {

enum class RetryReason { none, resolve, connect, timeout, torn, throttled, unavailable };

// 500 and other 4xx are answers, not accidents: asking again would not change them.
RetryReason retry_reason(const Exchange& exchange);

// Exponential with full jitter, 200 ms doubling to 5 s; what Retry-After asks for wins.
std::chrono::milliseconds retry_wait(size_t retry, const HttpResponse& response, std::uint64_t random);

}  // namespace cmp
