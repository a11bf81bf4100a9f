#include "expect_failure.hpp"
#include "settings/application.hpp"
#include "settings/settings.hpp"

namespace cmp {

namespace {

using Variables = std::map<std::string, std::string>;

Application read(Variables variables) { return read_application(Environment(std::move(variables))); }

std::string outcome(Variables variables) {
  return outcome_of([&] { read(std::move(variables)); });
}

}  // namespace

TEST_CASE("read_application: identity is Argo CD's word") {
  const Application application = read({{"ARGOCD_APP_NAME", "wall"}, {"ARGOCD_APP_PROJECT_NAME", "messagewall"}});
  CHECK(application.under_argocd);
  CHECK(application.project == "messagewall");
  CHECK_FALSE(read({}).under_argocd);
  CHECK(read({{"ARGOCD_APP_NAME", ""}}).under_argocd);
}

TEST_CASE("read_application: space, revision and where by parameter or by variable") {
  const Application by_parameter = read(
      {{"ARGOCD_APP_PARAMETERS", R"([{"name":"space","string":"dev"},{"name":"revision","string":"head"},{"name":"where","string":"tier=web"}])"}});
  CHECK(by_parameter.spaces == std::vector<std::string>{"dev"});
  CHECK(by_parameter.revision == RevisionRule::head);
  CHECK(by_parameter.where->matches({{"tier", "web"}}));
  CHECK(read({{"ARGOCD_ENV_CONFIGHUB_SPACE", "dev"}}).spaces == std::vector<std::string>{"dev"});
  CHECK(read({{"ARGOCD_APP_PARAMETERS", R"([{"name":"space","array":["b","a"]}])"}}).spaces == std::vector<std::string>{"b", "a"});
  CHECK_FALSE(read({{"ARGOCD_APP_PARAMETERS", "null"}}).spaces);
}

TEST_CASE("read_application: twice with the same value is fine, with another it is an error") {
  CHECK(read({{"ARGOCD_APP_PARAMETERS", R"([{"name":"space","string":"dev"}])"}, {"ARGOCD_ENV_CONFIGHUB_SPACE", "dev"}}).spaces ==
        std::vector<std::string>{"dev"});
  CHECK(outcome({{"ARGOCD_APP_PARAMETERS", R"([{"name":"space","string":"dev"}])"}, {"ARGOCD_ENV_CONFIGHUB_SPACE", "prod"}}) ==
        "2: parameter space and ARGOCD_ENV_CONFIGHUB_SPACE differ for space");
  CHECK(outcome({{"ARGOCD_APP_PARAMETERS", R"([{"name":"space","string":"a"},{"name":"space","string":"b"}])"}}) ==
        "2: parameter space and parameter space differ for space");
}

TEST_CASE("read_application: no other setting can be reached, by its variable or by its key") {
  for (const SettingSpec& spec : setting_table()) {
    const bool open = spec.key == "space" || spec.key == "revision" || spec.key == "where";
    for (std::string name : {std::string(spec.key), std::string(spec.option), std::string(spec.variable)}) {
      if (open || name.empty()) { continue; }
      CAPTURE(name);
      CHECK(outcome({{"ARGOCD_APP_PARAMETERS", R"([{"name":")" + name + R"(","string":"x"}])"}}) ==
            "2: parameter '" + name + "' cannot be set by an Application");
      if (name.starts_with("CONFIGHUB_")) {
        CHECK(outcome({{"ARGOCD_ENV_" + name, "x"}}) == "2: ARGOCD_ENV_" + name + " cannot be set by an Application");
      }
    }
  }
}

TEST_CASE("read_application: malformed wishes") {
  CHECK(outcome({{"ARGOCD_APP_PARAMETERS", "{"}}) == "2: ARGOCD_APP_PARAMETERS: is not a JSON array of parameters");
  CHECK(outcome({{"ARGOCD_APP_PARAMETERS", "{}"}}) == "2: ARGOCD_APP_PARAMETERS: is not a JSON array of parameters");
  CHECK(outcome({{"ARGOCD_APP_PARAMETERS", "[1]"}}) == "2: ARGOCD_APP_PARAMETERS: a parameter has no name");
  CHECK(
      outcome({{"ARGOCD_APP_PARAMETERS", R"([{"name":"space","map":{"a":"b"}}])"}}) == "2: ARGOCD_APP_PARAMETERS: parameter space must be a string");
  CHECK(outcome({{"ARGOCD_APP_PARAMETERS", R"([{"name":"space","array":[]}])"}}) ==
        "2: ARGOCD_APP_PARAMETERS: parameter space must be a string or a list of strings");
  CHECK(outcome({{"ARGOCD_APP_PARAMETERS", R"([{"name":"revision","array":["head"]}])"}}) ==
        "2: ARGOCD_APP_PARAMETERS: parameter revision must be a string");
  CHECK(outcome({{"ARGOCD_ENV_CONFIGHUB_SPACE", ""}}) ==
        "2: ARGOCD_ENV_CONFIGHUB_SPACE: '' is not a slug: letters, digits and -_. inside, at most 128 characters");
  CHECK(outcome({{"ARGOCD_ENV_CONFIGHUB_SPACE", "a' OR 'b"}}) ==
        "2: ARGOCD_ENV_CONFIGHUB_SPACE: 'a' OR 'b' is not a slug: letters, digits and -_. inside, at most 128 characters");
  CHECK(outcome({{"ARGOCD_ENV_CONFIGHUB_WHERE", "a='x'"}}) ==
        "2: ARGOCD_ENV_CONFIGHUB_WHERE: label value ''x'' cannot be asked for: letters, digits and -_. only");
}

}  // namespace cmp
