#include "manifest/documents.hpp"

#include "manifest/yaml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace cmp {

namespace {

constexpr std::string_view k_separator = "---";
constexpr std::string_view k_byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view k_blanks = " \t\r";

std::string_view trimmed(std::string_view text) {
  const size_t from = text.find_first_not_of(k_blanks);
  return from == std::string_view::npos ? std::string_view() : text.substr(from, text.find_last_not_of(k_blanks) - from + 1);
}

// A line of `text` from `at`, its newline included.
std::string_view line_at(std::string_view text, size_t at) {
  const size_t newline = text.find('\n', at);
  return text.substr(at, newline == std::string_view::npos ? newline : newline - at + 1);
}

std::string_view content_of(std::string_view line) { return trimmed(line.ends_with('\n') ? line.substr(0, line.size() - 1) : line); }

bool ends_lines_with_crlf(std::string_view text) {
  const size_t newline = text.find('\n');
  return newline != std::string_view::npos && newline > 0 && text[newline - 1] == '\r';
}

// The comment lines of a text that holds nothing else, without the blank lines around them; nullopt when it holds more.
std::optional<std::string> only_comments(std::string_view text) {
  std::string comments;
  size_t kept = 0;
  for (size_t at = 0; at < text.size();) {
    const std::string_view line = line_at(text, at);
    const std::string_view content = content_of(line);
    if (!content.empty() && content[0] != '#' && content != "...") { return std::nullopt; }
    const bool is_comment = content.starts_with('#');
    // At column 1: an indented comment would become part of a block scalar that ends the document before it.
    if (is_comment || (!comments.empty() && content.empty())) { comments += fmt::format("{}{}", content, line.ends_with("\r\n") ? "\r\n" : "\n"); }
    if (is_comment) { kept = comments.size(); }
    at += line.size();
  }
  comments.resize(kept);
  return comments;
}

class UnitReader {
public:
  UnitReader(UnitDocuments& result, const Limits& limits, std::vector<Finding>& findings, const DocumentVisitor& visit)
      : m_result(result), m_limits(limits), m_findings(findings), m_visit(visit), m_text(result.unit.text) {}

  void read() {
    check_line_ends();
    for (size_t at = 0; at < m_text.size();) {
      const size_t end = chunk_end(at);
      read_chunk(at, end);
      m_line +=
          static_cast<size_t>(std::count(m_text.begin() + static_cast<std::ptrdiff_t>(at), m_text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
      at = end < m_text.size() ? read_separator(end) : end;
    }
    m_result.trailer = std::exchange(m_comments, "");
  }

private:
  size_t chunk_end(size_t at) const {
    if (m_text.substr(at).starts_with(k_separator)) { return at; }
    const size_t newline = m_text.find("\n---", at);
    return newline == std::string_view::npos ? m_text.size() : newline + 1;
  }

  // apimachinery takes blanks and a comment behind the dashes. Some of its releases see no separator in `--- # x`
  // and then drop what follows, so the comment moves to a line of its own.
  size_t read_separator(size_t at) {
    const std::string_view line = line_at(m_text, at);
    const std::string_view behind = line.substr(k_separator.size());
    const std::string_view content = content_of(behind);
    if (content.starts_with('#') && k_blanks.find(behind[0]) != std::string_view::npos) {
      for (const YamlProblem& problem : read_yaml(content, m_line, m_limits, m_tree)) { report(problem, content); }
      m_comments += fmt::format("{}{}", content, line.ends_with("\r\n") ? "\r\n" : "\n");
    } else if (!content.empty()) {
      report(FindingCode::yaml_syntax, m_line, k_separator.size() + 1, "text behind the document separator '---'", "put it on the next line");
    }
    ++m_line;
    return at + line.size();
  }

  void read_chunk(size_t begin, size_t end) {
    if (m_text.substr(begin, end - begin).starts_with(k_byte_order_mark)) { begin += k_byte_order_mark.size(); }
    const std::string_view text = m_text.substr(begin, end - begin);
    const std::vector<YamlProblem> problems = read_yaml(text, m_line, m_limits, m_tree);
    // Comments are read as well: bytes that are no UTF-8 would be refused by Argo CD wherever they are printed.
    if (const std::optional<std::string> comments = problems.empty() ? only_comments(text) : std::nullopt) {
      m_comments += *comments;
      return;
    }
    if (problems.empty() && (m_tree.empty() || m_tree.is_null(m_tree.root()))) { return; }
    ++m_number;
    for (const YamlProblem& problem : problems) { report(problem, text); }
    if (!problems.empty()) { return; }
    Document& document = m_result.documents.emplace_back();
    document.comments = std::exchange(m_comments, "");
    document.begin = begin;
    document.end = end;
    document.line = m_line;
    document.number = m_number;
    m_visit(document, m_tree);
  }

  // libyaml ends a line at a lone carriage return, apimachinery does not.
  void check_line_ends() {
    size_t line = 1;
    size_t counted = 0;
    for (size_t at = m_text.find('\r'); at != std::string_view::npos; at = m_text.find('\r', at + 1)) {
      if (at + 1 < m_text.size() && m_text[at + 1] == '\n') { continue; }
      line += static_cast<size_t>(
          std::count(m_text.begin() + static_cast<std::ptrdiff_t>(counted), m_text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
      report(FindingCode::yaml_syntax, line, at - (m_text.rfind('\n', at) + 1) + 1, "a carriage return without a newline",
          "save the text with newlines only");
      return;
    }
  }

  void report(const YamlProblem& problem, std::string_view text) {
    const bool is_duplicate = problem.kind == YamlProblem::Kind::duplicate_key;
    const bool is_directive = !is_duplicate && content_of(line_at(text, 0)).starts_with('%');
    report(is_duplicate ? FindingCode::yaml_duplicate_key : FindingCode::yaml_syntax, problem.line, problem.column, problem.what,
        is_directive ? "remove the directive, the line that starts with '%'" : problem.fix);
  }

  void report(FindingCode code, size_t line, size_t column, std::string_view what, std::string_view fix) {
    Finding finding;
    finding.code = code;
    finding.severity = default_severity(code);
    finding.file = m_result.unit.name();
    finding.line = line;
    finding.column = column;
    finding.document = m_number;
    finding.found = what;
    finding.fix = fix;
    m_findings.push_back(std::move(finding));
  }

  UnitDocuments& m_result;
  const Limits& m_limits;
  std::vector<Finding>& m_findings;
  const DocumentVisitor& m_visit;
  std::string_view m_text;
  std::string m_comments;  // seen since the last document
  YamlTree m_tree;
  size_t m_number = 0;
  size_t m_line = 1;  // of the chunk or separator being read
};

}  // namespace

UnitDocuments read_documents(UnitText unit, const Limits& limits, std::vector<Finding>& findings, const DocumentVisitor& visit) {
  UnitDocuments result;
  result.unit = std::move(unit);
  // Argo CD's line reader ends the last line too. New lines of an edit go behind it, so it ends as the others do.
  std::string& text = result.unit.text;
  if (!text.empty() && !text.ends_with('\n')) { text += ends_lines_with_crlf(text) ? "\r\n" : "\n"; }
  UnitReader(result, limits, findings, visit).read();
  return result;
}

}  // namespace cmp
