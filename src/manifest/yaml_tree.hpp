// One YAML document as a flat tree: nodes in document order, each with its bytes, line and Go type.
// Owns the text of scalars that differ from their source (escapes, folding); everything else points into it.
// Refuses to interpret beyond YAML: aliases and merge keys are followed here, objects are not known here.
#pragma once

#include "manifest/go_yaml.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

using NodeId = std::uint32_t;
inline constexpr NodeId k_no_node = UINT32_MAX;

enum class NodeKind : std::uint8_t { scalar, mapping, sequence, alias };
enum class NodeStyle : std::uint8_t { plain, single_quoted, double_quoted, block_scalar, block, flow };

struct YamlNode {
  NodeKind kind = NodeKind::scalar;
  NodeStyle style = NodeStyle::plain;
  ScalarType type = ScalarType::string;
  bool has_merge = false;  // a mapping with a `<<` key
  bool is_shared = false;  // an alias elsewhere stands for this node or one it lies in
  NodeId next = 0;         // the first node behind this one's descendants
  NodeId target = k_no_node;
  std::uint32_t begin = 0;  // bytes of the source, anchor and tag included
  std::uint32_t end = 0;    // right for scalars, aliases and flow collections; YamlTree::end_of for the rest
  std::uint32_t line = 0;   // from 1, in the unit's text
  std::uint32_t column = 0;
  std::string_view text;  // a scalar's value
};

struct MapEntry {
  NodeId key = k_no_node;
  NodeId value = k_no_node;
  bool is_merged = false;  // comes through a `<<`
};

class YamlTree {
public:
  std::string_view source() const { return m_source; }
  bool empty() const { return m_nodes.empty(); }
  NodeId root() const { return 0; }
  const YamlNode& operator[](NodeId id) const { return m_nodes[id]; }

  // The node an alias stands for, or the node itself.
  NodeId resolved(NodeId id) const { return m_nodes[id].kind == NodeKind::alias ? m_nodes[id].target : id; }
  const YamlNode& at(NodeId id) const { return m_nodes[resolved(id)]; }
  bool is_mapping(NodeId id) const { return at(id).kind == NodeKind::mapping; }
  bool is_sequence(NodeId id) const { return at(id).kind == NodeKind::sequence; }
  bool is_null(NodeId id) const { return at(id).kind == NodeKind::scalar && at(id).type == ScalarType::null; }
  bool is_string(NodeId id) const { return at(id).kind == NodeKind::scalar && at(id).type == ScalarType::string; }

  // The parts of a collection, or of the one an alias stands for. A mapping's are as written: merge keys are entries.
  std::vector<NodeId> items(NodeId sequence) const;
  std::vector<MapEntry> written_entries(NodeId mapping) const;
  // What Go makes of a mapping: each key once, `<<` applied where it stands, so a late one wins.
  std::vector<MapEntry> entries(NodeId mapping) const;
  std::optional<MapEntry> find(NodeId mapping, std::string_view key) const;
  // A `<<` that overrides a key written before it: Go lets it win, the YAML specification does not.
  std::optional<NodeId> late_merge(NodeId mapping) const;

  std::string key_text(NodeId key) const;
  // Where the last byte of a node's own text ends; a block collection ends with its last member.
  std::uint32_t end_of(NodeId id) const;

private:
  friend class TreeBuilder;
  std::string_view m_source;
  std::vector<YamlNode> m_nodes;
  std::deque<std::string> m_texts;
};

}  // namespace cmp
