// Argo CD's Application as the Kubernetes API has it: only those whose source uses this plugin, and of those only what
// `generate` would be given and what `refresh` remembers. JSON in, JSON out; no I/O.
// Refuses (exit 6) what is not the documented shape.
#pragma once

#include "base/environment.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cmp {

inline constexpr const char* k_digest_annotation = "confighub-cmp/approved-digest";

// One `source` with plugin.name confighub-cmp.
struct PluginSource {
  std::string parameters;                          // JSON, as in ARGOCD_APP_PARAMETERS
  std::map<std::string, std::string> environment;  // plugin.env, as written
  std::string repo_url;
  std::string path;
  std::string target_revision;
};

struct PluginApplication {
  std::string name_space;
  std::string name;
  std::string project;
  std::string controller_namespace;  // where Argo CD is; "" before its first look
  std::string destination_namespace;
  std::string resource_version;
  std::string digest;     // of the approved set last seen; "" when there was none
  bool from_set = false;  // made by an ApplicationSet
  std::vector<PluginSource> sources;

  std::string full_name() const { return name_space + '/' + name; }
};

struct ApplicationPage {
  std::vector<PluginApplication> applications;
  std::string next;  // continue token; "" on the last page
};

ApplicationPage parse_application_page(std::string&& body);
std::optional<PluginApplication> parse_application(std::string&& body);  // nullopt: it does not use the plugin

// The environment Argo CD would give `generate` for this source, as far as it is decided by the Application.
// Throws Failure(refused) when a setting of ours is made from a variable that only Argo CD knows.
Environment generate_environment(const PluginApplication& application, const PluginSource& source);

// A JSON merge patch: remembers the digest and asks for a hard refresh, unless somebody else changed the Application since.
std::string refresh_patch(const PluginApplication& application, const std::string& digest);

}  // namespace cmp
