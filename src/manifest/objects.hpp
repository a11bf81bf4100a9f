// The Kubernetes objects of a document: who they are and where they stand, lists taken apart as Argo CD does it.
// Owns the index that finds one object defined twice in a run.
// Refuses objects without apiVersion, kind or name, and what Argo CD would tear apart or drop: stray `items`.
#pragma once

#include "manifest/finding.hpp"
#include "manifest/yaml_tree.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cmp {

// One object; the views point into the tree.
struct ObjectRef {
  NodeId node = 0;
  std::string path;  // of the object in its document: "" or "items[3]"
  std::string_view api_version;
  std::string_view kind;
  std::string_view ns;
  std::string_view name;
  bool is_generated = false;  // `name` is metadata.generateName

  std::string_view group() const;
  std::string_view version() const;
};

// Makes findings about one document; what they have in common is filled in here.
class DocumentFindings {
public:
  DocumentFindings(std::vector<Finding>& findings, std::string file, size_t document, const YamlTree& tree)
      : m_findings(findings), m_file(std::move(file)), m_document(document), m_tree(tree) {}

  // The reference is good until the next one is added.
  Finding& add(FindingCode code, NodeId where, const ObjectRef* object, std::string_view path);
  size_t last() const { return m_findings.size() - 1; }  // number of the finding added last
  Finding& latest() { return m_findings.back(); }

private:
  std::vector<Finding>& m_findings;
  std::string m_file;
  size_t m_document;
  const YamlTree& m_tree;
};

ObjectName name_of(const ObjectRef& object);

// "items[3]" and "spec.forProvider" -> "items[3].spec.forProvider"; keys that are not plain words are quoted.
std::string join_path(std::string_view parent, std::string_view key);

std::vector<ObjectRef> find_objects(const YamlTree& tree, DocumentFindings& findings);

// Objects of all units by group, kind, namespace and name: version is left out, Argo CD would apply one over the other.
class ObjectIndex {
public:
  void add(const ObjectRef& object, const YamlTree& tree, const std::string& file, DocumentFindings& findings);

private:
  struct Place {
    std::string file;
    size_t line = 0;
  };
  std::unordered_map<std::string, Place> m_places;
};

}  // namespace cmp
