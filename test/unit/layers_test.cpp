// Dependencies point one way: README.md "Reading the code" says which folder knows which, and here it is kept true.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

namespace cmp {

namespace {

namespace fs = std::filesystem;

const fs::path k_source = fs::path(CONFIGHUB_CMP_SOURCE_DIR) / "src";

const std::map<std::string, std::vector<std::string>> k_may_include{
    {"base", {"base"}},
    {"settings", {"base", "settings"}},
    {"hub", {"base", "settings", "hub"}},
    {"kubernetes", {"base", "hub", "kubernetes"}},
    {"manifest", {"base", "manifest"}},
    {"tags", {"base", "manifest", "tags"}},
};

std::vector<std::string> included_folders(const fs::path& file) {
  static const std::regex include(R"re(^#include "(?:([a-z]+)/)?[a-z_]+\.hpp")re");
  std::vector<std::string> folders;
  std::ifstream text(file);
  std::smatch match;
  for (std::string line; std::getline(text, line);) {
    if (std::regex_search(line, match, include)) { folders.push_back(match[1]); }
  }
  return folders;
}

}  // namespace

TEST_CASE("src: no folder includes one that may not be known to it") {
  size_t includes = 0;
  for (const auto& [folder, allowed] : k_may_include) {
    for (const auto& entry : fs::directory_iterator(k_source / folder)) {
      for (const std::string& included : included_folders(entry.path())) {
        CAPTURE(entry.path().string());
        CAPTURE(included);
        CHECK(std::find(allowed.begin(), allowed.end(), included) != allowed.end());
        ++includes;
      }
    }
  }
  CHECK(includes > 100);
}

TEST_CASE("src: every folder has its place in the order") {
  for (const auto& entry : fs::directory_iterator(k_source)) {
    if (entry.is_directory()) { CHECK(k_may_include.contains(entry.path().filename().string())); }
  }
}

}  // namespace cmp
