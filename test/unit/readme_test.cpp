// README.md repeats what the code knows: its tables are compared here, and written anew by
// `CONFIGHUB_CMP_WRITE_README=1 build/unit-tests -tc=README*`.
#include "manifest/finding.hpp"
#include "settings/settings.hpp"
#include "tags/tag_policy_keys.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace cmp {

namespace {

const std::string k_readme = CONFIGHUB_CMP_SOURCE_DIR "/README.md";

std::string code(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", text); }

std::string cell(std::string text) {
  for (size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) { text.insert(at, "\\"); }
  return text;
}

std::string row(std::vector<std::string> cells) {
  for (std::string& text : cells) { text = cell(text); }
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

std::string settings_table() {
  std::string table = "| Option | Variable | In the settings file | Default | Meaning |\n|---|---|---|---|---|\n";
  for (const SettingSpec& spec : setting_table()) {
    const std::string option = spec.option.empty() ? "" : fmt::format("--{}{}{}", spec.option, spec.placeholder.empty() ? "" : " ", spec.placeholder);
    table += row({code(option), code(spec.variable), spec.in_file ? code(spec.key) : "", code(spec.fallback), std::string(spec.help)});
  }
  return table;
}

std::string policy_table() {
  std::string table = "| Where | Key | Meaning |\n|---|---|---|\n";
  for (const PolicyKey& key : policy_keys()) {
    if (!key.help.empty()) { table += row({code(key.section), code(key.name), std::string(key.help)}); }
  }
  return table;
}

std::string findings_table() {
  std::string table = "| Code | Severity | Exit | Meaning |\n|---|---|---|---|\n";
  for (const FindingCode finding_code : all_finding_codes()) {
    Finding finding;
    finding.code = finding_code;
    finding.severity = default_severity(finding_code);
    const auto failure = failure_of({finding});
    table += row({code(code_name(finding_code)), std::string(severity_name(finding.severity)), failure ? std::to_string(exit_code(*failure)) : "",
        std::string(code_description(finding_code))});
  }
  return table;
}

struct Table {
  std::string name;
  std::string source;
  std::string (*make)();

  std::string begin() const { return fmt::format("<!-- {}: made from {} -->\n", name, source); }
  std::string end() const { return fmt::format("<!-- end of {} -->\n", name); }
};

const std::vector<Table> k_tables = {
    {"settings", "src/settings/setting_table.cpp", settings_table},
    {"policy keys", "src/tags/tag_policy_keys.cpp", policy_table},
    {"findings", "src/manifest/finding.cpp", findings_table},
};

std::string read_readme() {
  std::ifstream file(k_readme, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("README.md: its tables are the program's") {
  std::string readme = read_readme();
  for (const Table& table : k_tables) {
    CAPTURE(table.name);
    const size_t begin = readme.find(table.begin());
    const size_t end = readme.find(table.end());
    REQUIRE(begin != std::string::npos);
    REQUIRE(end != std::string::npos);
    const size_t from = begin + table.begin().size();
    if (std::getenv("CONFIGHUB_CMP_WRITE_README") != nullptr) {
      readme.replace(from, end - from, table.make());
      std::ofstream(k_readme, std::ios::binary) << readme;
    } else {
      CHECK(readme.substr(from, end - from) == table.make());
    }
  }
}

}  // namespace cmp
