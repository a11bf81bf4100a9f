// Units from a directory tree (`--from DIR`): every *.yaml below it, slug = path without the extension.
// The preview for authors; nothing is approved there, so generate refuses it under Argo CD.
// Skips hidden entries and does not follow symbolic links.
#pragma once

#include "base/limits.hpp"
#include "base/unit.hpp"

#include <string>
#include <vector>

namespace cmp {

std::vector<UnitText> read_directory(const std::string& directory, const Limits& limits);  // ordered by slug

}  // namespace cmp
