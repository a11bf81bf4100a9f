#include "base/values.hpp"

#include <doctest/doctest.h>

#include <string>

namespace cmp {

namespace {

template <typename Parse>
std::string objection(const Parse& parse, const std::string& text) {
  try {
    parse(text);
  } catch (const BadValue& bad) { return bad.what(); }
  return "";
}

}  // namespace

TEST_CASE("parse_duration") {
  CHECK(parse_duration("40s") == Milliseconds(40'000));
  CHECK(parse_duration("500ms") == Milliseconds(500));
  CHECK(parse_duration("2m") == Milliseconds(120'000));
  for (const char* bad : {"", "s", "40", "-1s", "1.5s", "0s", "40 s", "61m", "99999999999999999999s"}) {
    CHECK(objection(parse_duration, bad) != "");
  }
  CHECK(objection(parse_duration, "40") == "'40' is not a duration such as 500ms, 40s or 2m");
}

TEST_CASE("format_duration") {
  CHECK(format_duration(Milliseconds(40'000)) == "40s");
  CHECK(format_duration(Milliseconds(1'500)) == "1.5s");
  CHECK(format_duration(Milliseconds(20)) == "20ms");
}

TEST_CASE("parse_size") {
  CHECK(parse_size("4096") == 4096);
  CHECK(parse_size("256Mi") == 256U << 20);
  for (const char* bad : {"", "Mi", "0", "1MB", "1.5Gi", "9999999999Gi"}) { CHECK(objection(parse_size, bad) != ""); }
}

TEST_CASE("parse_slug: what ConfigHub allows and nothing that could leave a quoted literal") {
  CHECK(parse_slug("messagewall-dev") == "messagewall-dev");
  CHECK(parse_slug("a") == "a");
  CHECK(parse_slug("A.b_c-9") == "A.b_c-9");
  for (const std::string& bad : {std::string(), std::string("-a"), std::string("a-"), std::string("a'b"), std::string("a b"), std::string("a/b"),
           std::string("a\nb"), std::string("a\0b", 3), std::string("\xC3\xA4"), std::string(129, 'a')}) {
    CHECK(objection(parse_slug, bad) != "");
  }
}

TEST_CASE("parse_slugs: a list has no duplicates and no empty member") {
  CHECK(parse_slugs("b,a") == std::vector<std::string>{"b", "a"});
  CHECK(objection(parse_slugs, "a,,b") != "");
  CHECK(objection(parse_slugs, "a,") != "");
  CHECK(objection(parse_slugs, "a,a") == "'a' is named twice");
}

TEST_CASE("parse_uuid") {
  CHECK(parse_uuid("6F1B2C3D-0a01-4c11-9b10-000000000001") == "6f1b2c3d-0a01-4c11-9b10-000000000001");
  for (const char* bad :
      {"", "argo-reader", "6f1b2c3d0a014c119b10000000000001", "6f1b2c3d-0a01-4c11-9b10-00000000000g", "6f1b2c3d-0a01-4c11-9b10-000000000001'"}) {
    CHECK(objection(parse_uuid, bad) == "is not a UUID; ConfigHub wants the worker's id, not its slug");
  }
}

TEST_CASE("parse_hub_url: an origin, in clear only to loopback") {
  CHECK(parse_hub_url("https://hub.example") == "https://hub.example");
  CHECK(parse_hub_url("https://hub.example:8443/") == "https://hub.example:8443");
  CHECK(parse_hub_url("http://127.0.0.1:80") == "http://127.0.0.1:80");
  CHECK(parse_hub_url("http://localhost:9090") == "http://localhost:9090");
  CHECK(parse_hub_url("http://[::1]:9090") == "http://[::1]:9090");
  CHECK(objection(parse_hub_url, "http://hub.example") == "http:// to 'hub.example' would send the credential in clear; use https://");
  CHECK(objection(parse_hub_url, "http://127.0.0.1.evil.example") != "");
  CHECK(objection(parse_hub_url, "http://localhost.evil.example") != "");
  CHECK(objection(parse_hub_url, "https://hub.example/api") == "must be the hub's origin only, without a path such as /api");
  CHECK(objection(parse_hub_url, "https://hub.example?x=1") == "must be the hub's origin only, without a path such as /api");
  CHECK(objection(parse_hub_url, "https://user:pw@hub.example") == "must not carry a user or password");
  for (const char* bad : {"", "hub.example", "ftp://hub.example", "file:///etc/passwd", "https://", "https://a b"}) {
    CHECK(objection(parse_hub_url, bad) == "is not an https:// URL");
  }
}

}  // namespace cmp
