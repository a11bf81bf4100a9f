// A document as lines "path = type text", the way Go reads it: two trees mean the same when their lines do.
// Owns nothing of tag_proof's logic on purpose: it is what the fuzzer checks that by.
// Refuses nothing; an empty collection and a null are lines of their own.
#pragma once

#include "manifest/yaml_tree.hpp"

#include <map>
#include <string>

namespace cmp::fuzz {

using FlatTree = std::map<std::string, std::string>;

inline void flatten(const YamlTree& tree, NodeId id, const std::string& path, FlatTree& lines) {
  const YamlNode& node = tree.at(id);
  if (tree.is_mapping(id)) {
    for (const MapEntry& entry : tree.entries(id)) { flatten(tree, entry.value, path + '\n' + tree.key_text(entry.key), lines); }
  } else if (tree.is_sequence(id)) {
    size_t index = 0;
    for (const NodeId item : tree.items(id)) { flatten(tree, item, path + "\n[" + std::to_string(index++) + ']', lines); }
  }
  const bool is_collection = node.kind != NodeKind::scalar;
  lines.emplace(path, is_collection ? (tree.is_mapping(id) ? "{}" : "[]") : std::string(describe(node.type)) + ' ' + std::string(node.text));
}

inline FlatTree flat(const YamlTree& tree) {
  FlatTree lines;
  flatten(tree, tree.root(), "", lines);
  return lines;
}

// How the lines spell the path of a node that is no alias.
inline std::string path_of(const YamlTree& tree, NodeId node) {
  std::string path;
  NodeId at = tree.root();
  while (at != node) {
    const bool is_sequence = tree.is_sequence(at);
    NodeId child = at + 1;
    for (size_t index = 0;; ++index) {
      const NodeId value = is_sequence ? child : tree[child].next;
      if (node < tree[value].next) {
        path += is_sequence ? "\n[" + std::to_string(index) + ']' : '\n' + tree.key_text(child);
        at = value;
        break;
      }
      child = tree[value].next;
    }
  }
  return path;
}

}  // namespace cmp::fuzz
