#include "manifest/go_yaml.hpp"
#include "manifest/yaml_reader.hpp"
#include "tags/tag_text.hpp"

#include <doctest/doctest.h>

namespace cmp {

TEST_CASE("scalar_text: plain only when every reader takes it for that string") {
  for (const char* plain : {"dev", "messagewall-demo", "a.b/c@d+e", "Dev2", "yES"}) {
    CAPTURE(plain);
    CHECK(scalar_text(plain, Quoting::as_needed) == plain);
  }
  for (const char* quoted : {"", "yes", "on", "null", "1", "0x1f", "1.5", "-a", "a b", "a: b", "a #b", "a,b", "{a}", "*a", "&a", "!a", "@a", "%a",
           "~", "=", "<<", "12:30"}) {
    CAPTURE(quoted);
    CHECK(scalar_text(quoted, Quoting::as_needed) == '"' + std::string(quoted) + '"');
  }
}

TEST_CASE("scalar_text: escapes and quotes") {
  CHECK(scalar_text("a\"b\\c", Quoting::as_needed) == "\"a\\\"b\\\\c\"");
  CHECK(scalar_text("a\nb\x01", Quoting::as_needed) == "\"a\\u000ab\\u0001\"");
  CHECK(scalar_text("it's", Quoting::single) == "'it''s'");
  CHECK(scalar_text("a\nb", Quoting::single) == "\"a\\u000ab\"");
  CHECK(scalar_text("dev", Quoting::always_double) == "\"dev\"");
}

TEST_CASE("scalar_text: reads back as itself") {
  for (const std::string text :
      {"", " x ", "yes", "\xC3\xBC", "\xF0\x9F\x98\x80", "a\tb\n", "'\"\\", "---", "# x", "\x7F", "- a", "? b", "0123", "<<"}) {
    for (const Quoting quoting : {Quoting::as_needed, Quoting::single, Quoting::always_double}) {
      for (const bool is_flow : {false, true}) {
        const std::string source = is_flow ? "{k: " + scalar_text(text, quoting) + "}\n" : "k: " + scalar_text(text, quoting) + "\n";
        CAPTURE(source);
        YamlTree tree;
        REQUIRE(read_yaml(source, 1, {}, tree).empty());
        const NodeId value = tree.find(tree.root(), "k")->value;
        CHECK(tree.is_string(value));
        CHECK(tree.at(value).text == text);
      }
    }
  }
}

}  // namespace cmp
