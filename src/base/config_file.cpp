#include "base/config_file.hpp"

#include "base/failure.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/eventhandler.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <sstream>

namespace cmp {

namespace {

constexpr std::string_view k_api_version = "confighub-cmp/v1alpha1";

class OpenFile {
public:
  explicit OpenFile(const std::string& path) : m_fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    if (m_fd >= 0) { close(m_fd); }
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  int fd() const { return m_fd; }

private:
  int m_fd;
};

[[noreturn]] void fail_to_read(const std::string& path, const std::string& why) {
  throw Failure(FailureKind::usage, fmt::format("cannot read {}: {}", path, why), {"check the path, and that the file is mounted and readable"});
}

std::string read_all(int fd, const std::string& path, size_t max_bytes) {
  std::string text;
  char block[16384];
  while (true) {
    const ssize_t got = read(fd, block, sizeof block);
    if (got < 0 && errno == EINTR) { continue; }
    if (got < 0) { fail_to_read(path, std::strerror(errno)); }
    if (got == 0) { return text; }
    text.append(block, static_cast<size_t>(got));
    if (text.size() > max_bytes) { fail_to_read(path, fmt::format("larger than {} bytes", max_bytes)); }
  }
}

class IgnoreEvents : public YAML::EventHandler {
  using Mark = const YAML::Mark&;
  using Text = const std::string&;
  void OnDocumentStart(Mark) override {}
  void OnDocumentEnd() override {}
  void OnNull(Mark, YAML::anchor_t) override {}
  void OnAlias(Mark, YAML::anchor_t) override {}
  void OnScalar(Mark, Text, YAML::anchor_t, Text) override {}
  void OnSequenceStart(Mark, Text, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(Mark, Text, YAML::anchor_t, YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Not by YAML::LoadAll: on a text such as "," it sees one document after another where there is none, and never ends.
bool holds_one_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  IgnoreEvents ignore;
  return parser.HandleNextDocument(ignore) && !parser.HandleNextDocument(ignore);
}

// Levenshtein distance; the words are keys of a few characters.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::optional<std::string> read_file(const std::string& path, size_t max_bytes, Missing missing) {
  const OpenFile file(path);
  if (file.fd() < 0) {
    if (missing == Missing::is_absent && (errno == ENOENT || errno == ENOTDIR)) { return std::nullopt; }
    fail_to_read(path, std::strerror(errno));
  }
  struct stat info {};
  if (fstat(file.fd(), &info) != 0) { fail_to_read(path, std::strerror(errno)); }
  if (!S_ISREG(info.st_mode)) { fail_to_read(path, "not a regular file"); }
  return read_all(file.fd(), path, max_bytes);
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string_view>& known) {
  std::optional<std::string> best;
  size_t best_distance = word.size() / 3 + 2;
  for (const std::string_view candidate : known) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

ConfigNode::ConfigNode(YAML::Node node, std::string file, std::string path)
    : m_node(std::move(node)), m_file(std::move(file)), m_path(std::move(path)) {}

ConfigNode& ConfigNode::operator=(const ConfigNode& other) {
  m_node.reset(other.m_node);
  m_file = other.m_file;
  m_path = other.m_path;
  return *this;
}

ConfigNode ConfigNode::parse(const std::string& text, const std::string& file, std::string_view kind) {
  YAML::Node document;
  bool alone = false;
  try {
    alone = holds_one_document(text);
    if (alone) { document.reset(YAML::Load(text)); }
  } catch (const YAML::Exception& error) {
    throw Failure(FailureKind::usage, fmt::format("{}:{}: not valid YAML: {}", file, error.mark.line + 1, error.msg));
  }
  if (!alone || !document.IsMap()) {
    throw Failure(FailureKind::usage, fmt::format("{}: must hold exactly one YAML mapping of kind {}", file, kind));
  }
  ConfigNode root(document, file, "");
  for (const auto& [key, wanted] : {std::pair<std::string, std::string_view>{"apiVersion", k_api_version}, {"kind", kind}}) {
    if (!root.has(key)) { root.fail(fmt::format("{} is missing, want {}: {}", key, key, wanted)); }
    if (root.at(key).scalar() != wanted) { root.at(key).fail(fmt::format("'{}' is not supported, want {}", root.at(key).scalar(), wanted)); }
  }
  return root;
}

bool ConfigNode::has(const std::string& key) const { return m_node.IsMap() && m_node[key].IsDefined(); }

ConfigNode ConfigNode::at(const std::string& key) const {
  if (!has(key)) { fail(fmt::format("{} is missing", key)); }
  return ConfigNode(m_node[key], m_file, m_path.empty() ? key : m_path + '.' + key);
}

std::vector<ConfigNode> ConfigNode::items() const {
  if (!m_node.IsSequence()) { fail("must be a list"); }
  std::vector<ConfigNode> members;
  for (size_t i = 0; i < m_node.size(); ++i) { members.push_back(ConfigNode(m_node[i], m_file, fmt::format("{}[{}]", m_path, i))); }
  return members;
}

std::vector<std::string> ConfigNode::keys() const {
  if (!m_node.IsMap()) { fail("must be a mapping"); }
  std::vector<std::string> names;
  for (const auto& entry : m_node) {
    if (!entry.first.IsScalar()) { fail("keys must be plain text"); }
    names.push_back(entry.first.Scalar());
  }
  return names;
}

std::string ConfigNode::scalar() const {
  if (!m_node.IsScalar()) { fail(m_node.IsNull() ? "has no value" : "must be a single value"); }
  return m_node.Scalar();
}

std::vector<std::string> ConfigNode::strings() const {
  if (m_node.IsScalar()) { return {scalar()}; }
  std::vector<std::string> values;
  for (const ConfigNode& item : items()) { values.push_back(item.scalar()); }
  return values;
}

void ConfigNode::allow_keys(std::initializer_list<std::string_view> known) const { allow_keys(std::vector<std::string_view>(known)); }

void ConfigNode::allow_keys(const std::vector<std::string_view>& known) const {
  std::vector<std::string> seen;
  for (const std::string& key : keys()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      const std::optional<std::string> meant = nearest(key, known);
      at(key).fail("unknown key", {meant ? fmt::format("did you mean {}?", *meant) : fmt::format("known here: {}", fmt::join(known, ", "))});
    }
    if (std::find(seen.begin(), seen.end(), key) != seen.end()) { at(key).fail("given twice"); }
    seen.push_back(key);
  }
}

std::string ConfigNode::place() const {
  const int line = m_node.Mark().line;
  return fmt::format("{}{}{}{}", m_file, line >= 0 ? fmt::format(":{}", line + 1) : "", m_path.empty() ? "" : ": ", m_path);
}

void ConfigNode::fail(const std::string& problem, std::vector<std::string> hints) const {
  throw Failure(FailureKind::usage, fmt::format("{}: {}", place(), problem), std::move(hints));
}

}  // namespace cmp
