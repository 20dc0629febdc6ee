// What a daemon owes the machine it runs on: one of it for each store, and a word to systemd.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "topology/result.h"

namespace lanwarden::agent {

/// Held while this object lives; released by the kernel however the process ends.
class DaemonLock {
 public:
  /// Fails with a sentence for people: another daemon has it (with its pid), or the file cannot be made.
  static topology::Result<DaemonLock, std::string> take(const std::filesystem::path& file);
  DaemonLock(DaemonLock&& other) noexcept;
  DaemonLock& operator=(DaemonLock&&) = delete;
  ~DaemonLock();

 private:
  explicit DaemonLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

/// Tells systemd's watchdog (WatchdogSec=) that the daemon lives. Call beat() in every turn of its loop.
class Watchdog {
 public:
  using Clock = std::chrono::steady_clock;
  Watchdog();  ///< reads what systemd asked for
  /// `pulse` grows while the SNMP thread lives. One that stands still for kMostStill is hung: then systemd is
  /// told nothing more, and begins the daemon anew.
  void beat(std::uint64_t pulse, Clock::time_point now = Clock::now());

  /// Longer than any walk's inference, write, or round of time-outs of a hunt.
  static constexpr std::chrono::minutes kMostStill{5};

 private:
  std::chrono::microseconds every_{0};  ///< 0: nobody asked
  Clock::time_point told_{}, moved_ = Clock::now();
  std::uint64_t pulse_ = 0;
};

/// sd_notify(3): "READY=1", "STOPPING=1"; nothing when systemd did not ask for it.
void tell_systemd(std::string_view state);

}  // namespace lanwarden::agent
