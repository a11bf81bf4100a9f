#include "manifest/yaml_reader.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

// "LINE:COLUMN what" of the first problem, or "fine".
std::string outcome(std::string_view text, const Limits& limits = {}) {
  YamlTree tree;
  const std::vector<YamlProblem> problems = read_yaml(text, 1, limits, tree);
  if (problems.empty()) { return "fine"; }
  return std::to_string(problems[0].line) + ':' + std::to_string(problems[0].column) + ' ' + problems[0].what;
}

std::string keys_of(std::string_view text, std::string_view mapping) {
  YamlTree tree;
  REQUIRE(read_yaml(text, 1, {}, tree).empty());
  std::string keys;
  for (const MapEntry& entry : tree.entries(tree.find(tree.root(), mapping)->value)) {
    keys += tree.key_text(entry.key) + '=' + std::string(tree.at(entry.value).text) + ' ';
  }
  return keys;
}

}  // namespace

TEST_CASE("read_yaml: spans are bytes, whatever the characters") {
  const std::string text = "# caf\xC3\xA9 \xE6\x97\xA5\nname: \"\xC3\xBC\"\nnext: v\r\nlast: 'x' # \xC3\xA9\n";
  YamlTree tree;
  REQUIRE(read_yaml(text, 1, {}, tree).empty());
  const auto span = [&](std::string_view key) {
    const YamlNode& node = tree[tree.find(tree.root(), key)->value];
    return text.substr(node.begin, node.end - node.begin);
  };
  CHECK(span("name") == "\"\xC3\xBC\"");
  CHECK(span("next") == "v");
  CHECK(span("last") == "'x'");
  CHECK(tree[tree.find(tree.root(), "last")->value].line == 4);
}

TEST_CASE("read_yaml: far into a text that is not ASCII") {
  std::string text;
  for (int i = 0; i < 1000; ++i) { text += "k" + std::to_string(i) + ": \xC3\xA9\n"; }
  YamlTree tree;
  REQUIRE(read_yaml(text, 1, {}, tree).empty());
  const YamlNode& node = tree[tree.find(tree.root(), "k999")->key];
  CHECK(text.substr(node.begin, node.end - node.begin) == "k999");
}

TEST_CASE("read_yaml: merge keys as Go applies them") {
  CHECK(keys_of("a: &a {x: 1, z: 2}\nm: {<<: *a, z: 3}\n", "m") == "x=1 z=3 ");
  CHECK(keys_of("a: &a {x: 1}\nm: {x: 3, <<: *a}\n", "m") == "x=1 ");
  CHECK(keys_of("a: &a {x: 1}\nb: &b {x: 2, z: 3}\nm: {<<: [*a, *b]}\n", "m") == "x=1 z=3 ");
  CHECK(keys_of("m: {\"<<\": text}\n", "m") == "<<=text ");
}

TEST_CASE("late_merge: only where Go and the specification differ") {
  const auto is_late = [](std::string_view text) {
    YamlTree tree;
    REQUIRE(read_yaml(text, 1, {}, tree).empty());
    return tree.late_merge(tree.find(tree.root(), "m")->value).has_value();
  };
  CHECK(is_late("a: &a {x: 1}\nm: {x: 3, <<: *a}\n"));
  CHECK(is_late("a: &a {x: 1}\nb: &b {x: 2, <<: *a}\nm: {<<: *b}\n"));
  CHECK_FALSE(is_late("a: &a {x: 1}\nm: {<<: *a, x: 3}\n"));
  CHECK_FALSE(is_late("a: &a {x: 1}\nm: {z: 3, <<: *a}\n"));
}

TEST_CASE("read_yaml: duplicate keys, also those that Go makes equal") {
  CHECK(outcome("a: 1\nb: 2\na: 3\n") == "3:1 a");
  CHECK(outcome("m: {1: x, \"1\": y}\n") == "1:11 1");
  CHECK(outcome("m:\n  on: x\n  yes: y\n") == "3:3 true");
  CHECK(outcome("a: &a {x: 1}\nm:\n  <<: *a\n  <<: *a\n") == "4:3 <<");
  CHECK(outcome("a: {x: 1}\nb: {x: 1}\n") == "fine");
}

TEST_CASE("read_yaml: what Go would drop or refuse") {
  CHECK(outcome("a: 1\n...\nb: 2\n") == "3:1 text behind the end of the document");
  CHECK(outcome("{a: 1}}\n") == "1:7 text behind the end of the document");
  CHECK(outcome("%YAML 1.1\n--- \na: 1\n") == "1:1 a YAML directive");
  CHECK(outcome("~: 1\n") == "1:1 a key that is not text");
  CHECK(outcome("{a: 1}: 1\n") == "1:6 a key that is a mapping or a list");
  CHECK(outcome("a: !!int x\n") == "1:4 the value does not fit its tag");
  CHECK(outcome("a: .inf\n") == "1:4 an infinity or not-a-number, which JSON does not have");
  CHECK(outcome("a: {b: c?d}\n") == "1:8 a question mark in unquoted text between braces or brackets");
  CHECK(outcome("a: c?d\n") == "fine");
  CHECK(outcome("a: \"\\/\"\n") == "1:4 the escape \\/");
  CHECK(outcome("a: \"\\\\/\"\n") == "fine");
  CHECK(outcome("a: {<<: 1}\n") == "1:9 the merge key << takes a mapping or a list of mappings");
}

TEST_CASE("read_yaml: errors of syntax carry their place in the unit") {
  YamlTree tree;
  const std::vector<YamlProblem> problems = read_yaml("a: b\n\tc: d\n", 41, {}, tree);
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].what == "found a tab character that violates indentation");
  CHECK(problems[0].line == 42);
  CHECK(problems[0].fix == "indent with spaces, YAML does not take tabs");
  CHECK(tree.empty());
  CHECK(outcome("a: b\nb: \xFF\n") == "2:4 invalid leading UTF-8 octet");
  CHECK(outcome(std::string_view("a: b\nc: \0\n", 10)) == "2:4 control characters are not allowed");
  CHECK(outcome("a: *nowhere\n") == "1:4 the alias *nowhere has no anchor before it");
  CHECK(outcome("a: &a [*a]\n") == "1:8 the anchor &a contains itself");
}

TEST_CASE("read_yaml: bombs are refused by a limit that has a name") {
  std::string lol = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 9; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    lol += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int n = 1; n < 10; ++n) { lol += ", " + before; }
    lol += "]\n";
  }
  CHECK(outcome(lol) == "5:45 aliases expand to more than 100000 nodes (limit aliasExpansion)");

  Limits limits;
  limits.yaml_depth = 5;
  CHECK(outcome("[[[[[x]]]]]\n", limits) == "fine");
  CHECK(outcome("[[[[[[x]]]]]]\n", limits) == "1:6 nested deeper than 5 levels (limit yamlDepth)");
  CHECK(outcome("a: &a {b: {c: d}}\ne: [[*a]]\n", limits) == "fine");
  CHECK(outcome("a: &a {b: {c: d}}\ne: [[[*a]]]\n", limits) == "2:7 aliases nest deeper than 5 levels (limit yamlDepth)");
}

TEST_CASE("end_of: a block collection ends with its last member") {
  const std::string text = "a:\n  b:\n  - c\n  - d # e\n\n# f\ng: h\n";
  YamlTree tree;
  REQUIRE(read_yaml(text, 1, {}, tree).empty());
  CHECK(text.substr(0, tree.end_of(tree.find(tree.root(), "a")->value)) == "a:\n  b:\n  - c\n  - d");
}

}  // namespace cmp
