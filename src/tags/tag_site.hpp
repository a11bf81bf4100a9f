// Where the tags of an object stand, or would have to be put: the path as far as the document has it.
// Owns reading both shapes, the map at forProvider.tags and AutoscalingGroup's list at forProvider.tag.
// Refuses a path through something else than mappings, and merge keys that Go and the specification read differently.
#pragma once

#include "manifest/objects.hpp"
#include "manifest/yaml_tree.hpp"
#include "tags/taggable_kinds.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

struct TagEntry {
  std::string key;
  NodeId key_node = k_no_node;
  NodeId value = k_no_node;
  bool is_merged = false;
};

struct TagSite {
  TagShape shape = TagShape::map;
  std::vector<std::string> path;  // {"spec", "forProvider", "tags"}
  size_t depth = 0;               // how many of its keys lead to mappings the document has
  NodeId holder = k_no_node;      // the last of those mappings; path[depth] belongs into it
  NodeId holder_key = k_no_node;  // the key whose value the holder is; none for the object itself
  bool is_in_flow = false;        // that key stands in a flow mapping
  MapEntry entry;                 // of path[depth] in the holder; no nodes when absent
  bool is_copied = false;         // the holder is behind an alias, an anchor in use, or a merge key
  std::vector<TagEntry> tags;

  bool has_tags() const { return depth + 1 == path.size() && entry.value != k_no_node; }
  // What a finding about an absent tag points to.
  NodeId nearest_node() const { return entry.key != k_no_node ? entry.key : holder_key != k_no_node ? holder_key : holder; }
  std::string tag_path(const ObjectRef& object, std::string_view key) const;
};

// nullopt after a finding about the shape.
std::optional<TagSite> find_tags(
    const YamlTree& tree, const ObjectRef& object, std::vector<std::string> path, TagShape shape, DocumentFindings& findings);

// The value at `path` below `node`, nullopt when a part is absent or not a mapping.
std::optional<MapEntry> find_path(const YamlTree& tree, NodeId node, const std::vector<std::string>& path);

}  // namespace cmp
