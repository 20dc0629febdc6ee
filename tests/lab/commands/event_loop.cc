#include "tests/lab/commands/event_loop.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace lanwarden::lab {

EventLoop::EventLoop() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  sigprocmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);  // a reader of the frames that goes away is an error of write(2)
  signals_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
  if (signals_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
}

EventLoop::~EventLoop() { close(signals_); }

EventLoop::Woke EventLoop::wait(int fd, std::optional<Clock::time_point> until, int out) const {
  for (;;) {
    timespec left{};
    if (until) {
      const auto rest = std::max(Clock::duration::zero(), *until - Clock::now());
      const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(rest);
      left.tv_sec = seconds.count();
      left.tv_nsec = std::chrono::nanoseconds(rest - seconds).count();
    }
    pollfd watched[] = {{signals_, POLLIN, 0}, {fd, POLLIN, 0}, {out, POLLOUT, 0}};
    const int ready = ppoll(watched, 3, until ? &left : nullptr, nullptr);
    if (ready < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "poll");
    if (ready > 0 && watched[0].revents != 0) return Woke::kStop;
    if (ready > 0) return Woke::kReady;
    if (ready == 0) return Woke::kTime;
  }
}

}  // namespace lanwarden::lab
