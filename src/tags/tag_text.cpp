#include "tags/tag_text.hpp"

#include "manifest/go_yaml.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cmp {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.' || c == '/' || c == '@' || c == '+'; }

// Narrower than YAML: what every reader of YAML 1.1 and 1.2 takes for the same string, in block and flow.
bool may_be_plain(std::string_view value) {
  return !value.empty() && is_letter(value[0]) && std::all_of(value.begin(), value.end(), is_word) &&
         go_scalar_type(value, Implicit::yes, "") == ScalarType::string;
}

bool needs_escape(std::string_view value) {
  return std::any_of(
      value.begin(), value.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || static_cast<unsigned char>(c) >= 0x80; });
}

std::string double_quoted(std::string_view value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      text += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      text += c;
    }
  }
  return text + '"';
}

std::string single_quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) { text += c == '\'' ? "''" : std::string(1, c); }
  return text + '\'';
}

}  // namespace

std::string scalar_text(std::string_view value, Quoting quoting) {
  if (quoting == Quoting::as_needed && may_be_plain(value)) { return std::string(value); }
  return quoting == Quoting::single && !needs_escape(value) ? single_quoted(value) : double_quoted(value);
}

std::string block_tags(const TagList& tags, TagShape shape, const TagLayout& layout) {
  const std::string indent(layout.indent, ' ');
  std::string text;
  for (const auto& [key, value] : tags) {
    const std::string shown_key = scalar_text(key, layout.quoting);
    const std::string shown_value = scalar_text(value, layout.quoting);
    if (shape == TagShape::list) {
      text += fmt::format("{0}- key: {1}{3}{0}  value: {2}{3}{0}  propagateAtLaunch: true{3}", indent, shown_key, shown_value, layout.newline);
    } else {
      text += fmt::format("{}{}: {}{}", indent, shown_key, shown_value, layout.newline);
    }
  }
  return text;
}

std::string block_path(const std::vector<std::string>& keys, const TagList& tags, TagShape shape, const TagLayout& layout) {
  TagLayout inner = layout;
  std::string text;
  for (const std::string& key : keys) {
    text += fmt::format("{}{}:{}", std::string(inner.indent, ' '), scalar_text(key, layout.quoting), layout.newline);
    inner.indent += layout.step;
  }
  if (shape == TagShape::list && !keys.empty()) { inner.indent -= layout.step; }
  return text + block_tags(tags, shape, inner);
}

std::vector<std::string> flow_tags(const TagList& tags, TagShape shape, Quoting quoting) {
  std::vector<std::string> parts;
  for (const auto& [key, value] : tags) {
    const std::string shown_key = scalar_text(key, quoting);
    const std::string shown_value = scalar_text(value, quoting);
    if (shape == TagShape::list) {
      parts.push_back(fmt::format("{{{}: {}, {}: {}, {}: true}}", scalar_text("key", quoting), shown_key, scalar_text("value", quoting), shown_value,
          scalar_text("propagateAtLaunch", quoting)));
    } else {
      parts.push_back(fmt::format("{}: {}", shown_key, shown_value));
    }
  }
  return parts;
}

std::string flow_path(const std::vector<std::string>& keys, const TagList& tags, TagShape shape, Quoting quoting) {
  const std::string inside = fmt::format("{}", fmt::join(flow_tags(tags, shape, quoting), ", "));
  std::string text = shape == TagShape::list ? fmt::format("[{}]", inside) : fmt::format("{{{}}}", inside);
  for (size_t i = keys.size(); i > 0; --i) {
    text = fmt::format("{}: {}", scalar_text(keys[i - 1], quoting), text);
    if (i > 1) { text = fmt::format("{{{}}}", text); }
  }
  return text;
}

}  // namespace cmp
