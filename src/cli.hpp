// The command line: command, options from the settings table, files. Owns --help and --version texts.
// Refuses unknown commands and options with the nearest known one.
#pragma once

#include "settings/settings.hpp"

#include <string>
#include <vector>

namespace cmp {

struct CommandLine {
  std::string command;        // empty: only `text` is wanted
  CommandLineValues values;   // of the settings table
  CommandLineValues options;  // of the command itself
  std::vector<std::string> files;
  std::string text;  // --help or --version, for stdout

  bool has(std::string_view option) const { return options.find(option) != options.end(); }
};

CommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace cmp
