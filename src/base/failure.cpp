#include "base/failure.hpp"

#include "base/text.hpp"

#include <utility>

namespace cmp {

namespace {

constexpr size_t k_max_line = 600;
constexpr size_t k_max_banner = 2000;

}  // namespace

Failure::Failure(FailureKind kind, std::string message, std::vector<std::string> hints)
    : m_kind(kind), m_message(std::move(message)), m_hints(std::move(hints)) {}

int exit_code(FailureKind kind) { return static_cast<int>(kind); }

std::string banner(const Failure& failure) {
  std::string text = "confighub-cmp: " + printable(failure.message(), k_max_line) + '\n';
  size_t left_out = 0;
  for (const std::string& hint : failure.hints()) {
    std::string line = "  " + printable(hint, k_max_line) + '\n';
    if (text.size() + line.size() > k_max_banner) {
      ++left_out;
    } else {
      text += line;
    }
  }
  if (left_out > 0) { text += "  and " + std::to_string(left_out) + " more\n"; }
  return text;
}

}  // namespace cmp
