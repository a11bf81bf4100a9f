#include "base/text.hpp"

#include <doctest/doctest.h>

namespace cmp {

TEST_CASE("printable") {
  SUBCASE("leaves text alone, in any script") {
    CHECK(printable("unit dev/lambda@7: Größe 漢字 🙂", 100) == "unit dev/lambda@7: Größe 漢字 🙂");
    CHECK(printable("", 100) == "");
  }
  SUBCASE("shows controls, escapes and invalid UTF-8 as bytes") {
    CHECK(printable("a\r\n\tb\x1b[0m\x7f", 100) == "a\\x0d\\x0a\\x09b\\x1b[0m\\x7f");
    CHECK(printable("\xc2\x9b", 100) == "\\xc2\\x9b");
    CHECK(printable("\xff\xc3(", 100) == "\\xff\\xc3(");
    CHECK(printable("\xe6\xbc", 100) == "\\xe6\\xbc");
  }
  SUBCASE("shows what would turn the reading direction") {
    CHECK(printable("\u202etxt.yaml", 100) == "\\xe2\\x80\\xaetxt.yaml");
    CHECK(printable("\u2066x\u2069", 100) == "\\xe2\\x81\\xa6x\\xe2\\x81\\xa9");
  }
  SUBCASE("cuts between characters, never inside one") {
    CHECK(printable("abcdef", 6) == "abcdef");
    CHECK(printable("abcdef", 5) == "abcde...");
    CHECK(printable("ab漢", 4) == "ab...");
    CHECK(printable("ab\n", 5) == "ab...");
  }
}

}  // namespace cmp
