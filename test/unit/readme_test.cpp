// README.md repeats what the code knows: the settings table is compared here, and written anew by
// `CONFIGHUB_CMP_WRITE_README=1 build/unit-tests -tc=README*`.
#include "settings/settings.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace cmp {

namespace {

const std::string k_readme = CONFIGHUB_CMP_SOURCE_DIR "/README.md";
const std::string k_begin = "<!-- settings: made from src/setting_table.cpp -->\n";
const std::string k_end = "<!-- end of settings -->\n";

std::string code(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", text); }

std::string escaped(std::string text) {
  for (size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) { text.insert(at, "\\"); }
  return text;
}

std::string settings_table() {
  std::string table = "| Option | Variable | In the settings file | Default | Meaning |\n|---|---|---|---|---|\n";
  for (const SettingSpec& spec : setting_table()) {
    const std::string option = spec.option.empty() ? "" : fmt::format("--{}{}{}", spec.option, spec.placeholder.empty() ? "" : " ", spec.placeholder);
    table += escaped(fmt::format(
        "| {} | {} | {} | {} | {} |\n", code(option), code(spec.variable), spec.in_file ? code(spec.key) : "", code(spec.fallback), spec.help));
  }
  return table;
}

std::string read_readme() {
  std::ifstream file(k_readme, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("README.md: its settings table is the program's") {
  std::string readme = read_readme();
  const size_t begin = readme.find(k_begin);
  const size_t end = readme.find(k_end);
  REQUIRE(begin != std::string::npos);
  REQUIRE(end != std::string::npos);
  const size_t from = begin + k_begin.size();
  if (std::getenv("CONFIGHUB_CMP_WRITE_README") != nullptr) {
    readme.replace(from, end - from, settings_table());
    std::ofstream(k_readme, std::ios::binary) << readme;
    return;
  }
  CHECK(readme.substr(from, end - from) == settings_table());
}

}  // namespace cmp
