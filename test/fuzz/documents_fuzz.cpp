// A unit's text as documents and objects: any bytes at all are read without an exception, none of them gets lost,
// and what is printed reads back as the same documents.
#include "flat_tree.hpp"
#include "fuzz.hpp"
#include "manifest/documents.hpp"
#include "manifest/objects.hpp"
#include "manifest/yaml_reader.hpp"

namespace cmp::fuzz {

namespace {

constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";

// Aliases may expand less than usual, so that comparing what they expand to stays quick.
constexpr Limits k_limits{.alias_expansion = 2000};

struct Reading {
  UnitDocuments unit;
  std::vector<Finding> findings;
  std::vector<FlatTree> trees;
};

Reading read(std::string text) {
  Reading reading;
  ObjectIndex index;
  reading.unit = read_documents({"", "unit", 0, "", std::move(text)}, k_limits, reading.findings, [&](Document& document, const YamlTree& tree) {
    DocumentFindings findings(reading.findings, "unit", document.number, tree);
    for (const ObjectRef& object : find_objects(tree, findings)) { index.add(object, tree, "unit", findings); }
    reading.trees.push_back(flat(tree));
  });
  return reading;
}

// Lines between two documents: separators, blank ones, comments; and documents that are empty to YAML.
void check_gap(std::string_view gap) {
  std::string chunk;
  const auto end_chunk = [&] {
    YamlTree tree;
    const std::string_view text = std::string_view(chunk).substr(chunk.starts_with(k_byte_order_mark) ? k_byte_order_mark.size() : 0);
    must_hold(read_yaml(text, 1, k_limits, tree).empty() && (tree.empty() || tree.is_null(tree.root())), "only what is empty is left out");
    chunk.clear();
  };
  for (size_t at = 0; at < gap.size();) {
    const size_t end = std::min(gap.find('\n', at), gap.size() - 1) + 1;
    const std::string_view line = gap.substr(at, end - at);
    line.starts_with("---") ? end_chunk() : void(chunk += line);
    at = end;
  }
  end_chunk();
}

void check_bytes(const UnitDocuments& unit, const std::string& input) {
  const std::string& text = unit.unit.text;
  must_hold(text == input || text == input + '\n' || text == input + "\r\n", "a unit's text is what came, with a last newline");
  size_t at = 0;
  for (const Document& document : unit.documents) {
    must_hold(document.begin >= at && document.begin < document.end && document.end <= text.size(), "documents follow one another");
    must_hold(
        document.text(unit.unit) == std::string_view(text).substr(document.begin, document.end - document.begin), "a document is bytes of the unit");
    check_gap(std::string_view(text).substr(at, document.begin - at));
    at = document.end;
  }
  check_gap(std::string_view(text).substr(at));
}

// YAML ends lines at a few more characters, which count only there.
void check_findings(const Reading& reading) {
  const std::string& text = reading.unit.unit.text;
  const auto lines = static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || static_cast<unsigned char>(c) > 0x7F; }));
  for (const Finding& finding : reading.findings) {
    must_hold(finding.line >= 1 && finding.line <= lines + 1 && finding.column >= 1, "a finding is at a place of the text");
    must_hold(to_line(finding).find_first_of("\n\r\x1B") == std::string::npos, "a finding is one line");
  }
}

bool is_sound(const Reading& reading) {
  return std::none_of(reading.findings.begin(), reading.findings.end(), [](const Finding& finding) { return finding.severity == Severity::error; });
}

std::string printed(const UnitDocuments& unit) {
  std::string text;
  for (const Document& document : unit.documents) { text += "---\n# unit sha256:0\n" + document.comments + std::string(document.text(unit.unit)); }
  return text + unit.trailer;
}

void check_printed(const Reading& first) {
  const Reading second = read(printed(first.unit));
  must_hold(is_sound(second), "what is printed is sound");
  must_hold(second.trees == first.trees, "what is printed means the same");
}

}  // namespace

}  // namespace cmp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace cmp::fuzz;
  const std::string input(text_of(data, size));
  const Reading reading = read(input);
  check_findings(reading);
  if (!is_sound(reading)) { return 0; }
  check_bytes(reading.unit, input);
  check_printed(reading);
  return 0;
}
