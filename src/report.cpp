#include "report.hpp"

#include "base/failure.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace cmp {

namespace {

constexpr size_t k_max_shown = 200;

constexpr std::array<std::pair<std::string_view, ReportFormat>, 5> k_formats = {{
    {"text", ReportFormat::text},
    {"json", ReportFormat::json},
    {"sarif", ReportFormat::sarif},
    {"junit", ReportFormat::junit},
    {"github", ReportFormat::github},
}};

std::string explanation_text(const std::vector<TagExplanation>& explanations) {
  std::string text;
  std::string shown;
  for (const TagExplanation& explanation : explanations) {
    const std::string head =
        printable(fmt::format("{}:{}: {} {}", explanation.file, explanation.line, explanation.object.kind, explanation.object.name), k_max_shown);
    if (head != shown) { text += head + '\n'; }
    shown = head;
    const TagDecision& decision = explanation.decision;
    text += fmt::format("    {}\n", printable(fmt::format("{}={}: {}", decision.key, decision.value, decision.reason), 2 * k_max_shown));
  }
  return text;
}

// https://docs.github.com/actions/reference/workflow-commands-for-github-actions: a message may not end its line,
// a property may not end itself.
std::string github_escaped(std::string_view text, std::string_view escaped) {
  std::string result;
  for (const char c : text) {
    if (escaped.find(c) == std::string_view::npos) {
      result += c;
    } else {
      result += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string_view github_command(Severity severity) {
  return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "notice";
}

}  // namespace

ReportFormat parse_report_format(const std::string& text) {
  for (const auto& [name, format] : k_formats) {
    if (name == text) { return format; }
  }
  throw Failure(FailureKind::usage, fmt::format("--output: '{}' is not a format", text), {"one of text, json, sarif, junit, github"});
}

std::string FindingCounts::text() const {
  return fmt::format("{}, {}, {}", counted(errors, "error"), counted(warnings, "warning"), counted(notes, "note"));
}

FindingCounts count_findings(const std::vector<Finding>& findings) {
  FindingCounts counts;
  for (const Finding& finding : findings) {
    switch (finding.severity) {
    case Severity::error: ++counts.errors; break;
    case Severity::warning: ++counts.warnings; break;
    case Severity::note: ++counts.notes; break;
    }
  }
  return counts;
}

std::string text_report(const Manifests& manifests) {
  std::string text;
  for (const Finding& finding : manifests.findings) {
    text += to_line(finding) + '\n';
    if (!finding.fix.empty()) { text += fmt::format("    fix: {}\n", printable(finding.fix, 2 * k_max_shown)); }
  }
  return text + explanation_text(manifests.explanations);
}

std::string github_report(const Manifests& manifests) {
  std::string text;
  for (const Finding& finding : manifests.findings) {
    const std::string fix = finding.fix.empty() ? "" : fmt::format("\nfix: {}", printable(finding.fix, 2 * k_max_shown));
    text += fmt::format("::{} file={},line={},col={},title={}::{}\n", github_command(finding.severity), github_escaped(finding.file, "%\r\n:,"),
        finding.line, finding.column, code_name(finding.code), github_escaped(message_of(finding) + fix, "%\r\n"));
  }
  return text;
}

}  // namespace cmp
