#include "manifest/go_yaml.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

ScalarType plain(std::string_view text) { return go_scalar_type(text, Implicit::yes, ""); }

}  // namespace

TEST_CASE("go_scalar_type: the words of YAML 1.1, in three spellings only") {
  for (const char* word : {"y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE", "n", "N", "no", "off", "OFF", "False"}) {
    CAPTURE(word);
    CHECK(plain(word) == ScalarType::boolean);
  }
  for (const char* word : {"yES", "tRUE", "oN", "nUll", "yess", "truth"}) {
    CAPTURE(word);
    CHECK(plain(word) == ScalarType::string);
  }
  for (const char* word : {"", "~", "null", "Null", "NULL"}) {
    CAPTURE(word);
    CHECK(plain(word) == ScalarType::null);
  }
  CHECK(plain("<<") == ScalarType::merge);
}

TEST_CASE("go_scalar_type: numbers as strconv reads them") {
  for (const char* number : {"0", "-0", "+12", "0123", "0o17", "0O17", "0x1F", "-0x1F", "0b101", "-0b11", "1_000", "1__0", "18446744073709551616"}) {
    CAPTURE(number);
    CHECK((plain(number) == ScalarType::integer));
  }
  for (const char* number : {"1.10", "1e3", "1.e3", "5.", ".5", ".5_0", "089", "012345678901", "1e-999", ".inf", "-.Inf", ".NaN"}) {
    CAPTURE(number);
    CHECK(plain(number) == ScalarType::floating);
  }
  for (const char* text : {"-", "+", ".", "..", "1-", "1e", "1e+", "0x", "0xg", "0b2", "0o8", "1e999", "._5", ".5_", "1.2.3", "10.0.0.1"}) {
    CAPTURE(text);
    CHECK(plain(text) == ScalarType::string);
  }
}

TEST_CASE("go_scalar_type: dates and times stay strings") {
  CHECK(plain("2001-01-01") == ScalarType::string);
  CHECK(plain("2001-01-01T00:00:00Z") == ScalarType::string);
  CHECK(plain("12:30:00") == ScalarType::string);
}

TEST_CASE("go_scalar_type: quotes and tags decide before the text does") {
  const auto tagged = [](std::string_view text, const char* tag) { return go_scalar_type(text, Implicit::no, tag); };
  CHECK(go_scalar_type("yes", Implicit::no, "") == ScalarType::string);
  CHECK(tagged("yes", "!") == ScalarType::string);
  CHECK(tagged("1", "tag:yaml.org,2002:str") == ScalarType::string);
  CHECK(tagged("on", "tag:yaml.org,2002:bool") == ScalarType::boolean);
  CHECK(tagged("1", "tag:yaml.org,2002:bool") == ScalarType::invalid);
  CHECK(tagged("1", "tag:yaml.org,2002:float") == ScalarType::floating);
  CHECK(tagged("x", "tag:yaml.org,2002:int") == ScalarType::invalid);
  CHECK(tagged("aGk=", "tag:yaml.org,2002:binary") == ScalarType::tagged);
  CHECK(tagged("Bucket", "!Ref") == ScalarType::tagged);
}

TEST_CASE("go_key_text: keys become the strings JSON has") {
  const auto key = [](std::string_view text) { return go_key_text(text, plain(text)); };
  CHECK(key("1e39") == ".inf");
  CHECK(key("-" + std::string(64, '4')) == "-.inf");
  CHECK(key("on") == "true");
  CHECK(key("N") == "false");
  CHECK(key("0x10") == "16");
  CHECK(key("010") == "8");
  CHECK(key("-0b11") == "-3");
  CHECK(key("1.50") == "1.5");
  CHECK(key("1.5e10") == "1.5e+10");
  CHECK(key(".NaN") == ".nan");
  CHECK(key("team") == "team");
}

}  // namespace cmp
