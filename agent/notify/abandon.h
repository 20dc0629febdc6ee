// "Stop waiting", said to a thread that waits for file descriptors.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>

namespace lanwarden::agent {

class Abandon {
 public:
  Abandon() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
  ~Abandon() { ::close(fd_); }
  Abandon(const Abandon&) = delete;
  Abandon& operator=(const Abandon&) = delete;

  void say() const {
    const std::uint64_t one = 1;
    static_cast<void>(!::write(fd_, &one, sizeof one));
  }
  void take_back() const {
    std::uint64_t said = 0;
    static_cast<void>(!::read(fd_, &said, sizeof said));
  }
  int fd() const { return fd_; }

  using Clock = std::chrono::steady_clock;
  enum class Woken { kReady, kTimeout, kAbandoned };
  /// Until `events` on `fd` (or its end), the deadline, or say().
  Woken wait(int fd, short events, Clock::time_point deadline) const {
    for (;;) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
      if (left <= 0) return Woken::kTimeout;
      pollfd fds[] = {{fd_, POLLIN, 0}, {fd, events, 0}};
      const int woken = ::poll(fds, 2, static_cast<int>(left));
      if (woken < 0 && errno != EINTR) return Woken::kTimeout;
      if (woken > 0 && fds[0].revents != 0) return Woken::kAbandoned;
      if (woken > 0) return Woken::kReady;
    }
  }

 private:
  int fd_;
};

}  // namespace lanwarden::agent
