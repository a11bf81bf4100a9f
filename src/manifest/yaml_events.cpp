#include "manifest/yaml_events.hpp"

#include <algorithm>
#include <new>

namespace cmp {

namespace {

constexpr size_t k_step = 128;  // characters between two checkpoints

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }
bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

}  // namespace

ByteOffsets::ByteOffsets(std::string_view source) : m_source(source) {
  if (std::all_of(source.begin(), source.end(), is_ascii)) { return; }
  size_t character = 0;
  for (size_t byte = 0; byte < source.size(); ++byte) {
    if (is_continuation(source[byte])) { continue; }
    if (character++ % k_step == 0) { m_checkpoints.push_back(byte); }
  }
}

std::uint32_t ByteOffsets::of(size_t character) const {
  if (m_checkpoints.empty()) { return static_cast<std::uint32_t>(std::min(character, m_source.size())); }
  const size_t checkpoint = std::min(character / k_step, m_checkpoints.size() - 1);
  size_t byte = m_checkpoints[checkpoint];
  for (size_t left = character - checkpoint * k_step; left > 0 && byte < m_source.size(); --left) {
    do { ++byte; } while (byte < m_source.size() && is_continuation(m_source[byte]));
  }
  return static_cast<std::uint32_t>(byte);
}

YamlParser::YamlParser(std::string_view source) : m_source(source) {
  if (yaml_parser_initialize(&m_parser) == 0) { throw std::bad_alloc(); }
  yaml_parser_set_encoding(&m_parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&m_parser, reinterpret_cast<const unsigned char*>(source.data()), source.size());
}

void YamlParser::next(YamlEvent& event) {
  if (yaml_parser_parse(&m_parser, event.get()) == 0) { throw_refusal(); }
}

std::optional<yaml_mark_t> YamlParser::text_behind() {
  YamlEvent event;
  if (yaml_parser_parse(&m_parser, event.get()) == 0) { return m_parser.problem_mark; }
  return event->type == YAML_STREAM_END_EVENT ? std::nullopt : std::optional(event->start_mark);
}

void YamlParser::throw_refusal() const {
  if (m_parser.error == YAML_MEMORY_ERROR) { throw std::bad_alloc(); }
  const std::string what = m_parser.problem == nullptr ? "cannot be read" : m_parser.problem;
  if (m_parser.error == YAML_READER_ERROR) {
    throw YamlRefusal{what, mark_of_byte(m_parser.problem_offset), "save the text as UTF-8 without control characters"};
  }
  throw YamlRefusal{what, m_parser.problem_mark, ""};
}

// The reader runs ahead of the scanner, so its errors come with a byte and without a mark.
yaml_mark_t YamlParser::mark_of_byte(size_t offset) const {
  const std::string_view before = m_source.substr(0, offset);
  const size_t line_begin = before.rfind('\n') + 1;
  return {offset, static_cast<size_t>(std::count(before.begin(), before.end(), '\n')), before.size() - line_begin};
}

}  // namespace cmp
