#include "base/failure.hpp"

#include <doctest/doctest.h>

namespace cmp {

TEST_CASE("exit_code: the documented number for every kind") {
  CHECK(exit_code(FailureKind::usage) == 2);
  CHECK(exit_code(FailureKind::refused) == 3);
  CHECK(exit_code(FailureKind::unreachable) == 4);
  CHECK(exit_code(FailureKind::denied) == 5);
  CHECK(exit_code(FailureKind::content) == 6);
  CHECK(exit_code(FailureKind::output) == 7);
}

TEST_CASE("banner") {
  SUBCASE("one sentence, then one indented line per hint") {
    const Failure failure(FailureKind::refused, "unit dev/lambda has no approved revision", {"approve it in ConfigHub", "or lock it"});
    CHECK(banner(failure) == "confighub-cmp: unit dev/lambda has no approved revision\n  approve it in ConfigHub\n  or lock it\n");
  }
  SUBCASE("a message cannot forge a line or colour a terminal") {
    CHECK(banner(Failure(FailureKind::content, "unit a\nb\x1b[31m")) == "confighub-cmp: unit a\\x0ab\\x1b[31m\n");
  }
  SUBCASE("stays under 2 KiB and counts the hints that did not fit") {
    const std::string hint(400, 'h');
    const std::string line = "  " + hint + '\n';
    const Failure failure(FailureKind::refused, "many", std::vector<std::string>(10, hint));
    CHECK(banner(failure) == "confighub-cmp: many\n" + line + line + line + line + "  and 6 more\n");
  }
}

}  // namespace cmp
