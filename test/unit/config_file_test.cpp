#include "base/config_file.hpp"
#include "expect_failure.hpp"
#include "scratch_directory.hpp"

namespace cmp {

TEST_CASE("nearest: suggests typos, not anything") {
  const std::vector<std::string_view> known{"budget", "request", "retries"};
  CHECK(nearest("bugdet", known) == "budget");
  CHECK(nearest("retrys", known) == "retries");
  CHECK_FALSE(nearest("colour", known));
}

TEST_CASE("read_file: regular files up to a size") {
  const ScratchDirectory directory;
  const std::string path = directory.write("a", "12345");
  CHECK(read_file(path, 5, Missing::is_error) == "12345");
  CHECK(outcome_of([&] { read_file(path, 4, Missing::is_error); }) == "2: cannot read " + path + ": larger than 4 bytes");
  CHECK(outcome_of([&] { read_file(directory.path(), 4, Missing::is_error); }) == "2: cannot read " + directory.path() + ": not a regular file");
  CHECK_FALSE(read_file(directory.path("b"), 4, Missing::is_absent));
  CHECK(outcome_of([&] { read_file(directory.path("b"), 4, Missing::is_error); }) ==
        "2: cannot read " + directory.path("b") + ": No such file or directory");
}

TEST_CASE("ConfigNode: one mapping of the kind that was expected") {
  const auto outcome = [](const std::string& text) { return outcome_of([&] { ConfigNode::parse(text, "f.yaml", "Settings"); }); };
  CHECK(outcome("") == "2: f.yaml: must hold exactly one YAML mapping of kind Settings");
  CHECK(outcome("[]") == "2: f.yaml: must hold exactly one YAML mapping of kind Settings");
  CHECK(outcome("a: 1\n---\nb: 2\n") == "2: f.yaml: must hold exactly one YAML mapping of kind Settings");
  CHECK(outcome(",").starts_with("2: f.yaml"));
  CHECK(outcome("kind: Settings\n") == "2: f.yaml:1: apiVersion is missing, want apiVersion: confighub-cmp/v1alpha1");
  CHECK(outcome("a: [\n") == "2: f.yaml:2: not valid YAML: end of sequence flow not found");
}

}  // namespace cmp
