// `check FILE...`: the tag policy over local files, for authors and CI; the engine of generate without a hub.
#include "base/clock.hpp"
#include "base/failure.hpp"
#include "base/text.hpp"
#include "check_files.hpp"
#include "cli.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "render.hpp"
#include "report.hpp"
#include "report_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

namespace cmp {

namespace {

struct CheckOptions {
  ReportFormat format = ReportFormat::text;
  Explain explain = Explain::no;
  Injection injection = Injection::on;
  bool is_fixing = false;
};

CheckOptions read_options(const CommandLine& command_line) {
  CheckOptions options;
  const auto output = command_line.options.find("output");
  if (output != command_line.options.end()) { options.format = parse_report_format(output->second); }
  if (command_line.has("explain")) { options.explain = Explain::yes; }
  if (command_line.has("no-inject")) { options.injection = Injection::off; }
  options.is_fixing = command_line.has("fix");
  if (command_line.files.empty()) { throw Failure(FailureKind::usage, "no file to check", {"confighub-cmp check FILE..., where - is stdin"}); }
  if (options.is_fixing && options.injection == Injection::off) {
    throw Failure(FailureKind::usage, "--fix writes tags and --no-inject forbids it", {"leave one of them out"});
  }
  const bool reads_stdin = std::find(command_line.files.begin(), command_line.files.end(), k_stdin) != command_line.files.end();
  if (options.is_fixing && reads_stdin) { throw Failure(FailureKind::usage, "--fix cannot write to stdin", {"give it a file"}); }
  const bool shows_explanations = options.format == ReportFormat::text || options.format == ReportFormat::json;
  if (options.explain == Explain::yes && !shows_explanations) { throw Failure(FailureKind::usage, "--explain goes with --output text or json only"); }
  // Places of objects for JUnit, fixes as text for SARIF.
  if (options.format == ReportFormat::junit || options.format == ReportFormat::sarif) { options.explain = Explain::yes; }
  return options;
}

SpaceRequest local_request(const Settings& settings) {
  SpaceRequest request;
  request.space = settings.spaces.empty() ? "" : settings.spaces.front();  // the tag policy may read the environment from it
  request.environment = settings.environment;
  request.tag_policy = settings.tag_policy;
  return request;
}

std::string report_of(const Manifests& manifests, ReportFormat format) {
  switch (format) {
  case ReportFormat::json: return json_report(manifests);
  case ReportFormat::sarif: return sarif_report(manifests);
  case ReportFormat::junit: return junit_report(manifests);
  case ReportFormat::github: return github_report(manifests);
  case ReportFormat::text: break;
  }
  return text_report(manifests);
}

struct Fixed {
  size_t files = 0;
  size_t documents = 0;
};

// A file with an error stays as it is, whole: half of its fix would hide that somebody has to look at it. The others
// are written whatever stands in that one, each edit was proven by itself.
Fixed write_fixes(const Manifests& manifests, const Limits& limits) {
  std::set<std::string_view> with_errors;
  for (const Finding& finding : manifests.findings) {
    if (finding.severity == Severity::error) { with_errors.insert(finding.file); }
  }
  Fixed fixed;
  for (const UnitDocuments& unit : manifests.units) {
    const auto edited = static_cast<size_t>(
        std::count_if(unit.documents.begin(), unit.documents.end(), [](const Document& document) { return !document.edited.empty(); }));
    if (edited == 0 || with_errors.contains(unit.unit.slug)) { continue; }
    replace_file(unit.unit.slug, unit.unit.text, edited_text(unit), limits);
    ++fixed.files;
    fixed.documents += edited;
  }
  return fixed;
}

struct Outcome {
  const Manifests& manifests;
  const TagContext* tags;
  Fixed fixed;
  std::chrono::milliseconds elapsed;
};

// The last line of the text report; what could be written without asking anybody is part of the news.
std::string closing_line(const Manifests& manifests, const Fixed& fixed) {
  const FindingCounts counts = count_findings(manifests.findings);
  std::string line = fmt::format("{} in {}", counts.text(), counted(manifests.documents, "document"));
  if (fixed.documents > 0) {
    line += fmt::format("; tags written into {} of {}", counted(fixed.documents, "document"), counted(fixed.files, "file"));
  }
  if (const size_t left = manifests.edited - fixed.documents; left > 0) {
    line += fmt::format("; --fix writes tags into {}{}", counted(left, "document"), counts.errors == 0 ? "" : ", in files without errors");
  }
  return line + '\n';
}

std::string summary_text(const Outcome& outcome) {
  const Manifests& manifests = outcome.manifests;
  std::string line = fmt::format("confighub-cmp: {}, {}: {}; policy={}", counted(manifests.units.size(), "file"),
      counted(manifests.objects, "object"), count_findings(manifests.findings).text(), outcome.tags == nullptr ? "none" : outcome.tags->policy.name);
  if (outcome.tags != nullptr && !outcome.tags->environment.name.empty()) { line += fmt::format(" environment={}", outcome.tags->environment.name); }
  return printable(fmt::format("{} edited={} fixed={} ms={}", line, manifests.edited, outcome.fixed.documents, outcome.elapsed.count()), 1500) + '\n';
}

std::string summary_json(const Outcome& outcome) {
  const FindingCounts counts = count_findings(outcome.manifests.findings);
  rapidjson::StringBuffer buffer;
  JsonWriter json(buffer);
  json.StartObject();
  put(json, "policy", outcome.tags == nullptr ? "none" : outcome.tags->policy.name);
  put(json, "environment", outcome.tags == nullptr ? "" : outcome.tags->environment.name);
  put(json, "files", outcome.manifests.units.size());
  put(json, "objects", outcome.manifests.objects);
  put(json, "errors", counts.errors);
  put(json, "warnings", counts.warnings);
  put(json, "notes", counts.notes);
  put(json, "edited", outcome.manifests.edited);
  put(json, "fixed", outcome.fixed.documents);
  put(json, "milliseconds", static_cast<size_t>(outcome.elapsed.count()));
  json.EndObject();
  return std::string(buffer.GetString(), buffer.GetSize()) + '\n';
}

}  // namespace

int run_check(const CommandLine& command_line, const Environment& environment) {
  Clock& clock = system_clock();
  const Clock::Milliseconds start = clock.steady();
  const CheckOptions options = read_options(command_line);
  const Settings settings = load_settings(command_line.values, environment);
  const Application application = read_application(environment);

  // Everything that can be wrong without the files is known before they are read.
  const SpaceRequest request = local_request(settings);
  const TagPolicies policies({request});
  std::optional<TagContext> tags;
  if (!request.tag_policy.empty()) {
    tags.emplace(tag_context(request, policies, application, clock));
    tags->injection = options.injection;
  }

  std::vector<UnitGroup> groups(1);
  groups.front().units = read_files(command_line.files, settings.limits);
  groups.front().tags = tags ? &*tags : nullptr;
  const Manifests manifests = prepare_manifests(std::move(groups), options.explain, settings.limits);

  // Files are written before anything is said about them.
  const Fixed fixed = options.is_fixing ? write_fixes(manifests, settings.limits) : Fixed{};
  const std::string closing = options.format == ReportFormat::text ? closing_line(manifests, fixed) : "";
  const std::string report = report_of(manifests, options.format);
  write_stdout({report, closing});
  const Outcome outcome{manifests, tags ? &*tags : nullptr, fixed, clock.steady() - start};
  write_stderr(settings.log_format == LogFormat::json ? summary_json(outcome) : summary_text(outcome));
  const std::optional<FailureKind> failure = failure_of(manifests.findings);
  return failure ? exit_code(*failure) : 0;
}

}  // namespace cmp
