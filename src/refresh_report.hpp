// What `refresh` did, one line per Application for people, and one line of figures for log pipelines. Pure.
#pragma once

#include "base/failure.hpp"
#include "hub/http_session.hpp"
#include "settings/settings.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace cmp {

enum class Verdict {
  refreshed,
  would_refresh,  // --dry-run
  unchanged,
  locked,   // Git tells Argo CD, there is nothing to do
  waiting,  // for the next run
  refused,  // by a rule: the Application's matter, and no failure of the run
  failed,
};

struct Outcome {
  std::string application;  // "argocd/wall"
  Verdict verdict = Verdict::unchanged;
  std::string detail;
  std::optional<Failure> failure;  // of verdict failed
};

// "argocd/wall  refreshed  3 units, changed\n", aligned.
std::string to_text(const std::vector<Outcome>& outcomes);

// The one line on stderr of a run that did not fail.
std::string to_line(const std::vector<Outcome>& outcomes, const HubTraffic& traffic, std::chrono::milliseconds elapsed, LogFormat format);

// How the run ends when something failed; nullopt when nothing did.
std::optional<Failure> failure_of_run(const std::vector<Outcome>& outcomes);

}  // namespace cmp
