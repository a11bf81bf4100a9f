#include "expect_failure.hpp"
#include "report.hpp"

namespace cmp {

namespace {

Manifests with(std::vector<Finding> findings) {
  Manifests manifests;
  manifests.findings = std::move(findings);
  return manifests;
}

Finding conflict() {
  Finding finding;
  finding.code = FindingCode::tag_conflict;
  finding.file = "a.yaml";
  finding.line = 7;
  finding.column = 3;
  finding.found = "prod";
  finding.wanted = "dev";
  return finding;
}

}  // namespace

TEST_CASE("parse_report_format: the five there are") {
  CHECK(parse_report_format("sarif") == ReportFormat::sarif);
  const Failure failure = failure_of([] { parse_report_format("SARIF"); });
  CHECK(failure.message() == "--output: 'SARIF' is not a format");
  CHECK(failure.hints() == std::vector<std::string>{"one of text, json, sarif, junit, github"});
}

TEST_CASE("count_findings: by severity, in words") {
  Finding warning = conflict();
  warning.severity = Severity::warning;
  CHECK(count_findings({conflict(), warning, conflict()}).text() == "2 errors, 1 warning, 0 notes");
}

TEST_CASE("text_report: the fix below its finding") {
  Finding finding = conflict();
  CHECK(text_report(with({finding})) == "a.yaml:7:3: error TAG_CONFLICT: tag differs from the policy, found 'prod', wanted dev\n");
  finding.fix = "write\ndev";
  CHECK(text_report(with({finding})).ends_with("wanted dev\n    fix: write\\x0adev\n"));
}

TEST_CASE("github_report: no text ends its line or its property") {
  Finding finding = conflict();
  finding.file = "a:b,c%\n";
  finding.found = "100%\r\n::error::x";
  CHECK(
      github_report(with({finding})) ==
      "::error file=a%3Ab%2Cc%25%0A,line=7,col=3,title=TAG_CONFLICT::tag differs from the policy, found '100%25\\x0d\\x0a::error::x', wanted dev\n");
}

TEST_CASE("junit_report: markup stays text") {
  Finding finding = conflict();
  finding.object.kind = "Bucket";
  finding.object.name = "b";
  finding.found = "<a href=\"&\">\x1b";
  Manifests manifests = with({finding});
  manifests.units.emplace_back().unit.slug = "a.yaml";
  CHECK(junit_report(manifests).find("found '&lt;a href=&quot;&amp;&quot;&gt;\\x1b', wanted dev\">a.yaml:7:3: error") != std::string::npos);
}

}  // namespace cmp
