// Troubles with addresses: ARP, IPv6 neighbour discovery, DHCP.
#include <array>

#include "tests/lab/traffic/acts.h"

namespace lanwarden::lab {
namespace {

using namespace std::chrono_literals;
using topology::kBroadcast;
using topology::MacAddress;

void broadcast_request(Simulation& s, const Device& from, std::uint32_t sender, std::uint32_t target) {
  s.arp(from, {1, from.mac, kBroadcast, from.mac, MacAddress{}, sender, target});
}

/// From when the trouble begins.
void later(Simulation& s, std::function<void()> begin) { s.after(s.options().trouble_at, std::move(begin)); }
void repeat(Simulation& s, std::function<SimulatedTime()> gap, std::function<void()> action) {
  later(s, [&s, gap = std::move(gap), action = std::move(action)]() mutable {
    action();
    s.every(std::move(gap), std::move(action));
  });
}

}  // namespace

MacAddress begin_clock(Simulation& s) {
  Device clock;
  if (const auto station = s.world().station_of_kind(StationKind::kClock);
      station && s.world().stations[*station].vlan == s.lan().vlan) {
    clock = s.device(*station);
    s.engage(*station);
  } else {
    clock = s.some_host();
  }
  if (!clock.station) return {};
  // The defect: whoever probes or announces any address hears that it is taken. Nothing else is answered.
  s.on_arp([&s, clock](const Device& from, const Arp& arp) {
    if (s.now() < s.options().trouble_at || from.vlan != clock.vlan || from.mac == clock.mac) return;
    if (arp.operation != 1 || (arp.sender_ip != 0 && arp.sender_ip != arp.target_ip)) return;
    s.after(seconds(0.0003 + 0.002 * s.random().unit()), [&s, clock, from, ip = arp.target_ip] {
      s.arp(clock, {2, clock.mac, from.mac, clock.mac, from.mac, ip, 0});
    });
  });
  static constexpr std::array<std::uint8_t, 48> kRequest{0x23};  // it is a clock: it asks for the time
  s.every(
      [first = true, &s]() mutable {
        return std::exchange(first, false) ? seconds(5 * s.random().unit()) : SimulatedTime(64s);
      },
      [&s, clock] {
        s.broadcast(clock, udp_frame(clock.mac, kBroadcast, clock.ip, 0xffffffff, 123, 123, kRequest));
      });
  return clock.mac;
}

MacAddress begin_address_conflict(Simulation& s) {
  const Device first = s.some_host();
  Device second = s.some_host();
  second.ip = first.ip;
  s.after(1s, [&s, first] { broadcast_request(s, first, first.ip, first.ip); });
  // The second comes up, and both defend (RFC 5227 §2.4 c).
  repeat(
      s, [&s] { return seconds(5 + 5 * s.random().unit()); },
      [&s, first, second] {
        broadcast_request(s, second, second.ip, second.ip);
        s.after(seconds(0.001), [&s, first] { broadcast_request(s, first, first.ip, first.ip); });
      });
  repeat(
      s, [&s] { return seconds(3 * s.random().unit()); }, [&s, first, second] {  // both are in use
        broadcast_request(s, s.random().chance(0.5) ? first : second, first.ip, s.lan().gateway.ip);
      });
  return {};  // which of the two should not have it, the wire does not say
}

MacAddress begin_gateway_spoof(Simulation& s) {
  const Device thief = s.some_host();
  const Lan& lan = s.lan();
  s.every([&s] { return seconds(1 + s.random().unit()); },  // the gateway is in use, for whoever listens
          [&s, &lan] {
            if (lan.talkers.empty()) return;
            const Device from = lan.talkers[s.random().below(lan.talkers.size())];
            broadcast_request(s, from, from.ip, lan.gateway.ip);
            s.after(seconds(0.0005), [&s, &lan, from] {
              const Device& g = lan.gateway;
              s.arp(g, {2, g.mac, from.mac, g.mac, from.mac, g.ip, from.ip});
            });
          });
  s.every([] { return SimulatedTime(30s); },
          [&s, &lan] { broadcast_request(s, lan.gateway, lan.gateway.ip, lan.gateway.ip); });
  repeat(
      s, [] { return SimulatedTime(2s); },
      [&s, &lan, thief] {
        s.arp(thief, {2, thief.mac, kBroadcast, thief.mac, kBroadcast, lan.gateway.ip, lan.gateway.ip});
        for (std::size_t i = 0; i < 3 && i < lan.talkers.size(); ++i) {
          const Device& victim = lan.talkers[i];
          s.arp(thief, {2, thief.mac, victim.mac, thief.mac, victim.mac, lan.gateway.ip, victim.ip});
        }
      });
  return thief.mac;
}

MacAddress begin_false_sender(Simulation& s) {
  const Device liar = s.some_host(), other = s.some_host();
  repeat(
      s, [] { return SimulatedTime(2s); },
      [&s, liar, other] {
        s.arp(liar, {1, liar.mac, kBroadcast, other.mac, MacAddress{}, liar.ip, s.lan().gateway.ip});
      });
  return liar.mac;
}

MacAddress begin_sweep(Simulation& s) {
  const Device scanner = s.some_host();
  const auto host = std::make_shared<std::uint32_t>(0);
  repeat(
      s, [] { return SimulatedTime(20ms); },
      [&s, scanner, host] {
        broadcast_request(s, scanner, scanner.ip, s.lan().network | (++*host & 0xffU));
      });
  return scanner.mac;
}

MacAddress begin_arp_flood(Simulation& s) {
  const Device broken = s.some_host();
  repeat(
      s, [] { return SimulatedTime(2ms); },
      [&s, broken] {
        broadcast_request(s, broken, broken.ip,
                          s.lan().network | static_cast<std::uint32_t>(s.random().between(1, 3)));
      });
  return broken.mac;
}

MacAddress begin_foreign_address(Simulation& s) {
  const Device stranger = s.some_host();
  repeat(
      s, [] { return SimulatedTime(5s); },
      [&s, stranger] { broadcast_request(s, stranger, 0xc0a84d17, 0xc0a84d01); });
  return stranger.mac;
}

MacAddress begin_proxy(Simulation& s) {
  // A private VLAN: the router answers for hosts that do not hear each other.
  const Device router = s.lan().router_a;
  later(s, [&s] { s.private_vlan = true; });
  s.on_arp([&s, router](const Device& from, const Arp& arp) {
    if (s.now() < s.options().trouble_at || from.vlan != router.vlan || from.mac == router.mac) return;
    if (arp.operation != 1 || arp.sender_ip == 0 || arp.sender_ip == arp.target_ip) return;
    if (arp.target_ip == s.lan().gateway.ip) return;  // its own
    s.after(seconds(0.001), [&s, router, from, ip = arp.target_ip, asker = arp.sender_ip] {
      s.arp(router, {2, router.mac, from.mac, router.mac, from.mac, ip, asker});
    });
  });
  return router.mac;
}

MacAddress begin_device_tracking(Simulation& s) {
  // Cisco IP device tracking: each host is asked from 0.0.0.0, by default every 30 s, also right when it
  // comes up.
  const Device tracker{MacAddress{0x001e49c00001}, 0, s.lan().vlan, std::nullopt};
  const auto probe = [&s, tracker](const Device& host) {
    s.arp(tracker, {1, tracker.mac, host.mac, tracker.mac, MacAddress{}, 0, host.ip});
    s.arp(tracker, {1, tracker.mac, kBroadcast, tracker.mac, MacAddress{}, 0, host.ip});
  };
  s.on_arp([&s, tracker, probe](const Device& from, const Arp& arp) {
    if (s.now() < s.options().trouble_at || from.vlan != tracker.vlan || from.mac == tracker.mac) return;
    if (arp.operation != 1 || arp.sender_ip != 0) return;
    Device host = from;
    host.ip = arp.target_ip;
    s.after(seconds(0.05), [probe, host] { probe(host); });
  });
  repeat(
      s, [] { return SimulatedTime(30s); },
      [&s, probe] {
        const auto& hosts = s.lan().talkers;
        for (std::size_t i = 0; i < hosts.size() && i < 48; ++i)
          s.after(seconds(0.01 * static_cast<double>(i)), [probe, host = hosts[i]] { probe(host); });
      });
  return tracker.mac;
}

MacAddress begin_dad_denier(Simulation& s) {
  const Device denier = s.some_host();
  s.on_dad([&s, denier](const Device& from, const Ipv6& address) {
    if (s.now() < s.options().trouble_at || from.vlan != denier.vlan || from.mac == denier.mac) return;
    s.after(seconds(0.001), [&s, denier, from, address] {
      // Who asked has no address yet: the answer goes to all nodes (RFC 4861 §7.2.4).
      s.broadcast(denier, nd_advertisement(denier.mac, from.mac, Ipv6{}, address));
    });
  });
  repeat(
      s, [&s] { return seconds(2 + 3 * s.random().unit()); },
      [&s] {
        if (s.lan().talkers.empty()) return;
        const Device d = s.some_talker(s.lan());
        Ipv6 fresh = link_local(d.mac);
        fresh[15] = static_cast<std::uint8_t>(s.random().below(256));  // a new privacy address (RFC 8981)
        fresh[14] = static_cast<std::uint8_t>(s.random().below(256));
        s.dad(d, fresh);
      });
  return denier.mac;
}

MacAddress begin_router_imposter(Simulation& s) {
  const Device host = s.some_host();
  const Device& router = s.lan().router_a;
  s.every(
      [] { return SimulatedTime(20s); },
      [&s, &router] { s.broadcast(router, router_advertisement(router.mac, link_local(router.mac), 1800)); });
  repeat(
      s, [] { return SimulatedTime(10s); },
      [&s, host] { s.broadcast(host, router_advertisement(host.mac, link_local(host.mac), 9000)); });
  return host.mac;
}

MacAddress begin_second_dhcp(Simulation& s) {
  const Device rogue = s.some_host();
  const Lan& lan = s.lan();
  repeat(
      s, [&s] { return seconds(4 + 8 * s.random().unit()); },
      [&s, &lan, rogue] {
        if (lan.talkers.empty()) return;
        const Device client = lan.talkers[s.random().below(lan.talkers.size())];
        const auto id = static_cast<std::uint32_t>(s.random().bits());
        const auto offer = [&s, client, id](const Device& server, std::uint32_t router) {
          s.broadcast(server, dhcp_frame({.from = server.mac,
                                          .from_ip = server.ip,
                                          .client = client.mac,
                                          .transaction = id,
                                          .type = 2,
                                          .your_ip = client.ip,
                                          .server_id = server.ip,
                                          .router = router}));
        };
        s.broadcast(client, dhcp_discover(client.mac, id));
        s.after(seconds(0.002), [offer, rogue] { offer(rogue, rogue.ip); });
        s.after(seconds(0.004), [offer, &lan] { offer(lan.dhcp_server, lan.gateway.ip); });
      });
  s.every([&s] { return seconds(4 + 4 * s.random().unit()); },  // the lawful one, before and after
          [&s, &lan] {
            if (lan.talkers.empty()) return;
            const Device client = lan.talkers[s.random().below(lan.talkers.size())], server = lan.dhcp_server;
            const auto id = static_cast<std::uint32_t>(s.random().bits());
            s.broadcast(client, dhcp_discover(client.mac, id));
            s.broadcast(server, dhcp_frame({.from = server.mac,
                                            .from_ip = server.ip,
                                            .client = client.mac,
                                            .transaction = id,
                                            .type = 2,
                                            .your_ip = client.ip,
                                            .server_id = server.ip,
                                            .router = lan.gateway.ip}));
          });
  return rogue.mac;
}

}  // namespace lanwarden::lab
