#include "expect_failure.hpp"
#include "settings/access.hpp"

namespace cmp {

namespace {

// Two tenants in one sidecar.
struct Fence {
  Settings settings;
  Application application;

  Fence() {
    settings.access.push_back({"settings.yaml:4: access[0]", "wall", {"wall-*"}, {RevisionRule::head}, {}, {}, {}, {}, {}, {}, {}});
    settings.access.push_back(
        {"settings.yaml:9: access[1]", "shop", {"shop-dev"}, {}, RevisionRule::head, 2, "dev", "/p", UnapprovedUnits::skip, EmptySpace::allow, "/c"});
    application.under_argocd = true;
    application.name = "app";
  }
  Fence& project(const std::string& name) {
    application.project = name;
    return *this;
  }
  Fence& asks(const std::string& space) {
    application.spaces = {space};
    return *this;
  }
  std::vector<SpaceRequest> allowed() const { return allowed_spaces(settings, application); }
  std::string outcome() const {
    return outcome_of([&] { allowed(); });
  }
};

}  // namespace

TEST_CASE("allowed_spaces: a project reads its own spaces only") {
  Fence fence;
  CHECK(fence.project("wall").asks("wall-dev").allowed().front().space == "wall-dev");
  CHECK(fence.project("wall").asks("shop-dev").outcome() == "3: project 'wall' is not allowed to read space 'shop-dev'");
  CHECK(fence.project("shop").asks("wall-dev").outcome() == "3: project 'shop' is not allowed to read space 'wall-dev'");
  CHECK(fence.project("other").asks("wall-dev").outcome() == "3: project 'other' is not allowed to read space 'wall-dev'");
}

TEST_CASE("allowed_spaces: fails closed") {
  Fence fence;
  CHECK(fence.project("").asks("wall-dev").outcome() == "3: application 'app' has no project, so space 'wall-dev' is not allowed");
  fence.settings.access.clear();
  CHECK(fence.project("wall").asks("wall-dev").outcome() == "3: project 'wall' is not allowed to read space 'wall-dev'");
  CHECK(failure_of([&] { fence.allowed(); }).hints() ==
        std::vector<std::string>{"if it should be allowed, add to the settings file:", "access:", "- project: wall", "  spaces: [wall-dev]"});
}

TEST_CASE("allowed_spaces: one space outside the fence refuses the whole list") {
  Fence fence;
  fence.project("wall").application.spaces = {"wall-dev", "shop-dev"};
  CHECK(fence.outcome() == "3: project 'wall' is not allowed to read space 'shop-dev'");
}

TEST_CASE("allowed_spaces: the operator's default space is fenced like any other") {
  Fence fence;
  fence.settings.spaces = {"shop-dev"};
  CHECK(fence.project("wall").outcome() == "3: project 'wall' is not allowed to read space 'shop-dev'");
}

TEST_CASE("allowed_spaces: rules") {
  Fence fence;
  SUBCASE("the entry's own rule needs no mention") { CHECK(fence.project("shop").asks("shop-dev").allowed().front().rule == RevisionRule::head); }
  SUBCASE("a listed rule may be asked for") {
    fence.application.revision = RevisionRule::head;
    CHECK(fence.project("wall").asks("wall-dev").allowed().front().rule == RevisionRule::head);
  }
  SUBCASE("others may not") {
    fence.application.revision = RevisionRule::live;
    CHECK(fence.project("wall").asks("wall-dev").outcome() == "3: project 'wall' is not allowed to use rule 'live' for space 'wall-dev'");
    fence.application.revision = RevisionRule::approved;
    CHECK(fence.project("shop").asks("shop-dev").outcome() == "3: project 'shop' is not allowed to use rule 'approved' for space 'shop-dev'");
  }
}

TEST_CASE("allowed_spaces: what an entry sets holds for its spaces") {
  Fence fence;
  const SpaceRequest request = fence.project("shop").asks("shop-dev").allowed().front();
  CHECK(request.approvals == 2);
  CHECK(request.environment == "dev");
  CHECK(request.tag_policy == "/p");
  CHECK(request.unapproved_units == UnapprovedUnits::skip);
  CHECK(request.empty_space == EmptySpace::allow);
  CHECK(request.credentials_dir == "/c");
}

TEST_CASE("allowed_spaces: the first matching entry counts") {
  Fence fence;
  fence.settings.access.insert(fence.settings.access.begin(), {"p", "*", {"wall-prod"}, {}, RevisionRule::approved, 3, {}, {}, {}, {}, {}});
  CHECK(fence.project("wall").asks("wall-prod").allowed().front().approvals == 3);
  CHECK(fence.project("wall").asks("wall-dev").allowed().front().approvals == 1);
}

TEST_CASE("allowed_spaces: on a laptop the person's credential is the fence") {
  Fence fence;
  fence.application = {};
  fence.settings.spaces = {"b", "a"};
  const auto requests = fence.allowed();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].space == "a");
  CHECK(requests[1].space == "b");
  fence.settings.spaces.clear();
  CHECK(fence.outcome() == "2: no space is given");
}

TEST_CASE("allowed_spaces: what plugin.yaml fixes, the Application cannot change") {
  Fence fence;
  fence.settings.origins["space"] = "--space";
  fence.application.origins["space"] = "parameter space";
  CHECK(fence.project("wall").asks("wall-dev").outcome() == "2: --space and parameter space are both given");
}

}  // namespace cmp
