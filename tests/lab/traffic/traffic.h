// What a sniffer hears in the building: one discrete simulation of everybody who
// sends, in simulated time. It looks at the live building at every step, so that
// a port shut in the meantime ends the frames of what hung there.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/traffic/frames.h"
#include "tests/lab/world/live_world.h"

namespace lanwarden::lab {

using SimulatedTime = std::chrono::nanoseconds;  ///< since the beginning of the simulation

struct TrafficOptions {
  std::uint64_t seed = 1;
  std::vector<std::string> troubles{"clock"};  ///< names of troubles(); unknown ones are left out
  SimulatedTime trouble_at{0};                 ///< when they begin
  bool campus = false;  ///< everyday life of a large campus besides: every VLAN (tagged), DHCP, failovers,
                        ///< migrations, access points, proxies, IPv6, group services
  bool mirror = true;   ///< the sniffer's port mirrors the core: it hears what is sent to others as well
  double chatter = 1;   ///< ordinary frames, as a multiple of a usual office's
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

/// A trouble that the lab can play.
struct TroubleName {
  std::string_view name, summary;
  std::vector<std::string_view> kinds;  ///< of the contract, any of which says it right; the best first
  bool by_broadcast = true;  ///< false: what gives it away is sent to one station, so only a mirror hears it
};
/// All of them.
std::vector<TroubleName> troubles();

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
  /// Whoever is to blame, one for each trouble played (zero: nobody, or everybody).
  const std::vector<topology::MacAddress>& culprits() const;
  /// The station that is the first trouble's culprit; nullopt without one.
  std::optional<std::uint32_t> rogue() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lanwarden::lab
