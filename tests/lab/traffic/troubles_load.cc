// Troubles of load and of the tree: heartbeats, storms, loops, floods, a new root.
#include <algorithm>
#include <array>

#include "tests/lab/traffic/acts.h"

namespace lanwarden::lab {
namespace {

using namespace std::chrono_literals;
using topology::kBroadcast;
using topology::MacAddress;

struct Cards {
  std::vector<Device> cards;
  std::vector<std::size_t> beats;
  std::array<double, 61> jitter{};
};

bool second_of_team(const std::vector<Device>& cards, std::size_t i) {
  return i > 0 && cards[i].mac.bits() == cards[i - 1].mac.bits() + 1;
}

void beat(Simulation& s, const std::shared_ptr<Cards>& team, std::size_t i) {
  const Device& card = team->cards[i];
  s.broadcast(card, loop_frame(card.mac));
  // Interval by interval: 0.988 s, 1.003 s, … so a team drifts, but together: both follow one clock.
  const std::size_t lead = second_of_team(team->cards, i) ? i - 1 : i;
  const std::size_t turn = team->beats[i]++ + lead * 7;
  s.after(1s + seconds(team->jitter[turn % team->jitter.size()]), [&s, team, i] { beat(s, team, i); });
}

}  // namespace

MacAddress begin_heartbeats(Simulation& s) {
  const auto team = std::make_shared<Cards>();
  for (const std::uint32_t i : s.lan().here) {
    const Station& station = s.world().stations[i];
    if (station.kind == StationKind::kCompaq) team->cards.push_back(s.device(i));
    if (station.kind != StationKind::kNlb) continue;
    s.after(s.options().trouble_at + seconds(s.random().unit()), [&s, node = s.device(i)] {
      s.every([&s] { return 500ms + seconds((s.random().unit() - 0.5) * 0.2); },
              [&s, node] {
                s.broadcast(node,
                            nlb_frame(node.mac, static_cast<std::uint8_t>(node.mac.octets()[1]), 0xc0a803c8));
              });
    });
  }
  if (!s.world().station_of_kind(
          StationKind::kCompaq))  // a world without these cards: its hosts beat instead
    for (const std::uint32_t i : s.lan().here)
      if (team->cards.size() < 36 && s.world().stations[i].kind == StationKind::kHost && !s.engaged(i))
        team->cards.push_back(s.device(i));
  team->beats.assign(team->cards.size(), 0);
  for (double& jitter : team->jitter) jitter = (s.random().unit() - 0.5) * 0.016;
  SimulatedTime phase{0};
  for (std::size_t i = 0; i < team->cards.size(); ++i) {
    phase = second_of_team(team->cards, i) ? phase + seconds(2e-5) : seconds(s.random().unit());
    s.after(s.options().trouble_at + phase, [&s, team, i] { beat(s, team, i); });
  }
  return {};
}

MacAddress begin_storm(Simulation& s) {
  const Device card = s.some_host();
  s.after(s.options().trouble_at, [&s, card] {
    const auto number = std::make_shared<std::uint32_t>(0);
    s.every([] { return SimulatedTime(200us); },
            [&s, card, number] {
              std::array<std::uint8_t, 64> payload{};
              for (unsigned i = 0; i < 4; ++i) payload[i] = static_cast<std::uint8_t>(*number >> 8 * i);
              ++*number;
              s.broadcast(card, udp_frame(card.mac, kBroadcast, card.ip, 0xffffffff, 5000, 5000, payload));
            });
  });
  return card.mac;
}

MacAddress begin_loop(Simulation& s) {
  // Somebody's ARP request runs in circles: once each turn the sniffer hears it, and it does not die.
  s.after(s.options().trouble_at, [&s] {
    if (s.lan().talkers.empty()) return;
    for (std::size_t i = 0; i < 5 && i < s.lan().talkers.size(); ++i) {
      const Device d = s.lan().talkers[i];
      const Frame frame = arp_frame({1, d.mac, kBroadcast, d.mac, MacAddress{}, d.ip, s.lan().gateway.ip});
      s.every([] { return SimulatedTime(2ms); }, [&s, d, frame] { s.broadcast(d, frame); });
    }
  });
  return {};
}

MacAddress begin_mac_flood(Simulation& s) {
  const Device attacker = s.some_host();
  s.after(s.options().trouble_at, [&s, attacker] {
    s.every([] { return SimulatedTime(500us); },
            [&s, attacker] {
              Device fake = attacker;  // behind the same port, with an address nobody has
              fake.mac = MacAddress{s.random().bits() & 0xfeffffffffffULL};
              const MacAddress to{s.random().bits() & 0xfeffffffffffULL};
              static constexpr std::array<std::uint8_t, 20> kNothing{};
              // To an unknown address: switches flood it, so every port hears it.
              s.broadcast(fake, ipv4_frame(fake.mac, to, static_cast<std::uint32_t>(s.random().bits()),
                                           static_cast<std::uint32_t>(s.random().bits()), 6, kNothing));
            });
  });
  return {};
}

MacAddress begin_new_root(Simulation& s) {
  const Switch& here = s.world().switches[kSnifferSwitch];
  const Device bridge = s.some_host();
  s.after(s.options().trouble_at, [&s, &here, bridge] {
    s.root_deposed = true;
    s.every([] { return SimulatedTime(2s); },
            [&s, &here, bridge] {
              // What the sniffer's switch passes on from now: the newcomer is the root.
              s.from_switch(bpdu_frame(here.ports.front().address, 0, bridge.mac, 0x8001, true));
            });
  });
  return bridge.mac;
}

}  // namespace lanwarden::lab
