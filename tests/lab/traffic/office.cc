#include <array>
#include <cmath>

#include "tests/lab/traffic/acts.h"

namespace lanwarden::lab {
namespace {

using namespace std::chrono_literals;
using topology::kBroadcast;
using topology::MacAddress;

void talk(Simulation& s, Lan& lan) {
  const Device from = s.some_talker(lan), to = s.some_talker(lan);
  if (from.mac == to.mac) return;
  if (s.random().chance(0.2)) {  // NetBIOS name service asks everybody
    static constexpr std::array<std::uint8_t, 50> kQuery{0x12, 0x34, 0x01, 0x10, 0, 1};
    s.broadcast(from, udp_frame(from.mac, kBroadcast, from.ip, 0xffffffff, 137, 137, kQuery));
    return;
  }
  const Device asked = s.options().campus && s.random().chance(0.5) ? lan.gateway : to;
  s.arp(from, {1, from.mac, kBroadcast, from.mac, MacAddress{}, from.ip, asked.ip});
  if (!s.reaches(from) || (s.private_vlan && asked.station)) return;
  s.after(seconds(0.0002 + 0.001 * s.random().unit()), [&s, asked, from] {
    s.arp(asked, {2, asked.mac, from.mac, asked.mac, from.mac, asked.ip, from.ip});
  });
}

}  // namespace

void begin_office(Simulation& s) {
  for (Lan& lan : s.lans()) {
    for (const std::uint32_t i : lan.here)
      if (!s.engaged(i) && s.world().stations[i].kind != StationKind::kNlb)
        lan.talkers.push_back(s.device(i));
    if (lan.talkers.size() < 2 || s.options().chatter <= 0) continue;
    // Poisson: a station asks for somebody about once in 40 s.
    s.every(
        [&s, &lan] {
          const double rate = s.options().chatter * static_cast<double>(lan.talkers.size()) / 40.0;
          return seconds(-std::log(1.0 - s.random().unit()) / rate);
        },
        [&s, &lan] { talk(s, lan); });
    if (s.options().campus) continue;  // there the leases are a play of their own
    s.every([&s] { return seconds((5 + 10 * s.random().unit()) / s.options().chatter); },
            [&s, &lan] {
              const Device from = s.some_talker(lan);
              s.broadcast(from, dhcp_discover(from.mac, static_cast<std::uint32_t>(s.random().bits())));
            });
  }
  const Switch& here = s.world().switches[kSnifferSwitch];
  s.every([] { return SimulatedTime(2s); },
          [&s, &here] {
            if (!s.root_deposed) s.from_switch(bpdu_frame(here, here.ports.front()));
          });
  if (here.lldp)
    s.every([] { return SimulatedTime(30s); },
            [&s, &here] { s.from_switch(lldp_frame(here, here.ports.front())); });
}

}  // namespace lanwarden::lab
