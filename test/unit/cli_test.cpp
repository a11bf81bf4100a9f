#include "cli.hpp"
#include "expect_failure.hpp"

namespace cmp {

namespace {

CommandLine parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "confighub-cmp");
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data());
}

std::string outcome(std::vector<const char*> arguments) {
  const Failure failure = failure_of([&] { parse(arguments); });
  return failure.message() + (failure.hints().empty() ? "" : "; " + failure.hints().front());
}

}  // namespace

TEST_CASE("parse_command_line: options as given, before or behind an equals sign") {
  const CommandLine line = parse({"generate", "--space", "messagewall-dev", "--budget=10s", "--where", "a=1,b in (x, y)", "--allow-empty"});
  CHECK(line.command == "generate");
  CHECK(line.values == CommandLineValues{{"space", "messagewall-dev"}, {"budget", "10s"}, {"where", "a=1,b in (x, y)"}, {"allow-empty", "true"}});
}

TEST_CASE("parse_command_line: several spaces") {
  CHECK(parse({"generate", "--space", "a", "--space", "b"}).values.at("space") == "a,b");
  CHECK(outcome({"generate", "--budget", "1s", "--budget", "2s"}) == "--budget is given twice");
}

TEST_CASE("parse_command_line: errors name the nearest known word") {
  CHECK(outcome({"generat"}) == "unknown command 'generat'; did you mean generate?");
  CHECK(outcome({"generate", "--bugdet", "1s"}) == "unknown option '--bugdet'; did you mean --budget?");
  CHECK(outcome({"generate", "--worker-secret=hunter2"}).find("hunter2") == std::string::npos);
  CHECK(outcome({"generate", "extra"}) == "generate takes no argument 'extra'");
  CHECK(outcome({"--space", "a"}) == "a command must stand before --space; confighub-cmp --help lists the commands");
}

TEST_CASE("parse_command_line: help") {
  CHECK(parse({}).text.starts_with("Print exactly the approved configuration"));
  CHECK(parse({"--help"}).text == parse({}).text);
  CHECK(parse({"--version"}).text == "confighub-cmp " CONFIGHUB_CMP_VERSION "\n");
  const std::string help = parse({"generate", "--help"}).text;
  for (const SettingSpec& spec : setting_table()) {
    CAPTURE(spec.key);
    CHECK(help.find(spec.option.empty() ? std::string(spec.variable) : "--" + std::string(spec.option)) != std::string::npos);
  }
}

}  // namespace cmp
