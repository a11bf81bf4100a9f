#include "base/failure.hpp"
#include "base/values.hpp"
#include "hub/attestations.hpp"
#include "hub/hub.hpp"
#include "hub/hub_session.hpp"
#include "hub/hub_wire.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace cmp {

namespace {

constexpr size_t k_page = 1000;          // C refuses more
constexpr size_t k_ids_per_where = 180;  // a quoted UUID and a comma are 40 characters; `where` may have 8192

constexpr std::string_view k_unit_fields = "Slug,SpaceSlug,ToolchainType,HeadRevisionNum,DataHash,Labels";
constexpr std::string_view k_revision_fields_b = "RevisionNum,UnitID,DataHash,ApprovedBy,ApplyGates";
constexpr std::string_view k_revision_fields_c = "RevisionNum,UnitID,DataHash,Attestations,ApplyGates,ValidationErrors";

using Query = std::vector<std::pair<std::string_view, std::string>>;

std::string target(const std::string& path, const Query& query) {
  std::string text = "/api" + path;
  char separator = '?';
  for (const auto& [name, value] : query) {
    text += fmt::format("{}{}={}", separator, name, url_encoded(value));
    separator = '&';
  }
  return text;
}

class HubClient : public Hub {
public:
  HubClient(HubSession& session, Texts texts) : m_session(&session), m_texts(texts) {}

  std::optional<SpaceUnits> list_units(const std::string& space, const LabelSelector& where, Need need) override {
    SpaceUnits units{space, "", Generation::b, {}};
    m_heads.clear();
    m_attestations_of.clear();
    if (!list_across_spaces(units, where)) { list_in_space(units); }
    if (units.units.empty()) { units.space_id = find_space(space); }
    std::erase_if(units.units, [&](const HubUnit& unit) { return !where.matches(unit.labels); });
    check_units(units);
    if (need == Need::live_numbers && !add_live_numbers(units)) { return std::nullopt; }
    return units;
  }

  std::vector<HubRevision> newest(SpaceUnits& units) override { return newest_matching(units, ""); }

  std::vector<HubRevision> newest_approved(SpaceUnits& units, size_t approvals) override {
    return newest_matching(
        units, units.generation == Generation::b ? fmt::format(" AND LEN(ApprovedBy) >= {}", approvals) : " AND LEN(Attestations) > 0");
  }

  std::vector<HubRevision> numbered(SpaceUnits& units, const std::vector<std::pair<HubUnit, std::int64_t>>& wanted) override {
    if (units.generation == Generation::a) { return numbered_by_history(units, wanted); }
    std::set<std::int64_t> numbers;
    for (const auto& [unit, number] : wanted) { numbers.insert(number); }
    std::vector<HubRevision> found;
    // One row a unit comes back, so one request for each distinct number; units mostly share a few.
    for (const std::int64_t number : numbers) {
      std::vector<HubRevision> rows = newest_matching(units, fmt::format(" AND RevisionNum = {}", number));
      found.insert(found.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    }
    return found;
  }

  std::optional<std::vector<HubRevision>> history(const SpaceUnits& units, const HubUnit& unit) override {
    Query query{{"select", std::string(units.generation == Generation::c ? k_revision_fields_c : k_revision_fields_b)}};
    if (units.generation == Generation::a) { query = {{"select", "RevisionNum,UnitID,ContentHash,ApprovedBy,ApplyGates"}}; }
    if (units.generation == Generation::c) { query.insert(query.end(), {{"order_by", "DESC:RevisionNum"}, {"limit", "100"}}); }
    const std::string doing = fmt::format("listing the revisions of unit '{}/{}'", units.space, unit.slug);
    std::vector<HubRevision> revisions;
    const bool known = for_each_page(fmt::format("/space/{}/unit/{}/revision", unit.space_id, unit.id), query, doing, Unknown::gone,
        [&](HttpResponse response, const std::string& at) { append(revisions, m_session->parsed(std::move(response), at, doing, parse_revisions)); });
    if (!known) { return std::nullopt; }
    if (units.generation == Generation::c) { judge_attestations(revisions, attestations_of(units), m_session->clock().wall()); }
    std::sort(revisions.begin(), revisions.end(), [](const HubRevision& a, const HubRevision& b) { return a.number > b.number; });
    return revisions;
  }

  void fetch_texts(const SpaceUnits& units, std::vector<HubRevision*> revisions) override {
    std::erase_if(revisions, [](const HubRevision* revision) { return revision->text.has_value(); });
    if (units.generation == Generation::c) {
      for (size_t begin = 0; begin < revisions.size(); begin += k_ids_per_where) {
        const size_t end = std::min(revisions.size(), begin + k_ids_per_where);
        fetch_texts_by_id(units, std::vector<HubRevision*>(revisions.begin() + static_cast<long>(begin), revisions.begin() + static_cast<long>(end)));
      }
      return;
    }
    for (HubRevision* revision : revisions) {
      const std::string doing = fmt::format("reading revision {} of space '{}'", revision->number, units.space);
      const std::string at = target(fmt::format("/space/{}/unit/{}/revision/{}/data", units.space_id, revision->unit_id, revision->id), {});
      std::optional<HttpResponse> response = m_session->get_if_known(at, doing, Unknown::gone);
      if (response) { revision->text = std::move(response->body); }
    }
  }

private:
  template <typename Item>
  static void append(std::vector<Item>& all, std::vector<Item> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }

  // Pages may be short or empty; only a missing continue token ends a list. False when the hub does not know it, as far as `unknown` accepts that.
  template <typename Use>
  bool for_each_page(const std::string& path, Query query, const std::string& doing, Unknown unknown, const Use& use) {
    std::set<std::string> seen;
    while (true) {
      const std::string at = target(path, query);
      std::optional<HttpResponse> response = m_session->get_if_known(at, doing, unknown);
      if (!response) { return false; }
      const std::string token = response->continue_token;
      use(std::move(*response), at);
      if (token.empty()) { return true; }
      if (!seen.insert(token).second) { throw Failure(FailureKind::content, fmt::format("the hub repeats a page while {}", doing)); }
      if (query.back().first == "continue") { query.pop_back(); }
      query.emplace_back("continue", token);
    }
  }

  // The join needs no look-up of the space first. Generation A may not know it, nor the fields selected.
  bool list_across_spaces(SpaceUnits& units, const LabelSelector& where) {
    const std::string doing = fmt::format("listing the units of space '{}'", units.space);
    const Query query{{"where", fmt::format("Space.Slug = '{}'{}", units.space, where.hub_filter())}, {"select", std::string(k_unit_fields)},
        {"limit", fmt::format("{}", k_page)}};
    UnitFields fields = UnitFields::none;
    bool is_c = false;
    const bool known = for_each_page("/unit", query, doing, Unknown::query_or_path, [&](HttpResponse response, const std::string& at) {
      is_c = is_c || !response.hub_version.empty();
      add_rows(units, m_session->parsed(std::move(response), at, doing, parse_units), fields);
    });
    if (!known || (fields < UnitFields::data_hash && !units.units.empty() && !is_c)) {
      units.units.clear();
      return false;
    }
    units.generation = is_c || fields == UnitFields::data_size ? Generation::c : Generation::b;
    return true;
  }

  void list_in_space(SpaceUnits& units) {
    units.space_id = find_space(units.space);
    const std::string doing = fmt::format("listing the units of space '{}'", units.space);
    UnitFields fields = UnitFields::none;
    for_each_page(fmt::format("/space/{}/unit", units.space_id), {}, doing, Unknown::not_accepted, [&](HttpResponse response, const std::string& at) {
      add_rows(units, m_session->parsed(std::move(response), at, doing, parse_units), fields);
    });
    units.generation = fields == UnitFields::data_size ? Generation::c : fields == UnitFields::data_hash ? Generation::b : Generation::a;
    if (units.generation != Generation::a) { m_heads.clear(); }
  }

  void add_rows(SpaceUnits& units, UnitRows rows, UnitFields& fields) {
    fields = std::max(fields, rows.fields);
    append(units.units, std::move(rows.units));
    append(m_heads, std::move(rows.heads));
    if (units.units.size() > m_session->limits().units) {
      throw Failure(FailureKind::content, fmt::format("space '{}' has more than {} units (limits.units)", units.space, m_session->limits().units));
    }
  }

  std::string find_space(const std::string& space) {
    const std::string doing = fmt::format("looking up space '{}'", space);
    const std::string at = target("/space", {{"where", fmt::format("Slug = '{}'", space)}, {"select", "SpaceID,Slug"}});
    const std::vector<std::string> ids =
        m_session->parsed(m_session->get(at, doing), at, doing, [&](std::string&& body) { return parse_space_ids(std::move(body), space); });
    if (ids.size() == 1) { return ids.front(); }
    throw Failure(FailureKind::denied, fmt::format("space '{}' does not exist on the hub, or the worker may not see it", space),
        {"check the name; a worker sees other spaces only with a sufficient role"});
  }

  // Slugs go into comments and file names, so nothing but the documented characters may pass.
  static void check_units(SpaceUnits& units) {
    std::sort(units.units.begin(), units.units.end(), [](const HubUnit& a, const HubUnit& b) { return a.slug < b.slug; });
    for (size_t i = 0; i < units.units.size(); ++i) {
      const HubUnit& unit = units.units[i];
      try {
        parse_slug(unit.slug);
      } catch (const BadValue& bad) { throw Failure(FailureKind::content, fmt::format("the hub lists a unit whose name {}", bad.what())); }
      if (units.space_id.empty()) { units.space_id = unit.space_id; }
      // A proxy that loses the query must not make another space's units ours.
      const bool elsewhere =
          unit.space_id != units.space_id || (unit.space_slug != units.space && (units.generation != Generation::a || !unit.space_slug.empty()));
      if (elsewhere) {
        throw Failure(FailureKind::content, fmt::format("the hub lists unit '{}' of another space in space '{}'", unit.slug, units.space));
      }
      if (i > 0 && units.units[i - 1].slug == unit.slug) {
        throw Failure(FailureKind::content, fmt::format("the hub lists unit '{}/{}' twice", units.space, unit.slug));
      }
    }
  }

  bool add_live_numbers(SpaceUnits& units) {
    if (units.generation == Generation::a) { return true; }
    const std::string doing = fmt::format("reading what is live in space '{}'", units.space);
    const Query query{{"where", fmt::format("SpaceID = '{}'", units.space_id)},
        {"select", units.generation == Generation::c ? "LastReleasedRevisionNum,HeadRevisionNum" : "LiveRevisionNum,HeadRevisionNum"},
        {"limit", fmt::format("{}", k_page)}};
    std::map<std::string, HubUnit> rows;
    for_each_page("/unit", query, doing, Unknown::not_accepted, [&](HttpResponse response, const std::string& at) {
      for (HubUnit& unit : m_session->parsed(std::move(response), at, doing, parse_units).units) { rows.insert_or_assign(unit.id, std::move(unit)); }
    });
    return std::all_of(units.units.begin(), units.units.end(), [&](HubUnit& unit) {
      const auto row = rows.find(unit.id);
      if (row == rows.end() || row->second.head != unit.head) { return false; }
      unit.live = row->second.live;
      return true;
    });
  }

  std::vector<HubRevision> newest_matching(SpaceUnits& units, const std::string& filter) {
    if (units.generation == Generation::a) { return m_heads; }
    if (units.generation == Generation::b) {
      const std::string data = m_texts == Texts::read ? ",Data" : "";
      std::optional<std::vector<HubRevision>> rows = revision_rows(units, filter, fmt::format("{}{}", k_revision_fields_b, data));
      if (rows) { return std::move(*rows); }
      units.generation = Generation::c;  // a hub that no longer knows ApprovedBy, behind a proxy that strips its version header
      return newest_matching(units, filter.find("ApprovedBy") == std::string::npos ? filter : " AND LEN(Attestations) > 0");
    }
    std::optional<std::vector<HubRevision>> rows = revision_rows(units, filter, std::string(k_revision_fields_c));
    // LEN of a map is used by the vendor but documented for arrays only; the newest rows are the next best start.
    const std::string used_filter = rows ? filter : "";
    if (!rows) { rows = revision_rows(units, "", std::string(k_revision_fields_c)); }
    if (!rows) { throw Failure(FailureKind::denied, fmt::format("the hub does not understand a list of the revisions of space '{}'", units.space)); }
    judge_attestations(*rows, attestations_of(units), m_session->clock().wall());
    if (m_texts == Texts::read) { add_texts(units, used_filter, *rows); }
    return std::move(*rows);
  }

  std::optional<std::vector<HubRevision>> revision_rows(const SpaceUnits& units, const std::string& filter, const std::string& fields) {
    const std::string doing = fmt::format("listing the revisions of space '{}'", units.space);
    Query query{{"where", fmt::format("SpaceID = '{}'{}", units.space_id, filter)}, {"select", fields}};
    if (units.generation == Generation::c) { query.emplace_back("limit", fmt::format("{}", k_page)); }
    std::vector<HubRevision> rows;
    const bool known = for_each_page("/revision", query, doing, Unknown::query_or_path,
        [&](HttpResponse response, const std::string& at) { append(rows, m_session->parsed(std::move(response), at, doing, parse_revisions)); });
    if (!known) { return std::nullopt; }
    return rows;
  }

  // The same filter as the rows: a handful of pages instead of a request for every 180 ids.
  void add_texts(const SpaceUnits& units, const std::string& filter, std::vector<HubRevision>& rows) {
    const std::string doing = fmt::format("reading the revisions of space '{}'", units.space);
    const Query query{{"where", fmt::format("SpaceID = '{}'{}", units.space_id, filter)}, {"limit", fmt::format("{}", k_page)}};
    std::map<std::string, std::string> texts;
    for_each_page("/revision_data", query, doing, Unknown::query_or_path,
        [&](HttpResponse response, const std::string& at) { texts.merge(m_session->parsed(std::move(response), at, doing, parse_revision_texts)); });
    for (HubRevision& row : rows) { take_text(row, texts); }
  }

  void fetch_texts_by_id(const SpaceUnits& units, const std::vector<HubRevision*>& revisions) {
    const std::string doing = fmt::format("reading the revisions of space '{}'", units.space);
    std::vector<std::string> ids;
    for (const HubRevision* revision : revisions) { ids.push_back(revision->id); }
    const Query query{
        {"where", fmt::format("RevisionID IN ('{}')", fmt::join(ids, "', '"))}, {"distinct_on", "Off"}, {"limit", fmt::format("{}", k_page)}};
    std::map<std::string, std::string> texts;
    for_each_page("/revision_data", query, doing, Unknown::not_accepted,
        [&](HttpResponse response, const std::string& at) { texts.merge(m_session->parsed(std::move(response), at, doing, parse_revision_texts)); });
    for (HubRevision* revision : revisions) { take_text(*revision, texts); }
  }

  static void take_text(HubRevision& revision, std::map<std::string, std::string>& texts) {
    const auto found = texts.find(revision.id);
    if (found != texts.end()) { revision.text = std::move(found->second); }
  }

  std::vector<HubRevision> numbered_by_history(const SpaceUnits& units, const std::vector<std::pair<HubUnit, std::int64_t>>& wanted) {
    std::vector<HubRevision> found;
    for (const auto& [unit, number] : wanted) {
      for (HubRevision& revision : history(units, unit).value_or(std::vector<HubRevision>{})) {
        if (revision.number == number) { found.push_back(std::move(revision)); }
      }
    }
    return found;
  }

  // All of the space, because a withdrawal need not be attached to the revision it concerns.
  const std::vector<HubAttestation>& attestations_of(const SpaceUnits& units) {
    if (m_attestations_of == units.space_id) { return m_attestations; }
    const std::string doing = fmt::format("reading the attestations of space '{}'", units.space);
    m_attestations.clear();
    const bool known = for_each_page("/attestation", {{"where", fmt::format("SpaceID = '{}'", units.space_id)}, {"limit", fmt::format("{}", k_page)}},
        doing, Unknown::query_or_path, [&](HttpResponse response, const std::string& at) {
          append(m_attestations, m_session->parsed(std::move(response), at, doing, parse_attestations));
        });
    if (!known) { throw Failure(FailureKind::denied, fmt::format("the hub does not let the attestations of space '{}' be read", units.space)); }
    m_attestations_of = units.space_id;
    return m_attestations;
  }

  HubSession* m_session;
  Texts m_texts;
  std::vector<HubRevision> m_heads;  // generation A: head revisions that came inside the units
  std::vector<HubAttestation> m_attestations;
  std::string m_attestations_of;
};

}  // namespace

std::unique_ptr<Hub> make_hub(HubSession& session, Texts texts) { return std::make_unique<HubClient>(session, texts); }

}  // namespace cmp
