// plugin/plugin.yaml announces to Argo CD's page what the settings table lets an Application set. It is compared here,
// and written anew by `CONFIGHUB_CMP_WRITE_PLUGIN=1 build/unit-tests -tc=plugin.yaml*`.
#include "settings/settings.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace cmp {

namespace {

const std::string k_file = CONFIGHUB_CMP_SOURCE_DIR "/plugin/plugin.yaml";
const std::string k_begin = "    static:\n";

// Argo CD never sends an announced default, so it must be the one the program has by itself.
std::string announcements() {
  std::string text;
  for (const SettingSpec& spec : setting_table()) {
    if (spec.title.empty()) { continue; }
    text += fmt::format("    - name: {}\n      title: {}\n      tooltip: {}\n", spec.key, spec.title, spec.tooltip);
    if (spec.key == "space") { text += "      required: true\n"; }
    text += "      collectionType: string\n";
    if (!spec.fallback.empty()) { text += fmt::format("      string: {}\n", spec.fallback); }
  }
  return text;
}

}  // namespace

TEST_CASE("plugin.yaml: its parameters are the settings table's") {
  std::ifstream stream(k_file, std::ios::binary);
  std::string file{std::istreambuf_iterator<char>(stream), {}};
  const size_t begin = file.find(k_begin);
  REQUIRE(begin != std::string::npos);
  const size_t from = begin + k_begin.size();
  if (std::getenv("CONFIGHUB_CMP_WRITE_PLUGIN") != nullptr) {
    std::ofstream(k_file, std::ios::binary) << file.substr(0, from) << announcements();
    return;
  }
  CHECK(file.substr(from) == announcements());
}

}  // namespace cmp
