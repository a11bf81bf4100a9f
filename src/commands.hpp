// What each command does, one function a command: the pipelines of the program, to be read first.
// Each returns the exit code of a run that ended by itself, and throws Failure for every other end.
#pragma once

#include "base/environment.hpp"
#include "settings/settings.hpp"

#include <span>
#include <string_view>

namespace cmp {

struct CommandLine;

// An option of one command only; what every command understands is in the settings table.
struct CommandOption {
  std::string_view name;
  std::string_view short_name;  // only where kubectl has the same
  std::string_view placeholder;
  std::string_view help;
  Shape shape = Shape::value;
};

// Its values are files, like the arguments without an option.
inline constexpr std::string_view k_filename = "filename";

struct Command {
  std::string_view name;
  std::string_view arguments;  // "FILE...", or empty
  std::string_view help;
  int (*run)(const CommandLine&, const Environment&);
  std::span<const CommandOption> options = {};
};

std::span<const Command> commands();

int run_check(const CommandLine& command_line, const Environment& environment);
int run_generate(const CommandLine& command_line, const Environment& environment);
int run_doctor(const CommandLine& command_line, const Environment& environment);
int run_diff(const CommandLine& command_line, const Environment& environment);
int run_lock(const CommandLine& command_line, const Environment& environment);
int run_refresh(const CommandLine& command_line, const Environment& environment);
int run_settings(const CommandLine& command_line, const Environment& environment);
int run_init(const CommandLine& command_line, const Environment& environment);

}  // namespace cmp
