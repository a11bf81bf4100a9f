// JSON bodies of the hub -> hub_model shapes. Pure functions over recorded bodies; JSON types stay in the .cpp.
// Missing, null and empty mean the same, because the hub's servers and clients disagree about them.
// Refuses (Failure content) what is not the documented shape; NotJson says a body is cut or no JSON at all.
#pragma once

#include "base/secret.hpp"
#include "hub/hub_model.hpp"

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace cmp {

struct NotJson : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// What the fields of a unit list give away about the generation that sent them.
enum class UnitFields { none, content_hash_only, data_hash, data_size };

struct UnitRows {
  std::vector<HubUnit> units;
  std::vector<HubRevision> heads;  // where units carry their configuration inside (A)
  UnitFields fields = UnitFields::none;
};

// Bodies are consumed: they are parsed in place.
Secret parse_login(std::string&& body);
UnitRows parse_units(std::string&& body);
std::vector<HubRevision> parse_revisions(std::string&& body);
std::vector<HubAttestation> parse_attestations(std::string&& body);
std::map<std::string, std::string> parse_revision_texts(std::string&& body);  // revision id -> text
std::vector<std::string> parse_space_ids(std::string&& body, const std::string& slug);

std::string worker_login_body(const std::string& worker_id, const Secret& secret);

}  // namespace cmp
