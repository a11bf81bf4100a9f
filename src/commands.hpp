// What each command does, one function a command: the pipelines of the program, to be read first.
// Each returns the exit code of a run that ended by itself, and throws Failure for every other end.
#pragma once

#include "base/environment.hpp"

#include <span>
#include <string_view>

namespace cmp {

struct CommandLine;

struct Command {
  std::string_view name;
  std::string_view arguments;  // "FILE...", or empty
  std::string_view help;
  int (*run)(const CommandLine&, const Environment&);
};

std::span<const Command> commands();

int run_generate(const CommandLine& command_line, const Environment& environment);
int run_doctor(const CommandLine& command_line, const Environment& environment);
int run_settings(const CommandLine& command_line, const Environment& environment);
int run_init(const CommandLine& command_line, const Environment& environment);

}  // namespace cmp
