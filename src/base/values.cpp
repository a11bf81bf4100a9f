#include "base/values.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>

namespace cmp {

namespace {

constexpr std::string_view k_alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view k_hex = "0123456789abcdef";

struct Unit {
  std::string_view suffix;
  std::uint64_t factor;
};

// A whole number followed by one of the units, nothing else; nullopt also when it overflows.
std::optional<std::uint64_t> number_with_unit(const std::string& text, std::initializer_list<Unit> units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end == text.data()) { return std::nullopt; }
  const std::string_view suffix(end, static_cast<size_t>(text.data() + text.size() - end));
  for (const Unit& unit : units) {
    if (suffix != unit.suffix) { continue; }
    std::uint64_t product = 0;
    if (__builtin_mul_overflow(number, unit.factor, &product)) { return std::nullopt; }
    return product;
  }
  return std::nullopt;
}

size_t parse_whole_number(const std::string& text, std::uint64_t least) {
  const auto number = number_with_unit(text, {{"", 1}});
  if (!number || *number < least || *number > 1'000'000'000) { throw BadValue(fmt::format("'{}' is not a whole number from {} up", text, least)); }
  return static_cast<size_t>(*number);
}

class Url {
public:
  explicit Url(const std::string& text) : m_handle(curl_url(), curl_url_cleanup) {
    m_valid = curl_url_set(m_handle.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK;
  }
  bool valid() const { return m_valid; }
  std::string part(CURLUPart what) const {
    char* text = nullptr;
    if (curl_url_get(m_handle.get(), what, &text, 0) != CURLUE_OK) { return ""; }
    const std::unique_ptr<char, void (*)(void*)> owner(text, curl_free);
    return text;
  }

private:
  std::unique_ptr<CURLU, void (*)(CURLU*)> m_handle;
  bool m_valid = false;
};

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "[::1]" || (host.starts_with("127.") && host.find_first_not_of("0123456789.") == std::string::npos);
}

}  // namespace

Milliseconds parse_duration(const std::string& text) {
  const auto number = number_with_unit(text, {{"ms", 1}, {"s", 1000}, {"m", 60'000}});
  if (!number || *number == 0 || *number > 3'600'000) { throw BadValue(fmt::format("'{}' is not a duration such as 500ms, 40s or 2m", text)); }
  return Milliseconds(*number);
}

std::string format_duration(Milliseconds duration) {
  return duration < Milliseconds(1000) ? fmt::format("{}ms", duration.count()) : fmt::format("{:g}s", static_cast<double>(duration.count()) / 1000.0);
}

size_t parse_size(const std::string& text) {
  const auto number = number_with_unit(text, {{"", 1}, {"Ki", 1ULL << 10}, {"Mi", 1ULL << 20}, {"Gi", 1ULL << 30}});
  if (!number || *number == 0 || *number > (1ULL << 40)) { throw BadValue(fmt::format("'{}' is not a size such as 64Ki, 256Mi or 1Gi", text)); }
  return static_cast<size_t>(*number);
}

size_t parse_count(const std::string& text) { return parse_whole_number(text, 1); }

size_t parse_count_or_zero(const std::string& text) { return parse_whole_number(text, 0); }

bool parse_flag(const std::string& text) {
  if (text != "true" && text != "false") { throw BadValue(fmt::format("'{}' is neither true nor false", text)); }
  return text == "true";
}

// Slugs are pasted into the hub's filter language, which has no escapes: the pattern is the protection.
std::string parse_slug(const std::string& text) {
  const bool inside = text.find_first_not_of(std::string(k_alphanumeric) + "-_.") == std::string::npos;
  const bool ends =
      !text.empty() && k_alphanumeric.find(text.front()) != std::string_view::npos && k_alphanumeric.find(text.back()) != std::string_view::npos;
  if (!inside || !ends || text.size() > 128) {
    throw BadValue(fmt::format("'{}' is not a slug: letters, digits and -_. inside, at most 128 characters", text));
  }
  return text;
}

std::vector<std::string> parse_slugs(const std::string& text) {
  std::vector<std::string> slugs;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string slug = parse_slug(text.substr(begin, end - begin));
    if (std::find(slugs.begin(), slugs.end(), slug) != slugs.end()) { throw BadValue(fmt::format("'{}' is named twice", slug)); }
    slugs.push_back(slug);
    begin = end + 1;
  }
  return slugs;
}

std::string parse_uuid(const std::string& text) {
  std::string uuid = text;
  std::transform(uuid.begin(), uuid.end(), uuid.begin(), [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  bool valid = uuid.size() == 36;
  for (size_t i = 0; valid && i < uuid.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    valid = dash ? uuid[i] == '-' : k_hex.find(uuid[i]) != std::string_view::npos;
  }
  if (!valid) { throw BadValue("is not a UUID; ConfigHub wants the worker's id, not its slug"); }
  return uuid;
}

// A line break in it would end up in an HTTP header.
std::string parse_secret(const std::string& text) {
  if (std::any_of(text.begin(), text.end(), [](unsigned char c) { return c <= 0x20 || c == 0x7F; })) {
    throw BadValue("must be one line of plain characters");
  }
  return text;
}

std::string parse_hub_url(const std::string& text) {
  const Url url(text);
  const std::string scheme = url.part(CURLUPART_SCHEME);
  const std::string host = url.part(CURLUPART_HOST);
  // The text itself is never echoed: a URL pasted with user:password@ must not reach a log.
  if (!url.valid() || host.empty() || (scheme != "https" && scheme != "http")) { throw BadValue("is not an https:// URL"); }
  const auto given = [&](CURLUPart what) { return !url.part(what).empty(); };
  if (given(CURLUPART_USER) || given(CURLUPART_PASSWORD)) { throw BadValue("must not carry a user or password"); }
  if (url.part(CURLUPART_PATH) != "/" || given(CURLUPART_QUERY) || given(CURLUPART_FRAGMENT)) {
    throw BadValue("must be the hub's origin only, without a path such as /api");
  }
  if (scheme == "http" && !is_loopback(host)) {
    throw BadValue(fmt::format("http:// to '{}' would send the credential in clear; use https://", host));
  }
  const std::string port = url.part(CURLUPART_PORT);
  return fmt::format("{}://{}{}{}", scheme, host, port.empty() ? "" : ":", port);
}

}  // namespace cmp
