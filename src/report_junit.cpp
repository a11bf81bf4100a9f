// JUnit's XML as CI servers read it: a suite for each file, a case for each finding, and one for each object without any.
#include "base/text.hpp"
#include "report.hpp"

#include <fmt/format.h>

#include <map>
#include <set>

namespace cmp {

namespace {

std::string xml_escaped(std::string_view text) {
  std::string result;
  for (const char c : printable(text, 4096)) {
    switch (c) {
    case '&': result += "&amp;"; break;
    case '<': result += "&lt;"; break;
    case '>': result += "&gt;"; break;
    case '"': result += "&quot;"; break;
    default: result += c;
    }
  }
  return result;
}

std::string name_of(const ObjectName& object) {
  if (object.kind.empty()) { return "document"; }
  return fmt::format("{} {}{}{}", object.kind, object.ns, object.ns.empty() ? "" : "/", object.name);
}

struct Suite {
  std::string cases;
  size_t tests = 0;
  size_t failures = 0;
  size_t skipped = 0;
};

// Errors fail, exemptions are skipped tests; what is merely worth knowing passes with a word on it.
class Suites {
public:
  void add(const Finding& finding) {
    m_told.insert({finding.file, name_of(finding.object)});
    const std::string name =
        fmt::format("{} {}{}{}", name_of(finding.object), code_name(finding.code), finding.path.empty() ? "" : " ", finding.path);
    const std::string text = fmt::format("{}\n{}{}", xml_escaped(to_line(finding)), finding.fix.empty() ? "" : "fix: ", xml_escaped(finding.fix));
    const std::string message = xml_escaped(message_of(finding));
    Suite& suite = m_suites[finding.file];
    if (finding.severity == Severity::error) {
      ++suite.failures;
      add(finding.file, name, fmt::format("<failure type=\"{}\" message=\"{}\">{}</failure>", code_name(finding.code), message, text));
    } else if (finding.code == FindingCode::exempt) {
      ++suite.skipped;
      add(finding.file, name, fmt::format("<skipped message=\"{}\"/>", message));
    } else {
      add(finding.file, name, fmt::format("<system-out>{}</system-out>", text));
    }
  }

  void add(const ObjectPlace& place) {
    if (!m_told.contains({place.file, name_of(place.object)})) { add(place.file, name_of(place.object), ""); }
  }

  const Suite& of(const std::string& file) { return m_suites[file]; }

private:
  void add(const std::string& file, const std::string& name, const std::string& outcome) {
    Suite& suite = m_suites[file];
    ++suite.tests;
    suite.cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\"{}\n", xml_escaped(file), xml_escaped(name),
        outcome.empty() ? "/>" : fmt::format(">{}</testcase>", outcome));
  }

  std::map<std::string, Suite> m_suites;
  std::set<std::pair<std::string, std::string>> m_told;  // file and object
};

}  // namespace

std::string junit_report(const Manifests& manifests) {
  Suites suites;
  for (const Finding& finding : manifests.findings) { suites.add(finding); }
  for (const ObjectPlace& place : manifests.places) { suites.add(place); }
  std::string body;
  Suite total;
  for (const UnitDocuments& unit : manifests.units) {
    const std::string file = unit.unit.name();
    const Suite& suite = suites.of(file);
    body += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\">\n{}  </testsuite>\n", xml_escaped(file),
        suite.tests, suite.failures, suite.skipped, suite.cases);
    total.tests += suite.tests;
    total.failures += suite.failures;
    total.skipped += suite.skipped;
  }
  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"confighub-cmp check\" tests=\"{}\" failures=\"{}\" errors=\"0\" "
                     "skipped=\"{}\">\n{}</testsuites>\n",
      total.tests, total.failures, total.skipped, body);
}

}  // namespace cmp
