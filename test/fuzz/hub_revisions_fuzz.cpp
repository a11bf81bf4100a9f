// Lists of revisions, of generations A to C.
#include "hub_revision_text.hpp"

namespace cmp::fuzz {

namespace {

std::string described_rows(const std::vector<HubRevision>& revisions) {
  std::string text;
  for (const HubRevision& revision : revisions) { text += described(revision); }
  return text;
}

void check_rows(const std::vector<HubRevision>& revisions) {
  for (const HubRevision& revision : revisions) {
    check(revision);
    must_hold(is_uuid(revision.id), "the id of a revision is a UUID");
    must_hold(revision.number > 0, "revisions count from 1");
    must_hold(
        std::all_of(revision.attestations.begin(), revision.attestations.end(), is_uuid), "a revision names attestations as they name themselves");
  }
}

}  // namespace

}  // namespace cmp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace cmp::fuzz;
  read_body(text_of(data, size), cmp::parse_revisions, described_rows, check_rows);
  return 0;
}
