#include "tests/lab/traffic/simulation.h"

#include <algorithm>
#include <memory>

namespace lanwarden::lab {

using topology::MacAddress;

SimulatedTime seconds(double s) { return SimulatedTime(static_cast<std::int64_t>(s * 1e9)); }

Simulation::Simulation(const LiveWorld& live, const TrafficOptions& options)
    : live_(live), options_(options), random_(options.seed, 77), mirror_dice_(options.seed, 78) {
  find_lans();
}

void Simulation::find_lans() {
  const auto& vlans = world().vlans;
  const std::size_t first = vlans.size() > 1 ? 1 : 0;
  const std::size_t count = options_.campus ? vlans.size() - first : 1;
  for (std::size_t i = 0; i < count; ++i) {
    Lan lan;
    lan.vlan = vlans[first + i];
    for (std::uint32_t s = 0; s < world().stations.size(); ++s)
      if (world().stations[s].vlan == lan.vlan && world().stations[s].kind != StationKind::kSwitch)
        lan.here.push_back(s);
    if (lan.here.empty()) continue;
    lan.network = (world().stations[lan.here.front()].ip.v4_bits() & 0xffff0000U) | 0xfa00U;  // nobody else's
    const std::uint32_t vid = lan.vlan.value & 0xffU;
    lan.gateway = {MacAddress{0x00005e000100ULL | vid}, lan.network | 1U, lan.vlan, std::nullopt};
    lan.router_a = {MacAddress{0x001b17a00000ULL | vid}, lan.network | 2U, lan.vlan, std::nullopt};
    lan.router_b = {MacAddress{0x001b17b00000ULL | vid}, lan.network | 3U, lan.vlan, std::nullopt};
    lan.dhcp_server = {MacAddress{0x000c29d00000ULL | vid}, lan.network | 4U, lan.vlan, std::nullopt};
    lans_.push_back(std::move(lan));
  }
  if (lans_.empty()) lans_.push_back(Lan{vlans[first], 0, {}, {}, {}, {}, {}, {}});
}

Device Simulation::device(std::uint32_t station) const {
  const Station& s = world().stations[station];
  return {s.mac, s.ip.v4_bits(), s.vlan, station};
}

bool Simulation::reaches(const Device& d) const {
  return !d.station || live_.heard_at(kSnifferSwitch, *d.station);
}

Device Simulation::some_host() {
  const auto free = [&](std::uint32_t s) {
    return !engaged(s) && world().stations[s].kind == StationKind::kHost &&
           world().is_switch(world().stations[s].at.node);
  };
  const auto found = std::find_if(lan().here.begin(), lan().here.end(), free);
  if (found == lan().here.end()) return {};
  engage(*found);
  return device(*found);
}

void Simulation::after(SimulatedTime delay, std::function<void()> action) {
  events_.push({now_ + delay, sequence_++, std::move(action)});
}

void Simulation::every(std::function<SimulatedTime()> gap, std::function<void()> action) {
  const SimulatedTime first = gap();
  after(first, [this, gap = std::move(gap), action = std::move(action)]() mutable {
    action();
    every(std::move(gap), std::move(action));
  });
}

void Simulation::hear(const Device& from, Frame frame) {
  if (options_.campus) {  // the sniffer's port carries every VLAN, tagged (IEEE 802.1Q)
    const std::uint8_t tag[] = {0x81, 0x00, static_cast<std::uint8_t>(from.vlan.value >> 8U & 0x0fU),
                                static_cast<std::uint8_t>(from.vlan.value & 0xffU)};
    frame.insert(frame.begin() + 12, std::begin(tag), std::end(tag));
    if (mirror_dice_.chance(0.01)) {  // mirrored where it came in, and once more where it went out
      const SimulatedTime soon = seconds(2e-6 + 3e-5 * mirror_dice_.unit());
      after(soon, [this, again = frame] { heard_->push_back({now_, again}); });
    }
  }
  heard_->push_back({now_, std::move(frame)});
}

void Simulation::broadcast(const Device& from, Frame frame) {
  if (reaches(from)) hear(from, std::move(frame));
}

void Simulation::unicast(const Device& from, Frame frame) {
  if (options_.mirror) broadcast(from, std::move(frame));
}

void Simulation::arp(const Device& from, const Arp& packet) {
  if (!reaches(from)) return;
  if (packet.destination.is_group())
    broadcast(from, arp_frame(packet));
  else
    unicast(from, arp_frame(packet));
  for (const ArpListener& listener : arp_listeners_) listener(from, packet);
}

void Simulation::dad(const Device& from, const Ipv6& address) {
  if (!reaches(from)) return;
  broadcast(from, nd_solicitation(from.mac, Ipv6{}, address));
  for (const DadListener& listener : dad_listeners_) listener(from, address);
}

void Simulation::step(std::vector<HeardFrame>& heard) {
  const std::function<void()> action = std::move(const_cast<Event&>(events_.top()).action);
  now_ = events_.top().at;
  events_.pop();
  heard_ = &heard;
  action();
  heard_ = nullptr;
}

}  // namespace lanwarden::lab
