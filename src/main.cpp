#include "base/environment.hpp"
#include "base/failure.hpp"
#include "cli.hpp"
#include "commands.hpp"
#include "output.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <new>

namespace {

// A core file would hold the credential; without these neither a crash nor a debugger of the same user sees one.
void protect_process() {
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  prctl(PR_SET_DUMPABLE, 0);
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is reported by the write instead
  cmp::keep_standard_descriptors();
}

int run(int argc, const char* const* argv) {
  const cmp::CommandLine command_line = cmp::parse_command_line(argc, argv);
  if (command_line.command.empty()) {
    cmp::write_stdout({command_line.text});
    return 0;
  }
  const auto all = cmp::commands();
  const auto command = std::find_if(all.begin(), all.end(), [&](const cmp::Command& candidate) { return candidate.name == command_line.command; });
  return command->run(command_line, cmp::Environment::of_process());
}

}  // namespace

int main(int argc, char** argv) {
  protect_process();
  try {
    return run(argc, argv);
  } catch (const cmp::Failure& failure) {
    cmp::write_stderr(cmp::banner(failure));
    return cmp::exit_code(failure.kind());
  } catch (const std::bad_alloc&) {
    cmp::write_stderr("confighub-cmp: out of memory\n");
    return cmp::exit_code(cmp::FailureKind::content);
  } catch (const std::exception& error) {
    cmp::write_stderr(cmp::banner(cmp::Failure(cmp::FailureKind::content, std::string("internal error: ") + error.what())));
    return cmp::exit_code(cmp::FailureKind::content);
  }
}
