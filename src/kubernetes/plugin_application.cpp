#include "kubernetes/plugin_application.hpp"

#include "base/failure.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string_view>

namespace cmp {

namespace {

using Json = rapidjson::Value;

constexpr std::string_view k_plugin = "confighub-cmp";
constexpr std::string_view k_own_prefix = "CONFIGHUB_";

[[noreturn]] void fail_shape(const std::string& problem) {
  throw Failure(FailureKind::content, fmt::format("the Kubernetes API's answer is not understood: {}", problem));
}

rapidjson::Document parsed(std::string& body) {
  rapidjson::Document document;
  document.ParseInsitu<rapidjson::kParseIterativeFlag>(body.data());
  if (document.HasParseError() || !document.IsObject()) { fail_shape("not a JSON object"); }
  return document;
}

// nullptr for what is absent, null, or not there because its parent is not.
const Json* member(const Json* object, const char* name) {
  if (object == nullptr || !object->IsObject()) { return nullptr; }
  const auto found = object->FindMember(name);
  return found == object->MemberEnd() || found->value.IsNull() ? nullptr : &found->value;
}

std::string text_of(const Json* object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr) { return ""; }
  if (!value->IsString()) { fail_shape(fmt::format("{} is not text", name)); }
  return {value->GetString(), value->GetStringLength()};
}

template <typename Use>
void for_each_item(const Json* list, const char* name, const Use& use) {
  if (list == nullptr) { return; }
  if (!list->IsArray()) { fail_shape(fmt::format("{} is not a list", name)); }
  for (const Json& item : list->GetArray()) { use(item); }
}

std::string to_json(const Json* value) {
  if (value == nullptr) { return "null"; }
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value->Accept(writer);
  return {buffer.GetString(), buffer.GetSize()};
}

void add_source(const Json& source, PluginApplication& application) {
  const Json* plugin = member(&source, "plugin");
  if (text_of(plugin, "name") != k_plugin) { return; }
  PluginSource added;
  added.parameters = to_json(member(plugin, "parameters"));
  for_each_item(member(plugin, "env"), "plugin.env",
      [&](const Json& entry) { added.environment.insert_or_assign(text_of(&entry, "name"), text_of(&entry, "value")); });
  added.repo_url = text_of(&source, "repoURL");
  added.path = text_of(&source, "path");
  added.target_revision = text_of(&source, "targetRevision");
  application.sources.push_back(std::move(added));
}

// `sources` wins over `source`, as it does for Argo CD.
void add_sources(const Json* spec, PluginApplication& application) {
  const Json* sources = member(spec, "sources");
  if (sources != nullptr && sources->IsArray() && !sources->Empty()) {
    for_each_item(sources, "spec.sources", [&](const Json& source) { add_source(source, application); });
  } else if (const Json* source = member(spec, "source"); source != nullptr) {
    add_source(*source, application);
  }
}

PluginApplication application_of(const Json& object) {
  const Json* metadata = member(&object, "metadata");
  const Json* spec = member(&object, "spec");
  PluginApplication application;
  application.name_space = text_of(metadata, "namespace");
  application.name = text_of(metadata, "name");
  application.resource_version = text_of(metadata, "resourceVersion");
  if (application.name_space.empty() || application.name.empty() || application.resource_version.empty()) {
    fail_shape("an Application without namespace, name or resourceVersion");
  }
  application.digest = text_of(member(metadata, "annotations"), k_digest_annotation);
  for_each_item(member(metadata, "ownerReferences"), "ownerReferences",
      [&](const Json& owner) { application.from_set = application.from_set || text_of(&owner, "kind") == "ApplicationSet"; });
  application.project = text_of(spec, "project");
  if (application.project.empty()) { application.project = "default"; }  // as Argo CD reads it
  application.destination_namespace = text_of(member(spec, "destination"), "namespace");
  application.controller_namespace = text_of(member(&object, "status"), "controllerNamespace");
  add_sources(spec, application);
  return application;
}

// Argo CD's name for an Application outside of its own namespace has that namespace in front.
std::string instance_name(const PluginApplication& application) {
  const bool elsewhere = !application.controller_namespace.empty() && application.controller_namespace != application.name_space;
  return elsewhere ? application.name_space + '_' + application.name : application.name;
}

using Variables = std::map<std::string, std::string>;

Variables variables_of(const PluginApplication& application, const PluginSource& source) {
  return {{"ARGOCD_APP_NAME", instance_name(application)}, {"ARGOCD_APP_NAMESPACE", application.destination_namespace},
      {"ARGOCD_APP_PROJECT_NAME", application.project}, {"ARGOCD_APP_SOURCE_REPO_URL", source.repo_url}, {"ARGOCD_APP_SOURCE_PATH", source.path},
      {"ARGOCD_APP_SOURCE_TARGET_REVISION", source.target_revision}};
}

std::string value_of(const std::string& name, const Variables& variables, const std::string& setting) {
  if (name.starts_with("ARGOCD_APP_REVISION") || name.starts_with("KUBE_")) {
    throw Failure(FailureKind::refused, fmt::format("plugin.env {} is made from ${}, which only Argo CD knows", setting, name),
        {"name the space in the parameter space"});
  }
  const auto found = variables.find(name);
  return found == variables.end() ? "" : found->second;  // Argo CD puts nothing in place of what it does not know
}

// Argo CD expands $NAME and ${NAME} in plugin.env, and $$ is a dollar sign.
std::string expanded(const std::string& text, const Variables& variables, const std::string& setting) {
  constexpr std::string_view k_name = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
  std::string result;
  size_t at = 0;
  while (at < text.size()) {
    const size_t dollar = std::min(text.find('$', at), text.size());
    result += text.substr(at, dollar - at);
    if (dollar == text.size()) { break; }
    const bool braced = text.compare(dollar + 1, 1, "{") == 0;
    const size_t begin = dollar + (braced ? 2 : 1);
    const size_t end = std::min(braced ? text.find('}', begin) : text.find_first_not_of(k_name, begin), text.size());
    const bool is_name = end > begin;
    result += is_name ? value_of(text.substr(begin, end - begin), variables, setting) : "$";
    at = is_name ? end + (braced ? 1 : 0) : begin + (text.compare(begin, 1, "$") == 0 ? 1 : 0);
  }
  return result;
}

}  // namespace

ApplicationPage parse_application_page(std::string&& body) {
  const rapidjson::Document document = parsed(body);
  ApplicationPage page;
  for_each_item(member(&document, "items"), "items", [&](const Json& item) {
    PluginApplication application = application_of(item);
    if (!application.sources.empty()) { page.applications.push_back(std::move(application)); }
  });
  page.next = text_of(member(&document, "metadata"), "continue");
  return page;
}

std::optional<PluginApplication> parse_application(std::string&& body) {
  PluginApplication application = application_of(parsed(body));
  if (application.sources.empty()) { return std::nullopt; }
  return application;
}

Environment generate_environment(const PluginApplication& application, const PluginSource& source) {
  const Variables known = variables_of(application, source);
  Variables variables = known;
  variables.emplace("ARGOCD_APP_PARAMETERS", source.parameters);
  for (const auto& [name, value] : source.environment) {
    if (name.starts_with(k_own_prefix)) { variables.emplace("ARGOCD_ENV_" + name, expanded(value, known, name)); }
  }
  return Environment(std::move(variables));
}

std::string refresh_patch(const PluginApplication& application, const std::string& digest) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  const auto text = [&](const char* key, const std::string& value) {
    writer.Key(key);
    writer.String(value);
  };
  writer.StartObject();
  writer.Key("metadata");
  writer.StartObject();
  text("resourceVersion", application.resource_version);
  writer.Key("annotations");
  writer.StartObject();
  text(k_digest_annotation, digest);
  text("argocd.argoproj.io/refresh", "hard");
  writer.EndObject();
  writer.EndObject();
  writer.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace cmp
