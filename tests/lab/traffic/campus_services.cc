// Group services that every office has, and the routers between its networks.
#include <array>

#include "tests/lab/traffic/acts.h"

namespace lanwarden::lab {
namespace {

using namespace std::chrono_literals;
using topology::kBroadcast;
using topology::MacAddress;

constexpr std::array<std::uint8_t, 64> kSomething{0, 0, 0x84};

void to_group(Simulation& s, const Device& from, std::uint64_t group_mac, std::uint32_t group,
              std::uint16_t port) {
  s.broadcast(from, udp_frame(from.mac, MacAddress{group_mac}, from.ip, group, port, port, kSomething));
}

/// VRRP in the even VLANs, HSRP in the odd ones: one router speaks for the virtual one, the other takes over.
struct Pair {
  bool a_is_active = true;
  bool hsrp = false;
};

Device active(const Lan& lan, const Pair& pair) { return pair.a_is_active ? lan.router_a : lan.router_b; }

void hello(Simulation& s, const Lan& lan, const Pair& pair) {
  const Device speaker = active(lan, pair);
  const auto group = static_cast<std::uint8_t>(lan.vlan.value);
  // VRRP's advertisements come from the virtual address, HSRP's from the router's own or the virtual one.
  if (pair.hsrp)
    s.broadcast(speaker, hsrp_hello(lan.gateway.mac, speaker.ip, group, lan.gateway.ip));
  else
    s.broadcast(speaker, vrrp_advertisement(lan.gateway.mac, speaker.ip, group, lan.gateway.ip));
}

void take_over(Simulation& s, const Lan& lan, Pair& pair) {
  pair.a_is_active = !pair.a_is_active;
  const Device& g = lan.gateway;
  s.arp(g, {2, g.mac, kBroadcast, g.mac, kBroadcast, g.ip, g.ip});
  hello(s, lan, pair);
}

}  // namespace

void begin_services(Simulation& s) {
  for (Lan& lan : s.lans()) {
    if (lan.talkers.size() < 20) continue;
    const auto often = [&s, &lan](double each_s) {
      return [&s, &lan, each_s] {
        return seconds(each_s / static_cast<double>(lan.talkers.size()) * (0.5 + s.random().unit()));
      };
    };
    s.every(often(60), [&s, &lan] { to_group(s, s.some_talker(lan), 0x01005e0000fbULL, 0xe00000fb, 5353); });
    s.every(often(120), [&s, &lan] { to_group(s, s.some_talker(lan), 0x01005e7ffffaULL, 0xeffffffa, 1900); });
    s.every(often(300), [&s, &lan] { to_group(s, s.some_talker(lan), 0x01005e0000fcULL, 0xe00000fc, 5355); });
    for (std::size_t i = 0; i < 10; ++i) {  // file synchronisation looks for its like
      const Device d = lan.talkers[i];
      s.every([] { return SimulatedTime(30s); },
              [&s, d] {
                s.broadcast(d, udp_frame(d.mac, kBroadcast, d.ip, 0xffffffff, 17500, 17500, kSomething));
              });
    }
    s.every([] { return SimulatedTime(125s); },
            [&s, &lan] { s.broadcast(lan.router_a, igmp_query(lan.router_a.mac, lan.router_a.ip)); });
    s.every([&s] { return seconds(200 + 200 * s.random().unit()); },
            [&s, &lan] {  // wake-on-LAN: six octets of ones, sixteen times the address
              const Device from = s.some_talker(lan), asleep = s.some_talker(lan);
              Frame magic(6, 0xff);
              for (int i = 0; i < 16; ++i)
                for (const std::uint8_t o : asleep.mac.octets()) magic.push_back(o);
              s.broadcast(from, udp_frame(from.mac, kBroadcast, from.ip, 0xffffffff, 9, 9, magic));
            });
  }
}

void begin_routers(Simulation& s) {
  for (Lan& lan : s.lans()) {
    if (lan.talkers.empty()) continue;
    const auto pair = std::make_shared<Pair>();
    pair->hsrp = lan.vlan.value / 10 % 2 == 1;
    s.every([pair] { return pair->hsrp ? SimulatedTime(3s) : SimulatedTime(1s); },
            [&s, &lan, pair] { hello(s, lan, *pair); });
    // Maintenance: the other one takes over, and gives it back.
    s.every([&s] { return seconds(600 + 600 * s.random().unit()); },
            [&s, &lan, pair] { take_over(s, lan, *pair); });
    s.every([&s] { return seconds(200 * (0.75 + 0.5 * s.random().unit())); },
            [&s, &lan] {
              s.broadcast(lan.router_a,
                          router_advertisement(lan.router_a.mac, link_local(lan.router_a.mac), 1800));
            });
    // It asks for whoever is written to from outside: many hosts, one after the other.
    s.every([&s] { return seconds(0.5 + s.random().unit()); },
            [&s, &lan, pair] {
              const Device from = active(lan, *pair), to = s.some_talker(lan);
              s.arp(from, {1, from.mac, kBroadcast, from.mac, MacAddress{}, from.ip, to.ip});
              s.after(seconds(0.0003), [&s, from, to] {
                s.arp(to, {2, to.mac, from.mac, to.mac, from.mac, to.ip, from.ip});
              });
            });
    // A station without a right mask asks for addresses outside; the router answers for them (RFC 1027).
    const Device confused = lan.talkers.front();
    s.every(
        [&s] { return seconds(20 + 20 * s.random().unit()); },
        [&s, &lan, confused] {
          const auto outside = static_cast<std::uint32_t>(0xac100000U + s.random().below(65536));
          s.arp(confused, {1, confused.mac, kBroadcast, confused.mac, MacAddress{}, confused.ip, outside});
          s.after(seconds(0.0005), [&s, &lan, confused, outside] {
            const Device& r = lan.router_a;
            s.arp(r, {2, r.mac, confused.mac, r.mac, confused.mac, outside, confused.ip});
          });
        });
  }
}

}  // namespace lanwarden::lab
