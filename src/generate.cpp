#include "base/clock.hpp"
#include "base/failure.hpp"
#include "base/text.hpp"
#include "cli.hpp"
#include "collect.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "render.hpp"
#include "summary.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <numeric>
#include <set>

namespace cmp {

namespace {

constexpr size_t k_max_notices = 6;
constexpr size_t k_max_notice = 200;

// Argo CD prunes what is missing: nothing at all is far more often a mistake than a wish.
void refuse_empty(const Collected& collected, const Rendered& rendered) {
  for (size_t i = 0; i < collected.spaces.size(); ++i) {
    const SpaceRequest& request = collected.spaces[i].request;
    if (rendered.objects_by_space[i] > 0 || request.empty_space == EmptySpace::allow) { continue; }
    throw Failure(FailureKind::refused, fmt::format("space '{}' yields no objects", request.space),
        {"Argo CD would delete everything the Application owns", "set allowEmpty for this space if that is what you want"});
  }
}

// What a reader of the output must know, because the output does not show it. Bounded: Argo CD logs it with every run.
std::vector<std::string> notices(const Settings& settings, const Collected& collected, const Rendered& rendered) {
  std::vector<std::string> lines;
  if (!settings.directory.empty()) { lines.push_back(fmt::format("read from directory {}: nothing in it was approved", settings.directory)); }
  for (const CollectedSpace& space : collected.spaces) {
    if (space.request.rule == RevisionRule::head) {
      lines.push_back(fmt::format("space '{}' is printed at head: its revisions may not be approved", space.request.space));
    }
    for (const std::string& unit : space.resolved.skipped) { lines.push_back(fmt::format("unit {}, left out", unit)); }
  }
  for (const Finding& finding : rendered.manifests.findings) {
    if (finding.severity == Severity::warning) { lines.push_back(to_line(finding)); }
  }
  if (lines.size() > k_max_notices) {
    const size_t more = lines.size() - k_max_notices;
    lines.resize(k_max_notices);
    lines.push_back(fmt::format("and {} more notices", more));
  }
  for (std::string& line : lines) { line = printable(line, k_max_notice); }
  return lines;
}

size_t total_bytes(const std::vector<std::string_view>& pieces) {
  return std::accumulate(pieces.begin(), pieces.end(), size_t{0}, [](size_t sum, std::string_view piece) { return sum + piece.size(); });
}

Summary summary_of(const Settings& settings, const Collected& collected, const Rendered& rendered) {
  Summary summary;
  std::vector<std::string> spaces;
  std::set<std::string> rules;
  std::set<std::string> generations;
  for (const CollectedSpace& space : collected.spaces) {
    spaces.push_back(space.request.space);
    rules.insert(std::string(to_string(space.request.rule)));
    generations.insert(std::string(1, letter(space.resolved.generation)));
    summary.not_printed.insert(summary.not_printed.end(), space.resolved.not_yaml.begin(), space.resolved.not_yaml.end());
  }
  const bool from_hub = settings.directory.empty();
  summary.source = from_hub ? fmt::format("{}", fmt::join(spaces, ",")) : fmt::format("directory {}", settings.directory);
  summary.rule = from_hub ? fmt::format("{}", fmt::join(rules, ",")) : "none";
  summary.generation = from_hub ? fmt::format("{}", fmt::join(generations, ",")) : "";
  summary.policy = rendered.policies;
  summary.units = rendered.manifests.units.size();
  summary.objects = rendered.manifests.objects;
  summary.edited = rendered.manifests.edited;
  summary.traffic = collected.traffic;
  return summary;
}

}  // namespace

int run_generate(const CommandLine& command_line, const Environment& environment) {
  Clock& clock = system_clock();
  const Clock::Milliseconds start = clock.steady();
  const Settings settings = load_settings(command_line.values, environment);
  const Application application = read_application(environment);
  const Deadline deadline(clock, settings.limits.budget);

  // Everything that can be wrong without the hub is known before it is asked.
  const std::vector<SpaceRequest> requests = requested_spaces(settings, application);
  const TagPolicies policies(requests);

  // Resolve, fetch and verify. Beyond this line nothing goes to the network.
  Collected collected = collect(requests, settings, clock, deadline);

  // Parse, judge and tag. Until this line is passed nothing has gone to stdout.
  const Rendered rendered = render(collected, policies, application, settings.limits, clock);
  refuse_empty(collected, rendered);

  const std::vector<std::string_view> pieces = rendered.pieces();
  write_stdout(pieces);
  for (const std::string& line : notices(settings, collected, rendered)) { write_stderr("confighub-cmp: " + line + '\n'); }
  Summary summary = summary_of(settings, collected, rendered);
  summary.bytes = total_bytes(pieces);
  summary.elapsed = clock.steady() - start;
  write_stderr(to_line(summary, settings.log_format));
  return 0;
}

int run_init(const CommandLine& command_line, const Environment& environment) {
  const Settings settings = load_settings(command_line.values, environment);
  const Application application = read_application(environment);
  const std::vector<SpaceRequest> requests = requested_spaces(settings, application);
  const TagPolicies policies(requests);
  for (const SpaceRequest& request : requests) {
    if (!request.tag_policy.empty()) { environment_of(request, policies, application); }
  }
  if (settings.directory.empty()) { check_spaces(requests, settings, system_clock(), Deadline(system_clock(), settings.limits.budget)); }
  return 0;
}

}  // namespace cmp
