// How a run ends badly: one exception type, thrown anywhere, caught only in main.
// Owns the exit codes and the shape of the text on stderr (first line one sentence, then hints).
// Refuses to carry secrets or response bodies: callers pass names, numbers and positions only.
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace cmp {

// The values are the process's exit codes; Argo CD and CI scripts depend on them.
enum class FailureKind {
  usage = 2,        // command line or settings wrong
  refused = 3,      // a rule said no: approval, tag policy, access, empty result
  unreachable = 4,  // hub not reachable in time
  denied = 5,       // hub said no: login, permission, unknown space
  content = 6,      // what the hub sent is bad: hash, YAML, identity
  output = 7,       // stdout could not be written
};

class Failure : public std::exception {
public:
  Failure(FailureKind kind, std::string message, std::vector<std::string> hints = {});

  FailureKind kind() const { return m_kind; }
  const std::string& message() const { return m_message; }
  const std::vector<std::string>& hints() const { return m_hints; }
  const char* what() const noexcept override { return m_message.c_str(); }

private:
  FailureKind m_kind;
  std::string m_message;
  std::vector<std::string> m_hints;
};

int exit_code(FailureKind kind);

// What stderr gets: "confighub-cmp: MESSAGE\n" and one indented line per hint, control characters made
// visible, under 2 KiB in all because Argo CD copies it into the Application's status.
std::string banner(const Failure& failure);

}  // namespace cmp
