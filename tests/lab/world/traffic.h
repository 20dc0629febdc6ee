// What a sniffer hears in the building: one discrete simulation of everybody who
// sends, in simulated time. It looks at the live building at every step, so that
// a port shut in the meantime ends the frames of what hung there.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "tests/lab/world/frames.h"
#include "tests/lab/world/live_world.h"

namespace lanwarden::lab {

using SimulatedTime = std::chrono::nanoseconds;  ///< since the beginning of the simulation

struct TrafficOptions {
  std::uint64_t seed = 1;
  bool clock = true;        ///< the rogue answers every probe and announcement
  bool heartbeats = false;  ///< 0x9000 once a second, 0x886f every half second
  bool mirror = true;       ///< the sniffer's port mirrors the core: it hears what is sent to others as well
  double chatter = 1;       ///< ordinary frames, as a multiple of a usual office's
  SimulatedTime boots_within =
      std::chrono::seconds(20);  ///< the machines come up one after the other in this time
};

struct HeardFrame {
  SimulatedTime at{};
  Frame octets;
};

/// How far the machines that boot have come.
struct BootCounts {
  std::size_t waiting = 0;  ///< not begun, or probing
  std::size_t refused = 0;  ///< somebody claimed its address: it will try again
  std::size_t up = 0;
};

class Traffic {
 public:
  /// `live` must outlive this. The sniffer hangs on the first switch, in the first VLAN of hosts.
  Traffic(const LiveWorld& live, const TrafficOptions& options);
  ~Traffic();

  /// When somebody next has something to do. There is always somebody.
  SimulatedTime next() const;
  /// Lets them do what is due at `next()`; appends what the sniffer hears, in order of time.
  void step(std::vector<HeardFrame>& heard);

  BootCounts boots() const;
  /// Who plays the clock: the world's, or where it has none the first station on an
  /// edge port; nullopt without that trouble.
  std::optional<std::uint32_t> rogue() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lanwarden::lab
