// "group/version/Kind" with wildcards, as policies name kinds: `*` is any run of characters, `?` exactly one.
// Refuses anything but three parts: `Bucket` alone would match the buckets of every provider.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace cmp {

class KindPattern {
public:
  // nullopt when `text` is not of three parts that are not empty.
  static std::optional<KindPattern> parse(const std::string& text);

  bool matches(std::string_view group, std::string_view version, std::string_view kind) const;
  bool matches_some_version(std::string_view group, std::string_view kind) const;
  const std::string& text() const { return m_text; }
  const std::string& group() const { return m_group; }
  const std::string& kind() const { return m_kind; }

private:
  std::string m_text;
  std::string m_group;
  std::string m_version;
  std::string m_kind;
};

}  // namespace cmp
