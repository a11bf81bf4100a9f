#include "manifest/objects.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cmp {

namespace {

class ObjectFinder {
public:
  ObjectFinder(const YamlTree& tree, DocumentFindings& findings) : m_tree(tree), m_findings(findings) {}

  std::vector<ObjectRef> find() {
    const NodeId root = m_tree.root();
    if (!m_tree.is_mapping(root)) {
      report(root, nullptr, "", m_tree.is_sequence(root) ? "a list" : "a single value", "write one object with apiVersion, kind and metadata");
      return {};
    }
    if (const auto items = m_tree.find(root, "items")) {
      find_in_list(root, *items);
    } else {
      add(root, "");
    }
    return std::move(m_objects);
  }

private:
  // Argo CD expands anything with a top-level list `items`, whatever its kind, and one level deep. `items: null` is an
  // empty list to it; on an object of its own right that drops the object.
  void find_in_list(NodeId root, const MapEntry& items) {
    const auto kind = m_tree.find(root, "kind");
    const bool is_list_kind = kind && m_tree.is_string(kind->value) && m_tree.at(kind->value).text.ends_with("List");
    if (m_tree.is_null(items.value) && is_list_kind) { return; }
    if (!m_tree.is_null(items.value) && !m_tree.is_sequence(items.value)) { return add(root, ""); }
    ObjectRef owner;
    const bool has_name = read_metadata(root, owner, Required::no);
    if (!is_list_kind || has_name) {
      report(items.key, nullptr, "items", "a top-level list on an object that is not a List",
          "Argo CD would take the object apart, it cannot be deployed this way");
      return;
    }
    size_t index = 0;
    for (const NodeId item : m_tree.items(items.value)) { add_item(item, fmt::format("items[{}]", index++)); }
  }

  void add_item(NodeId item, const std::string& path) {
    if (!m_tree.is_mapping(item)) { return report(item, nullptr, path, "not a mapping", "write one object with apiVersion, kind and metadata"); }
    const auto nested = m_tree.find(item, "items");
    if (nested && m_tree.is_sequence(nested->value)) {
      return report(item, nullptr, path, "a list inside a list", "Argo CD expands one level only, move the inner items up");
    }
    add(item, path);
  }

  enum class Required { no, yes };

  void add(NodeId node, const std::string& path) {
    ObjectRef object;
    object.node = node;
    object.path = path;
    const bool has_version = read_type(node, "apiVersion", object, object.api_version);
    const bool has_kind = read_type(node, "kind", object, object.kind);
    if (read_metadata(node, object, Required::yes) && has_version && has_kind) { m_objects.push_back(std::move(object)); }
  }

  bool read_metadata(NodeId node, ObjectRef& object, Required required) {
    const auto metadata = m_tree.find(node, "metadata");
    if (!metadata || !m_tree.is_mapping(metadata->value)) {
      if (required == Required::yes) { report(metadata ? metadata->value : node, &object, "metadata.name", "no name", "add metadata.name"); }
      return false;
    }
    check_merge_order(metadata->value, object, "metadata");
    check_merge_order(node, object, "");
    read_name(metadata->value, "namespace", object, object.ns);
    if (read_name(metadata->value, "name", object, object.name)) { return true; }
    object.is_generated = read_name(metadata->value, "generateName", object, object.name);
    if (!object.is_generated && required == Required::yes) { report(metadata->key, &object, "metadata.name", "no name", "add metadata.name"); }
    return object.is_generated;
  }

  // apiVersion or kind: without it nobody can say what the object is.
  bool read_type(NodeId node, std::string_view key, const ObjectRef& object, std::string_view& text) {
    const auto entry = m_tree.find(node, key);
    if (!entry || m_tree.is_null(entry->value) || (m_tree.is_string(entry->value) && m_tree.at(entry->value).text.empty())) {
      report(entry ? entry->key : node, &object, key, fmt::format("no {}", key), fmt::format("add {}", key));
      return false;
    }
    if (!m_tree.is_string(entry->value)) {
      report(entry->value, &object, key, type_of(entry->value), "write a string, in quotes if need be");
      return false;
    }
    text = m_tree.at(entry->value).text;
    return true;
  }

  // A name such as `n` or `0123` is none to the API server, but it identifies the object here and fails loudly there.
  bool read_name(NodeId metadata, std::string_view key, const ObjectRef& object, std::string_view& text) {
    const auto entry = m_tree.find(metadata, key);
    if (!entry || m_tree.is_null(entry->value)) { return false; }
    if (m_tree.at(entry->value).kind != NodeKind::scalar) {
      report(entry->value, &object, join_path("metadata", key), type_of(entry->value), "write a string");
      return false;
    }
    text = m_tree.at(entry->value).text;
    if (!m_tree.is_string(entry->value)) {
      Finding& finding = m_findings.add(FindingCode::name_not_string, entry->value, &object, join_path(object.path, join_path("metadata", key)));
      finding.found = fmt::format("{} ({})", text, type_of(entry->value));
      finding.fix = fmt::format("quote it: {}: \"{}\"", key, text);
    }
    return !text.empty();
  }

  std::string_view type_of(NodeId node) const {
    const YamlNode& value = m_tree.at(node);
    return value.kind == NodeKind::mapping ? "a mapping" : value.kind == NodeKind::sequence ? "a list" : describe(value.type);
  }

  void check_merge_order(NodeId mapping, const ObjectRef& object, std::string_view path) {
    if (const auto merge = m_tree.late_merge(mapping)) {
      m_findings.add(FindingCode::yaml_merge_order, *merge, &object, join_path(object.path, path)).fix = "put the << line first";
    }
  }

  void report(NodeId where, const ObjectRef* object, std::string_view path, std::string_view found, std::string_view fix) {
    Finding& finding = m_findings.add(FindingCode::not_an_object, where, object, object == nullptr ? path : join_path(object->path, path));
    finding.found = found;
    finding.fix = fix;
  }

  const YamlTree& m_tree;
  DocumentFindings& m_findings;
  std::vector<ObjectRef> m_objects;
};

bool is_plain_key(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/' || c == '[' || c == ']' ||
           c == '.' || c == '<';
  });
}

}  // namespace

std::string_view ObjectRef::group() const {
  const size_t slash = api_version.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : api_version.substr(0, slash);
}

std::string_view ObjectRef::version() const { return api_version.substr(api_version.rfind('/') + 1); }

Finding& DocumentFindings::add(FindingCode code, NodeId where, const ObjectRef* object, std::string_view path) {
  Finding& finding = m_findings.emplace_back();
  finding.code = code;
  finding.severity = default_severity(code);
  finding.file = m_file;
  finding.line = m_tree[where].line;
  finding.column = m_tree[where].column;
  finding.document = m_document;
  finding.path = path;
  if (object != nullptr) { finding.object = name_of(*object); }
  return finding;
}

ObjectName name_of(const ObjectRef& object) {
  return {std::string(object.api_version), std::string(object.kind), std::string(object.ns), std::string(object.name)};
}

std::string join_path(std::string_view parent, std::string_view key) {
  if (key.empty()) { return std::string(parent); }
  const std::string shown = is_plain_key(key) ? std::string(key) : fmt::format("\"{}\"", key);
  return parent.empty() ? shown : fmt::format("{}.{}", parent, shown);
}

std::vector<ObjectRef> find_objects(const YamlTree& tree, DocumentFindings& findings) { return ObjectFinder(tree, findings).find(); }

void ObjectIndex::add(const ObjectRef& object, const YamlTree& tree, const std::string& file, DocumentFindings& findings) {
  if (object.is_generated) { return; }
  const size_t line = tree[object.node].line;
  const std::string identity = fmt::format("{}\n{}\n{}\n{}", object.group(), object.kind, object.ns, object.name);
  const auto [place, is_new] = m_places.try_emplace(identity, Place{file, line});
  if (is_new) { return; }
  Finding& finding = findings.add(FindingCode::duplicate_object, object.node, &object, object.path);
  finding.found = fmt::format("also in {} line {}", place->second.file, place->second.line);
  finding.fix = "keep only one of the two";
}

}  // namespace cmp
