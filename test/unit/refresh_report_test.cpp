#include "approved_sets.hpp"
#include "expect_failure.hpp"
#include "refresh_report.hpp"

namespace cmp {

namespace {

const Failure k_down(FailureKind::unreachable, "hub not reachable", {"look at it"});
const std::vector<Outcome> k_outcomes{
    {"argocd/wall", Verdict::refreshed, "3 units, changed", {}},
    {"argocd/a", Verdict::refused, "no space\nis given", {}},
    {"team/b", Verdict::failed, k_down.message(), k_down},
};

}  // namespace

TEST_CASE("to_text: one line an Application, aligned, reasons behind a colon") {
  CHECK(to_text(k_outcomes) == "argocd/wall  refreshed  3 units, changed\n"
                               "argocd/a     refused: no space\\x0ais given\n"
                               "team/b       failed: hub not reachable\n");
  CHECK(to_text({}).empty());
}

TEST_CASE("to_line: every verdict has its figure") {
  const HubTraffic traffic{9, 1, 0};
  CHECK(to_line(k_outcomes, traffic, std::chrono::milliseconds(42), LogFormat::text) ==
        "confighub-cmp: refresh: 3 applications; refreshed=1 would-refresh=0 unchanged=0 locked=0 waiting=0 refused=1 failed=1 requests=9 retries=1 "
        "ms=42\n");
  CHECK(to_line({}, traffic, std::chrono::milliseconds(42), LogFormat::json) ==
        R"({"applications":0,"refreshed":0,"would-refresh":0,"unchanged":0,"locked":0,"waiting":0,"refused":0,"failed":0,)"
        R"("requests":9,"retries":1,"milliseconds":42})"
        "\n");
}

TEST_CASE("failure_of_run: the first one speaks for all") {
  const std::optional<Failure> failure = failure_of_run(k_outcomes);
  REQUIRE(failure);
  CHECK(failure->kind() == FailureKind::unreachable);
  CHECK(failure->message() == "1 of 3 applications failed, the first is team/b: hub not reachable");
  CHECK(failure->hints() == std::vector<std::string>{"look at it"});
  CHECK_FALSE(failure_of_run({k_outcomes[0], k_outcomes[1]}));
}

TEST_CASE("digest_of: over the sorted lines, as anybody can compute it") {
  // printf 'shop/api 1 sha256:aa\nshop/web 2 sha256:bb\n' | sha256sum
  CHECK(digest_of({"shop/web 2 sha256:bb", "shop/api 1 sha256:aa"}) == "sha256:14c3549418d37086dc5d514bc0c770e7b58150f72742e03dbf44d4243d77dbe0");
  CHECK(digest_of({"shop/api 1 sha256:aa"}) != digest_of({"shop/api 2 sha256:aa"}));
}

}  // namespace cmp
