// What a daemon has to stand: measured by ./dev bench and ./dev soak, in short forms by ./dev test.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace lanwarden::daemon_test {

/// What came of a trial. No problem: it stood.
struct Outcome {
  std::string skipped;  ///< why it could not be tried here
  std::vector<std::string> problems;
  std::vector<std::string> measured;  ///< lines for people
};

/// From the first bogus answer on the wire to the port down: `limit` at most (zero: only told).
Outcome reaction(unsigned switches, unsigned hosts, std::chrono::milliseconds away,
                 std::chrono::milliseconds limit, bool polled_before = true);

struct SoakOptions {
  unsigned switches = 1000, hosts = 5000;
  std::chrono::seconds span = std::chrono::minutes{30};
  std::chrono::seconds poll_every{60};
  std::uint64_t seed = 1;
};
/// Loss, reboots, dead switches, storms of traps, a flapping interface, SIGHUPs, and a disk that is full for
/// a while; all the time somebody sends on the wire, and troubles among it.
Outcome soak(const SoakOptions& options);

/// SIGKILL at random moments, so many times; each time begun anew.
Outcome kills(unsigned times, std::uint64_t seed);

}  // namespace lanwarden::daemon_test
