// A clock that moves only when somebody sleeps, and remembers how long.
#pragma once

#include "base/clock.hpp"

#include <vector>

namespace cmp {

class FakeClock : public Clock {
public:
  Milliseconds steady() const override { return now; }
  WallTime wall() const override { return WallTime(std::chrono::seconds(1'789'000'000)) + now; }
  void sleep(Milliseconds duration) override {
    sleeps.push_back(duration);
    now += duration;
  }
  std::uint64_t random() override { return 100; }

  Milliseconds now{0};
  std::vector<Milliseconds> sleeps;
};

}  // namespace cmp
