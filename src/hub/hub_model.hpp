// ConfigHub's entities in one shape for all generations of its API: only what the pipeline decides by.
// Shapes only. Ids are UUID text as the hub sent them; numbers count from 1, 0 means none.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cmp {

// A: 2025, no bulk revisions. B: ApprovedBy and inline data. C: attestations, data by its own endpoints, paging.
enum class Generation { a, b, c };
inline char letter(Generation generation) { return static_cast<char>('A' + static_cast<int>(generation)); }

// A check that is true on a revision and stands in its way. Keys are "space/trigger/function" (A: "trigger/function").
using Gates = std::vector<std::string>;

struct HubUnit {
  std::string id;
  std::string space_id;
  std::string space_slug;  // "" in A
  std::string slug;
  std::string toolchain;
  std::map<std::string, std::string> labels;
  std::int64_t head = 0;
  std::int64_t live = 0;  // LiveRevisionNum; LastReleasedRevisionNum in C
};

struct HubRevision {
  std::string id;
  std::string unit_id;
  std::int64_t number = 0;
  std::string sha256;                     // lower case, "" when the hub gives none (A)
  std::optional<std::int32_t> crc32;      // ContentHash (A, B)
  std::vector<std::string> approvers;     // distinct user ids whose approval counts
  std::vector<std::string> attestations;  // ids (C), already turned into approvers
  bool rejected = false;                  // an unrevoked Fail is newer than the approvals (C)
  Gates gates;
  std::optional<std::string> text;
};

struct HubAttestation {
  std::string id;
  std::string type;
  std::string result;
  std::string user;
  std::string revokes;     // id of the attestation it withdraws, or ""
  std::string created_at;  // RFC 3339
  std::string expires_at;  // RFC 3339, or ""
};

struct SpaceUnits {
  std::string space;
  std::string space_id;
  Generation generation = Generation::b;
  std::vector<HubUnit> units;  // ordered by slug
};

}  // namespace cmp
