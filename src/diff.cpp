// `diff AGAINST`: what generate would print (+) beside the lock, what is live, the heads, or a directory (-), object by object.
// Both sides pass the same policy, so only what somebody changed differs. Values of Secrets are masked.
#include "base/config_file.hpp"
#include "base/failure.hpp"
#include "base/text.hpp"
#include "cli.hpp"
#include "collect.hpp"
#include "commands.hpp"
#include "directory.hpp"
#include "manifest/objects.hpp"
#include "manifest/yaml_reader.hpp"
#include "output.hpp"
#include "render.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <dtl/dtl.hpp>
#include <functional>
#include <map>
#include <set>
#include <sstream>

namespace cmp {

namespace {

constexpr size_t k_max_line = 2000;

// Documents by the objects in them: "Bucket default/site", or several names for a list.
using Objects = std::map<std::string, std::string>;

// Equal values show as equal and different ones as different, and nothing can be guessed from either: the salt is this run's.
std::string mask(std::string_view value, std::uint64_t salt) {
  return fmt::format("*** ({:04x})", std::hash<std::string>{}(fmt::format("{}{}", salt, value)) & 0xFFFF);
}

void collect_secret_values(const YamlTree& tree, NodeId secret, std::map<std::uint32_t, NodeId>& values) {
  for (const char* key : {"data", "stringData"}) {
    const auto map = tree.find(secret, key);
    if (!map || !tree.is_mapping(map->value)) { continue; }
    for (const MapEntry& entry : tree.entries(map->value)) { values.emplace(tree.at(entry.value).begin, tree.resolved(entry.value)); }
  }
}

std::string masked_text(const YamlTree& tree, const std::vector<ObjectRef>& objects, std::uint64_t salt) {
  std::map<std::uint32_t, NodeId> values;
  for (const ObjectRef& object : objects) {
    if (object.kind == "Secret" && object.group().empty()) { collect_secret_values(tree, object.node, values); }
  }
  std::string text;
  size_t at = 0;
  for (const auto& [begin, node] : values) {
    if (begin < at) { continue; }
    text += tree.source().substr(at, begin - at);
    at = tree.end_of(node);
    text += mask(tree.source().substr(begin, at - begin), salt);
    if (at > begin && tree.source()[at - 1] == '\n') { text += '\n'; }
  }
  return text + std::string(tree.source().substr(at));
}

std::string names_of(const std::vector<ObjectRef>& objects) {
  std::string names;
  for (const ObjectRef& object : objects) {
    const std::string kind = object.group().empty() ? std::string(object.kind) : fmt::format("{}.{}", object.kind, object.group());
    names += fmt::format("{}{} {}{}{}", names.empty() ? "" : ", ", kind, object.ns, object.ns.empty() ? "" : "/", object.name);
  }
  return names;
}

Objects objects_of(const Rendered& rendered, const Limits& limits, std::uint64_t salt) {
  Objects objects;
  YamlTree tree;
  for (const UnitDocuments& unit : rendered.manifests.units) {
    for (const Document& document : unit.documents) {
      read_yaml(document.text(unit.unit), document.line, limits, tree);
      std::vector<Finding> ignored;  // reported when the document was rendered
      DocumentFindings findings(ignored, unit.unit.name(), document.number, tree);
      const std::vector<ObjectRef> found = find_objects(tree, findings);
      objects.emplace(names_of(found), masked_text(tree, found, salt));
    }
  }
  return objects;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) { lines.push_back(line); }
  return lines;
}

std::string hunks(const std::string& before, const std::string& after) {
  dtl::Diff<std::string> diff(lines_of(before), lines_of(after));
  diff.onHuge();
  diff.compose();
  diff.composeUnifiedHunks();
  std::ostringstream text;
  diff.printUnifiedFormat(text);
  std::string hunks = text.str();
  // dtl counts the lines of an empty side from 1, patch(1) from 0.
  if (before.empty()) { hunks.replace(hunks.find("-1,0"), 4, "-0,0"); }
  if (after.empty()) { hunks.replace(hunks.find("+1,0"), 4, "+0,0"); }
  return hunks;
}

enum class Colour { no, yes };

// On a terminal a line of somebody's unit must not move the cursor, and colour helps; in a file both would be noise.
std::string for_terminal(const std::string& text) {
  std::string shown;
  for (const std::string& line : lines_of(text)) {
    const char* colour = line.starts_with('+') ? "\x1b[32m" : line.starts_with('-') ? "\x1b[31m" : line.starts_with('@') ? "\x1b[36m" : "";
    shown += fmt::format("{}{}{}\n", colour, printable(line, k_max_line), *colour == '\0' ? "" : "\x1b[0m");
  }
  return shown;
}

std::string difference(const Objects& before, const std::string& before_name, const Objects& after) {
  std::set<std::string> names;
  for (const auto& [name, text] : before) { names.insert(name); }
  for (const auto& [name, text] : after) { names.insert(name); }
  const auto text_of = [](const Objects& objects, const std::string& name) {
    const auto found = objects.find(name);
    return found == objects.end() ? std::string() : found->second;
  };
  std::string all;
  for (const std::string& name : names) {
    const std::string old_text = text_of(before, name);
    const std::string new_text = text_of(after, name);
    if (old_text != new_text) { all += fmt::format("--- {}: {}\n+++ generate: {}\n{}", before_name, name, name, hunks(old_text, new_text)); }
  }
  return all;
}

std::vector<SpaceRequest> requests_against(std::vector<SpaceRequest> requests, const std::string& against) {
  const std::map<std::string, RevisionRule> rules{
      {"head", RevisionRule::head}, {"live", RevisionRule::live}, {"lock", RevisionRule::locked}, {"approved", RevisionRule::approved}};
  for (SpaceRequest& request : requests) { request.rule = rules.at(against); }
  return requests;
}

bool is_rule(const std::string& against) { return against == "head" || against == "live" || against == "lock" || against == "approved"; }

Colour colour_of(const Environment& environment) {
  const bool wanted = !environment.get("NO_COLOR") && environment.get("TERM").value_or("dumb") != "dumb";
  return wanted && isatty(STDOUT_FILENO) == 1 ? Colour::yes : Colour::no;
}

}  // namespace

int run_diff(const CommandLine& command_line, const Environment& environment) {
  if (command_line.files.size() != 1) {
    throw Failure(FailureKind::usage, "diff needs one thing to compare with: lock, live, head, approved or a directory");
  }
  const std::string against = command_line.files.front();
  Clock& clock = system_clock();
  Settings settings = load_settings(command_line.values, environment);
  const Application application = read_application(environment);
  const Deadline deadline(clock, settings.limits.budget);
  const std::uint64_t salt = clock.random();
  const std::vector<SpaceRequest> requests = requested_spaces(settings, application);
  const TagPolicies policies(requests);

  Collected now = collect(requests, settings, clock, deadline);
  const Objects after = objects_of(render(now, policies, application, settings.limits, clock), settings.limits, salt);

  if (!is_rule(against)) { settings.directory = against; }
  Collected then = collect(is_rule(against) ? requests_against(requests, against) : requests, settings, clock, deadline);
  const Objects before = objects_of(render(then, policies, application, settings.limits, clock), settings.limits, salt);

  const std::string text = difference(before, against, after);
  write_stdout({colour_of(environment) == Colour::yes ? for_terminal(text) : text});
  return text.empty() ? 0 : 1;
}

}  // namespace cmp
