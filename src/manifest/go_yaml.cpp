#include "manifest/go_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

namespace cmp {

namespace {

constexpr std::string_view k_standard_tag = "tag:yaml.org,2002:";

struct Word {
  std::string_view text;
  ScalarType type;
  bool truth = false;
};

// resolve.go's resolveMap; sorted by text.
constexpr std::array k_words = {
    Word{"", ScalarType::null},
    Word{"+.INF", ScalarType::floating},
    Word{"+.Inf", ScalarType::floating},
    Word{"+.inf", ScalarType::floating},
    Word{"-.INF", ScalarType::floating},
    Word{"-.Inf", ScalarType::floating},
    Word{"-.inf", ScalarType::floating},
    Word{".INF", ScalarType::floating},
    Word{".Inf", ScalarType::floating},
    Word{".NAN", ScalarType::floating},
    Word{".NaN", ScalarType::floating},
    Word{".inf", ScalarType::floating},
    Word{".nan", ScalarType::floating},
    Word{"<<", ScalarType::merge},
    Word{"FALSE", ScalarType::boolean},
    Word{"False", ScalarType::boolean},
    Word{"N", ScalarType::boolean},
    Word{"NO", ScalarType::boolean},
    Word{"NULL", ScalarType::null},
    Word{"No", ScalarType::boolean},
    Word{"Null", ScalarType::null},
    Word{"OFF", ScalarType::boolean},
    Word{"ON", ScalarType::boolean, true},
    Word{"Off", ScalarType::boolean},
    Word{"On", ScalarType::boolean, true},
    Word{"TRUE", ScalarType::boolean, true},
    Word{"True", ScalarType::boolean, true},
    Word{"Y", ScalarType::boolean, true},
    Word{"YES", ScalarType::boolean, true},
    Word{"Yes", ScalarType::boolean, true},
    Word{"false", ScalarType::boolean},
    Word{"n", ScalarType::boolean},
    Word{"no", ScalarType::boolean},
    Word{"null", ScalarType::null},
    Word{"off", ScalarType::boolean},
    Word{"on", ScalarType::boolean, true},
    Word{"true", ScalarType::boolean, true},
    Word{"y", ScalarType::boolean, true},
    Word{"yes", ScalarType::boolean, true},
    Word{"~", ScalarType::null},
};
constexpr size_t k_longest_word = 5;
static_assert(std::is_sorted(k_words.begin(), k_words.end(), [](const Word& a, const Word& b) { return a.text < b.text; }));

const Word* find_word(std::string_view text) {
  if (text.size() > k_longest_word) { return nullptr; }
  const auto found =
      std::lower_bound(k_words.begin(), k_words.end(), text, [](const Word& word, std::string_view wanted) { return word.text < wanted; });
  return found != k_words.end() && found->text == text ? &*found : nullptr;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Digits {
  bool negative = false;
  int base = 10;
  std::string_view text;
};

// strconv.ParseInt's base 0: 0x, 0o, 0b in either case, and a leading 0 for octal.
std::optional<Digits> integer_digits(std::string_view text) {
  Digits digits;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    digits.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text.size() > 1 && text[0] == '0') {
    const char letter = static_cast<char>(text[1] | 0x20);
    digits.base = letter == 'x' ? 16 : letter == 'b' ? 2 : 8;
    text.remove_prefix(letter == 'x' || letter == 'b' || letter == 'o' ? 2 : 1);
  }
  digits.text = text;
  const auto fits = [&](char c) {
    const int value = is_digit(c) ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : 99;
    return value < digits.base;
  };
  if (text.empty() || !std::all_of(text.begin(), text.end(), fits)) { return std::nullopt; }
  return digits;
}

// [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?
bool is_decimal_float(std::string_view text) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t from = at;
    while (at < text.size() && is_digit(text[at])) { ++at; }
    return at - from;
  };
  const auto one_of = [&](std::string_view set) { return at < text.size() && set.find(text[at]) != std::string_view::npos ? (++at, true) : false; };
  one_of("+-");
  const size_t whole = digits();
  const size_t fraction = one_of(".") ? digits() : 0;
  if (whole + fraction == 0) { return false; }
  if (one_of("eE")) {
    one_of("+-");
    if (digits() == 0) { return false; }
  }
  return at == text.size();
}

// Go takes a number beyond float64 for a string; one that rounds to zero stays a number.
bool overflows(std::string_view text) { return std::isinf(std::strtod(std::string(text).c_str(), nullptr)); }

std::string without_underscores(std::string_view text) {
  std::string plain(text);
  std::erase(plain, '_');
  return plain;
}

// strconv.ParseFloat, which reads what starts with a dot, takes them between digits only.
bool separates_digits(std::string_view text) {
  for (size_t at = text.find('_'); at != std::string_view::npos; at = text.find('_', at + 1)) {
    if (!is_digit(text[at - 1]) || at + 1 == text.size() || !is_digit(text[at + 1])) { return false; }
  }
  return true;
}

ScalarType number_type(std::string_view text) {
  const std::string plain = without_underscores(text);
  if (text[0] == '.') { return separates_digits(text) && is_decimal_float(plain) && !overflows(plain) ? ScalarType::floating : ScalarType::string; }
  if (integer_digits(plain)) { return ScalarType::integer; }
  return is_decimal_float(plain) && !overflows(plain) ? ScalarType::floating : ScalarType::string;
}

ScalarType plain_type(std::string_view text) {
  if (const Word* word = find_word(text)) { return word->type; }
  const char first = text[0];
  if (!is_digit(first) && first != '+' && first != '-' && first != '.') { return ScalarType::string; }
  return number_type(text);
}

// strconv.FormatFloat(value, 'g', -1, 32): the digits a float32 needs, an exponent below -4 and from 6 up.
// Not std::to_chars, whose tables would add 130 kB to the program for the sake of keys nobody writes.
std::string float_key(std::string_view text) {
  if (find_word(text) != nullptr) { return text[1] == 'n' || text[1] == 'N' ? ".nan" : text[0] == '-' ? "-.inf" : ".inf"; }
  const float value = std::strtof(std::string(text).c_str(), nullptr);
  if (std::isinf(value)) { return value > 0 ? ".inf" : "-.inf"; }  // beyond a float32, as 1e39 is
  std::array<char, 64> shown{};
  int digits = 0;  // behind the first
  do {
    std::snprintf(shown.data(), shown.size(), "%.*e", digits, static_cast<double>(value));
  } while (std::strtof(shown.data(), nullptr) != value && ++digits < 9);
  const int exponent = std::atoi(std::strchr(shown.data(), 'e') + 1);
  if (exponent >= -4 && exponent < 6) {
    std::snprintf(shown.data(), shown.size(), "%.*f", std::max(0, digits - exponent), static_cast<double>(value));
  }
  return shown.data();
}

std::string integer_key(const std::string& text) {
  const std::optional<Digits> digits = integer_digits(text);
  std::uint64_t value = 0;
  const bool fits = digits && std::from_chars(digits->text.data(), digits->text.data() + digits->text.size(), value, digits->base).ec == std::errc{};
  return fits ? fmt::format("{}{}", digits->negative && value != 0 ? "-" : "", value) : float_key(text);
}

}  // namespace

ScalarType go_scalar_type(std::string_view text, Implicit implicit, std::string_view tag) {
  if (tag.empty()) { return implicit == Implicit::yes ? plain_type(text) : ScalarType::string; }
  if (tag == "!") { return ScalarType::string; }
  if (!tag.starts_with(k_standard_tag)) { return ScalarType::tagged; }
  const std::string_view name = tag.substr(k_standard_tag.size());
  if (name == "str") { return ScalarType::string; }
  const ScalarType type = plain_type(text);
  if (name == "bool") { return type == ScalarType::boolean ? type : ScalarType::invalid; }
  if (name == "int") { return type == ScalarType::integer ? type : ScalarType::invalid; }
  if (name == "null") { return type == ScalarType::null ? type : ScalarType::invalid; }
  if (name == "float") { return type == ScalarType::integer || type == ScalarType::floating ? ScalarType::floating : ScalarType::invalid; }
  return name == "merge" && text == "<<" ? ScalarType::merge : ScalarType::tagged;
}

std::string go_key_text(std::string_view text, ScalarType type) {
  if (type == ScalarType::boolean) { return find_word(text)->truth ? "true" : "false"; }
  if (type == ScalarType::integer) { return integer_key(without_underscores(text)); }
  if (type == ScalarType::floating) { return float_key(without_underscores(text)); }
  return std::string(text);
}

bool has_json_value(std::string_view text, ScalarType type) { return type != ScalarType::floating || find_word(text) == nullptr; }

std::string_view describe(ScalarType type) {
  switch (type) {
  case ScalarType::string: return "a string";
  case ScalarType::null: return "null";
  case ScalarType::boolean: return "a boolean";
  case ScalarType::integer:
  case ScalarType::floating: return "a number";
  case ScalarType::merge: return "a merge key";
  case ScalarType::tagged: return "a tagged value";
  case ScalarType::invalid: break;
  }
  return "not what its tag says";
}

}  // namespace cmp
