// A unit's text -> its YAML documents, cut where Argo CD's decoder (apimachinery's YAMLReader) would cut it.
// Owns what happens to separators, comments between documents, byte order marks and a missing last newline.
// Refuses what that decoder rejects or silently drops: text behind '---', directives, lone carriage returns.
#pragma once

#include "base/limits.hpp"
#include "base/unit.hpp"
#include "manifest/finding.hpp"
#include "manifest/yaml_tree.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

// Bytes of a unit's text that hold one document; separators and comments around it are not among them.
struct Document {
  std::string comments;  // whole lines that stood before it, between other separators
  size_t begin = 0;
  size_t end = 0;
  size_t line = 0;     // of `begin`
  size_t number = 0;   // among the documents of the unit that hold something, from 1
  size_t objects = 0;  // more or fewer than one for a list
  std::string edited;  // its new text; empty when it leaves as it came

  std::string_view text(const UnitText& unit) const { return edited.empty() ? std::string_view(unit.text).substr(begin, end - begin) : edited; }
};

struct UnitDocuments {
  UnitText unit;  // its text ends with a newline
  std::vector<Document> documents;
  std::string trailer;  // whole comment lines behind the last document
};

// Reads the documents of `unit` one after another; `visit` sees each with its tree, which lives until it returns.
// Empty and null documents vanish, as they do in Argo CD. What cannot be read becomes a finding and is not visited.
using DocumentVisitor = std::function<void(Document& document, const YamlTree& tree)>;
UnitDocuments read_documents(UnitText unit, const Limits& limits, std::vector<Finding>& findings, const DocumentVisitor& visit);

}  // namespace cmp
