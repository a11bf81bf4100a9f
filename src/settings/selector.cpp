#include "settings/selector.hpp"

#include "base/values.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace cmp {

namespace {

constexpr std::string_view k_word = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

std::string trimmed(std::string text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string::npos) { return ""; }
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> split_outside_parentheses(const std::string& text) {
  std::vector<std::string> parts{""};
  int depth = 0;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

// The hub addresses a label as Labels.KEY and splits at dots, so a key such as app.kubernetes.io/name cannot be named there.
std::string checked_key(const std::string& key) {
  if (key.empty() || key.find_first_not_of(k_word) != std::string::npos || key.find('.') != std::string::npos) {
    throw BadValue(fmt::format("label '{}' cannot be asked for: letters, digits, - and _ only", key));
  }
  return key;
}

std::string checked_value(const std::string& value) {
  if (value.size() > 128 || value.find_first_not_of(k_word) != std::string::npos) {
    throw BadValue(fmt::format("label value '{}' cannot be asked for: letters, digits and -_. only", value));
  }
  return value;
}

}  // namespace

LabelSelector::Requirement LabelSelector::parse_requirement(const std::string& text) {
  const size_t parenthesis = text.find('(');
  if (parenthesis != std::string::npos) {
    const std::string head = trimmed(text.substr(0, parenthesis));
    const size_t space = head.find(' ');
    const std::string word = space == std::string::npos ? "" : trimmed(head.substr(space));
    if ((word != "in" && word != "notin") || text.back() != ')') { throw BadValue(fmt::format("'{}' is not a label requirement", text)); }
    Requirement requirement{checked_key(head.substr(0, space)), word == "in" ? Operator::in : Operator::not_in, {}};
    for (const std::string& value : split_outside_parentheses(text.substr(parenthesis + 1, text.size() - parenthesis - 2))) {
      requirement.values.push_back(checked_value(trimmed(value)));
    }
    return requirement;
  }
  if (text.starts_with('!')) { return {checked_key(trimmed(text.substr(1))), Operator::absent, {}}; }
  const size_t equals = text.find('=');
  if (equals == std::string::npos) { return {checked_key(text), Operator::exists, {}}; }
  const bool negated = equals > 0 && text[equals - 1] == '!';
  const size_t value_at = text.find_first_not_of('=', equals);
  if (value_at != std::string::npos && value_at - equals > 2) { throw BadValue(fmt::format("'{}' is not a label requirement", text)); }
  const std::string value = value_at == std::string::npos ? "" : trimmed(text.substr(value_at));
  return {checked_key(trimmed(text.substr(0, negated ? equals - 1 : equals))), negated ? Operator::not_in : Operator::in, {checked_value(value)}};
}

LabelSelector LabelSelector::parse(const std::string& text) {
  LabelSelector selector;
  for (const std::string& part : split_outside_parentheses(text)) {
    if (trimmed(part).empty()) { throw BadValue("is an empty label selector, or has an empty part"); }
    selector.m_requirements.push_back(parse_requirement(trimmed(part)));
  }
  return selector;
}

bool LabelSelector::matches(const Labels& labels) const {
  return std::all_of(m_requirements.begin(), m_requirements.end(), [&](const Requirement& requirement) {
    const auto label = labels.find(requirement.key);
    const bool present = label != labels.end();
    const bool named = present && std::find(requirement.values.begin(), requirement.values.end(), label->second) != requirement.values.end();
    switch (requirement.op) {
    case Operator::in: return named;
    case Operator::not_in: return !named;  // as in Kubernetes, also without the label
    case Operator::exists: return present;
    case Operator::absent: return !present;
    }
    return false;
  });
}

// `!=` and NOT IN are left to matches(): the hub's treatment of rows without the label is not documented.
std::string LabelSelector::hub_filter() const {
  std::string filter;
  for (const Requirement& requirement : m_requirements) {
    const std::string label = " AND Labels." + requirement.key;
    if (requirement.op == Operator::exists) { filter += label + " IS NOT NULL"; }
    if (requirement.op == Operator::absent) { filter += label + " IS NULL"; }
    if (requirement.op == Operator::in && requirement.values.size() == 1) { filter += fmt::format("{} = '{}'", label, requirement.values[0]); }
    if (requirement.op == Operator::in && requirement.values.size() > 1) {
      filter += fmt::format("{} IN ('{}')", label, fmt::join(requirement.values, "', '"));
    }
  }
  return filter;
}

}  // namespace cmp
