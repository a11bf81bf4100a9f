#include "hub/hub_wire.hpp"

#include "base/digest.hpp"
#include "base/failure.hpp"
#include "base/values.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <set>

namespace cmp {

namespace {

using Json = rapidjson::Value;

[[noreturn]] void fail_shape(const std::string& problem) {
  throw Failure(FailureKind::content, fmt::format("the hub's answer is not understood: {}", problem));
}

// Iterative, because a hostile body may nest deeper than the stack.
rapidjson::Document parsed(std::string& body) {
  // To a parser in place a NUL ends the text, and what stands behind it would be lost.
  if (body.find('\0') != std::string::npos) { throw NotJson("a NUL byte"); }
  rapidjson::Document document;
  document.ParseInsitu<rapidjson::kParseIterativeFlag>(body.data());
  if (document.HasParseError()) { throw NotJson("not JSON"); }
  return document;
}

const Json* member(const Json& object, const char* name) {
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() || found->value.IsNull() ? nullptr : &found->value;
}

std::string text_of(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value == nullptr) { return ""; }
  if (!value->IsString()) { fail_shape(fmt::format("{} is not text", name)); }
  return {value->GetString(), value->GetStringLength()};
}

std::string required_text(const Json& object, const char* name) {
  std::string text = text_of(object, name);
  if (text.empty()) { fail_shape(fmt::format("{} is missing", name)); }
  return text;
}

// Ids are pasted into filters and paths, so a hub's word is not enough; in lower case, so that they compare.
std::string uuid(const std::string& text, const char* name) {
  try {
    return parse_uuid(text);
  } catch (const BadValue&) { fail_shape(fmt::format("{} is not a UUID", name)); }
}

std::string required_uuid(const Json& object, const char* name) { return uuid(required_text(object, name), name); }

std::string uuid_or_nothing(const Json& object, const char* name) {
  const std::string text = text_of(object, name);
  return text.empty() ? text : uuid(text, name);
}

std::int64_t number_of(const Json& object, const char* name, std::int64_t least = 0) {
  const Json* value = member(object, name);
  if (value == nullptr) { return 0; }
  if (!value->IsInt64() || value->GetInt64() < least) { fail_shape(fmt::format("{} is not a whole number", name)); }
  return value->GetInt64();
}

const Json* object_of(const Json& object, const char* name) {
  const Json* value = member(object, name);
  if (value != nullptr && !value->IsObject()) { fail_shape(fmt::format("{} is not an object", name)); }
  return value;
}

// Calls `use` for the entity called `name` in every element of the list, which may be null.
template <typename Use>
void for_each_row(const Json& list, const char* name, const Use& use) {
  if (list.IsNull()) { return; }
  if (!list.IsArray()) { fail_shape(fmt::format("a list of {} objects was expected", name)); }
  for (const Json& row : list.GetArray()) {
    const Json* entity = row.IsObject() ? object_of(row, name) : nullptr;
    if (entity == nullptr) { fail_shape(fmt::format("an element of the list has no {}", name)); }
    use(*entity);
  }
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Gates gates_of(const Json& entity) {
  std::set<std::string> gates;
  for (const char* name : {"ApplyGates", "ValidationErrors"}) {
    const Json* map = object_of(entity, name);
    if (map == nullptr) { continue; }
    for (const auto& gate : map->GetObject()) {
      if (!gate.value.IsBool()) { fail_shape(fmt::format("{} holds something else than true and false", name)); }
      if (gate.value.GetBool()) { gates.emplace(gate.name.GetString(), gate.name.GetStringLength()); }
    }
  }
  return {gates.begin(), gates.end()};
}

std::vector<std::string> distinct_texts(const Json& entity, const char* name) {
  const Json* list = member(entity, name);
  if (list == nullptr) { return {}; }
  if (!list->IsArray()) { fail_shape(fmt::format("{} is not a list", name)); }
  std::set<std::string> texts;
  for (const Json& item : list->GetArray()) {
    if (!item.IsString()) { fail_shape(fmt::format("{} holds something else than text", name)); }
    texts.emplace(item.GetString(), item.GetStringLength());
  }
  return {texts.begin(), texts.end()};
}

std::vector<std::string> keys_of(const Json& entity, const char* name) {
  const Json* map = object_of(entity, name);
  std::vector<std::string> keys;
  if (map == nullptr) { return keys; }
  for (const auto& entry : map->GetObject()) { keys.push_back(uuid({entry.name.GetString(), entry.name.GetStringLength()}, name)); }
  return keys;
}

std::map<std::string, std::string> labels_of(const Json& unit) {
  std::map<std::string, std::string> labels;
  const Json* map = object_of(unit, "Labels");
  if (map == nullptr) { return labels; }
  for (const auto& label : map->GetObject()) {
    if (!label.value.IsString()) { fail_shape("Labels holds something else than text"); }
    labels.emplace(
        std::string(label.name.GetString(), label.name.GetStringLength()), std::string(label.value.GetString(), label.value.GetStringLength()));
  }
  return labels;
}

// The part that a revision row and, in generation A, a unit row have in common.
HubRevision revision_part(const Json& entity, const std::string& name) {
  HubRevision revision;
  revision.sha256 = lower_case(text_of(entity, "DataHash"));
  if (member(entity, "ContentHash") != nullptr) { revision.crc32 = static_cast<std::int32_t>(number_of(entity, "ContentHash", INT32_MIN)); }
  revision.approvers = distinct_texts(entity, "ApprovedBy");
  revision.gates = gates_of(entity);
  const Json* data = member(entity, "Data");
  if (data == nullptr) { return revision; }
  if (!data->IsString()) { fail_shape("Data is not text"); }
  revision.text = decoded_base64({data->GetString(), data->GetStringLength()});
  if (!revision.text) { fail_shape(fmt::format("Data of {} is not base64", name)); }
  return revision;
}

UnitFields fields_of(const Json& unit) {
  const auto has = [&](const char* name) { return unit.HasMember(name); };
  if (has("HeadRevisionID") || has("DataSize") || has("LastReleasedRevisionNum")) { return UnitFields::data_size; }
  return has("DataHash") ? UnitFields::data_hash : has("ContentHash") ? UnitFields::content_hash_only : UnitFields::none;
}

}  // namespace

Secret parse_login(std::string&& body) {
  const rapidjson::Document document = parsed(body);
  if (!document.IsObject()) { fail_shape("the login brought no object"); }
  try {
    return Secret(parse_secret(required_text(document, "access_token")));
  } catch (const BadValue&) { fail_shape("access_token is not one line of plain characters"); }
}

UnitRows parse_units(std::string&& body) {
  const rapidjson::Document document = parsed(body);
  UnitRows rows;
  for_each_row(document, "Unit", [&](const Json& entity) {
    HubUnit unit;
    unit.id = required_uuid(entity, "UnitID");
    unit.space_id = required_uuid(entity, "SpaceID");
    unit.space_slug = text_of(entity, "SpaceSlug");
    unit.slug = required_text(entity, "Slug");
    unit.toolchain = text_of(entity, "ToolchainType");
    unit.labels = labels_of(entity);
    unit.head = number_of(entity, "HeadRevisionNum");
    unit.live = std::max(number_of(entity, "LiveRevisionNum"), number_of(entity, "LastReleasedRevisionNum"));
    rows.fields = std::max(rows.fields, fields_of(entity));
    if (member(entity, "Data") != nullptr) {
      rows.heads.push_back(revision_part(entity, unit.slug));
      rows.heads.back().unit_id = unit.id;
      rows.heads.back().number = unit.head;
    }
    rows.units.push_back(std::move(unit));
  });
  return rows;
}

std::vector<HubRevision> parse_revisions(std::string&& body) {
  const rapidjson::Document document = parsed(body);
  std::vector<HubRevision> revisions;
  for_each_row(document, "Revision", [&](const Json& entity) {
    const std::string id = required_uuid(entity, "RevisionID");
    HubRevision revision = revision_part(entity, "revision " + id);
    revision.id = id;
    revision.unit_id = required_uuid(entity, "UnitID");
    revision.number = number_of(entity, "RevisionNum");
    if (revision.number <= 0) { fail_shape("RevisionNum is missing"); }
    revision.attestations = keys_of(entity, "Attestations");
    revisions.push_back(std::move(revision));
  });
  return revisions;
}

std::vector<HubAttestation> parse_attestations(std::string&& body) {
  const rapidjson::Document document = parsed(body);
  std::vector<HubAttestation> attestations;
  for_each_row(document, "Attestation", [&](const Json& entity) {
    attestations.push_back({required_uuid(entity, "AttestationID"), text_of(entity, "Type"), text_of(entity, "Result"), text_of(entity, "UserID"),
        uuid_or_nothing(entity, "RevokedAttestationID"), text_of(entity, "CreatedAt"), text_of(entity, "ExpiresAt")});
  });
  return attestations;
}

// Rows of /revision_data are bare, unlike those of the lists; an enclosing "RevisionData" is understood too.
std::map<std::string, std::string> parse_revision_texts(std::string&& body) {
  const rapidjson::Document document = parsed(body);
  if (document.IsNull()) { return {}; }
  if (!document.IsArray()) { fail_shape("a list of revision data was expected"); }
  std::map<std::string, std::string> texts;
  for (const Json& row : document.GetArray()) {
    if (!row.IsObject()) { fail_shape("a list of revision data was expected"); }
    const Json* inner = object_of(row, "RevisionData");
    const Json& entity = inner == nullptr ? row : *inner;
    texts.emplace(required_uuid(entity, "RevisionID"), text_of(entity, "Data"));
  }
  return texts;
}

std::vector<std::string> parse_space_ids(std::string&& body, const std::string& slug) {
  const rapidjson::Document document = parsed(body);
  std::vector<std::string> ids;
  for_each_row(document, "Space", [&](const Json& entity) {
    if (text_of(entity, "Slug") == slug) { ids.push_back(required_uuid(entity, "SpaceID")); }
  });
  return ids;
}

std::string worker_login_body(const std::string& worker_id, const Secret& secret) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.StartObject();
  writer.Key("worker_id");
  writer.String(worker_id.c_str());
  writer.Key("worker_secret");
  writer.String(secret.reveal().c_str());
  writer.EndObject();
  return buffer.GetString();
}

}  // namespace cmp
