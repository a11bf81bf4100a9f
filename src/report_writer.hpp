// JSON for reports: members with their values, text made printable on the way.
#pragma once

#include "base/text.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string>
#include <string_view>

namespace cmp {

using JsonWriter = rapidjson::Writer<rapidjson::StringBuffer>;

inline void put(JsonWriter& json, const char* key, std::string_view text) {
  json.Key(key);
  json.String(printable(text, 4096));
}

inline void put(JsonWriter& json, const char* key, size_t number) {
  json.Key(key);
  json.Uint64(number);
}

}  // namespace cmp
