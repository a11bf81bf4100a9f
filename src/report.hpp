// What `check` tells about its files: to people as compilers do, to CI as JSON, SARIF 2.1.0, JUnit or GitHub's commands.
// Owns the spelling of each format. The JSON form is interface; the other three are other people's.
// Refuses to show document text beyond what a finding carries, and control characters anywhere.
#pragma once

#include "manifests.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cmp {

enum class ReportFormat : std::uint8_t { text, json, sarif, junit, github };

ReportFormat parse_report_format(const std::string& text);  // throws Failure(usage)

// How many findings of each severity.
struct FindingCounts {
  size_t errors = 0;
  size_t warnings = 0;
  size_t notes = 0;

  std::string text() const;  // "2 errors, 1 warning, 0 notes"
};

FindingCounts count_findings(const std::vector<Finding>& findings);

// The explanations are part of text and JSON when there are any.
std::string text_report(const Manifests& manifests);
std::string json_report(const Manifests& manifests);
std::string sarif_report(const Manifests& manifests);
std::string junit_report(const Manifests& manifests);
std::string github_report(const Manifests& manifests);

}  // namespace cmp
