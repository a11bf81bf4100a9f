#include "refresh_report.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cmp {

namespace {

constexpr size_t k_max_detail = 600;

constexpr std::array<std::pair<Verdict, std::string_view>, 7> k_verdicts{{
    {Verdict::refreshed, "refreshed"},
    {Verdict::would_refresh, "would-refresh"},
    {Verdict::unchanged, "unchanged"},
    {Verdict::locked, "locked"},
    {Verdict::waiting, "waiting"},
    {Verdict::refused, "refused"},
    {Verdict::failed, "failed"},
}};

std::string_view name_of(Verdict verdict) {
  return std::find_if(k_verdicts.begin(), k_verdicts.end(), [&](const auto& entry) { return entry.first == verdict; })->second;
}

auto count(const std::vector<Outcome>& outcomes, Verdict verdict) {
  return std::count_if(outcomes.begin(), outcomes.end(), [&](const Outcome& outcome) { return outcome.verdict == verdict; });
}

}  // namespace

std::string to_text(const std::vector<Outcome>& outcomes) {
  size_t width = 0;
  for (const Outcome& outcome : outcomes) { width = std::max(width, outcome.application.size()); }
  std::string text;
  for (const Outcome& outcome : outcomes) {
    const bool reason = outcome.verdict == Verdict::refused || outcome.verdict == Verdict::failed;
    text += fmt::format(
        "{:<{}}  {}{}{}\n", outcome.application, width, name_of(outcome.verdict), reason ? ": " : "  ", printable(outcome.detail, k_max_detail));
  }
  return text;
}

std::string to_line(const std::vector<Outcome>& outcomes, const HubTraffic& traffic, std::chrono::milliseconds elapsed, LogFormat format) {
  std::string text;
  std::string json;
  for (const auto& [verdict, name] : k_verdicts) {
    text += fmt::format(" {}={}", name, count(outcomes, verdict));
    json += fmt::format("\"{}\":{},", name, count(outcomes, verdict));
  }
  if (format == LogFormat::json) {
    return fmt::format("{{\"applications\":{},{}\"requests\":{},\"retries\":{},\"milliseconds\":{}}}\n", outcomes.size(), json, traffic.requests,
        traffic.retries, elapsed.count());
  }
  return fmt::format("confighub-cmp: refresh: {} applications;{} requests={} retries={} ms={}\n", outcomes.size(), text, traffic.requests,
      traffic.retries, elapsed.count());
}

std::optional<Failure> failure_of_run(const std::vector<Outcome>& outcomes) {
  const auto first = std::find_if(outcomes.begin(), outcomes.end(), [](const Outcome& outcome) { return outcome.failure.has_value(); });
  if (first == outcomes.end()) { return std::nullopt; }
  return Failure(first->failure->kind(),
      fmt::format("{} of {} applications failed, the first is {}: {}", count(outcomes, Verdict::failed), outcomes.size(), first->application,
          first->failure->message()),
      first->failure->hints());
}

}  // namespace cmp
