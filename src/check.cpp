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

enum class Fixing : std::uint8_t { offered, written };

struct CheckOptions {
  ReportFormat format = ReportFormat::text;
  Explain explain = Explain::no;
  Injection injection = Injection::on;
  Fixing fixing = Fixing::offered;
};

CheckOptions read_options(const CommandLine& command_line) {
  CheckOptions options;
  const auto output = command_line.options.find("output");
  if (output != command_line.options.end()) { options.format = parse_report_format(output->second); }
  if (command_line.has("explain")) { options.explain = Explain::yes; }
  if (command_line.has("no-inject")) { options.injection = Injection::off; }
  if (command_line.has("fix")) { options.fixing = Fixing::written; }
  if (command_line.files.empty()) { throw Failure(FailureKind::usage, "no file to check", {"confighub-cmp check FILE..., where - is stdin"}); }
  if (options.fixing == Fixing::written && options.injection == Injection::off) {
    throw Failure(FailureKind::usage, "--fix writes tags and --no-inject forbids it", {"leave one of them out"});
  }
  const bool reads_stdin = std::find(command_line.files.begin(), command_line.files.end(), k_stdin) != command_line.files.end();
  if (options.fixing == Fixing::written && reads_stdin) { throw Failure(FailureKind::usage, "--fix cannot write to stdin", {"give it a file"}); }
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

// What --fix may write: the files with edits and without errors.
struct Fixes {
  std::vector<const UnitDocuments*> files;
  size_t documents = 0;
};

// A file with an error stays as it is, whole: half of its fix would hide that somebody has to look at it. The others
// are written whatever stands in that one, each edit was proven by itself.
Fixes find_fixes(const Manifests& manifests) {
  std::set<std::string_view> with_errors;
  for (const Finding& finding : manifests.findings) {
    if (finding.severity == Severity::error) { with_errors.insert(finding.file); }
  }
  Fixes fixes;
  for (const UnitDocuments& unit : manifests.units) {
    const auto edited = static_cast<size_t>(
        std::count_if(unit.documents.begin(), unit.documents.end(), [](const Document& document) { return !document.edited.empty(); }));
    if (edited == 0 || with_errors.contains(unit.unit.slug)) { continue; }
    fixes.files.push_back(&unit);
    fixes.documents += edited;
  }
  return fixes;
}

void write_fixes(const Fixes& fixes, const Limits& limits) {
  for (const UnitDocuments* unit : fixes.files) { replace_file(unit->unit.slug, unit->unit.text, edited_text(*unit), limits); }
}

struct Outcome {
  const Manifests& manifests;
  const TagContext* tags;
  size_t fixed;  // documents
  std::chrono::milliseconds elapsed;
};

// The last line of the text report; what can be written without asking anybody is part of the news.
std::string closing_line(const Manifests& manifests, const Fixes& fixes, Fixing fixing) {
  const std::string line = fmt::format("{} in {}", count_findings(manifests.findings).text(), counted(manifests.documents, "document"));
  if (fixes.documents == 0) { return line + '\n'; }
  const std::string documents = counted(fixes.documents, "document");
  if (fixing == Fixing::offered) { return fmt::format("{}; --fix writes tags into {}\n", line, documents); }
  return fmt::format("{}; tags written into {} of {}\n", line, documents, counted(fixes.files.size(), "file"));
}

std::string summary_text(const Outcome& outcome) {
  const Manifests& manifests = outcome.manifests;
  std::string line = fmt::format("confighub-cmp: {}, {}: {}; policy={}", counted(manifests.units.size(), "file"),
      counted(manifests.objects, "object"), count_findings(manifests.findings).text(), outcome.tags == nullptr ? "none" : outcome.tags->policy.name);
  if (outcome.tags != nullptr && !outcome.tags->environment.name.empty()) { line += fmt::format(" environment={}", outcome.tags->environment.name); }
  return printable(fmt::format("{} edited={} fixed={} ms={}", line, manifests.edited, outcome.fixed, outcome.elapsed.count()), 1500) + '\n';
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
  put(json, "fixed", outcome.fixed);
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
  const Fixes fixes = find_fixes(manifests);
  if (options.fixing == Fixing::written) { write_fixes(fixes, settings.limits); }
  const std::string closing = options.format == ReportFormat::text ? closing_line(manifests, fixes, options.fixing) : "";
  const std::string report = report_of(manifests, options.format);
  write_stdout({report, closing});
  const Outcome outcome{manifests, tags ? &*tags : nullptr, options.fixing == Fixing::written ? fixes.documents : 0, clock.steady() - start};
  write_stderr(settings.log_format == LogFormat::json ? summary_json(outcome) : summary_text(outcome));
  const std::optional<FailureKind> failure = failure_of(manifests.findings);
  return failure ? exit_code(*failure) : 0;
}

}  // namespace cmp
