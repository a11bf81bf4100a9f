#include "cli.hpp"

#include "base/config_file.hpp"
#include "base/failure.hpp"
#include "commands.hpp"

// Values stay as given: commas belong to selectors and lists of spaces.
#define CXXOPTS_VECTOR_DELIMITER '\0'
#define CXXOPTS_NO_REGEX  // its own parser; std::regex would add 200 kB to the program
#include <cxxopts.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cmp {

namespace {

constexpr const char* k_files = "files";

std::string how_to_set(const SettingSpec& spec) {
  std::string ways = spec.variable.empty() ? "" : fmt::format(" [{}]", spec.variable);
  if (!spec.fallback.empty()) { ways += fmt::format(" (default {})", spec.fallback); }
  return ways;
}

std::string general_help() {
  std::string text = "Print exactly the approved configuration of a ConfigHub space, with its AWS tags in place.\n\nUsage: confighub-cmp COMMAND "
                     "[OPTIONS]\n\nCommands:\n";
  for (const Command& command : commands()) {
    text += fmt::format("  {:<20}{}\n", fmt::format("{} {}", command.name, command.arguments), command.help);
  }
  return text + "\nconfighub-cmp COMMAND --help shows the options; each can also be set by its variable or in the settings file.\n"
                "Exit codes: 0 done, 1 difference found, 2 usage or settings, 3 refused by a rule, 4 hub not reachable in time,\n"
                "5 hub said no, 6 content is bad, 7 output could not be written.\n";
}

std::string command_help(const Command& command) {
  std::string text = fmt::format("confighub-cmp {} {}: {}\n\nOptions:\n", command.name, command.arguments, command.help);
  for (const CommandOption& option : command.options) {
    const std::string name = option.short_name.empty() ? fmt::format("--{}", option.name) : fmt::format("-{}, --{}", option.short_name, option.name);
    text += fmt::format("  {:<34}{}\n", fmt::format("{} {}", name, option.placeholder), option.help);
  }
  for (const SettingSpec& spec : setting_table()) {
    if (spec.option.empty()) { continue; }
    text += fmt::format("  {:<34}{}{}\n", fmt::format("--{} {}", spec.option, spec.placeholder), spec.help, how_to_set(spec));
  }
  text += "\nOnly from the environment:\n";
  for (const SettingSpec& spec : setting_table()) {
    if (spec.option.empty()) { text += fmt::format("  {:<34}{}\n", spec.variable, spec.help); }
  }
  return text;
}

const Command& find_command(const std::string& name) {
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    if (command.name == name) { return command; }
    names.push_back(command.name);
  }
  const auto meant = nearest(name, names);
  throw Failure(FailureKind::usage, fmt::format("unknown command '{}'", name),
      {meant ? fmt::format("did you mean {}?", *meant) : "confighub-cmp --help lists the commands"});
}

cxxopts::Options options_of(const Command& command) {
  cxxopts::Options options("confighub-cmp");
  options.allow_unrecognised_options();
  options.add_options()("h,help", "")("version", "");
  for (const SettingSpec& spec : setting_table()) {
    if (spec.option.empty()) { continue; }
    const auto value = cxxopts::value<std::vector<std::string>>();
    if (spec.shape == Shape::flag) { value->implicit_value("true"); }
    options.add_options()(std::string(spec.option), "", value);
  }
  for (const CommandOption& option : command.options) {
    const auto value = cxxopts::value<std::vector<std::string>>();
    if (option.shape == Shape::flag) { value->implicit_value("true"); }
    options.add_options()(option.short_name.empty() ? std::string(option.name) : fmt::format("{},{}", option.short_name, option.name), "", value);
  }
  if (!command.arguments.empty()) {
    options.add_options()(k_files, "", cxxopts::value<std::vector<std::string>>());
    options.parse_positional({k_files});
  }
  return options;
}

[[noreturn]] void fail_unknown(const Command& command, const std::string& argument) {
  if (!argument.starts_with('-')) { throw Failure(FailureKind::usage, fmt::format("{} takes no argument '{}'", command.name, argument)); }
  std::vector<std::string_view> names;
  for (const SettingSpec& spec : setting_table()) { names.push_back(spec.option); }
  for (const CommandOption& option : command.options) { names.push_back(option.name); }
  const std::string name = argument.substr(argument.find_first_not_of('-') == std::string::npos ? argument.size() : argument.find_first_not_of('-'));
  const auto meant = nearest(name.substr(0, name.find('=')), names);
  throw Failure(FailureKind::usage, fmt::format("unknown option '{}'", argument.substr(0, argument.find('='))),
      {meant && !meant->empty() ? fmt::format("did you mean --{}?", *meant)
                                : fmt::format("confighub-cmp {} --help lists the options", command.name)});
}

// A list may be given in several options; everything else once.
std::string single_value(const SettingSpec& spec, const std::vector<std::string>& given) {
  if (given.size() > 1 && spec.key != "space") { throw Failure(FailureKind::usage, fmt::format("--{} is given twice", spec.option)); }
  return fmt::format("{}", fmt::join(given, ","));
}

CommandLine parsed(const Command& command, int argc, const char* const* argv) {
  CommandLine line{std::string(command.name), {}, {}, {}, ""};
  const cxxopts::ParseResult result = options_of(command).parse(argc, argv);
  if (!result.unmatched().empty()) { fail_unknown(command, result.unmatched().front()); }
  if (result.count("help") > 0) { return {"", {}, {}, {}, command_help(command)}; }
  for (const SettingSpec& spec : setting_table()) {
    const std::string name(spec.option);
    if (!name.empty() && result.count(name) > 0) { line.values.emplace(name, single_value(spec, result[name].as<std::vector<std::string>>())); }
  }
  for (const CommandOption& option : command.options) {
    const std::string name(option.name);
    if (option.name == k_filename) { continue; }
    if (result.count(name) > 1) { throw Failure(FailureKind::usage, fmt::format("--{} is given twice", name)); }
    if (result.count(name) == 1) { line.options.emplace(name, fmt::format("{}", fmt::join(result[name].as<std::vector<std::string>>(), ","))); }
  }
  for (const char* name : {k_files, k_filename.data()}) {
    if (result.count(name) == 0) { continue; }
    const std::vector<std::string>& files = result[name].as<std::vector<std::string>>();
    line.files.insert(line.files.end(), files.begin(), files.end());
  }
  return line;
}

}  // namespace

CommandLine parse_command_line(int argc, const char* const* argv) {
  const std::string first = argc > 1 ? argv[1] : "--help";
  if (first == "--help" || first == "-h" || first == "help") { return {"", {}, {}, {}, general_help()}; }
  if (first == "--version" || first == "version") { return {"", {}, {}, {}, "confighub-cmp " CONFIGHUB_CMP_VERSION "\n"}; }
  if (first.starts_with('-')) {
    throw Failure(FailureKind::usage, fmt::format("a command must stand before {}", first), {"confighub-cmp --help lists the commands"});
  }
  const Command& command = find_command(first);
  try {
    return parsed(command, argc - 1, argv + 1);
  } catch (const cxxopts::exceptions::exception& error) { throw Failure(FailureKind::usage, error.what()); }
}

}  // namespace cmp
