#include "manifest/objects.hpp"
#include "manifest/yaml_reader.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

// "path group/Kind ns/name" of every object, then the findings.
std::string objects_of(const std::string& text) {
  YamlTree tree;
  REQUIRE(read_yaml(text, 1, {}, tree).empty());
  std::vector<Finding> findings;
  DocumentFindings document(findings, "unit", 1, tree);
  std::string out;
  for (const ObjectRef& object : find_objects(tree, document)) {
    out += object.path + '[' + std::string(object.group()) + ' ' + std::string(object.version()) + ' ' + std::string(object.kind) + ' ' +
           std::string(object.ns) + '/' + std::string(object.name) + (object.is_generated ? "*]" : "]");
  }
  for (const Finding& finding : findings) {
    out += ' ' + std::string(code_name(finding.code)) + ' ' + finding.path + ": " + finding.found.value_or("");
  }
  return out;
}

}  // namespace

TEST_CASE("find_objects: identity") {
  CHECK(objects_of("{apiVersion: v1, kind: Namespace, metadata: {name: a}}") == "[ v1 Namespace /a]");
  CHECK(objects_of("{apiVersion: apps/v1, kind: Deployment, metadata: {name: a, namespace: b}}") == "[apps v1 Deployment b/a]");
  CHECK(objects_of("{apiVersion: batch/v1, kind: Job, metadata: {generateName: a-}}") == "[batch v1 Job /a-*]");
}

TEST_CASE("find_objects: incomplete identity names each missing part") {
  CHECK(objects_of("{kind: A, metadata: {name: a}}") == " NOT_AN_OBJECT apiVersion: no apiVersion");
  CHECK(objects_of("{apiVersion: v1, kind: ~, metadata: {name: a}}") == " NOT_AN_OBJECT kind: no kind");
  CHECK(objects_of("{apiVersion: v1, kind: on, metadata: {name: a}}") == " NOT_AN_OBJECT kind: a boolean");
  CHECK(objects_of("{apiVersion: v1, kind: A, metadata: {namespace: a}}") == " NOT_AN_OBJECT metadata.name: no name");
  CHECK(objects_of("{apiVersion: v1, kind: A, metadata: {name: \"\"}}") == " NOT_AN_OBJECT metadata.name: no name");
  CHECK(objects_of("{apiVersion: v1, kind: A, metadata: {name: [a]}}").find("NOT_AN_OBJECT metadata.name: a list") != std::string::npos);
  CHECK(objects_of("{apiVersion: v1, kind: A}") == " NOT_AN_OBJECT metadata.name: no name");
  CHECK(objects_of("{}") == " NOT_AN_OBJECT apiVersion: no apiVersion NOT_AN_OBJECT kind: no kind NOT_AN_OBJECT metadata.name: no name");
}

TEST_CASE("find_objects: a name that is no string to Go is told, and identifies nevertheless") {
  CHECK(objects_of("{apiVersion: v1, kind: A, metadata: {name: n}}") == "[ v1 A /n] NAME_NOT_STRING metadata.name: n (a boolean)");
  CHECK(objects_of("{apiVersion: v1, kind: A, metadata: {name: a, namespace: 0123}}") ==
        "[ v1 A 0123/a] NAME_NOT_STRING metadata.namespace: 0123 (a number)");
}

TEST_CASE("find_objects: no object at all") {
  CHECK(objects_of("just text") == " NOT_AN_OBJECT : a single value");
  CHECK(objects_of("[a]") == " NOT_AN_OBJECT : a list");
}

TEST_CASE("find_objects: lists as Argo CD expands them") {
  const std::string a = "{apiVersion: v1, kind: A, metadata: {name: a}}";
  CHECK(objects_of("{apiVersion: v1, kind: List, items: [" + a + ", " + a + "]}") == "items[0][ v1 A /a]items[1][ v1 A /a]");
  CHECK(objects_of("{apiVersion: v1, kind: AList, metadata: {resourceVersion: \"1\"}, items: [" + a + "]}") == "items[0][ v1 A /a]");
  CHECK(objects_of("{apiVersion: v1, kind: List, items: []}") == "");
  CHECK(objects_of("{apiVersion: v1, kind: List, items: ~}") == "");
  CHECK(objects_of("{apiVersion: v1, kind: List, items: [1]}") == " NOT_AN_OBJECT items[0]: not a mapping");
  CHECK(objects_of("{apiVersion: v1, kind: List, items: [{kind: A}]}").starts_with(" NOT_AN_OBJECT items[0].apiVersion: no apiVersion"));
  CHECK(objects_of("{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: List, items: [" + a + "]}]}") ==
        " NOT_AN_OBJECT items[0]: a list inside a list");
}

TEST_CASE("find_objects: an object that Argo CD would take apart or drop") {
  const std::string torn = " NOT_AN_OBJECT items: a top-level list on an object that is not a List";
  CHECK(objects_of("{apiVersion: v1, kind: A, metadata: {name: a}, items: [{x: 1}]}") == torn);
  CHECK(objects_of("{apiVersion: v1, kind: AllowList, metadata: {name: a}, items: [{x: 1}]}") == torn);
  CHECK(objects_of("{apiVersion: v1, kind: A, metadata: {name: a}, items: ~}") == torn);
  CHECK(objects_of("{apiVersion: v1, kind: A, metadata: {name: a}, items: {x: 1}}") == "[ v1 A /a]");
}

TEST_CASE("ObjectIndex: one object in two versions is one object") {
  YamlTree tree;
  REQUIRE(read_yaml("{apiVersion: v1, kind: List, items: [\n"
                    "{apiVersion: g/v1, kind: A, metadata: {name: a}},\n"
                    "{apiVersion: g/v2, kind: A, metadata: {name: a}},\n"
                    "{apiVersion: h/v1, kind: A, metadata: {name: a}},\n"
                    "{apiVersion: g/v1, kind: A, metadata: {name: a, namespace: other}},\n"
                    "{apiVersion: g/v1, kind: A, metadata: {generateName: a}},\n"
                    "{apiVersion: g/v1, kind: A, metadata: {generateName: a}}]}",
      1, {}, tree)
              .empty());
  std::vector<Finding> findings;
  DocumentFindings document(findings, "unit", 1, tree);
  ObjectIndex index;
  for (const ObjectRef& object : find_objects(tree, document)) { index.add(object, tree, "unit", document); }
  REQUIRE(findings.size() == 1);
  CHECK(to_line(findings[0]) == "unit:3:1: error DUPLICATE_OBJECT: A a: items[1]: object defined twice, found 'also in unit line 2'");
}

TEST_CASE("join_path: keys that would be mistaken for a path are quoted") {
  CHECK(join_path("", "spec") == "spec");
  CHECK(join_path("items[0]", "spec") == "items[0].spec");
  CHECK(join_path("spec.tags", "cost center") == "spec.tags.\"cost center\"");
}

}  // namespace cmp
