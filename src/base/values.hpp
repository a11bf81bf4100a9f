// Text of a setting -> value, one function a kind. Pure; each throws BadValue with the reason, and the
// caller adds where the text came from. Units: durations in milliseconds, sizes in bytes.
#pragma once

#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <vector>

namespace cmp {

using Milliseconds = std::chrono::milliseconds;

struct BadValue : std::runtime_error {
  using std::runtime_error::runtime_error;
};

Milliseconds parse_duration(const std::string& text);  // "500ms", "40s", "2m"; more than zero, at most an hour
std::string format_duration(Milliseconds duration);    // "1.5s"
size_t parse_size(const std::string& text);            // "4096", "64Ki", "256Mi", "1Gi"; more than zero
size_t parse_count(const std::string& text);           // 1 or more
size_t parse_count_or_zero(const std::string& text);
bool parse_flag(const std::string& text);                       // "true" or "false"
std::string parse_slug(const std::string& text);                // slug of a space or unit, as ConfigHub defines it
std::vector<std::string> parse_slugs(const std::string& text);  // comma separated, no duplicates
std::string parse_uuid(const std::string& text);                // lower case
std::string parse_secret(const std::string& text);              // one line; never echoed
std::string parse_hub_url(const std::string& text);             // an origin, "https://host[:port]"; http for loopback only

}  // namespace cmp
