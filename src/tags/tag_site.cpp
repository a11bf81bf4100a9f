#include "tags/tag_site.hpp"

#include <fmt/format.h>

#include <utility>

namespace cmp {

namespace {

class TagFinder {
public:
  TagFinder(const YamlTree& tree, const ObjectRef& object, TagSite& site, DocumentFindings& findings)
      : m_tree(tree), m_object(object), m_site(site), m_findings(findings) {}

  bool find() {
    if (!walk()) { return false; }
    if (!m_site.has_tags() || m_tree.is_null(m_site.entry.value)) { return true; }
    return m_site.shape == TagShape::list ? read_list() : read_map();
  }

private:
  bool walk() {
    NodeId holder = m_object.node;
    bool is_copied = false;
    for (m_site.depth = 0;; ++m_site.depth) {
      is_copied = is_copied || m_tree[holder].kind == NodeKind::alias || m_tree[holder].is_shared;
      m_site.holder = holder;
      m_site.is_copied = is_copied;
      if (!check_merge_order(holder, m_site.depth)) { return false; }
      m_site.entry = m_tree.find(holder, m_site.path[m_site.depth]).value_or(MapEntry{});
      const bool is_last = m_site.depth + 1 == m_site.path.size();
      if (is_last || m_site.entry.value == k_no_node || m_tree.is_null(m_site.entry.value)) { return true; }
      if (!m_tree.is_mapping(m_site.entry.value)) { return refuse_shape(m_site.entry.value, path_to(m_site.depth + 1), "a mapping"); }
      is_copied = is_copied || m_site.entry.is_merged;
      m_site.holder_key = m_site.entry.key;
      m_site.is_in_flow = m_tree.at(holder).style == NodeStyle::flow;
      holder = m_site.entry.value;
    }
  }

  bool read_map() {
    const NodeId tags = m_site.entry.value;
    if (!m_tree.is_mapping(tags)) { return refuse_shape(tags, path_to(m_site.path.size()), "a mapping of strings"); }
    if (!check_merge_order(tags, m_site.path.size())) { return false; }
    for (const MapEntry& entry : m_tree.entries(tags)) {
      m_site.tags.push_back({m_tree.key_text(entry.key), entry.key, entry.value, entry.is_merged});
    }
    return true;
  }

  bool read_list() {
    const NodeId tags = m_site.entry.value;
    if (!m_tree.is_sequence(tags)) { return refuse_shape(tags, path_to(m_site.path.size()), "a list of key and value"); }
    for (const NodeId item : m_tree.items(tags)) {
      const auto key = m_tree.is_mapping(item) ? m_tree.find(item, "key") : std::nullopt;
      if (!key || !m_tree.is_string(key->value)) { return refuse_shape(item, path_to(m_site.path.size()), "items with key and value"); }
      const auto value = m_tree.find(item, "value");
      if (!value) { return refuse_shape(item, path_to(m_site.path.size()), "items with key and value"); }
      m_site.tags.push_back({std::string(m_tree.at(key->value).text), key->value, value->value, value->is_merged});
    }
    return true;
  }

  bool check_merge_order(NodeId mapping, size_t depth) {
    const auto merge = m_tree.late_merge(mapping);
    if (!merge) { return true; }
    m_findings.add(FindingCode::yaml_merge_order, *merge, &m_object, path_to(depth)).fix = "put the << line first in its mapping";
    return false;
  }

  bool refuse_shape(NodeId where, const std::string& path, std::string_view wanted) {
    Finding& finding = m_findings.add(FindingCode::tags_shape, where, &m_object, path);
    finding.found = m_tree.is_mapping(where) ? "a mapping" : m_tree.is_sequence(where) ? "a list" : "a single value";
    finding.wanted = wanted;
    finding.fix = fmt::format("write {} as {}", m_site.path.back(), wanted);
    return false;
  }

  std::string path_to(size_t depth) const {
    std::string path = m_object.path;
    for (size_t i = 0; i < depth; ++i) { path = join_path(path, m_site.path[i]); }
    return path;
  }

  const YamlTree& m_tree;
  const ObjectRef& m_object;
  TagSite& m_site;
  DocumentFindings& m_findings;
};

}  // namespace

std::string TagSite::tag_path(const ObjectRef& object, std::string_view key) const {
  std::string full = object.path;
  for (const std::string& part : path) { full = join_path(full, part); }
  return join_path(full, key);
}

std::optional<TagSite> find_tags(
    const YamlTree& tree, const ObjectRef& object, std::vector<std::string> path, TagShape shape, DocumentFindings& findings) {
  TagSite site;
  site.shape = shape;
  site.path = std::move(path);
  if (!TagFinder(tree, object, site, findings).find()) { return std::nullopt; }
  return site;
}

std::optional<MapEntry> find_path(const YamlTree& tree, NodeId node, const std::vector<std::string>& path) {
  std::optional<MapEntry> entry;
  for (const std::string& key : path) {
    if (!tree.is_mapping(node)) { return std::nullopt; }
    entry = tree.find(node, key);
    if (!entry) { return std::nullopt; }
    node = entry->value;
  }
  return entry;
}

}  // namespace cmp
