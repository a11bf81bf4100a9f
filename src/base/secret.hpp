// A credential. Reading it takes a call that names the act, so that grep finds every place.
// Refuses to be printed: it formats as "***", and it does not convert to text by itself.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace cmp {

class Secret {
public:
  Secret() = default;
  explicit Secret(std::string value) : m_value(std::move(value)) {}

  bool empty() const { return m_value.empty(); }
  // For the wire and for the token cache only.
  const std::string& reveal() const { return m_value; }

private:
  std::string m_value;
};

}  // namespace cmp

template <>
struct fmt::formatter<cmp::Secret> : fmt::formatter<std::string_view> {
  auto format(const cmp::Secret& secret, format_context& context) const {
    return fmt::formatter<std::string_view>::format(secret.empty() ? "unset" : "***", context);
  }
};
