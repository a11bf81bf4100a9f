// Strict reading of the operator's own YAML files (settings, tag policy, lock) with yaml-cpp.
// Owns the errors people get for them: file, line, the unknown key and the nearest known one.
// Refuses what YAML allows but a person did not mean: duplicate keys, unknown keys, wrong shapes.
#pragma once

#include <yaml-cpp/yaml.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

enum class Missing { is_error, is_absent };

// Bytes of a regular file of at most `max_bytes`; nullopt only when it does not exist and may be absent.
std::optional<std::string> read_file(const std::string& path, size_t max_bytes, Missing missing);

// One mapping of a configuration file together with its place, for errors.
class ConfigNode {
public:
  // Parses `text` and checks `apiVersion: confighub-cmp/v1alpha1` and `kind`.
  static ConfigNode parse(const std::string& text, const std::string& file, std::string_view kind);

  ConfigNode(const ConfigNode&) = default;
  ConfigNode& operator=(const ConfigNode& other);  // yaml-cpp's own would write into the document

  bool has(const std::string& key) const;
  ConfigNode at(const std::string& key) const;  // the child, which must exist
  std::vector<ConfigNode> items() const;        // members; the node must be a sequence
  std::vector<std::string> keys() const;        // in file order; the node must be a mapping
  std::string scalar() const;                   // the node must be a scalar that is not null
  std::vector<std::string> strings() const;     // a sequence of scalars, or one scalar
  bool is_scalar() const { return m_node.IsScalar(); }
  bool is_sequence() const { return m_node.IsSequence(); }
  bool is_mapping() const { return m_node.IsMap(); }

  // A mapping with no other keys than these, each at most once.
  void allow_keys(std::initializer_list<std::string_view> known) const;
  void allow_keys(const std::vector<std::string_view>& known) const;

  std::string place() const;  // "settings.yaml:12: limits.budget"
  // Throws Failure(usage): "PLACE: PROBLEM".
  [[noreturn]] void fail(const std::string& problem, std::vector<std::string> hints = {}) const;

private:
  ConfigNode(YAML::Node node, std::string file, std::string path);

  YAML::Node m_node;
  std::string m_file;
  std::string m_path;
};

// The known word nearest to `word`, when it is near enough to be a likely typo.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace cmp
