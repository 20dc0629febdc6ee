#include "agent/isolation/clock.h"

#include <time.h>

#include <fstream>
#include <thread>

#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

class SystemClock final : public Clock {
 public:
  SystemClock() {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::getline(file, boot_);
  }
  Moment now() override {
    timespec t{};
    ::clock_gettime(CLOCK_BOOTTIME, &t);
    return {wall_clock(), boot_, std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec}};
  }
  void sleep(topology::Duration duration) override { std::this_thread::sleep_for(duration); }

 private:
  std::string boot_;
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

}  // namespace lanwarden::agent
