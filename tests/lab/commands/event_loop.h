// Waiting in one place: the agents' sockets, the end of the run, SIGINT and SIGTERM.
#pragma once

#include <chrono>
#include <optional>

namespace lanwarden::lab {

/// Blocks SIGINT, SIGTERM (read from a descriptor instead) and SIGPIPE for the process.
class EventLoop {
 public:
  using Clock = std::chrono::steady_clock;
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;

  enum class Woke : unsigned char { kReady, kTime, kStop };
  /// Until `fd` is readable or `out` can be written to (both kReady), `until` has
  /// come, or somebody wants the program to end. Descriptors < 0: none.
  Woke wait(int fd, std::optional<Clock::time_point> until, int out = -1) const;

 private:
  int signals_ = -1;
};

}  // namespace lanwarden::lab
