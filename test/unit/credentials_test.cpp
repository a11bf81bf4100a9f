#include "expect_failure.hpp"
#include "scratch_directory.hpp"
#include "settings/credentials.hpp"

namespace cmp {

namespace {

constexpr const char* k_id = "6f1b2c3d-0a01-4c11-9b10-000000000001";

std::string without(std::string text, const std::string& part) {
  const size_t at = text.find(part);
  return at == std::string::npos ? text : text.erase(at, part.size());
}

}  // namespace

TEST_CASE("read_credentials: the directory wins over the variables and is read at each run") {
  const ScratchDirectory directory;
  directory.write("worker-id", std::string(k_id) + "\n");
  directory.write("worker-secret", "ch_one\r\n");
  Settings settings;
  settings.token = Secret("token-of-a-variable");
  CHECK(read_credentials(settings, directory.path()).worker_secret.reveal() == "ch_one");
  CHECK(read_credentials(settings, directory.path()).worker_id == k_id);
  CHECK_FALSE(read_credentials(settings, directory.path()).is_token());
  directory.write("worker-secret", "ch_two");
  CHECK(read_credentials(settings, directory.path()).worker_secret.reveal() == "ch_two");
  directory.write("token", "t");
  CHECK(read_credentials(settings, directory.path()).token.reveal() == "t");
}

TEST_CASE("read_credentials: errors name what is missing and never what is there") {
  const ScratchDirectory directory;
  const auto outcome = [&] { return without(outcome_of([&] { read_credentials({}, directory.path()); }), directory.path() + '/'); };
  CHECK(outcome_of([&] { read_credentials({}, directory.path()); }) == "2: credentials directory " + directory.path() + " has no worker-id");
  directory.write("worker-id", k_id);
  CHECK(outcome_of([&] { read_credentials({}, directory.path()); }) == "2: credentials directory " + directory.path() + " has no worker-secret");
  directory.write("worker-secret", "ch_one\nch_two\n");
  CHECK(outcome() == "2: worker-secret: must be one line of plain characters");
  directory.write("worker-secret", "ch_one");
  directory.write("worker-id", "argo-reader");
  CHECK(outcome() == "2: worker-id: is not a UUID; ConfigHub wants the worker's id, not its slug");
  CHECK(outcome_of([] { read_credentials({}, ""); }) == "2: no credential: CONFIGHUB_WORKER_ID is not set");
}

}  // namespace cmp
