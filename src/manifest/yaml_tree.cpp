#include "manifest/yaml_tree.hpp"

#include <algorithm>
#include <unordered_map>

namespace cmp {

namespace {

// A mapping as Go builds it: entry by entry, a later one replacing an earlier one of the same key.
class GoMapping {
public:
  explicit GoMapping(const YamlTree& tree) : m_tree(tree) {}

  void add(const std::vector<MapEntry>& written) {
    for (const MapEntry& entry : written) {
      if (m_tree[entry.key].type == ScalarType::merge) {
        if (m_depth == 0) { m_merge = entry.key; }
        add_merged(entry.value);
      } else {
        set(entry);
      }
    }
  }

  const std::vector<MapEntry>& entries() const { return m_entries; }
  NodeId late_merge() const { return m_late_merge; }

private:
  // `<<` takes a mapping or a list of them; in a list the first has precedence, so it is applied last.
  void add_merged(NodeId value) {
    ++m_depth;
    if (m_tree.is_mapping(value)) {
      add(m_tree.written_entries(value));
    } else if (m_tree[value].kind == NodeKind::sequence) {
      const std::vector<NodeId> members = m_tree.items(value);
      std::for_each(members.rbegin(), members.rend(), [&](NodeId member) { add(m_tree.written_entries(member)); });
    }
    --m_depth;
  }

  void set(const MapEntry& entry) {
    const auto [place, is_new] = m_index.try_emplace(m_tree.key_text(entry.key), m_entries.size());
    const MapEntry placed{entry.key, entry.value, m_depth > 0};
    if (is_new) {
      m_entries.push_back(placed);
      m_depths.push_back(m_depth);
      return;
    }
    if (m_depth > m_depths[place->second]) { m_late_merge = m_merge; }
    m_entries[place->second] = placed;
    m_depths[place->second] = m_depth;
  }

  const YamlTree& m_tree;
  std::vector<MapEntry> m_entries;
  std::unordered_map<std::string, size_t> m_index;
  std::vector<size_t> m_depths;  // how many `<<` an entry came through
  size_t m_depth = 0;
  NodeId m_merge = k_no_node;
  NodeId m_late_merge = k_no_node;
};

}  // namespace

std::vector<NodeId> YamlTree::items(NodeId sequence) const {
  const NodeId owner = resolved(sequence);
  std::vector<NodeId> members;
  for (NodeId id = owner + 1; id < m_nodes[owner].next; id = m_nodes[id].next) { members.push_back(id); }
  return members;
}

std::vector<MapEntry> YamlTree::written_entries(NodeId mapping) const {
  const NodeId owner = resolved(mapping);
  std::vector<MapEntry> entries;
  for (NodeId key = owner + 1; key < m_nodes[owner].next;) {
    const NodeId value = m_nodes[key].next;
    entries.push_back({key, value, false});
    key = m_nodes[value].next;
  }
  return entries;
}

std::vector<MapEntry> YamlTree::entries(NodeId mapping) const {
  std::vector<MapEntry> written = written_entries(mapping);
  if (!at(mapping).has_merge) { return written; }
  GoMapping result(*this);
  result.add(written);
  return result.entries();
}

std::optional<MapEntry> YamlTree::find(NodeId mapping, std::string_view key) const {
  const NodeId owner = resolved(mapping);
  if (!m_nodes[owner].has_merge) {
    for (NodeId id = owner + 1; id < m_nodes[owner].next;) {
      const NodeId value = m_nodes[id].next;
      if (at(id).text == key && is_string(id)) { return MapEntry{id, value, false}; }
      id = m_nodes[value].next;
    }
    return std::nullopt;
  }
  for (const MapEntry& entry : entries(owner)) {
    if (at(entry.key).text == key && is_string(entry.key)) { return entry; }
  }
  return std::nullopt;
}

std::optional<NodeId> YamlTree::late_merge(NodeId mapping) const {
  if (!at(mapping).has_merge) { return std::nullopt; }
  GoMapping result(*this);
  result.add(written_entries(mapping));
  return result.late_merge() == k_no_node ? std::nullopt : std::optional(result.late_merge());
}

std::string YamlTree::key_text(NodeId key) const { return go_key_text(at(key).text, at(key).type); }

std::uint32_t YamlTree::end_of(NodeId id) const {
  const YamlNode& node = m_nodes[id];
  if ((node.kind != NodeKind::mapping && node.kind != NodeKind::sequence) || node.style == NodeStyle::flow) { return node.end; }
  NodeId last = id;
  for (NodeId child = id + 1; child < node.next; child = m_nodes[child].next) { last = child; }
  return last == id ? node.end : end_of(last);
}

}  // namespace cmp
