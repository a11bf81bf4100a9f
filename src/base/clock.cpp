#include "base/clock.hpp"

#include <random>
#include <thread>

namespace cmp {

namespace {

class SystemClock : public Clock {
public:
  Milliseconds steady() const override { return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch()); }
  WallTime wall() const override { return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now()); }
  void sleep(Milliseconds duration) override { std::this_thread::sleep_for(duration); }
  std::uint64_t random() override { return m_random(); }

private:
  std::mt19937_64 m_random{std::random_device{}()};
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace cmp
