// The files of `check`: arguments -> texts to judge, and texts with their tags written in -> the files again.
// Owns what a directory argument means (*.yaml, *.yml and *.json below it, as kubectl takes them) and the safe replacing of a file.
// Refuses an argument without any manifest below it, and to write over a file that changed since it was read.
#pragma once

#include "base/limits.hpp"
#include "base/unit.hpp"
#include "manifest/documents.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cmp {

inline constexpr std::string_view k_stdin = "-";

// One unit a file, its slug the path as people gave it; in the order of the arguments, directories sorted, each file once.
std::vector<UnitText> read_files(const std::vector<std::string>& arguments, const Limits& limits);

// The whole text of the unit with its edited documents in place; separators and comments stay.
std::string edited_text(const UnitDocuments& unit);

// Writes a temporary file beside, then renames it; mode and owner stay, a symbolic link stays one.
void replace_file(const std::string& path, std::string_view before, std::string_view after, const Limits& limits);

}  // namespace cmp
