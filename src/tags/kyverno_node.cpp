#include "tags/kyverno_node.hpp"

#include "base/failure.hpp"
#include "manifest/objects.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace cmp {

KyvernoNode::KyvernoNode(const YamlTree& tree, const std::string& file, NodeId key, NodeId value, std::string path)
    : m_tree(tree), m_file(file), m_key(key), m_value(value), m_path(std::move(path)) {}

KyvernoNode KyvernoNode::child(const MapEntry& entry) const {
  return KyvernoNode(m_tree, m_file, entry.key, entry.value, join_path(m_path, m_tree.key_text(entry.key)));
}

void KyvernoNode::allow_keys(std::initializer_list<std::string_view> known) const {
  for (const KyvernoNode& entry : entries()) {
    if (std::find(known.begin(), known.end(), entry.key()) != known.end()) { continue; }
    entry.fail("not understood of Kyverno",
        {fmt::format("understood here: {}", fmt::join(known, ", ")), "leave this policy to Kyverno, or write what it wants as a TagPolicy"});
  }
}

std::optional<KyvernoNode> KyvernoNode::find(std::string_view key) const {
  if (!m_tree.is_mapping(m_value)) { fail("must be a mapping"); }
  const std::optional<MapEntry> entry = m_tree.find(m_value, key);
  return entry ? std::optional(child(*entry)) : std::nullopt;
}

KyvernoNode KyvernoNode::at(std::string_view key) const {
  const std::optional<KyvernoNode> found = find(key);
  if (!found) { fail(fmt::format("{} is missing", key)); }
  return *found;
}

std::vector<KyvernoNode> KyvernoNode::entries() const {
  if (!m_tree.is_mapping(m_value)) { fail("must be a mapping"); }
  std::vector<KyvernoNode> nodes;
  for (const MapEntry& entry : m_tree.entries(m_value)) { nodes.push_back(child(entry)); }
  if (nodes.empty()) { fail("the mapping is empty"); }
  return nodes;
}

std::vector<KyvernoNode> KyvernoNode::items() const {
  if (!m_tree.is_sequence(m_value)) { fail("must be a list"); }
  std::vector<KyvernoNode> nodes;
  for (const NodeId item : m_tree.items(m_value)) {
    nodes.push_back(KyvernoNode(m_tree, m_file, item, item, fmt::format("{}[{}]", m_path, nodes.size())));
  }
  if (nodes.empty()) { fail("the list is empty"); }
  return nodes;
}

std::string KyvernoNode::text() const {
  const YamlNode& node = m_tree.at(m_value);
  if (node.kind != NodeKind::scalar) { fail("must be a string"); }
  if (node.type != ScalarType::string) { fail(fmt::format("must be a string, and this is {} to Kyverno", describe(node.type)), {"quote it"}); }
  return std::string(node.text);
}

bool KyvernoNode::is_boolean() const {
  const YamlNode& node = m_tree.at(m_value);
  return node.kind == NodeKind::scalar && node.type == ScalarType::boolean;
}

void KyvernoNode::fail(const std::string& problem, std::vector<std::string> hints) const {
  const std::string path = m_path.empty() ? "" : m_path + ": ";
  throw Failure(FailureKind::usage, fmt::format("{}:{}: {}{}", m_file, m_tree[m_key].line, path, problem), std::move(hints));
}

}  // namespace cmp
