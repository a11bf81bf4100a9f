#include "base/values.hpp"
#include "expect_failure.hpp"
#include "fake_clock.hpp"
#include "hub/hub_session.hpp"

#include <deque>

namespace cmp {

namespace {

Exchange answer(long status, std::string body = "", std::string request_id = "") {
  Exchange exchange;
  exchange.response.status = status;
  exchange.response.body = std::move(body);
  exchange.response.request_id = std::move(request_id);
  return exchange;
}

const Exchange k_login = answer(200, R"({"access_token":"t1"})");

// Answers in the order of the script and keeps what was asked.
struct ScriptedTransport : Transport {
  std::deque<Exchange> script;
  std::vector<std::string> asked;
  FakeClock* clock = nullptr;
  std::chrono::milliseconds each{0};

  Exchange send(const HttpRequest& request, std::chrono::milliseconds timeout) override {
    asked.push_back(request.target + (request.bearer.empty() ? "" : " " + request.bearer.reveal()));
    clock->now += std::min(each, timeout);
    REQUIRE(!script.empty());
    Exchange next = script.front();
    script.pop_front();
    return next;
  }
};

struct Conversation {
  ScriptedTransport transport;
  FakeClock clock;
  Limits limits;
  HubTraffic traffic;
  Credentials credentials{"6f1b2c3d-0a01-4c11-9b10-000000000001", Secret("ch_secret"), {}};

  explicit Conversation(std::initializer_list<Exchange> script) { transport.script.assign(script); }
  HubSession session() {
    transport.clock = &clock;
    return HubSession(transport, clock, Deadline(clock, limits.budget), limits, credentials, TokenCache("", "https://hub.example", credentials),
        "https://hub.example", traffic);
  }
  std::string get(const std::string& target = "/api/unit") { return session().get(target, "listing units").body; }
  std::string outcome() {
    return outcome_of([&] { get(); });
  }
};

using Asked = std::vector<std::string>;

}  // namespace

TEST_CASE("HubSession: logs in once and bears the token") {
  Conversation hub{k_login, answer(200, "a"), answer(200, "b")};
  HubSession session = hub.session();
  CHECK(session.get("/api/a", "asking").body == "a");
  CHECK(session.get("/api/b", "asking").body == "b");
  CHECK(hub.transport.asked == Asked{"/auth/worker", "/api/a t1", "/api/b t1"});
  CHECK(hub.traffic.requests == 3);
}

TEST_CASE("HubSession: a person's token needs no login") {
  Conversation hub{answer(200, "a")};
  hub.credentials = {"", {}, Secret("mine")};
  CHECK(hub.get("/api/a") == "a");
  CHECK(hub.transport.asked == Asked{"/api/a mine"});
}

TEST_CASE("HubSession: an expired token brings one new login, not two") {
  Conversation once{k_login, answer(401), answer(200, R"({"access_token":"t2"})"), answer(200, "a")};
  CHECK(once.get() == "a");
  CHECK(once.transport.asked == Asked{"/auth/worker", "/api/unit t1", "/auth/worker", "/api/unit t2"});
  Conversation twice{k_login, answer(401), k_login, answer(401)};
  CHECK(twice.outcome() == "5: hub https://hub.example said no while listing units: HTTP 401 unauthorized");
}

TEST_CASE("HubSession: a refused login is the worker's") {
  Conversation hub{answer(401, R"({"message":"Invalid worker ID format"})", "req-1")};
  CHECK(hub.outcome() ==
        "5: hub https://hub.example refused the login of worker 6f1b2c3d-0a01-4c11-9b10-000000000001: HTTP 401 unauthorized, request id req-1");
}

TEST_CASE("HubSession: statuses") {
  CHECK(Conversation{k_login, answer(403, "", "r2")}.outcome() ==
        "5: hub https://hub.example said no while listing units: HTTP 403 forbidden, request id r2");
  CHECK(Conversation{k_login, answer(500)}.outcome() == "4: hub https://hub.example said no while listing units: HTTP 500 internal server error");
  CHECK(Conversation{k_login, answer(403, "", "evil\nid")}.outcome() == "5: hub https://hub.example said no while listing units: HTTP 403 forbidden");
  CHECK(Conversation{k_login, answer(204)}.outcome() == "4: hub https://hub.example said no while listing units: HTTP 204 unexpected status");
}

TEST_CASE("HubSession: accidents are retried and counted") {
  Conversation hub{k_login, answer(503), {TransportError::torn, "", {}}, answer(200, "a")};
  CHECK(hub.get() == "a");
  CHECK(hub.traffic.retries == 2);
  CHECK(hub.clock.sleeps == std::vector{Milliseconds(100), Milliseconds(100)});
}

TEST_CASE("HubSession: gives up after limits.retries, saying why the last one failed") {
  Conversation hub{{TransportError::connect, "", {}}, {TransportError::connect, "", {}}, {TransportError::resolve, "", {}}};
  hub.limits.retries = 2;
  CHECK(hub.outcome() ==
        "4: hub https://hub.example not reachable while logging in as worker 6f1b2c3d-0a01-4c11-9b10-000000000001: the host name cannot be resolved");
}

TEST_CASE("HubSession: the budget ends a run before Argo CD does") {
  SUBCASE("a wait longer than what is left is not begun") {
    Exchange busy = answer(429);
    busy.response.retry_after = std::chrono::seconds(60);
    Conversation hub{k_login, busy};
    CHECK(hub.outcome() == "4: budget of 40s used up while listing units: HTTP 429 too many requests");
    CHECK(hub.clock.sleeps.empty());
  }
  SUBCASE("slow answers use it up") {
    Conversation hub{k_login, {TransportError::timeout, "", {}}, {TransportError::timeout, "", {}}, {TransportError::timeout, "", {}}};
    hub.transport.each = std::chrono::seconds(14);
    CHECK(hub.outcome() == "4: budget of 40s used up while listing units: no complete answer in time");
  }
}

TEST_CASE("HubSession: redirects stay on the origin") {
  const auto redirect = [](const std::string& location) {
    Exchange exchange = answer(302);
    exchange.response.location = location;
    return exchange;
  };
  SUBCASE("within it they are followed") {
    Conversation hub{k_login, redirect("/api/unit/"), redirect("https://hub.example/api/unit2"), answer(200, "a")};
    CHECK(hub.get() == "a");
    CHECK(hub.transport.asked == Asked{"/auth/worker", "/api/unit t1", "/api/unit/ t1", "/api/unit2 t1"});
  }
  SUBCASE("elsewhere they are not") {
    for (const char* elsewhere : {"https://evil.example/", "//evil.example/", "https://hub.example.evil/", "https://hub.example@evil.example/",
             "/\\evil.example", "http://hub.example/", ""}) {
      CAPTURE(elsewhere);
      Conversation hub{k_login, redirect(elsewhere)};
      CHECK(hub.outcome() == "4: hub https://hub.example redirects to another origin while listing units; not followed");
    }
  }
  SUBCASE("for ever they are not") {
    Conversation hub{k_login, redirect("/a"), redirect("/a"), redirect("/a"), redirect("/a")};
    CHECK(hub.outcome() == "4: hub https://hub.example redirects to itself for ever while listing units; not followed");
  }
}

TEST_CASE("HubSession::parsed: a body that is no JSON is fetched again") {
  Conversation hub{k_login, answer(200, "[{"), answer(200, "[]")};
  HubSession session = hub.session();
  CHECK(session.parsed(session.get("/api/unit", "listing units"), "/api/unit", "listing units", parse_units).units.empty());
  Conversation torn{k_login, answer(200, "["), answer(200, "["), answer(200, "[")};
  torn.limits.retries = 2;
  HubSession torn_session = torn.session();
  CHECK(outcome_of([&] { torn_session.parsed(torn_session.get("/api/unit", "listing units"), "/api/unit", "listing units", parse_units); }) ==
        "4: hub https://hub.example not reachable while listing units: the answer is cut short or not JSON");
}

}  // namespace cmp
