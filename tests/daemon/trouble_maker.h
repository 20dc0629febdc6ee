// Plays the clock on the wire, again and again, each time another station.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "tests/daemon/site.h"

namespace lanwarden::daemon_test {

/// Stations that are alone on their port: whoever is shut takes nobody with it.
std::vector<std::uint32_t> alone_on_their_port(const lab::World& world);

class TroubleMaker {
 public:
  /// Everyday ARP all the time; a story of `story` length every `every`.
  TroubleMaker(Site& site, std::uint64_t seed, std::chrono::milliseconds every,
               std::chrono::milliseconds story);
  ~TroubleMaker();  ///< ends it
  void end();

  /// Who has answered for addresses so far.
  std::vector<topology::MacAddress> culprits() const;
  std::uint64_t sent() const { return sent_; }

 private:
  void run();
  void everyday();
  void bogus(std::uint32_t station, unsigned n);
  void send(const lab::Frame& frame);

  Site& site_;
  std::mt19937_64 random_;
  const std::chrono::milliseconds every_, story_;
  std::vector<std::uint32_t> candidates_;
  std::size_t next_ = 0;
  mutable std::mutex mutex_;
  std::vector<topology::MacAddress> culprits_;
  std::atomic<std::uint64_t> sent_{0};
  std::atomic<bool> end_{false};
  std::thread thread_;
};

}  // namespace lanwarden::daemon_test
