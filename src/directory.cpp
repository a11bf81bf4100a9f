#include "directory.hpp"

#include "base/config_file.hpp"
#include "base/digest.hpp"
#include "base/failure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace cmp {

namespace {

namespace fs = std::filesystem;

UnitText read_unit(const fs::path& root, const fs::path& path, const Limits& limits) {
  UnitText unit;
  unit.slug = path.lexically_relative(root).replace_extension().string();
  // The slug stands in a comment of the output; a line break in a file's name would end that comment.
  if (std::any_of(unit.slug.begin(), unit.slug.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; })) {
    throw Failure(FailureKind::usage, fmt::format("file name '{}' holds a control character", path.string()));
  }
  unit.text = *read_file(path.string(), limits.unit_bytes, Missing::is_error);
  unit.sha256 = sha256_hex(unit.text);
  return unit;
}

}  // namespace

std::vector<fs::path> files_below(const fs::path& root, std::initializer_list<std::string_view> extensions) {
  std::vector<fs::path> files;
  for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator(); ++entry) {
    const bool hidden = entry->path().filename().string().starts_with('.');
    if (hidden && entry->is_directory()) { entry.disable_recursion_pending(); }
    const bool is_wanted = std::find(extensions.begin(), extensions.end(), entry->path().extension().native()) != extensions.end();
    if (is_wanted && !hidden && !entry->is_symlink() && entry->is_regular_file()) { files.push_back(entry->path()); }
  }
  return files;
}

std::vector<UnitText> read_directory(const std::string& directory, const Limits& limits) {
  std::vector<UnitText> units;
  try {
    const std::vector<fs::path> files = files_below(directory, {".yaml"});
    if (files.size() > limits.units) {
      throw Failure(FailureKind::content, fmt::format("{} holds more than {} units (limits.units)", directory, limits.units));
    }
    for (const fs::path& path : files) { units.push_back(read_unit(directory, path, limits)); }
  } catch (const fs::filesystem_error& error) {
    throw Failure(FailureKind::usage, fmt::format("cannot read directory {}: {}", directory, error.code().message()));
  }
  std::sort(units.begin(), units.end(), [](const UnitText& a, const UnitText& b) { return a.slug < b.slug; });
  return units;
}

}  // namespace cmp
