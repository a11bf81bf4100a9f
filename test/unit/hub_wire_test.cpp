#include "base/digest.hpp"
#include "expect_failure.hpp"
#include "hub/hub_wire.hpp"

namespace cmp {

namespace {

constexpr const char* k_unit_id = "6f1b2c3d-0a01-4c11-9b10-000000000001";
constexpr const char* k_space_id = "5a000000-1111-4222-8333-000000000010";

std::string unit_with(const std::string& fields) {
  return std::string(R"([{"Unit":{"UnitID":")") + k_unit_id + R"(","SpaceID":")" + k_space_id + R"(","Slug":"api")" + fields + "}}]";
}

std::string revision_with(const std::string& fields) {
  return std::string(R"([{"Revision":{"RevisionID":"9d000000-0000-4000-8000-000000000103","UnitID":")") + k_unit_id + R"(","RevisionNum":3)" +
         fields + "}}]";
}

}  // namespace

TEST_CASE("parse_units: generation B") {
  const UnitRows rows =
      parse_units(unit_with(R"(,"ToolchainType":"Kubernetes/YAML","HeadRevisionNum":3,"LiveRevisionNum":2,"DataHash":"AB","Labels":{"tier":"web"})"));
  REQUIRE(rows.units.size() == 1);
  CHECK(rows.units[0].slug == "api");
  CHECK(rows.units[0].space_id == k_space_id);
  CHECK(rows.units[0].head == 3);
  CHECK(rows.units[0].live == 2);
  CHECK(rows.units[0].labels == std::map<std::string, std::string>{{"tier", "web"}});
  CHECK(rows.fields == UnitFields::data_hash);
  CHECK(rows.heads.empty());
}

TEST_CASE("parse_units: the fields tell the generation") {
  CHECK(parse_units(unit_with(R"(,"ContentHash":-1)")).fields == UnitFields::content_hash_only);
  CHECK(parse_units(unit_with(R"(,"DataHash":"x","DataSize":3)")).fields == UnitFields::data_size);
  CHECK(parse_units(unit_with(R"(,"HeadRevisionID":"x")")).fields == UnitFields::data_size);
  CHECK(parse_units(unit_with("")).fields == UnitFields::none);
}

TEST_CASE("parse_units: in generation A the head revision comes inside") {
  const UnitRows rows = parse_units(unit_with(
      R"(,"HeadRevisionNum":4,"Data":"a2luZDogWAo=","ContentHash":-393096096,"ApprovedBy":["u1","u1","u2"],"ApplyGates":{"t/f":true,"t/g":false})"));
  REQUIRE(rows.heads.size() == 1);
  CHECK(rows.heads[0].number == 4);
  CHECK(rows.heads[0].unit_id == k_unit_id);
  CHECK(rows.heads[0].text == "kind: X\n");
  CHECK(rows.heads[0].crc32 == -393096096);
  CHECK(rows.heads[0].approvers == std::vector<std::string>{"u1", "u2"});
  CHECK(rows.heads[0].gates == Gates{"t/f"});
}

TEST_CASE("parse_revisions: missing, null and empty are the same") {
  for (const char* fields :
      {"", R"(,"ApprovedBy":null,"ApplyGates":null,"Attestations":null)", R"(,"ApprovedBy":[],"ApplyGates":{},"Attestations":{})"}) {
    const HubRevision row = parse_revisions(revision_with(fields)).front();
    CHECK(row.approvers.empty());
    CHECK(row.gates.empty());
    CHECK(row.attestations.empty());
    CHECK_FALSE(row.text);
  }
}

TEST_CASE("parse_revisions: gates of both names add up, hashes are compared in lower case") {
  const HubRevision row =
      parse_revisions(revision_with(R"(,"DataHash":"AB12","ApplyGates":{"a/b/c":true},"ValidationErrors":{"a/b/c":true,"a/b/d":true})")).front();
  CHECK(row.gates == Gates{"a/b/c", "a/b/d"});
  CHECK(row.sha256 == "ab12");
}

TEST_CASE("parse_*: an empty list may be null") {
  CHECK(parse_units("null").units.empty());
  CHECK(parse_revisions("[]").empty());
  CHECK(parse_attestations("null").empty());
  CHECK(parse_revision_texts("null").empty());
}

TEST_CASE("parse_*: other shapes are refused by name") {
  const auto units = [](const std::string& body) { return outcome_of([&] { parse_units(std::string(body)); }); };
  CHECK(units("{}") == "6: the hub's answer is not understood: a list of Unit objects was expected");
  CHECK(units("[1]") == "6: the hub's answer is not understood: an element of the list has no Unit");
  CHECK(units(R"([{"Unit":{"Slug":"a"}}])") == "6: the hub's answer is not understood: UnitID is missing");
  CHECK(units(R"([{"Unit":{"UnitID":"x' OR '1"}}])") == "6: the hub's answer is not understood: UnitID is not a UUID");
  CHECK(units(unit_with(R"(,"HeadRevisionNum":"3")")) == "6: the hub's answer is not understood: HeadRevisionNum is not a whole number");
  CHECK(units(unit_with(R"(,"HeadRevisionNum":-3)")) == "6: the hub's answer is not understood: HeadRevisionNum is not a whole number");
  CHECK(units(unit_with(R"(,"Labels":[])")) == "6: the hub's answer is not understood: Labels is not an object");
  CHECK(outcome_of([] { parse_revisions(revision_with(R"(,"Data":"a2lu*")")); }) ==
        "6: the hub's answer is not understood: Data of revision 9d000000-0000-4000-8000-000000000103 is not base64");
  CHECK(outcome_of([] { parse_revisions(revision_with(R"(,"ApplyGates":{"a":1})")); }) ==
        "6: the hub's answer is not understood: ApplyGates holds something else than true and false");
}

TEST_CASE("parse_*: a torn body is not JSON, and depth cannot exhaust the stack") {
  CHECK_THROWS_AS(parse_units(R"([{"Unit":{"UnitID")"), NotJson);
  CHECK_THROWS_AS(parse_units(""), NotJson);
  CHECK_THROWS_AS(parse_units(std::string(10'000'000, '[')), NotJson);
  CHECK_THROWS_AS(parse_units(std::string("[]\0[{", 5)), NotJson);
}

TEST_CASE("parse_attestations: ids and references to them are spelled alike") {
  const std::string upper = "A7000000-0000-4000-8000-0000000000F1";
  const std::string lower = "a7000000-0000-4000-8000-0000000000f1";
  CHECK(parse_attestations(R"([{"Attestation":{"AttestationID":")" + upper + R"(","RevokedAttestationID":")" + upper + R"("}}])").front().revokes ==
        lower);
  CHECK(parse_revisions(revision_with(R"(,"Attestations":{")" + upper + R"(":""})")).front().attestations == std::vector<std::string>{lower});
  CHECK(outcome_of([] { parse_revisions(revision_with(R"(,"Attestations":{"x":""})")); }) ==
        "6: the hub's answer is not understood: Attestations is not a UUID");
}

TEST_CASE("parse_revision_texts: bare rows, or rows in an envelope") {
  CHECK(parse_revision_texts(R"([{"RevisionID":"9d000000-0000-4000-8000-000000000103","Data":"kind: X\n"}])")
            .at("9d000000-0000-4000-8000-000000000103") == "kind: X\n");
  CHECK(parse_revision_texts(R"([{"RevisionData":{"RevisionID":"9d000000-0000-4000-8000-000000000103","Data":"a"}}])").size() == 1);
}

TEST_CASE("parse_space_ids: the slug is compared again here") {
  const std::string body =
      std::string(R"([{"Space":{"SpaceID":")") + k_space_id + R"(","Slug":"shop"}},{"Space":{"SpaceID":")" + k_space_id + R"(","Slug":"Shop"}}])";
  CHECK(parse_space_ids(std::string(body), "shop") == std::vector<std::string>{k_space_id});
  CHECK(parse_space_ids(std::string(body), "sho").empty());
}

TEST_CASE("worker_login_body: quotes what it must") {
  CHECK(worker_login_body("id", Secret(R"(a"b\)")) == R"({"worker_id":"id","worker_secret":"a\"b\\"})");
}

TEST_CASE("digests as ConfigHub computes them") {
  CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(crc32_signed("123456789") == -873187034);
  CHECK(decoded_base64("a2luZDogWAo=") == "kind: X\n");
  CHECK(decoded_base64("") == "");
  CHECK_FALSE(decoded_base64("a2luZ"));
  CHECK_FALSE(decoded_base64("a2lu*g=="));
  CHECK_FALSE(decoded_base64("QUJD-xyz"));
  CHECK_FALSE(decoded_base64("QUJD \nxy"));
}

}  // namespace cmp
