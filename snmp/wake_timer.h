// A moment, as a descriptor that becomes readable then.
#pragma once

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace lanwarden::snmp {

class WakeTimer {
 public:
  WakeTimer() : fd_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {}
  ~WakeTimer() {
    if (fd_ >= 0) ::close(fd_);
  }
  WakeTimer(const WakeTimer&) = delete;
  WakeTimer& operator=(const WakeTimer&) = delete;

  int fd() const { return fd_; }
  /// At once when it has passed. It replaces the moment that was set before.
  void set(std::chrono::steady_clock::time_point when) {
    if (when == set_) return;
    set_ = when;
    // steady_clock is CLOCK_MONOTONIC; a time of zero would disarm the timer.
    const auto ns = std::max<std::int64_t>(
        1, std::chrono::duration_cast<std::chrono::nanoseconds>(when.time_since_epoch()).count());
    itimerspec spec{};
    spec.it_value.tv_sec = ns / 1'000'000'000;
    spec.it_value.tv_nsec = ns % 1'000'000'000;
    timerfd_settime(fd_, TFD_TIMER_ABSTIME, &spec, nullptr);
  }
  /// Whoever woke for it says so, or it stays readable. Has to be set anew.
  void rang() {
    std::uint64_t count = 0;
    if (::read(fd_, &count, sizeof count) > 0) set_ = {};
  }

 private:
  int fd_;
  std::chrono::steady_clock::time_point set_{};
};

}  // namespace lanwarden::snmp
