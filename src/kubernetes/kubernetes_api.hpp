// The Kubernetes API in the words refresh needs: which Applications use the plugin, and one patch of one of them.
// Owns paging, a list that expires half-way, and the sentence for each refusal. Reads only, but for `patch`.
#pragma once

#include "hub/http_session.hpp"
#include "kubernetes/cluster.hpp"
#include "kubernetes/plugin_application.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cmp {

enum class Patched {
  done,
  conflict,  // somebody changed the Application since it was read
  gone,      // somebody deleted it
};

class KubernetesApi {
public:
  KubernetesApi(Transport& transport, const Cluster& cluster, Clock& clock, const Deadline& deadline, const Limits& limits, HubTraffic& traffic);

  // Of one namespace, or of all when it is empty.
  std::vector<PluginApplication> list_applications(const std::string& name_space);
  // Throws Failure(denied) when it does not exist, Failure(usage) when it does not use the plugin.
  PluginApplication get_application(const std::string& name_space, const std::string& name);
  Patched patch_application(const PluginApplication& application, const std::string& patch);

private:
  // nullopt when the list expired between two pages.
  std::optional<std::vector<PluginApplication>> list_once(const std::string& name_space, const std::string& doing);
  [[noreturn]] void fail(const HttpResponse& response, const std::string& doing) const;

  HttpSession m_http;
  Secret m_token;
};

}  // namespace cmp
