#include "expect_failure.hpp"
#include "scratch_directory.hpp"
#include "settings/settings.hpp"

#include <set>

namespace cmp {

namespace {

const std::string k_head = "apiVersion: confighub-cmp/v1alpha1\nkind: Settings\n";

struct Operator {
  ScratchDirectory directory;
  CommandLineValues command_line;
  std::map<std::string, std::string> variables{{"CONFIGHUB_CMP_SETTINGS", directory.path("settings.yaml")}};

  Operator() { file(""); }
  void file(const std::string& body) const { directory.write("settings.yaml", k_head + body); }
  Settings load() const { return load_settings(command_line, Environment(variables)); }
  std::string outcome() const {
    std::string text = outcome_of([&] { load(); });
    const size_t at = text.find(directory.path());
    return at == std::string::npos ? text : text.replace(at, directory.path().size() + 1, "");
  }
};

}  // namespace

TEST_CASE("setting_table: every row can be set and explained") {
  std::set<std::string_view> keys;
  std::set<std::string_view> options;
  std::set<std::string_view> variables;
  for (const SettingSpec& spec : setting_table()) {
    CAPTURE(spec.key);
    CHECK(keys.insert(spec.key).second);
    CHECK((spec.option.empty() || options.insert(spec.option).second));
    CHECK((spec.variable.empty() || variables.insert(spec.variable).second));
    CHECK((!spec.option.empty() || !spec.variable.empty()));
    CHECK(!spec.help.empty());
    // Command lines are visible to every process and logged by Argo CD; settings files end up in ConfigMaps.
    if (spec.secrecy == Secrecy::secret) { CHECK((spec.option.empty() && !spec.in_file)); }
  }
}

TEST_CASE("load_settings: command line, then environment, then file, then default") {
  Operator op;
  CHECK(op.load().limits.budget == std::chrono::seconds(40));
  op.file("limits: {budget: 10s}\n");
  CHECK(op.load().limits.budget == std::chrono::seconds(10));
  CHECK(op.load().origins.at("limits.budget") == op.directory.path("settings.yaml") + ":3: limits.budget");
  op.variables["CONFIGHUB_CMP_BUDGET"] = "20s";
  CHECK(op.load().limits.budget == std::chrono::seconds(20));
  op.command_line["budget"] = "30s";
  CHECK(op.load().limits.budget == std::chrono::seconds(30));
  CHECK(op.load().origins.at("limits.budget") == "--budget");
  CHECK(op.load().origins.at("limits.request") == "default");
}

TEST_CASE("load_settings: the example of the contract") {
  Operator op;
  op.file(
      "hub:\n  url: https://hub.example\n  credentialsDir: /etc/credentials\n"
      "access:\n- project: messagewall\n  spaces: [messagewall-dev, \"messagewall-*\"]\n  revisions: [approved, locked]\n"
      "- project: sandbox\n  spaces: [sandbox]\n  revision: head\n  environment: dev\n  allowEmpty: true\n  unapprovedUnits: skip\n  approvals: 2\n"
      "revision: approved\napprovals: 1\ntagPolicy: tag-policy.yaml\n"
      "limits: {budget: 40s, request: 15s, retries: 4, units: 10000, totalBytes: 256Mi}\n");
  const Settings settings = op.load();
  CHECK(settings.url == "https://hub.example");
  CHECK(settings.tag_policy == op.directory.path("tag-policy.yaml"));
  CHECK(settings.limits.total_bytes == 256U << 20);
  REQUIRE(settings.access.size() == 2);
  CHECK(settings.access[0].revisions == std::vector{RevisionRule::approved, RevisionRule::locked});
  CHECK(settings.access[1].revision == RevisionRule::head);
  CHECK(settings.access[1].empty_space == EmptySpace::allow);
  CHECK(settings.access[1].unapproved_units == UnapprovedUnits::skip);
  CHECK(settings.access[1].approvals == 2);
}

TEST_CASE("load_settings: errors name the place, the key and the nearest known one") {
  Operator op;
  SUBCASE("unknown key") {
    op.file("limits:\n  bugdet: 40s\n");
    CHECK(op.outcome() == "2: settings.yaml:4: limits.bugdet: unknown key");
    CHECK(failure_of([&] { op.load(); }).hints() == std::vector<std::string>{"did you mean budget?"});
  }
  SUBCASE("unknown key at the top") {
    op.file("acess: []\n");
    CHECK(op.outcome() == "2: settings.yaml:3: acess: unknown key");
  }
  SUBCASE("key given twice") {
    op.file("approvals: 1\napprovals: 2\n");
    CHECK(op.outcome() == "2: settings.yaml:3: approvals: given twice");
  }
  SUBCASE("bad value in the file") {
    op.file("limits: {budget: soon}\n");
    CHECK(op.outcome() == "2: settings.yaml:3: limits.budget: 'soon' is not a duration such as 500ms, 40s or 2m");
  }
  SUBCASE("bad value in a variable") {
    op.variables["CONFIGHUB_WORKER_ID"] = "argo-reader";
    CHECK(op.outcome() == "2: CONFIGHUB_WORKER_ID: is not a UUID; ConfigHub wants the worker's id, not its slug");
  }
  SUBCASE("bad option") {
    op.command_line["revision"] = "newest";
    CHECK(op.outcome() == "2: --revision: 'newest' is not a revision rule: approved, live, locked or head");
  }
  SUBCASE("a secret with a line break is not echoed") {
    op.variables["CONFIGHUB_WORKER_SECRET"] = "ch_x\r\nHost: evil";
    CHECK(op.outcome() == "2: CONFIGHUB_WORKER_SECRET: must be one line of plain characters");
  }
  SUBCASE("not YAML") {
    op.file("limits: [\n");
    CHECK(op.outcome().starts_with("2: settings.yaml:"));
  }
  SUBCASE("another kind") {
    op.directory.write("settings.yaml", "apiVersion: confighub-cmp/v1alpha1\nkind: TagPolicy\n");
    CHECK(op.outcome() == "2: settings.yaml:2: kind: 'TagPolicy' is not supported, want Settings");
  }
  SUBCASE("a file that was asked for must exist") {
    op.variables["CONFIGHUB_CMP_SETTINGS"] = op.directory.path("other.yaml");
    CHECK(op.outcome() == "2: cannot read other.yaml: No such file or directory");
  }
  SUBCASE("access without project") {
    op.file("access:\n- spaces: [a]\n");
    CHECK(op.outcome() == "2: settings.yaml:4: access[0]: project is missing");
  }
}

TEST_CASE("load_settings: under Argo CD no path is relative to the checkout others write") {
  Operator op;
  op.variables["ARGOCD_APP_NAME"] = "wall";
  op.variables["CONFIGHUB_CMP_POLICY"] = "tag-policy.yaml";
  CHECK(op.outcome() == "2: CONFIGHUB_CMP_POLICY: 'tag-policy.yaml' must be an absolute path under Argo CD");
  op.variables["CONFIGHUB_CMP_POLICY"] = "/etc/confighub-cmp/tag-policy.yaml";
  CHECK(op.load().tag_policy == "/etc/confighub-cmp/tag-policy.yaml");
}

TEST_CASE("load_settings: a variable set to nothing is not set") {
  Operator op;
  op.file("space: from-file\n");
  op.variables["CONFIGHUB_SPACE"] = "";
  CHECK(op.load().spaces == std::vector<std::string>{"from-file"});
}

TEST_CASE("Secret: does not turn into text by itself") {
  static_assert(!std::is_convertible_v<Secret, std::string>);
  static_assert(!std::is_convertible_v<Secret, std::string_view>);
  CHECK(fmt::format("{}", Secret("hunter2")) == "***");
  CHECK(fmt::format("{}", Secret()) == "unset");
}

}  // namespace cmp
