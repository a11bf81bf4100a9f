// `refresh`: tells Argo CD that an approval happened in ConfigHub, which it cannot see: it caches manifests under the Git
// revision. What was last seen is kept on the Application itself, so nothing else has to be stored, and a run repeats safely.
#include "approved_sets.hpp"
#include "base/clock.hpp"
#include "base/failure.hpp"
#include "base/values.hpp"
#include "cli.hpp"
#include "commands.hpp"
#include "kubernetes/kubernetes_api.hpp"
#include "output.hpp"
#include "refresh_report.hpp"
#include "settings/access.hpp"
#include "settings/application.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmp {

namespace {

struct RefreshOptions {
  std::string name_space;
  std::string application;  // "namespace/name", or empty for all
  size_t max_patches = 0;
  bool dry_run = false;
  std::string kube_url;
  std::string service_account_dir;
};

// An Application and what it may print, or why it may not.
struct Candidate {
  PluginApplication application;
  std::vector<SpaceRequest> requests;  // without those that are locked
  std::string refusal;
};

RefreshOptions read_options(const CommandLine& command_line) {
  RefreshOptions options;
  const auto given = [&](const char* name, const char* fallback) {
    const auto found = command_line.options.find(name);
    return found == command_line.options.end() ? std::string(fallback) : found->second;
  };
  options.name_space = given("namespace", "");
  options.application = given("application", "");
  options.dry_run = command_line.has("dry-run");
  options.kube_url = given("kube-url", "");
  options.service_account_dir = given("service-account-dir", "/var/run/secrets/kubernetes.io/serviceaccount");
  try {
    options.max_patches = parse_count(given("max-patches", "50"));
  } catch (const BadValue& bad) { throw Failure(FailureKind::usage, fmt::format("--max-patches: {}", bad.what())); }
  const size_t slash = options.application.find('/');
  if (!options.application.empty() && (slash == 0 || slash >= options.application.size() - 1)) {
    throw Failure(FailureKind::usage, fmt::format("--application '{}' is not NAMESPACE/NAME", options.application));
  }
  return options;
}

std::vector<PluginApplication> applications_of(KubernetesApi& api, const RefreshOptions& options) {
  if (!options.application.empty()) {
    const size_t slash = options.application.find('/');
    return {api.get_application(options.application.substr(0, slash), options.application.substr(slash + 1))};
  }
  std::vector<PluginApplication> applications = api.list_applications(options.name_space);
  std::sort(applications.begin(), applications.end(), [](const auto& a, const auto& b) { return a.full_name() < b.full_name(); });
  return applications;
}

// The same reading and the same fence as in `generate`. What an author wrote wrongly is no failure of the run.
Candidate fenced(PluginApplication application, const Settings& settings) {
  Candidate candidate{std::move(application), {}, ""};
  try {
    for (const PluginSource& source : candidate.application.sources) {
      const Application view = read_application(generate_environment(candidate.application, source));
      for (SpaceRequest& request : allowed_spaces(settings, view)) {
        if (request.rule != RevisionRule::locked) { candidate.requests.push_back(std::move(request)); }
      }
    }
  } catch (const Failure& failure) { candidate.refusal = failure.message(); }
  return candidate;
}

std::vector<Candidate> candidates_of(std::vector<PluginApplication> applications, const Settings& settings) {
  std::vector<Candidate> candidates;
  for (PluginApplication& application : applications) { candidates.push_back(fenced(std::move(application), settings)); }
  return candidates;
}

std::vector<SpaceRequest> requests_of(const std::vector<Candidate>& candidates) {
  std::vector<SpaceRequest> requests;
  for (const Candidate& candidate : candidates) {
    if (candidate.refusal.empty()) { requests.insert(requests.end(), candidate.requests.begin(), candidate.requests.end()); }
  }
  return requests;
}

std::string what_changed(const PluginApplication& application, size_t units) {
  if (!application.digest.empty()) { return fmt::format("{} units, changed", units); }
  // An ApplicationSet takes away what its template does not have, and every run would be the first.
  const std::string hint = application.from_set ? fmt::format("; its ApplicationSet must preserve annotation {}", k_digest_annotation) : "";
  return fmt::format("{} units, seen for the first time{}", units, hint);
}

class Refresher {
public:
  Refresher(KubernetesApi& api, ApprovedSets& sets, const RefreshOptions& options) : m_api(&api), m_sets(&sets), m_options(&options) {}

  Outcome run(const Candidate& candidate) {
    const std::string name = candidate.application.full_name();
    if (!candidate.refusal.empty()) { return {name, Verdict::refused, candidate.refusal, {}}; }
    if (candidate.requests.empty()) { return {name, Verdict::locked, "Git tells Argo CD", {}}; }
    try {
      return compare(candidate);
    } catch (const Failure& failure) {
      if (failure.kind() == FailureKind::refused) { return {name, Verdict::refused, failure.message(), {}}; }
      return {name, Verdict::failed, failure.message(), failure};
    }
  }

private:
  Outcome compare(const Candidate& candidate) {
    ApprovedSet approved;
    for (const SpaceRequest& request : candidate.requests) {
      const ApprovedSet& set = m_sets->of(request);
      approved.insert(set.begin(), set.end());
    }
    const std::string digest = digest_of(approved);
    const std::string name = candidate.application.full_name();
    if (digest == candidate.application.digest) { return {name, Verdict::unchanged, fmt::format("{} units", approved.size()), {}}; }
    if (m_patches == m_options->max_patches) {
      return {name, Verdict::waiting, fmt::format("for the next run, {} are patched in this one (--max-patches)", m_patches), {}};
    }
    return refresh(candidate.application, digest, what_changed(candidate.application, approved.size()));
  }

  Outcome refresh(const PluginApplication& application, const std::string& digest, const std::string& why) {
    const std::string name = application.full_name();
    const Patched patched = m_options->dry_run ? Patched::done : m_api->patch_application(application, refresh_patch(application, digest));
    if (patched == Patched::conflict) { return {name, Verdict::waiting, "for the next run, somebody changed it meanwhile", {}}; }
    if (patched == Patched::gone) { return {name, Verdict::unchanged, "deleted meanwhile", {}}; }
    ++m_patches;
    return {name, m_options->dry_run ? Verdict::would_refresh : Verdict::refreshed, why, {}};
  }

  KubernetesApi* m_api;
  ApprovedSets* m_sets;
  const RefreshOptions* m_options;
  size_t m_patches = 0;
};

}  // namespace

int run_refresh(const CommandLine& command_line, const Environment& environment) {
  Clock& clock = system_clock();
  const Clock::Milliseconds start = clock.steady();
  const Settings settings = load_settings(command_line.values, environment);
  if (!settings.directory.empty()) { throw Failure(FailureKind::usage, "refresh compares with the hub, so --from does not apply"); }
  const RefreshOptions options = read_options(command_line);
  const Deadline deadline(clock, settings.limits.budget);
  HubTraffic traffic;

  // Which Applications use the plugin, and what each of them may print.
  const Cluster cluster = find_cluster(options.kube_url, options.service_account_dir, environment);
  const auto transport = make_curl_transport({cluster.origin, cluster.ca_file, "", "", settings.limits.response_bytes, settings.limits.header_bytes});
  KubernetesApi api(*transport, cluster, clock, deadline, settings.limits, traffic);
  const std::vector<Candidate> candidates = candidates_of(applications_of(api, options), settings);

  // What is approved now, compared with what each of them saw last. One that fails does not stop the others.
  ApprovedSets sets(requests_of(candidates), settings, clock, deadline, traffic);
  Refresher refresher(api, sets, options);
  std::vector<Outcome> outcomes;
  for (const Candidate& candidate : candidates) { outcomes.push_back(refresher.run(candidate)); }

  write_stdout({to_text(outcomes)});
  if (const std::optional<Failure> failure = failure_of_run(outcomes)) { throw *failure; }
  write_stderr(to_line(outcomes, traffic, clock.steady() - start, settings.log_format));
  return 0;
}

}  // namespace cmp
