#include "expect_failure.hpp"
#include "hub/lock_file.hpp"
#include "scratch_directory.hpp"

#include <doctest/doctest.h>

namespace cmp {

namespace {

const std::string k_hash(64, 'a');
const Lock k_lock{{"shop-dev", {{"api", 3, k_hash}, {"web", 1, k_hash}}}, {"wall-dev", {}}};
const std::string k_head = "apiVersion: confighub-cmp/v1alpha1\nkind: Lock\nspaces:\n";

// The lock file is relative to the working directory, so these tests have one of their own.
struct InDirectory {
  ScratchDirectory directory;
  std::filesystem::path before = std::filesystem::current_path();
  InDirectory() { std::filesystem::current_path(directory.path()); }
  ~InDirectory() { std::filesystem::current_path(before); }
};

std::string outcome(const std::string& body) {
  return outcome_of([&] { parse_lock(k_head + body, "confighub.lock"); });
}

}  // namespace

TEST_CASE("to_text(Lock): one line a unit, sorted, and read back the same") {
  CHECK(to_text(k_lock) == "# Made by confighub-cmp lock: the revisions this application prints, as they were approved. Do not edit.\n" + k_head +
                               "  shop-dev:\n  - {unit: api, revision: 3, sha256: " + k_hash + "}\n  - {unit: web, revision: 1, sha256: " + k_hash +
                               "}\n  wall-dev: []\n");
  CHECK(parse_lock(to_text(k_lock), "confighub.lock") == k_lock);
}

TEST_CASE("parse_lock: anything else is bad content, with its line") {
  CHECK(outcome("  shop-dev:\n  - {unit: api, revision: 0, sha256: " + k_hash + "}\n") ==
        "6: confighub.lock:5: spaces.shop-dev[0].revision: '0' is not a whole number from 1 up");
  CHECK(outcome("  shop-dev:\n  - {unit: api, revision: 1, sha256: abc}\n") ==
        "6: confighub.lock:5: spaces.shop-dev[0].sha256: is not a SHA-256 in hexadecimal");
  CHECK(outcome("  shop-dev:\n  - {unit: b, revision: 1, sha256: " + k_hash + "}\n  - {unit: a, revision: 1, sha256: " + k_hash + "}\n") ==
        "6: confighub.lock:6: spaces.shop-dev[1]: units must be sorted and named once");
  CHECK(outcome("  shop-dev:\n  - {unit: a, rev: 1, sha256: " + k_hash + "}\n") == "6: confighub.lock:5: spaces.shop-dev[0].rev: unknown key");
}

TEST_CASE("read_lock and write_lock: below the working directory only") {
  const InDirectory here;
  CHECK(outcome_of([] { read_lock("confighub.lock"); }) ==
        "3: rule 'locked' needs confighub.lock in the application's path: No such file or directory");
  write_lock("confighub.lock", to_text(k_lock));
  CHECK(read_lock("confighub.lock") == k_lock);
  here.directory.write("sub/real.lock", to_text(k_lock));
  std::filesystem::create_symlink("sub/real.lock", here.directory.path("inside.lock"));
  CHECK(read_lock("inside.lock") == k_lock);
  std::filesystem::create_symlink("/etc/passwd", here.directory.path("outside.lock"));
  CHECK(outcome_of([] { read_lock("outside.lock"); }) == "3: rule 'locked' needs outside.lock in the application's path: Invalid cross-device link");
  CHECK(outcome_of([] { read_lock("../x.lock"); }).starts_with("3: "));
  CHECK(outcome_of([] { read_lock("sub"); }) == "6: sub is not a regular file of at most 16777216 bytes");
  CHECK(outcome_of([] { write_lock("/nowhere/x.lock", ""); }).starts_with("7: cannot write /nowhere/x.lock: "));
}

}  // namespace cmp
