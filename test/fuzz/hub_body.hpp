// One body of the hub, read by one of hub_wire's readers: the properties that hold for all of them.
// A reader refuses with NotJson or Failure(content); what it takes is JSON to the last byte, and means
// the same however the JSON is spaced and escaped.
#pragma once

#include "fuzz.hpp"
#include "hub/hub_wire.hpp"

#include <rapidjson/prettywriter.h>
#include <rapidjson/reader.h>

#include <optional>
#include <utility>

namespace cmp::fuzz {

template <typename Rows>
using BodyReader = Rows (*)(std::string&&);

template <typename Rows>
std::optional<Rows> rows_of(BodyReader<Rows> read, std::string body) {
  try {
    return read(std::move(body));
  } catch (const NotJson&) {
  } catch (const Failure& failure) { check_failure(failure, FailureKind::content); }
  return std::nullopt;
}

// The same JSON with other white space and escapes.
inline std::string respelled(const std::string& body) {
  rapidjson::StringBuffer buffer;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> writer(buffer);
  rapidjson::StringStream stream(body.c_str());
  rapidjson::Reader().Parse<rapidjson::kParseIterativeFlag>(stream, writer);
  return {buffer.GetString(), buffer.GetSize()};
}

// `describe` says everything the rows hold; `check` what must be true of them.
template <typename Rows, typename Describe, typename Check>
void read_body(std::string_view input, BodyReader<Rows> read, const Describe& describe, const Check& check) {
  const std::string body(input);
  const std::optional<Rows> rows = rows_of(read, body);
  if (!rows) { return; }
  must_hold(body.find('\0') == std::string::npos, "a body is read to its last byte");
  const std::optional<Rows> again = rows_of(read, body);
  must_hold(again && describe(*again) == describe(*rows), "a second reading gives the same");
  const std::optional<Rows> other = rows_of(read, respelled(body));
  must_hold(other && describe(*other) == describe(*rows), "the same JSON in another spelling gives the same");
  check(*rows);
}

inline bool is_uuid(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (is_dash ? text[i] != '-' : std::string_view("0123456789abcdef").find(text[i]) == std::string_view::npos) { return false; }
  }
  return text.size() == 36;
}

inline bool is_sorted_set(const std::vector<std::string>& texts) {
  return std::adjacent_find(texts.begin(), texts.end(), [](const std::string& a, const std::string& b) { return a >= b; }) == texts.end();
}

}  // namespace cmp::fuzz
