// What a daemon owes the machine it runs on.
#include "agent/watch/daemon_host.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <filesystem>

using namespace lanwarden::agent;
using namespace std::chrono_literals;

namespace {

/// systemd's side of NOTIFY_SOCKET, with WatchdogSec=10.
class Systemd {
 public:
  Systemd() : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un at{};
    at.sun_family = AF_UNIX;
    char folder[] = "/tmp/lanwarden-notify-XXXXXX";
    REQUIRE(::mkdtemp(folder) != nullptr);
    folder_ = folder;
    const std::string path = folder_ + "/socket";
    std::strncpy(at.sun_path, path.c_str(), sizeof at.sun_path - 1);
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    ::setenv("WATCHDOG_USEC", "10000000", 1);
  }
  ~Systemd() {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ::close(fd_);
    std::filesystem::remove_all(folder_);
  }
  /// What was said since the last call.
  std::string said() const {
    std::array<char, 256> text{};
    const ssize_t n = ::recv(fd_, text.data(), text.size(), 0);
    return n > 0 ? std::string(text.data(), static_cast<std::size_t>(n)) : "";
  }

 private:
  int fd_;
  std::string folder_;
};

}  // namespace

TEST_CASE("systemd's watchdog hears that the daemon lives, twice in its limit, and not that it hangs") {
  const Systemd systemd;
  Watchdog watchdog;
  auto now = Watchdog::Clock::now();
  watchdog.beat(1, now);
  CHECK(systemd.said() == "WATCHDOG=1");
  watchdog.beat(2, now + 4s);
  CHECK(systemd.said().empty());
  watchdog.beat(3, now + 5s);
  CHECK(systemd.said() == "WATCHDOG=1");
  // The SNMP thread stands still: as long as an inference may take nobody minds, then it is hung.
  now += 5s;
  watchdog.beat(3, now + Watchdog::kMostStill);
  CHECK(systemd.said() == "WATCHDOG=1");
  watchdog.beat(3, now + Watchdog::kMostStill + 6s);
  CHECK(systemd.said().empty());
  watchdog.beat(4, now + Watchdog::kMostStill + 7s);
  CHECK(systemd.said() == "WATCHDOG=1");
}
