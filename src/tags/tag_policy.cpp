#include "tags/tag_policy.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <re2/re2.h>

#include <algorithm>
#include <array>

namespace cmp {

namespace {

constexpr std::string_view k_environment = "${environment}";
constexpr std::int64_t k_pattern_memory = 1 << 20;  // RE2 gives up on larger programs at compile time

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

std::string with_environment(std::string text, const std::string& environment) {
  for (size_t at = text.find(k_environment); at != std::string::npos; at = text.find(k_environment, at + environment.size())) {
    text.replace(at, k_environment.size(), environment);
  }
  return text;
}

bool contains(const std::vector<std::string>& list, std::string_view value) { return std::find(list.begin(), list.end(), value) != list.end(); }

}  // namespace

std::optional<Pattern> Pattern::compile(const std::string& text, std::string& error) {
  re2::RE2::Options options(re2::RE2::Quiet);
  options.set_max_mem(k_pattern_memory);
  Pattern pattern;
  pattern.m_expression = std::make_shared<re2::RE2>(text, options);
  if (pattern.m_expression->ok()) { return pattern; }
  error = pattern.m_expression->error();
  return std::nullopt;
}

bool Pattern::matches(std::string_view value) const { return re2::RE2::PartialMatch(piece(value), *m_expression); }

std::optional<std::string> Pattern::first_group(std::string_view value) const {
  std::array<re2::StringPiece, 2> found;
  if (!m_expression->Match(piece(value), 0, value.size(), re2::RE2::UNANCHORED, found.data(), groups() > 0 ? 2 : 1)) { return std::nullopt; }
  return std::string(found[groups() > 0 ? 1 : 0]);
}

const std::string& Pattern::text() const { return m_expression->pattern(); }
int Pattern::groups() const { return m_expression->NumberOfCapturingGroups(); }

std::optional<std::string> TagRule::wanted(const std::string& environment) const {
  if (const auto found = values.find(environment); found != values.end()) { return with_environment(found->second, environment); }
  const std::optional<std::string>& text = value ? value : default_value;
  return text ? std::optional(with_environment(*text, environment)) : std::nullopt;
}

bool TagRule::requires_presence(const std::string& environment) const {
  return is_required || contains(required_in, environment) || wanted(environment).has_value();
}

bool TagRule::is_static() const {
  const std::optional<std::string>& text = value ? value : default_value;
  return values.empty() && text && text->find(k_environment) == std::string::npos;
}

std::string TagRule::objection(std::string_view tag) const {
  if (!one_of.empty() && !contains(one_of, tag)) { return fmt::format("one of {}", fmt::join(one_of, ", ")); }
  if (match && !match->matches(tag)) { return fmt::format("a match of {}", match->text()); }
  return "";
}

// An object that names no namespace counts as in `default`, as with `kyverno apply`.
bool TagRule::applies_to(const ObjectRef& object) const {
  if (!ns.empty() && ns != (object.ns.empty() ? "default" : object.ns)) { return false; }
  const auto matches = [&](const KindPattern& candidate) { return candidate.matches(object.group(), object.version(), object.kind); };
  return kinds.empty() || std::any_of(kinds.begin(), kinds.end(), matches);
}

}  // namespace cmp
