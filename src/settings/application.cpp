#include "settings/application.hpp"

#include "base/failure.hpp"
#include "base/values.hpp"
#include "settings/settings.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>

namespace cmp {

namespace {

constexpr std::string_view k_parameters = "ARGOCD_APP_PARAMETERS";
constexpr std::string_view k_prefix = "ARGOCD_ENV_CONFIGHUB_";

struct Wish {
  std::string key;
  std::string value;
  std::string origin;
};

// Rows of the settings table that an Application may set; `name` is the key or, behind the prefix, the key in capitals.
const SettingSpec* application_setting(const std::string& name) {
  const auto table = setting_table();
  const auto found = std::find_if(table.begin(), table.end(), [&](const SettingSpec& spec) { return !spec.title.empty() && spec.key == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
  return text;
}

[[noreturn]] void fail_not_allowed(const std::string& origin) {
  throw Failure(FailureKind::usage, fmt::format("{} cannot be set by an Application", origin),
      {"an Application may set space, revision and where; everything else is the operator's"});
}

[[noreturn]] void fail_parameters(const std::string& problem) { throw Failure(FailureKind::usage, fmt::format("{}: {}", k_parameters, problem)); }

std::vector<Wish> wishes_from_variables(const Environment& environment) {
  std::vector<Wish> wishes;
  for (const std::string& name : environment.names_with_prefix(k_prefix)) {
    const std::string suffix = name.substr(k_prefix.size());
    const std::string key = lower_case(suffix);
    const bool in_capitals = std::none_of(suffix.begin(), suffix.end(), [](unsigned char c) { return c >= 'a' && c <= 'z'; });
    if (!in_capitals || application_setting(key) == nullptr) { fail_not_allowed(name); }
    wishes.push_back({key, *environment.get(name), name});
  }
  return wishes;
}

std::string parameter_value(const rapidjson::Value& parameter, const std::string& name) {
  const auto member = [&](const char* key) { return parameter.HasMember(key) ? &parameter[key] : nullptr; };
  if (member("map") != nullptr) { fail_parameters(fmt::format("parameter {} must be a string", name)); }
  if (const auto* text = member("string"); text != nullptr && text->IsString() && member("array") == nullptr) {
    return {text->GetString(), text->GetStringLength()};
  }
  const auto* list = member("array");
  if (name != "space" || list == nullptr || !list->IsArray() || list->Empty() || member("string") != nullptr) {
    fail_parameters(fmt::format("parameter {} must be {}", name, name == "space" ? "a string or a list of strings" : "a string"));
  }
  std::string joined;
  for (const auto& item : list->GetArray()) {
    if (!item.IsString()) { fail_parameters("parameter space must be a string or a list of strings"); }
    joined += (joined.empty() ? "" : ",") + std::string(item.GetString(), item.GetStringLength());
  }
  return joined;
}

std::vector<Wish> wishes_from_parameters(const Environment& environment) {
  const std::string text = environment.get(k_parameters).value_or("null");
  rapidjson::Document json;
  json.Parse<rapidjson::kParseIterativeFlag>(text.data(), text.size());
  if (json.HasParseError() || (!json.IsArray() && !json.IsNull())) { fail_parameters("is not a JSON array of parameters"); }
  std::vector<Wish> wishes;
  if (json.IsNull()) { return wishes; }
  for (const auto& parameter : json.GetArray()) {
    if (!parameter.IsObject() || !parameter.HasMember("name") || !parameter["name"].IsString()) { fail_parameters("a parameter has no name"); }
    const std::string name(parameter["name"].GetString(), parameter["name"].GetStringLength());
    if (application_setting(name) == nullptr) { fail_not_allowed(fmt::format("parameter '{}'", name)); }
    wishes.push_back({name, parameter_value(parameter, name), fmt::format("parameter {}", name)});
  }
  return wishes;
}

void grant(const Wish& wish, Application& application) {
  try {
    if (wish.key == "space") { application.spaces = parse_slugs(wish.value); }
    if (wish.key == "revision") { application.revision = parse_revision_rule(wish.value); }
    if (wish.key == "where") { application.where = LabelSelector::parse(wish.value); }
  } catch (const BadValue& bad) { throw Failure(FailureKind::usage, fmt::format("{}: {}", wish.origin, bad.what())); }
}

}  // namespace

Application read_application(const Environment& environment) {
  Application application;
  application.under_argocd = environment.get("ARGOCD_APP_NAME").has_value();
  application.name = environment.get("ARGOCD_APP_NAME").value_or("");
  application.project = environment.get("ARGOCD_APP_PROJECT_NAME").value_or("");

  std::vector<Wish> wishes = wishes_from_parameters(environment);
  for (Wish& wish : wishes_from_variables(environment)) { wishes.push_back(std::move(wish)); }
  std::map<std::string, const Wish*> first;
  for (const Wish& wish : wishes) {
    const auto [entry, added] = first.emplace(wish.key, &wish);
    if (!added && entry->second->value != wish.value) {
      throw Failure(
          FailureKind::usage, fmt::format("{} and {} differ for {}", entry->second->origin, wish.origin, wish.key), {"set it in one place only"});
    }
    grant(wish, application);
    application.origins.emplace(wish.key, wish.origin);
  }
  return application;
}

}  // namespace cmp
