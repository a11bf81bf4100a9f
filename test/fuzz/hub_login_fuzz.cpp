// The answer to a login, its token's end, and the login's own body.
#include "hub/token_cache.hpp"
#include "hub_body.hpp"

#include <rapidjson/document.h>

namespace cmp::fuzz {

namespace {

constexpr auto k_year_10000 = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};

const std::string& described_token(const Secret& token) { return token.reveal(); }

// It becomes a header, where a line break would begin another one.
void check_token(const Secret& token) {
  const std::string& text = token.reveal();
  must_hold(!text.empty(), "a login brings a token");
  must_hold(std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c != 0x7F; }), "a token is one line of plain characters");
}

void check_expiry(const Secret& token) {
  const std::optional<Clock::WallTime> end = token_expiry(token);
  must_hold(!end || (*end >= Clock::WallTime() && *end < k_year_10000), "a token ends between 1970 and 9999");
}

void check_login_body(const Secret& secret) {
  const std::string body = worker_login_body("6f1b2c3d-0a01-4c11-9b10-000000000001", secret);
  rapidjson::Document document;
  document.Parse(body.data(), body.size());
  must_hold(!document.HasParseError() && document.MemberCount() == 2, "a login is a JSON object of two members");
  const rapidjson::Value& sent = document["worker_secret"];
  must_hold(std::string_view(sent.GetString(), sent.GetStringLength()) == secret.reveal(), "a login carries the secret as it is");
}

}  // namespace

}  // namespace cmp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace cmp::fuzz;
  const std::string_view input = text_of(data, size);
  read_body(input, cmp::parse_login, described_token, [](const cmp::Secret& token) {
    check_token(token);
    check_expiry(token);
    check_login_body(token);
  });
  check_expiry(cmp::Secret(std::string(input)));
  return 0;
}
