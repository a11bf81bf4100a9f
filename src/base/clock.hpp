// Time as the pipeline sees it, so that tests own it: a steady clock for the budget, a wall clock for
// expiry dates, sleep, and the randomness of back-off.
#pragma once

#include <chrono>
#include <cstdint>

namespace cmp {

class Clock {
public:
  using Milliseconds = std::chrono::milliseconds;
  using WallTime = std::chrono::sys_time<Milliseconds>;  // nanoseconds would end in 2262, "never" is written as 9999

  virtual ~Clock() = default;
  virtual Milliseconds steady() const = 0;
  virtual WallTime wall() const = 0;
  virtual void sleep(Milliseconds duration) = 0;
  virtual std::uint64_t random() = 0;
};

Clock& system_clock();

// The budget of a run, or a part of it.
class Deadline {
public:
  Deadline(const Clock& clock, Clock::Milliseconds budget) : m_clock(&clock), m_end(clock.steady() + budget), m_budget(budget) {}

  Clock::Milliseconds budget() const { return m_budget; }
  Clock::Milliseconds remaining() const { return std::max(Clock::Milliseconds(0), m_end - m_clock->steady()); }

private:
  const Clock* m_clock;
  Clock::Milliseconds m_end;
  Clock::Milliseconds m_budget;
};

}  // namespace cmp
