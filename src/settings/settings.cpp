#include "settings/settings.hpp"

#include "base/failure.hpp"
#include "base/values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

namespace cmp {

namespace {

constexpr size_t k_max_settings_bytes = 1U << 20;

struct Given {
  std::string value;
  std::string origin;
  std::filesystem::path base;  // what a relative path is relative to; empty: the working directory
};

const SettingSpec& spec_of(std::string_view key) {
  const auto table = setting_table();
  return *std::find_if(table.begin(), table.end(), [&](const SettingSpec& spec) { return spec.key == key; });
}

std::optional<Given> from_command_line(const SettingSpec& spec, const CommandLineValues& values) {
  const auto found = spec.option.empty() ? values.end() : values.find(spec.option);
  if (found == values.end()) { return std::nullopt; }
  return Given{found->second, fmt::format("--{}", spec.option), ""};
}

// A variable set to nothing counts as unset, as shells and pod specs leave them.
std::optional<Given> from_environment(const SettingSpec& spec, const Environment& environment) {
  const std::optional<std::string> value = spec.variable.empty() ? std::nullopt : environment.get(spec.variable);
  if (!value || value->empty()) { return std::nullopt; }
  return Given{*value, std::string(spec.variable), ""};
}

std::optional<Given> from_file(const SettingSpec& spec, const std::optional<ConfigNode>& file, const std::string& path) {
  if (!file || !spec.in_file) { return std::nullopt; }
  ConfigNode node = *file;
  std::string_view rest = spec.key;
  while (!rest.empty()) {
    const std::string name(rest.substr(0, rest.find('.')));
    if (!node.has(name)) { return std::nullopt; }
    node = node.at(name);
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
  }
  const std::string value = spec.key == "space" ? fmt::format("{}", fmt::join(node.strings(), ",")) : node.scalar();
  return Given{value, node.place(), std::filesystem::path(path).parent_path()};
}

// Under Argo CD the working directory is a checkout that others write: a relative path would let them choose the file.
std::string resolved_path(const Given& given, const Environment& environment) {
  const std::filesystem::path path = given.base / given.value;
  if (!given.value.empty() && path.is_relative() && environment.get("ARGOCD_APP_NAME")) {
    throw BadValue(fmt::format("'{}' must be an absolute path under Argo CD", given.value));
  }
  return path.string();
}

// Calls `resolve` for each path of a list with commas, "a.yaml,b.yaml".
template <typename Resolve>
std::string each_resolved(const std::string& paths, const Resolve& resolve) {
  std::string resolved;
  for (size_t at = 0; at <= paths.size();) {
    const size_t comma = std::min(paths.find(',', at), paths.size());
    resolved += (at == 0 ? "" : ",") + resolve(paths.substr(at, comma - at));
    at = comma + 1;
  }
  return resolved;
}

std::string resolved_value(Shape shape, const Given& given, const Environment& environment) {
  if (shape == Shape::path) { return resolved_path(given, environment); }
  if (shape != Shape::paths) { return given.value; }
  return each_resolved(given.value, [&](const std::string& path) { return resolved_path({path, given.origin, given.base}, environment); });
}

void check_keys(const ConfigNode& file) {
  std::vector<std::string_view> top{"apiVersion", "kind", "access"};
  std::map<std::string, std::vector<std::string_view>> nested;
  for (const SettingSpec& spec : setting_table()) {
    if (!spec.in_file) { continue; }
    const size_t dot = spec.key.find('.');
    if (dot != std::string_view::npos) { nested[std::string(spec.key.substr(0, dot))].push_back(spec.key.substr(dot + 1)); }
    const std::string_view name = spec.key.substr(0, dot);
    if (std::find(top.begin(), top.end(), name) == top.end()) { top.push_back(name); }
  }
  file.allow_keys(top);
  for (const auto& [name, keys] : nested) {
    if (file.has(name)) { file.at(name).allow_keys(keys); }
  }
}

template <typename Parse>
auto parsed(const ConfigNode& node, const Parse& parse) {
  try {
    return parse(node.scalar());
  } catch (const BadValue& bad) { node.fail(bad.what()); }
}

AccessEntry load_access_entry(const ConfigNode& node, const std::filesystem::path& base) {
  node.allow_keys(
      {"project", "spaces", "revisions", "revision", "approvals", "environment", "tagPolicy", "unapprovedUnits", "allowEmpty", "credentialsDir"});
  AccessEntry entry;
  entry.place = node.place();
  entry.project = node.at("project").scalar();
  entry.spaces = node.at("spaces").strings();
  if (entry.project.empty() || entry.spaces.empty()) { node.fail("needs a project and at least one space"); }
  if (node.has("revisions")) {
    for (const ConfigNode& item : node.at("revisions").items()) { entry.revisions.push_back(parsed(item, parse_revision_rule)); }
  }
  const auto text = [](const std::string& value) { return value; };
  const auto path = [&](const std::string& value) { return (base / value).string(); };
  if (node.has("revision")) { entry.revision = parsed(node.at("revision"), parse_revision_rule); }
  if (node.has("approvals")) { entry.approvals = parsed(node.at("approvals"), parse_count); }
  if (node.has("environment")) { entry.environment = parsed(node.at("environment"), text); }
  if (node.has("tagPolicy")) {
    entry.tag_policy = parsed(node.at("tagPolicy"), [&](const std::string& paths) { return each_resolved(paths, path); });
  }
  if (node.has("unapprovedUnits")) { entry.unapproved_units = parsed(node.at("unapprovedUnits"), parse_unapproved_units); }
  if (node.has("allowEmpty")) { entry.empty_space = parsed(node.at("allowEmpty"), parse_allow_empty); }
  if (node.has("credentialsDir")) { entry.credentials_dir = parsed(node.at("credentialsDir"), path); }
  return entry;
}

// "http://user:password@proxy" is shown as "http://***@proxy".
std::string without_password(const std::string& value) {
  const size_t at = value.rfind('@');
  const size_t scheme = value.find("://");
  if (at == std::string::npos) { return value; }
  return value.substr(0, scheme == std::string::npos ? 0 : scheme + 3) + "***" + value.substr(at);
}

void apply(const SettingSpec& spec, const Given& given, const Environment& environment, Settings& settings) {
  try {
    spec.apply(settings, resolved_value(spec.shape, given, environment));
  } catch (const BadValue& bad) { throw Failure(FailureKind::usage, fmt::format("{}: {}", given.origin, bad.what())); }
  settings.origins.emplace(spec.key, given.origin);
  settings.values.emplace(spec.key, spec.secrecy == Secrecy::secret ? "set" : without_password(given.value));
}

}  // namespace

Settings load_settings(const CommandLineValues& command_line, const Environment& environment) {
  const SettingSpec& file_spec = spec_of("settings");
  std::optional<Given> place = from_command_line(file_spec, command_line);
  if (!place) { place = from_environment(file_spec, environment); }
  const std::string path = place ? place->value : std::string(file_spec.fallback);
  const auto text = read_file(path, k_max_settings_bytes, place ? Missing::is_error : Missing::is_absent);
  const auto file = text ? std::optional(ConfigNode::parse(*text, path, "Settings")) : std::nullopt;
  if (file) { check_keys(*file); }

  Settings settings;
  for (const SettingSpec& spec : setting_table()) {
    std::optional<Given> given = from_command_line(spec, command_line);
    if (!given) { given = from_environment(spec, environment); }
    if (!given) { given = from_file(spec, file, path); }
    if (!given && !spec.fallback.empty()) { given = Given{std::string(spec.fallback), "default", ""}; }
    if (given) { apply(spec, *given, environment, settings); }
  }
  if (file && file->has("access")) {
    for (const ConfigNode& node : file->at("access").items()) {
      settings.access.push_back(load_access_entry(node, std::filesystem::path(path).parent_path()));
    }
  }
  return settings;
}

}  // namespace cmp
