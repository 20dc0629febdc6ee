// The clockwork of the traffic: who does something when, and the wire that carries
// it to everybody who listens, the sniffer among them.
#pragma once

#include <functional>
#include <optional>
#include <queue>
#include <set>
#include <vector>

#include "tests/lab/traffic/frames.h"
#include "tests/lab/traffic/traffic.h"
#include "tests/lab/world/live_world.h"
#include "tests/lab/world/random.h"

namespace lanwarden::lab {

inline constexpr NodeId kSnifferSwitch = 0;

/// Somebody who sends: a station of the world, or one that stands beside the
/// sniffer's switch and is no part of the world (a router, a DHCP server).
struct Device {
  topology::MacAddress mac;
  std::uint32_t ip = 0;  ///< host order
  topology::VlanId vlan;
  std::optional<std::uint32_t> station;
};

/// One VLAN, with who lives in it.
struct Lan {
  topology::VlanId vlan;
  std::uint32_t network =
      0;  ///< host order; 24 bits of the stations' /16, for those who are no part of the world
  std::vector<std::uint32_t> here;  ///< stations, switches' own left out
  std::vector<Device> talkers;      ///< those that are up and talk, as an office does
  Device router_a, router_b;        ///< the two routers, with their own addresses
  Device gateway;                   ///< what they are together: the virtual router
  Device dhcp_server;
};

SimulatedTime seconds(double s);

class Simulation {
 public:
  Simulation(const LiveWorld& live, const TrafficOptions& options);

  const World& world() const { return live_.world(); }
  const TrafficOptions& options() const { return options_; }
  Random& random() { return random_; }
  SimulatedTime now() const { return now_; }
  /// The VLANs in play: all of them in a living campus, else the sniffer's.
  std::vector<Lan>& lans() { return lans_; }
  Lan& lan() { return lans_.front(); }  ///< the sniffer's own: the first VLAN of hosts
  Device device(std::uint32_t station) const;
  /// Whether what it sends gets anywhere: false behind a port that is shut.
  bool reaches(const Device& d) const;

  /// Stations that have a part already; the office does not talk for them.
  void engage(std::uint32_t station) { engaged_.insert(station); }
  bool engaged(std::uint32_t station) const { return engaged_.contains(station); }
  /// A plain host on an edge port of the sniffer's VLAN, engaged from now on: who plays a trouble.
  Device some_host();
  Device some_talker(Lan& lan) { return lan.talkers[random_.below(lan.talkers.size())]; }

  void after(SimulatedTime delay, std::function<void()> action);
  /// Again and again, each time after what `gap` says, the first time after the first gap.
  void every(std::function<SimulatedTime()> gap, std::function<void()> action);

  /// To everybody in the VLAN, the sniffer among them.
  void broadcast(const Device& from, Frame frame);
  bool root_deposed = false;  ///< another bridge is the root: this switch no longer says that it is
  bool private_vlan = false;  ///< hosts hear the routers only: nobody else's requests
  /// From the sniffer's own switch, untagged as such frames are.
  void from_switch(Frame frame) { heard_->push_back({now_, std::move(frame)}); }
  /// To one station: the sniffer hears it by mirroring only.
  void unicast(const Device& from, Frame frame);
  /// ARP by either way, as its destination says; then everybody who listens hears it.
  void arp(const Device& from, const Arp& packet);
  using ArpListener = std::function<void(const Device& from, const Arp& packet)>;
  void on_arp(ArpListener listener) { arp_listeners_.push_back(std::move(listener)); }
  /// The same for an IPv6 neighbour solicitation that asks whether an address is taken (RFC 4862 §5.4).
  void dad(const Device& from, const Ipv6& address);
  using DadListener = std::function<void(const Device& from, const Ipv6& address)>;
  void on_dad(DadListener listener) { dad_listeners_.push_back(std::move(listener)); }

  SimulatedTime next() const { return events_.top().at; }
  void step(std::vector<HeardFrame>& heard);

 private:
  struct Event {
    SimulatedTime at;
    std::uint64_t sequence;  // among equals the first planned comes first
    std::function<void()> action;
    bool operator>(const Event& o) const { return at != o.at ? at > o.at : sequence > o.sequence; }
  };
  void hear(const Device& from, Frame frame);
  void find_lans();

  const LiveWorld& live_;
  const TrafficOptions options_;
  Random random_, mirror_dice_;
  std::vector<Lan> lans_;
  std::set<std::uint32_t> engaged_;
  std::vector<ArpListener> arp_listeners_;
  std::vector<DadListener> dad_listeners_;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  std::uint64_t sequence_ = 0;
  SimulatedTime now_{0};
  std::vector<HeardFrame>* heard_ = nullptr;
};

}  // namespace lanwarden::lab
