// Units from a directory tree (`--from DIR`): every *.yaml below it, slug = path without the extension.
// The preview for authors; nothing is approved there, so generate refuses it under Argo CD.
// Skips hidden entries and does not follow symbolic links.
#pragma once

#include "base/limits.hpp"
#include "base/unit.hpp"

#include <filesystem>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

// Regular files below `root` with one of these extensions, in no order. Throws std::filesystem::filesystem_error.
std::vector<std::filesystem::path> files_below(const std::filesystem::path& root, std::initializer_list<std::string_view> extensions);

std::vector<UnitText> read_directory(const std::string& directory, const Limits& limits);  // ordered by slug

}  // namespace cmp
