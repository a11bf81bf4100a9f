#include "kubernetes/kubernetes_api.hpp"

#include "base/failure.hpp"

#include <fmt/format.h>

#include <set>

namespace cmp {

namespace {

constexpr int k_max_lists = 3;
// An Application's status names every object it owns, so a hundred of them can be megabytes.
constexpr size_t k_page = 100;

std::string applications_path(const std::string& name_space) {
  return "/apis/argoproj.io/v1alpha1" + (name_space.empty() ? "" : "/namespaces/" + url_encoded(name_space)) + "/applications";
}

std::string path_of(const std::string& name_space, const std::string& name) { return applications_path(name_space) + '/' + url_encoded(name); }

}  // namespace

KubernetesApi::KubernetesApi(
    Transport& transport, const Cluster& cluster, Clock& clock, const Deadline& deadline, const Limits& limits, HubTraffic& traffic)
    : m_http(transport, clock, deadline, limits, "Kubernetes API " + cluster.origin, traffic), m_token(cluster.token) {}

void KubernetesApi::fail(const HttpResponse& response, const std::string& doing) const {
  if (response.status != 401 && response.status != 403) { m_http.fail_status(response, doing); }
  throw Failure(FailureKind::denied, fmt::format("{} said no while {}: {}", m_http.peer(), doing, status_of(response)),
      {"the service account needs get, list and patch on applications.argoproj.io, as manifests/refresh gives it",
          "where it has them in one namespace only, --namespace must name it"});
}

std::optional<std::vector<PluginApplication>> KubernetesApi::list_once(const std::string& name_space, const std::string& doing) {
  std::vector<PluginApplication> all;
  std::set<std::string> seen;
  std::string next;
  do {
    const std::string rest = next.empty() ? "" : "&continue=" + url_encoded(next);
    HttpResponse response =
        m_http.exchange({Method::get, fmt::format("{}?limit={}{}", applications_path(name_space), k_page, rest), "", m_token}, doing);
    if (response.status == 410 && !next.empty()) { return std::nullopt; }
    if (response.status != 200) { fail(response, doing); }
    ApplicationPage page = parse_application_page(std::move(response.body));
    all.insert(all.end(), std::make_move_iterator(page.applications.begin()), std::make_move_iterator(page.applications.end()));
    next = page.next;
    if (!next.empty() && !seen.insert(next).second) {
      throw Failure(FailureKind::content, fmt::format("{} repeats a page while {}", m_http.peer(), doing));
    }
  } while (!next.empty());
  return all;
}

std::vector<PluginApplication> KubernetesApi::list_applications(const std::string& name_space) {
  const std::string doing = name_space.empty() ? "listing the Applications" : fmt::format("listing the Applications of namespace '{}'", name_space);
  for (int attempt = 0; attempt < k_max_lists; ++attempt) {
    // Rows from before and after a gap must not be mixed: one Application could be missing, another be there twice.
    if (auto all = list_once(name_space, doing)) { return std::move(*all); }
  }
  throw Failure(FailureKind::unreachable, fmt::format("{} let the list expire {} times while {}", m_http.peer(), k_max_lists, doing));
}

PluginApplication KubernetesApi::get_application(const std::string& name_space, const std::string& name) {
  const std::string doing = fmt::format("reading Application '{}/{}'", name_space, name);
  HttpResponse response = m_http.exchange({Method::get, path_of(name_space, name), "", m_token}, doing);
  if (response.status != 200) { fail(response, doing); }
  std::optional<PluginApplication> application = parse_application(std::move(response.body));
  if (!application) { throw Failure(FailureKind::usage, fmt::format("Application '{}/{}' does not use plugin confighub-cmp", name_space, name)); }
  return std::move(*application);
}

Patched KubernetesApi::patch_application(const PluginApplication& application, const std::string& patch) {
  const std::string doing = fmt::format("refreshing Application '{}'", application.full_name());
  const std::string target = path_of(application.name_space, application.name) + "?fieldManager=confighub-cmp";
  const HttpResponse response = m_http.exchange({Method::patch, target, patch, m_token}, doing);
  if (response.status == 409) { return Patched::conflict; }
  if (response.status == 404) { return Patched::gone; }
  if (response.status != 200) { fail(response, doing); }
  return Patched::done;
}

}  // namespace cmp
