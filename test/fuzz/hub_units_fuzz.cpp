// Lists of units, with the head revision inside where generation A puts it.
#include "hub_revision_text.hpp"

namespace cmp::fuzz {

namespace {

std::string described_rows(const UnitRows& rows) {
  std::string text = fmt::format("{}\n", static_cast<int>(rows.fields));
  for (const HubUnit& unit : rows.units) {
    text += fmt::format(
        "{} {} {} {} {} {} {} {}\n", unit.id, unit.space_id, unit.space_slug, unit.slug, unit.toolchain, unit.labels, unit.head, unit.live);
  }
  for (const HubRevision& head : rows.heads) { text += described(head); }
  return text;
}

bool is_head_of(const HubRevision& head, const HubUnit& unit) { return head.unit_id == unit.id && head.number == unit.head; }

void check_rows(const UnitRows& rows) {
  for (const HubUnit& unit : rows.units) {
    must_hold(is_uuid(unit.id) && is_uuid(unit.space_id), "the ids of a unit are UUIDs");
    must_hold(!unit.slug.empty(), "a unit has a slug");
    must_hold(unit.head >= 0 && unit.live >= 0, "revision numbers are not negative");
  }
  for (const HubRevision& head : rows.heads) {
    check(head);
    must_hold(
        std::any_of(rows.units.begin(), rows.units.end(), [&](const HubUnit& unit) { return is_head_of(head, unit); }), "a head is that of a unit");
  }
}

}  // namespace

}  // namespace cmp::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  using namespace cmp::fuzz;
  read_body(text_of(data, size), cmp::parse_units, described_rows, check_rows);
  return 0;
}
