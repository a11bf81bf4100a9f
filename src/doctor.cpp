// `doctor`: one line per check of the installation, in the order in which a run would meet them.
// Every check runs the code a run would run; what builds on a failed check is skipped, not guessed.
#include "base/clock.hpp"
#include "base/config_file.hpp"
#include "base/failure.hpp"
#include "base/text.hpp"
#include "base/values.hpp"
#include "cli.hpp"
#include "commands.hpp"
#include "hub/hub_connection.hpp"
#include "output.hpp"
#include "render.hpp"
#include "settings/access.hpp"
#include "settings/credentials.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <functional>
#include <optional>
#include <set>

namespace cmp {

namespace {

constexpr size_t k_max_file_bytes = 16U << 20;
constexpr size_t k_max_line = 400;
constexpr std::chrono::minutes k_max_clock_difference(5);
constexpr std::chrono::seconds k_argocd_deadline(60);
constexpr const char* k_plugin_file = "/home/argocd/cmp-server/config/plugin.yaml";

class Checklist {
public:
  // `act` says what it found, or throws the Failure a run would end with. True when it passed.
  bool check(const std::string& name, const std::function<std::string()>& act) {
    try {
      add("ok", name, act());
      return true;
    } catch (const Failure& failure) {
      add("FAIL", name, failure.message());
      for (const std::string& hint : failure.hints()) { m_text += fmt::format("{:30}{}\n", "", printable(hint, k_max_line)); }
      if (m_exit_code == 0) { m_exit_code = exit_code(failure.kind()); }
      return false;
    }
  }
  void skip(const std::string& name, const std::string& why) { add("skip", name, why); }

  const std::string& text() const { return m_text; }
  int exit_code_of_run() const { return m_exit_code; }

private:
  void add(const std::string& verdict, const std::string& name, const std::string& detail) {
    m_text += fmt::format("{:<6}{:<23} {}\n", verdict, name, printable(detail, k_max_line));
  }

  std::string m_text;
  int m_exit_code = 0;
};

std::string check_budget(const Settings& settings) {
  if (settings.limits.budget >= k_argocd_deadline) {
    throw Failure(FailureKind::usage,
        fmt::format("budget {} is not below Argo CD's deadline of {}", format_duration(settings.limits.budget), format_duration(k_argocd_deadline)),
        {"lower limits.budget, or raise controller.repo.server.timeout.seconds and server.repo.server.timeout.seconds"});
  }
  return format_duration(settings.limits.budget);
}

std::string check_certificates(const Settings& settings) {
  const std::string text = *read_file(settings.ca_file, k_max_file_bytes, Missing::is_error);
  if (text.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    throw Failure(
        FailureKind::usage, fmt::format("{} holds no certificate", settings.ca_file), {"it must be PEM; Debian's ca-certificates package makes one"});
  }
  return settings.ca_file;
}

std::string check_plugin_file() {
  const auto text = read_file(k_plugin_file, k_max_file_bytes, Missing::is_absent);
  if (!text) { return "not in a sidecar: no plugin.yaml here"; }
  if (text->find("name: confighub-cmp") == std::string::npos) {
    throw Failure(FailureKind::usage, fmt::format("{} is another plugin's", k_plugin_file));
  }
  return k_plugin_file;
}

std::string check_cache(const Settings& settings) {
  if (settings.cache_dir.empty() || settings.cache == Caching::off) { return "off: every run logs in"; }
  if (!ensure_private_directory(settings.cache_dir) || access(settings.cache_dir.c_str(), W_OK) != 0) {
    throw Failure(FailureKind::usage, fmt::format("{} is not a writable directory of this user alone", settings.cache_dir),
        {"name a directory below a mounted emptyDir, the first run makes it; without it every run logs in"});
  }
  return settings.cache_dir;
}

// Without a token: whether anybody answers at all, and whether both clocks agree enough for tokens to be valid.
std::string check_reach(const Settings& settings, Clock& clock) {
  const std::unique_ptr<Transport> transport = make_transport(settings);
  HubTraffic traffic;
  HubSession session(
      *transport, clock, Deadline(clock, settings.limits.budget), settings.limits, Credentials{}, TokenCache("", "", {}), settings.url, traffic);
  const HttpResponse response = session.get_open("/api/info", "asking for its version");
  const std::string version = response.hub_version.empty() ? "" : fmt::format(", ConfigHub {}", response.hub_version);
  if (response.date) {
    const auto difference = std::chrono::abs(std::chrono::duration_cast<std::chrono::seconds>(clock.wall() - *response.date));
    if (difference > k_max_clock_difference) {
      throw Failure(FailureKind::unreachable, fmt::format("the clocks differ by {} s: tokens may look expired", difference.count()),
          {"synchronise this machine's clock"});
    }
  }
  return settings.url + version;
}

std::string check_space(const Settings& settings, const SpaceRequest& request, Clock& clock) {
  HubTraffic traffic;
  HubConnection connection(settings, request.credentials_dir, clock, Deadline(clock, settings.limits.budget), traffic);
  const auto units = connection.hub().list_units(request.space, request.where, Need::heads);
  if (!units) { return "changes while it is read"; }
  return fmt::format("{} units, API generation {}, rule {}", units->units.size(), letter(units->generation), to_string(request.rule));
}

// Under Argo CD the entries decide, and may all have workers of their own.
std::set<std::string> credentials_dirs(const Settings& settings, const Application& application) {
  if (!application.under_argocd || settings.access.empty()) { return {settings.credentials_dir}; }
  std::set<std::string> directories;
  for (const AccessEntry& entry : settings.access) { directories.insert(entry.credentials_dir.value_or(settings.credentials_dir)); }
  return directories;
}

std::string check_credentials(const Settings& settings, const std::string& directory) {
  const Credentials credentials = read_credentials(settings, directory);
  const std::string origin = directory.empty() ? "from the environment" : directory;
  return credentials.is_token() ? fmt::format("a token, {}", origin) : fmt::format("worker {}, {}", credentials.worker_id, origin);
}

std::string check_policy(const SpaceRequest& request, const Application& application) {
  const TagPolicies policies({request});
  const TagEnvironment environment = environment_of(request, policies, application);
  return fmt::format("{}{}", policies.at(request.tag_policy).name,
      environment.name.empty() ? "" : fmt::format(", environment {} by {}", environment.name, environment.origin));
}

void check_spaces_of_run(Checklist& list, const Settings& settings, const Application& application, bool reached, Clock& clock) {
  std::vector<SpaceRequest> requests;
  const bool allowed = list.check("access", [&] {
    requests = allowed_spaces(settings, application);
    return application.under_argocd ? fmt::format("project {}", application.project) : std::string("not under Argo CD: the credential is the fence");
  });
  if (!allowed) { return; }
  for (const SpaceRequest& request : requests) {
    const std::string name = fmt::format("space {}", request.space);
    if (request.tag_policy.empty()) {
      list.skip("tag policy", "none is set: nothing is injected or judged");
    } else {
      list.check("tag policy", [&] { return check_policy(request, application); });
    }
    if (reached) {
      list.check(name, [&] { return check_space(settings, request, clock); });
    } else {
      list.skip(name, "the hub or the credential failed above");
    }
  }
}

}  // namespace

int run_doctor(const CommandLine& command_line, const Environment& environment) {
  Clock& clock = system_clock();
  Checklist list;
  std::optional<Settings> settings;
  Application application;
  const bool readable = list.check("settings", [&] {
    settings = load_settings(command_line.values, environment);
    application = read_application(environment);
    return fmt::format("{} ({})", settings->values.at("settings"), settings->origins.at("settings"));
  });
  list.check("plugin.yaml", check_plugin_file);
  if (readable) {
    list.check("budget", [&] { return check_budget(*settings); });
    list.check("cache", [&] { return check_cache(*settings); });
    list.check("CA certificates", [&] { return check_certificates(*settings); });
    bool credential = true;
    for (const std::string& directory : credentials_dirs(*settings, application)) {
      credential = list.check("credential", [&] { return check_credentials(*settings, directory); }) && credential;
    }
    const bool reached = list.check("hub", [&] { return check_reach(*settings, clock); });
    check_spaces_of_run(list, *settings, application, credential && reached, clock);
  }
  write_stdout({list.text()});
  return list.exit_code_of_run();
}

}  // namespace cmp
