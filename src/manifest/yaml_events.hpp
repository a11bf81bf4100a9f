// libyaml's parser and events with owners, its errors as one type, and its character marks as bytes.
// Refuses nothing of its own: a YamlRefusal says what libyaml said and where.
#pragma once

#include <yaml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cmp {

// Ends the reading of one document; caught by read_yaml, nowhere else.
struct YamlRefusal {
  std::string what;
  yaml_mark_t mark;
  std::string fix;
};

// libyaml counts characters; ASCII text needs no table, other text gets a checkpoint every few of them.
class ByteOffsets {
public:
  explicit ByteOffsets(std::string_view source);
  std::uint32_t of(size_t character) const;

private:
  std::string_view m_source;
  std::vector<size_t> m_checkpoints;
};

class YamlEvent {
public:
  YamlEvent() = default;
  ~YamlEvent() { yaml_event_delete(&m_event); }
  YamlEvent(const YamlEvent&) = delete;
  YamlEvent& operator=(const YamlEvent&) = delete;
  yaml_event_t* get() { return &m_event; }
  const yaml_event_t* operator->() const { return &m_event; }

private:
  yaml_event_t m_event{};
};

class YamlParser {
public:
  explicit YamlParser(std::string_view source);
  ~YamlParser() { yaml_parser_delete(&m_parser); }
  YamlParser(const YamlParser&) = delete;
  YamlParser& operator=(const YamlParser&) = delete;

  void next(YamlEvent& event);
  // After a document: where more text is, YAML or not.
  std::optional<yaml_mark_t> text_behind();

private:
  [[noreturn]] void throw_refusal() const;
  yaml_mark_t mark_of_byte(size_t offset) const;

  std::string_view m_source;
  yaml_parser_t m_parser{};
};

}  // namespace cmp
