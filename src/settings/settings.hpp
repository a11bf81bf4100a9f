// The operator's settings: one table drives parsing, precedence, --help, the README and plugin.yaml.
// Owns the order command line, environment, settings file, default, and where each value came from.
// Refuses unknown keys and malformed values by name and place. Nothing below reads the environment.
#pragma once

#include "base/config_file.hpp"
#include "base/environment.hpp"
#include "base/limits.hpp"
#include "base/secret.hpp"
#include "settings/revision_rule.hpp"
#include "settings/selector.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

enum class UnapprovedUnits { fail, skip };
enum class EmptySpace { refuse, allow };
enum class LogFormat { text, json };
enum class Caching { on, off };

// One entry of `access`: which project may read which spaces, and what differs for them.
struct AccessEntry {
  std::string place;                    // "settings.yaml:7: access[0]"
  std::string project;                  // glob
  std::vector<std::string> spaces;      // globs
  std::vector<RevisionRule> revisions;  // rules an Application may ask for
  std::optional<RevisionRule> revision;
  std::optional<size_t> approvals;
  std::optional<std::string> environment;
  std::optional<std::string> tag_policy;
  std::optional<UnapprovedUnits> unapproved_units;
  std::optional<EmptySpace> empty_space;
  std::optional<std::string> credentials_dir;
};

struct Settings {
  std::string url;
  std::string ca_file;
  std::string proxy;
  std::string no_proxy;
  std::string worker_id;
  Secret worker_secret;
  Secret token;
  std::string credentials_dir;
  std::vector<std::string> spaces;
  RevisionRule revision = RevisionRule::approved;
  size_t approvals = 1;
  UnapprovedUnits unapproved_units = UnapprovedUnits::fail;
  EmptySpace empty_space = EmptySpace::refuse;
  LabelSelector where;
  std::string directory;  // --from
  std::string environment;
  std::string tag_policy;
  std::string lock_file;  // below the working directory
  std::string cache_dir;
  Caching cache = Caching::on;
  LogFormat log_format = LogFormat::text;
  Limits limits;
  std::vector<AccessEntry> access;

  // Where each setting came from, by key: "default", "--space", "CONFIGHUB_SPACE" or "FILE:LINE".
  std::map<std::string, std::string, std::less<>> origins;
  std::map<std::string, std::string, std::less<>> values;  // as given; "set" for a secret
};

enum class Secrecy { open, secret };
enum class Shape { value, flag, path, paths };  // paths: with commas between

// A row of the table. An empty option, variable or file key means: cannot be set that way.
struct SettingSpec {
  std::string_view key;
  std::string_view option;
  std::string_view variable;
  std::string_view fallback;
  std::string_view placeholder;
  std::string_view help;
  void (*apply)(Settings&, const std::string&);
  Shape shape = Shape::value;
  Secrecy secrecy = Secrecy::open;
  bool in_file = true;
  // What Argo CD's page says of it. A title means that an Application may set it; without one it is the operator's only.
  std::string_view title = {};
  std::string_view tooltip = {};
};

std::span<const SettingSpec> setting_table();

UnapprovedUnits parse_unapproved_units(const std::string& text);  // "fail" or "skip"; throws BadValue
EmptySpace parse_allow_empty(const std::string& text);            // "true" or "false"; throws BadValue

// Option name (without dashes) -> value, as given on the command line.
using CommandLineValues = std::map<std::string, std::string, std::less<>>;

Settings load_settings(const CommandLineValues& command_line, const Environment& environment);

}  // namespace cmp
