// `settings`: what holds and where each value came from, the first thing to ask when a run surprises.
#include "base/text.hpp"
#include "cli.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "settings/settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cmp {

namespace {

constexpr size_t k_max_value = 200;

}  // namespace

int run_settings(const CommandLine& command_line, const Environment& environment) {
  const Settings settings = load_settings(command_line.values, environment);
  std::string table = fmt::format("{:<24}{:<47} {}\n", "SETTING", "VALUE", "ORIGIN");
  for (const SettingSpec& spec : setting_table()) {
    const auto origin = settings.origins.find(spec.key);
    const bool given = origin != settings.origins.end();
    table += fmt::format(
        "{:<24}{:<47} {}\n", spec.key, given ? printable(settings.values.at(origin->first), k_max_value) : "unset", given ? origin->second : "");
  }
  for (const AccessEntry& entry : settings.access) {
    table += fmt::format("{:<24}{:<47} {}\n", "access", fmt::format("{}: {}", entry.project, fmt::join(entry.spaces, ", ")), entry.place);
  }
  write_stdout({table});
  return 0;
}

}  // namespace cmp
