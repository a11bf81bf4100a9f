#include "expect_failure.hpp"
#include "manifest/finding.hpp"

#include <doctest/doctest.h>

#include <set>

namespace cmp {

namespace {

Finding conflict() {
  Finding finding;
  finding.code = FindingCode::tag_conflict;
  finding.severity = Severity::error;
  finding.file = "dev/storage@4";
  finding.line = 7;
  finding.column = 20;
  finding.object = {"s3.aws.upbound.io/v1beta2", "Bucket", "", "assets"};
  finding.path = "spec.forProvider.tags.environment";
  finding.found = "prod ";
  finding.wanted = "dev";
  finding.fix = "write environment: dev";
  return finding;
}

Finding syntax() {
  Finding finding;
  finding.file = "dev/web";
  finding.line = 3;
  finding.column = 1;
  finding.found = "did not find expected key";
  return finding;
}

}  // namespace

TEST_CASE("to_line: one line as compilers print it") {
  CHECK(to_line(conflict()) == "dev/storage@4:7:20: error TAG_CONFLICT: Bucket assets: spec.forProvider.tags.environment: tag differs from the "
                               "policy, found 'prod ', wanted dev");
  CHECK(to_line(syntax()) == "dev/web:3:1: error YAML_SYNTAX: not YAML as Argo CD reads it, found 'did not find expected key'");
}

TEST_CASE("to_line: what was found cannot break the line, and an empty value is shown") {
  Finding finding = conflict();
  finding.object.ns = "team";
  finding.found = "a\nb";
  CHECK(to_line(finding).find("Bucket team/assets: ") != std::string::npos);
  CHECK(to_line(finding).find("found 'a\\x0ab'") != std::string::npos);
  finding.found = "";
  CHECK(to_line(finding).find("found ''") != std::string::npos);
  finding.found = std::nullopt;
  CHECK(to_line(finding).find("found") == std::string::npos);
  finding.found = std::string(300, 'x');
  CHECK(to_line(finding).find("found '" + std::string(80, 'x') + "...'") != std::string::npos);
}

TEST_CASE("throw_on_errors: bad content goes first, every error is told") {
  const Failure failure = failure_of([] { throw_on_errors({conflict(), syntax(), syntax()}); });
  CHECK(failure.kind() == FailureKind::content);
  CHECK(failure.message() == to_line(syntax()));
  CHECK(failure.hints() == std::vector<std::string>{to_line(syntax())});

  const Failure refused = failure_of([] { throw_on_errors({conflict()}); });
  CHECK(refused.kind() == FailureKind::refused);
  CHECK(refused.hints() == std::vector<std::string>{"fix: write environment: dev"});
}

TEST_CASE("throw_on_errors: warnings and notes end no run") {
  Finding finding = conflict();
  finding.severity = Severity::warning;
  CHECK_NOTHROW(throw_on_errors({finding}));
  CHECK_NOTHROW(throw_on_errors({}));
}

TEST_CASE("sort_findings: by place, and stable within one") {
  Finding first = syntax();
  Finding second = syntax();
  second.found = "second";
  Finding other = syntax();
  other.line = 1;
  std::vector<Finding> findings = {conflict(), first, second, other};
  sort_findings(findings);
  CHECK(findings[0].code == FindingCode::tag_conflict);
  CHECK(findings[1].line == 1);
  CHECK(findings[3].found == "second");
}

TEST_CASE("codes: each has a name of its own") {
  std::set<std::string_view> names;
  for (const FindingCode code : all_finding_codes()) { names.insert(code_name(code)); }
  CHECK(names.size() == all_finding_codes().size());
  CHECK(names.count("YAML_MERGE_ORDER") == 1);
}

}  // namespace cmp
