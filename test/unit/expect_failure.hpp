// For tests of errors: runs something that must end in a Failure and returns it whole.
#pragma once

#include "base/failure.hpp"

#include <doctest/doctest.h>

#include <string>

namespace cmp {

template <typename Act>
Failure failure_of(const Act& act) {
  try {
    act();
  } catch (const Failure& failure) { return failure; }
  FAIL("expected a Failure");
  return Failure(FailureKind::usage, "");
}

// "3: message", the exit code and the first line.
template <typename Act>
std::string outcome_of(const Act& act) {
  const Failure failure = failure_of(act);
  return std::to_string(exit_code(failure.kind())) + ": " + failure.message();
}

}  // namespace cmp
