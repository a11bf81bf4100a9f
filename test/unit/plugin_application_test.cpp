#include "expect_failure.hpp"
#include "kubernetes/plugin_application.hpp"
#include "settings/application.hpp"

namespace cmp {

namespace {

std::string object(const std::string& spec, const std::string& more = "") {
  return R"({"metadata": {"namespace": "argocd", "name": "wall", "resourceVersion": "7")" + more + R"(}, "spec": )" + spec + "}";
}

PluginApplication application_with(const std::string& plugin_rest, const std::string& controller = "argocd") {
  std::string body = object(R"({"project": "messagewall", "destination": {"namespace": "crossplane-system"},
    "source": {"repoURL": "https://git.example/r.git", "path": "dev", "plugin": {"name": "confighub-cmp")" +
                            plugin_rest + "}}}");
  body.insert(body.size() - 1, R"(, "status": {"controllerNamespace": ")" + controller + R"("})");
  return *parse_application(std::move(body));
}

std::string env(const std::string& name, const std::string& value) {
  return R"(, "env": [{"name": ")" + name + R"(", "value": ")" + value + R"("}])";
}

Application view(const PluginApplication& application) { return read_application(generate_environment(application, application.sources.at(0))); }

std::string space_from(const std::string& value, const std::string& controller = "argocd") {
  return view(application_with(env("CONFIGHUB_SPACE", value), controller)).spaces->at(0);
}

}  // namespace

TEST_CASE("parse_application: only sources of this plugin count") {
  CHECK_FALSE(parse_application(object(R"({"source": {"plugin": {"name": "another-cmp"}}})")));
  CHECK_FALSE(parse_application(object(R"({"source": {"helm": {}}})")));
  CHECK_FALSE(parse_application(object(R"({"source": null})")));
  CHECK(parse_application(object(R"({"source": {"plugin": {"name": "confighub-cmp"}}})"))->sources.size() == 1);
  const std::string both = R"({"source": {"plugin": {"name": "confighub-cmp"}}, "sources": [{"helm": {}}]})";
  CHECK_FALSE(parse_application(object(both)));
}

TEST_CASE("parse_application: what refresh remembers and is told") {
  const std::string more = R"(, "annotations": {"confighub-cmp/approved-digest": "sha256:11"}, "ownerReferences": [{"kind": "ApplicationSet"}])";
  const auto application = parse_application(object(R"({"source": {"plugin": {"name": "confighub-cmp"}}})", more));
  REQUIRE(application);
  CHECK(application->full_name() == "argocd/wall");
  CHECK(application->digest == "sha256:11");
  CHECK(application->from_set);
  CHECK(application->project == "default");
}

TEST_CASE("parse_application_page: the plugin's Applications and the way to the next page") {
  const std::string mine = object(R"({"source": {"plugin": {"name": "confighub-cmp"}}})");
  const ApplicationPage page = parse_application_page(R"({"metadata": {"continue": "more"}, "items": [)" + mine + "," + object("{}") + "]}");
  CHECK(page.applications.size() == 1);
  CHECK(page.next == "more");
  CHECK(parse_application_page(R"({"metadata": {}, "items": null})").next.empty());
}

TEST_CASE("parse_application_page: what is not the documented shape") {
  const auto outcome = [](const std::string& body) { return outcome_of([&] { parse_application_page(std::string(body)); }); };
  const std::string start = "6: the Kubernetes API's answer is not understood: ";
  CHECK(outcome("<html>") == start + "not a JSON object");
  CHECK(outcome("[]") == start + "not a JSON object");
  CHECK(outcome(R"({"items": {}})") == start + "items is not a list");
  CHECK(outcome(R"({"items": [{"metadata": {"name": 1}}]})") == start + "name is not text");
  CHECK(outcome(R"({"items": [{"metadata": {"name": "wall"}}]})") == start + "an Application without namespace, name or resourceVersion");
}

TEST_CASE("generate_environment: what Argo CD gives generate, as generate reads it") {
  const Application application =
      view(application_with(R"(, "parameters": [{"name": "space", "array": ["b", "a"]}, {"name": "revision", "string": "head"}])"));
  CHECK(application.under_argocd);
  CHECK(application.project == "messagewall");
  CHECK(application.spaces == std::vector<std::string>{"b", "a"});
  CHECK(application.revision == RevisionRule::head);
  CHECK_FALSE(view(application_with("")).spaces);
}

TEST_CASE("generate_environment: plugin.env is ours only by its prefix, and the last one counts") {
  CHECK(view(application_with(env("CONFIGHUB_SPACE", "dev"))).spaces == std::vector<std::string>{"dev"});
  CHECK_FALSE(view(application_with(env("SPACE", "$ARGOCD_APP_REVISION"))).spaces);
  const PluginApplication twice =
      application_with(R"(, "env": [{"name": "CONFIGHUB_SPACE", "value": "a"}, {"name": "CONFIGHUB_SPACE", "value": "b"}])");
  CHECK(view(twice).spaces == std::vector<std::string>{"b"});
  CHECK(
      outcome_of([&] { view(application_with(env("CONFIGHUB_URL", "http://x"))); }) == "2: ARGOCD_ENV_CONFIGHUB_URL cannot be set by an Application");
}

TEST_CASE("generate_environment: variables in plugin.env as Argo CD expands them") {
  CHECK(space_from("$ARGOCD_APP_PROJECT_NAME-dev") == "messagewall-dev");
  CHECK(space_from("${ARGOCD_APP_NAME}.${ARGOCD_APP_SOURCE_PATH}") == "wall.dev");
  CHECK(space_from("wall$ARGOCD_APP_NOTHING") == "wall");
  CHECK(space_from("$ARGOCD_APP_NAMESPACE") == "crossplane-system");
  CHECK(outcome_of([] { space_from("a$$b"); }).starts_with("2: ARGOCD_ENV_CONFIGHUB_SPACE: 'a$b' is not a slug"));
  CHECK(outcome_of([] { space_from("a$"); }).starts_with("2: ARGOCD_ENV_CONFIGHUB_SPACE: 'a$' is not a slug"));
  SUBCASE("an Application outside of Argo CD's namespace has another name") { CHECK(space_from("$ARGOCD_APP_NAME", "gitops") == "argocd_wall"); }
  SUBCASE("what only Argo CD knows cannot be followed") {
    CHECK(outcome_of([] { space_from("dev-$ARGOCD_APP_REVISION_SHORT"); }) ==
          "3: plugin.env CONFIGHUB_SPACE is made from $ARGOCD_APP_REVISION_SHORT, which only Argo CD knows");
  }
}

TEST_CASE("refresh_patch: both annotations at once, and only over what was read") {
  CHECK(refresh_patch(application_with(""), "sha256:22") ==
        R"({"metadata":{"resourceVersion":"7","annotations":{"confighub-cmp/approved-digest":"sha256:22","argocd.argoproj.io/refresh":"hard"}}})");
}

}  // namespace cmp
