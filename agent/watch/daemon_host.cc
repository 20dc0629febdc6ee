#include "agent/watch/daemon_host.h"

#include <fcntl.h>
#include <sys/file.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace lanwarden::agent {

topology::Result<DaemonLock, std::string> DaemonLock::take(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return tl::make_unexpected(file.string() + ": cannot be opened (" + std::strerror(errno) + ")");
  DaemonLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    char pid[32] = {};
    const ssize_t length = ::pread(fd, pid, sizeof pid - 1, 0);
    return tl::make_unexpected("another lanwarden run works on this store" +
                               (length > 0 ? " (pid " + std::string(pid) + ")" : std::string()) +
                               ": stop it first, or name another store with --store");
  }
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(fd, 0) == 0) static_cast<void>(!::pwrite(fd, pid.data(), pid.size(), 0));
  return lock;
}

DaemonLock::DaemonLock(DaemonLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

DaemonLock::~DaemonLock() {
  if (fd_ >= 0) ::close(fd_);
}

Watchdog::Watchdog() {
  std::uint64_t limit = 0;
  if (::sd_watchdog_enabled(0, &limit) > 0) every_ = std::chrono::microseconds{limit} / 2;
}

void Watchdog::beat(std::uint64_t pulse, Clock::time_point now) {
  if (every_.count() <= 0) return;
  if (pulse != std::exchange(pulse_, pulse)) moved_ = now;
  if (now - told_ < every_ || now - moved_ > kMostStill) return;
  told_ = now;
  tell_systemd("WATCHDOG=1");
}

void tell_systemd(std::string_view state) { static_cast<void>(::sd_notify(0, std::string(state).c_str())); }

}  // namespace lanwarden::agent
