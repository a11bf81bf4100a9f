// ConfigHub in the words of the pipeline, whichever generation answers. Reads only.
// Where a call returns nothing (nullopt), the space changed between two requests and the caller starts over.
#pragma once

#include "hub/hub_model.hpp"
#include "settings/selector.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cmp {

class HubSession;

enum class Need { heads, live_numbers };
enum class Texts { read, leave };  // leave: only which revisions count is asked; a hub that sends texts unasked still does

class Hub {
public:
  virtual ~Hub() = default;

  // Throws Failure(denied) when the space does not exist or the worker may not see it.
  virtual std::optional<SpaceUnits> list_units(const std::string& space, const LabelSelector& where, Need need) = 0;

  // At most one row a unit: its newest revision, or the newest with at least `approvals` approvals on record.
  virtual std::vector<HubRevision> newest(SpaceUnits& units) = 0;
  virtual std::vector<HubRevision> newest_approved(SpaceUnits& units, size_t approvals) = 0;

  // The rows with these numbers; a unit may be missing.
  virtual std::vector<HubRevision> numbered(SpaceUnits& units, const std::vector<std::pair<HubUnit, std::int64_t>>& wanted) = 0;

  // All revisions of a unit, newest first.
  virtual std::optional<std::vector<HubRevision>> history(const SpaceUnits& units, const HubUnit& unit) = 0;

  // Fills `text` where it is missing; it stays so when the hub no longer has it.
  virtual void fetch_texts(const SpaceUnits& units, std::vector<HubRevision*> revisions) = 0;
};

std::unique_ptr<Hub> make_hub(HubSession& session, Texts texts = Texts::read);

}  // namespace cmp
