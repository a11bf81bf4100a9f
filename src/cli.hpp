// The command line: command, options from the settings table, files. Owns --help and --version texts.
// Refuses unknown commands and options with the nearest known one.
#pragma once

#include "settings/settings.hpp"

#include <string>
#include <vector>

namespace cmp {

struct CommandLine {
  std::string command;  // empty: only `text` is wanted
  CommandLineValues values;
  std::vector<std::string> files;
  std::string text;  // --help or --version, for stdout
};

CommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace cmp
