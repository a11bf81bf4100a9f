#include "summary.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

Summary printed() {
  Summary summary;
  summary.source = "messagewall-dev";
  summary.rule = "approved";
  summary.policy = "aws-required-tags";
  summary.units = 6;
  summary.objects = 19;
  summary.edited = 7;
  summary.bytes = 1234;
  summary.elapsed = std::chrono::milliseconds(85);
  return summary;
}

}  // namespace

TEST_CASE("to_line(Summary): one line of text") {
  Summary summary = printed();
  CHECK(to_line(summary, LogFormat::text) ==
        "confighub-cmp: messagewall-dev: 6 units, 19 objects; rule=approved policy=aws-required-tags edited=7 bytes=1234 ms=85\n");
  summary.generation = "B";
  summary.traffic = {4, 1, 0};
  summary.not_printed = {"app (AppConfig/Env)"};
  CHECK(to_line(summary, LogFormat::text) == "confighub-cmp: messagewall-dev: 6 units, 19 objects; rule=approved policy=aws-required-tags edited=7 "
                                             "generation=B requests=4 retries=1 cached-logins=0 bytes=1234 ms=85; "
                                             "not Kubernetes/YAML, not printed: app (AppConfig/Env)\n");
}

TEST_CASE("to_line(Summary): one JSON object") {
  CHECK(
      to_line(printed(), LogFormat::json) ==
      R"({"source":"messagewall-dev","rule":"approved","policy":"aws-required-tags","generation":"","units":6,"objects":19,"edited":7,"bytes":1234,"requests":0,"retries":0,"cachedLogins":0,"milliseconds":85,"notPrinted":[]})"
      "\n");
}

}  // namespace cmp
