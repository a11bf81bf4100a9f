#include "base/values.hpp"
#include "settings/selector.hpp"

#include <doctest/doctest.h>

namespace cmp {

TEST_CASE("LabelSelector: matches as kubectl -l does") {
  const auto matches = [](const std::string& selector, const LabelSelector::Labels& labels) {
    return LabelSelector::parse(selector).matches(labels);
  };
  CHECK(matches("tier=web", {{"tier", "web"}}));
  CHECK(matches("tier==web", {{"tier", "web"}}));
  CHECK_FALSE(matches("tier=web", {{"tier", "db"}}));
  CHECK_FALSE(matches("tier=web", {}));
  CHECK(matches("tier!=web", {}));
  CHECK(matches("tier in (web, db)", {{"tier", "db"}}));
  CHECK_FALSE(matches("tier notin (web,db)", {{"tier", "db"}}));
  CHECK(matches("tier notin (web,db)", {}));
  CHECK(matches("canary,!legacy", {{"canary", ""}}));
  CHECK_FALSE(matches("canary,!legacy", {{"canary", ""}, {"legacy", "x"}}));
  CHECK(matches("tier=web,env in (dev)", {{"tier", "web"}, {"env", "dev"}}));
}

TEST_CASE("LabelSelector: translated where the hub's meaning is certain") {
  CHECK(LabelSelector().hub_filter() == "");
  CHECK(LabelSelector::parse("tier=web,env in (dev, prod),canary,!legacy").hub_filter() ==
        " AND Labels.tier = 'web' AND Labels.env IN ('dev', 'prod') AND Labels.canary IS NOT NULL AND Labels.legacy IS NULL");
  CHECK(LabelSelector::parse("tier!=web").hub_filter() == "");
}

TEST_CASE("LabelSelector: what cannot be quoted is refused") {
  for (const char* bad :
      {"", "a=b,", "a='x'", "a=x' OR 'y", "a.b=c", "app.kubernetes.io/name=x", "a in x", "a in (x", "a===b", "a=\\", "a=b c", "=b", "!"}) {
    CAPTURE(bad);
    CHECK_THROWS_AS(LabelSelector::parse(bad), BadValue);
  }
}

}  // namespace cmp
