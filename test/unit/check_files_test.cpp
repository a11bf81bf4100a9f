#include "check_files.hpp"
#include "expect_failure.hpp"
#include "scratch_directory.hpp"

#include <array>
#include <iterator>

namespace cmp {

namespace {

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> names(const std::vector<UnitText>& units) {
  std::vector<std::string> slugs;
  for (const UnitText& unit : units) { slugs.push_back(unit.slug); }
  return slugs;
}

}  // namespace

TEST_CASE("read_files: arguments in their order, directories sorted, each file once") {
  const ScratchDirectory directory;
  for (const char* name : {"d/b.yaml", "d/a.yml", "d/.git/c.yaml", "d/deep/e.json", "d/kustomization.yaml", "d/notes.txt", "z.txt"}) {
    directory.write(name, "a: 1\n");
  }
  const std::string d = directory.path("d");
  CHECK(names(read_files({directory.path("z.txt"), d, d + "/a.yml", d + "/../z.txt"}, Limits{})) ==
        std::vector<std::string>{directory.path("z.txt"), d + "/a.yml", d + "/b.yaml", d + "/deep/e.json"});
}

TEST_CASE("read_files: limits") {
  const ScratchDirectory directory;
  directory.write("a.yaml", "a: 1\n");
  directory.write("b.yaml", "b: 1\n");
  Limits limits;
  limits.units = 1;
  CHECK(outcome_of([&] { read_files({directory.path()}, limits); }) == "6: more than 1 files (limits.units)");
  limits = Limits{};
  limits.total_bytes = 9;
  CHECK(outcome_of([&] { read_files({directory.path()}, limits); }) == "6: the files have more than 9 bytes in all (limits.totalBytes)");
}

TEST_CASE("replace_file: a file without a last newline stays without") {
  const ScratchDirectory directory;
  for (const auto& [now, before, after, wanted] :
      {std::array{"a", "a\n", "b\n", "b"}, std::array{"a\n", "a\n", "b\n", "b\n"}, std::array{"a\r\nc", "a\r\nc\r\n", "b\r\n", "b"}}) {
    const std::string path = directory.write("a.yaml", now);
    replace_file(path, before, after, Limits{});
    CHECK(content(path) == wanted);
  }
}

TEST_CASE("replace_file: what changed meanwhile is somebody else's") {
  const ScratchDirectory directory;
  const std::string path = directory.write("a.yaml", "a: 2\n");
  CHECK(outcome_of([&] { replace_file(path, "a: 1\n", "a: 3\n", Limits{}); }) == "6: " + path + " changed while it was checked");
  CHECK(content(path) == "a: 2\n");
  CHECK(std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1);
}

}  // namespace cmp
