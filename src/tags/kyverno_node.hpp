// One node of a Kyverno file with its place, read by Go's rules as Kyverno reads it: no, 0123 and merge keys mean what they do there.
// Owns the errors operators get for such a file: file, line, path, and what is understood instead.
// Refuses every key its reader does not name: half a policy is another policy.
#pragma once

#include "manifest/yaml_tree.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

class KyvernoNode {
public:
  KyvernoNode(const YamlTree& tree, const std::string& file) : KyvernoNode(tree, file, tree.root(), tree.root(), "") {}

  // A mapping with no other keys than these.
  void allow_keys(std::initializer_list<std::string_view> known) const;
  std::optional<KyvernoNode> find(std::string_view key) const;
  KyvernoNode at(std::string_view key) const;  // which must exist
  std::vector<KyvernoNode> entries() const;    // of a mapping, which must hold something
  std::vector<KyvernoNode> items() const;      // of a list, which must hold something
  std::string text() const;                    // of a string
  std::string key() const { return m_tree.key_text(m_key); }
  bool is_boolean() const;

  // Throws Failure(usage): "FILE:LINE: PATH: PROBLEM".
  [[noreturn]] void fail(const std::string& problem, std::vector<std::string> hints = {}) const;

private:
  KyvernoNode(const YamlTree& tree, const std::string& file, NodeId key, NodeId value, std::string path);
  KyvernoNode child(const MapEntry& entry) const;

  const YamlTree& m_tree;
  const std::string& m_file;
  NodeId m_key;  // the value itself where there is none
  NodeId m_value;
  std::string m_path;
};

}  // namespace cmp
