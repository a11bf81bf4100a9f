// A directory that lives as long as the test, with helpers to put files into it.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace cmp {

class ScratchDirectory {
public:
  ScratchDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "confighub-cmp-test.XXXXXX").string();
    m_path = mkdtemp(pattern.data());
  }
  ~ScratchDirectory() { std::filesystem::remove_all(m_path); }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  std::string path(const std::string& name = "") const { return name.empty() ? m_path : m_path + '/' + name; }
  std::string write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
  }

private:
  std::string m_path;
};

}  // namespace cmp
