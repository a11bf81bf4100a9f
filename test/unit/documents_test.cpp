#include "manifest/documents.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

struct Read {
  UnitDocuments unit;
  std::vector<Finding> findings;

  explicit Read(const std::string& text) {
    unit = read_documents({"space", "unit", 3, "", text}, {}, findings, [](Document&, const YamlTree&) {});
  }
  std::string text(size_t index) const { return std::string(unit.documents.at(index).text(unit.unit)); }
  std::string problem() const { return findings.empty() ? "none" : to_line(findings.front()); }
};

}  // namespace

TEST_CASE("read_documents: cut at separators, which belong to no document") {
  const Read read("a: 1\n---\nb: 2\n--- \t\r\nc: 3\n");
  REQUIRE(read.unit.documents.size() == 3);
  CHECK(read.text(0) == "a: 1\n");
  CHECK(read.text(1) == "b: 2\n");
  CHECK(read.text(2) == "c: 3\n");
  CHECK(read.unit.documents[2].line == 5);
  CHECK(read.unit.documents[2].number == 3);
  CHECK(read.problem() == "none");
}

TEST_CASE("read_documents: empty, commented-out and null documents vanish") {
  CHECK(Read("").unit.documents.empty());
  CHECK(Read("---\n---\n# nothing\n---\n").unit.documents.empty());
  CHECK(Read("null\n---\n~\n---\n...\n").unit.documents.empty());
  CHECK(Read("---\nnull\n---\na: 1\n").unit.documents.front().number == 1);
}

TEST_CASE("read_documents: comments between separators travel with the document behind them") {
  const Read read("# licence\n\n# two lines\n\n---\n---\n# of a\na: 1\n--- # of b\nb: 2\n---\n\n# the end\n");
  REQUIRE(read.unit.documents.size() == 2);
  CHECK(read.unit.documents[0].comments == "# licence\n\n# two lines\n");
  CHECK(read.text(0) == "# of a\na: 1\n");
  CHECK(read.unit.documents[1].comments == "# of b\n");
  CHECK(read.unit.trailer == "# the end\n");
}

TEST_CASE("read_documents: a comment behind a block scalar cannot become part of it") {
  CHECK(Read("text: |\n  one\n---\n    # indented\n").unit.trailer == "# indented\n");
  CHECK(Read("text: |\n  one\n---\n  # indented\r\n---\nb: 2\n").unit.documents[1].comments == "# indented\r\n");
}

TEST_CASE("read_documents: comments are held to the same encoding as documents") {
  CHECK(Read("#\xFF\n---\na: 1\n").problem() != "none");
  CHECK(Read("a: 1\n--- #\xFF\nb: 1\n").problem() != "none");
  CHECK(Read("# \xC3\xA4\n--- # \xC3\xA4\na: 1\n").problem() == "none");
}

TEST_CASE("read_documents: bytes around documents") {
  SUBCASE("a missing last newline is added") { CHECK(Read("a: 1").text(0) == "a: 1\n"); }
  SUBCASE("a byte order mark is dropped where a document starts") {
    const Read read("\xEF\xBB\xBF"
                    "a: 1\n---\n\xEF\xBB\xBF"
                    "b: 2\n");
    CHECK(read.text(0) == "a: 1\n");
    CHECK(read.text(1) == "b: 2\n");
  }
  SUBCASE("carriage returns with newlines stay") { CHECK(Read("a: 1\r\nb: |\r\n  x\r\n").text(0) == "a: 1\r\nb: |\r\n  x\r\n"); }
  SUBCASE("dashes inside a text are no separator") { CHECK(Read("a: |\n  ---\n  x\n").unit.documents.size() == 1); }
}

TEST_CASE("read_documents: what Argo CD would refuse or drop") {
  CHECK(Read("a: 1\n--- b: 2\n").problem() ==
        "space/unit@3:2:4: error YAML_SYNTAX: not YAML as Argo CD reads it, found 'text behind the document separator '---''");
  CHECK(Read("a: 1\n---b\n").problem() ==
        "space/unit@3:2:4: error YAML_SYNTAX: not YAML as Argo CD reads it, found 'text behind the document separator '---''");
  CHECK(Read("a: 1\n---#b\n").findings.size() == 1);
  CHECK(Read("a: 1\n...\nb: 2\n").problem() ==
        "space/unit@3:3:1: error YAML_SYNTAX: not YAML as Argo CD reads it, found 'text behind the end of the document'");
  CHECK(Read("%YAML 1.2\n---\na: 1\n").findings.front().fix == "remove the directive, the line that starts with '%'");
  CHECK(Read("a: 1\rb: 2\n").problem() ==
        "space/unit@3:1:5: error YAML_SYNTAX: not YAML as Argo CD reads it, found 'a carriage return without a newline'");
  CHECK(Read(std::string("\xFF\xFE"
                         "a\0:\0",
                 6))
            .problem() == "space/unit@3:1:1: error YAML_SYNTAX: not YAML as Argo CD reads it, found 'invalid leading UTF-8 octet'");
  CHECK(Read("{\"a\": 1}\n{\"b\": 2}\n").findings.size() == 1);
}

TEST_CASE("read_documents: one bad document does not hide the next") {
  const Read read("a: [\n---\nb: 2\n---\nc: 1\nc: 2\n");
  REQUIRE(read.findings.size() == 2);
  CHECK(read.findings[0].document == 1);
  CHECK(code_name(read.findings[1].code) == "YAML_DUPLICATE_KEY");
  CHECK(read.findings[1].line == 6);
  CHECK(read.findings[1].document == 3);
  CHECK(read.findings[1].fix == "keep one of the two, the other stands in line 5");
  CHECK(read.unit.documents.size() == 1);
}

}  // namespace cmp
