// Leases, servers that fail over and move, access points, IPv6: everyday life that
// looks like trouble to whoever does not know it.
#include "tests/lab/traffic/acts.h"

namespace lanwarden::lab {
namespace {

using namespace std::chrono_literals;
using topology::kBroadcast;
using topology::MacAddress;

/// Discover, offer, request, ack; then the client probes and announces what it was given.
void lease(Simulation& s, const Lan& lan, Device client, std::uint32_t address) {
  const Device server = lan.dhcp_server;
  const auto id = static_cast<std::uint32_t>(s.random().bits());
  const auto from_client = [&s, client, id](std::uint8_t type, std::uint32_t wanted) {
    s.broadcast(client, dhcp_frame({.from = client.mac,
                                    .client = client.mac,
                                    .transaction = id,
                                    .type = type,
                                    .requested_ip = wanted}));
  };
  const auto from_server = [&s, client, server, id, address, router = lan.gateway.ip](std::uint8_t type) {
    s.broadcast(server, dhcp_frame({.from = server.mac,
                                    .from_ip = server.ip,
                                    .client = client.mac,
                                    .transaction = id,
                                    .type = type,
                                    .your_ip = address,
                                    .server_id = server.ip,
                                    .router = router}));
  };
  from_client(1, 0);
  s.after(2ms, [=] { from_server(2); });
  s.after(5ms, [=] { from_client(3, address); });
  s.after(8ms, [=] { from_server(5); });
  client.ip = address;
  for (int i = 0; i < 3; ++i)
    s.after(seconds(0.01 + i), [&s, client] {
      s.arp(client, {1, client.mac, kBroadcast, client.mac, MacAddress{}, 0, client.ip});
    });
  for (int i = 0; i < 2; ++i)
    s.after(seconds(5 + 2 * i), [&s, client] {
      s.arp(client, {1, client.mac, kBroadcast, client.mac, MacAddress{}, client.ip, client.ip});
    });
}

/// Whether somebody holds the address at the moment is asked with an ordinary request.
void answers(Simulation& s, const Device& owner, const Device& asker) {
  s.arp(asker, {1, asker.mac, kBroadcast, asker.mac, MacAddress{}, asker.ip, owner.ip});
  s.after(seconds(0.0004), [&s, owner, asker] {
    s.arp(owner, {2, owner.mac, asker.mac, owner.mac, asker.mac, owner.ip, asker.ip});
  });
}

void announce(Simulation& s, const Device& d) {
  s.arp(d, {1, d.mac, kBroadcast, d.mac, MacAddress{}, d.ip, d.ip});
}

Device beside(const Lan& lan, std::uint64_t mac, std::uint32_t host) {
  return {MacAddress{mac | (lan.vlan.value & 0xffU) << 8U}, lan.network | host, lan.vlan, std::nullopt};
}

}  // namespace

void begin_dhcp(Simulation& s) {
  for (Lan& lan : s.lans()) {
    // Visitors: each leaves after a while, and its address goes to the next but one.
    const auto visitors = std::make_shared<std::uint32_t>(0);
    s.every([&s] { return seconds(15 + 30 * s.random().unit()); },
            [&s, &lan, visitors] {
              const std::uint32_t n = (*visitors)++;
              Device visitor = beside(lan, 0x3c22fb000000ULL | (n & 0xffU), 0);
              lease(s, lan, visitor, lan.network | (200 + n % 40));
            });
    if (lan.talkers.empty()) continue;
    s.every([&s] { return seconds(3 + 4 * s.random().unit()); },
            [&s, &lan] {  // renewals go to the server alone
              const Device d = s.some_talker(lan), server = lan.dhcp_server;
              const auto id = static_cast<std::uint32_t>(s.random().bits());
              s.unicast(d, dhcp_frame({.from = d.mac,
                                       .to = server.mac,
                                       .from_ip = d.ip,
                                       .to_ip = server.ip,
                                       .client = d.mac,
                                       .transaction = id,
                                       .type = 3,
                                       .client_ip = d.ip,
                                       .broadcast = false}));
              s.after(1ms, [&s, d, server, id] {
                s.unicast(server, dhcp_frame({.from = server.mac,
                                              .to = d.mac,
                                              .from_ip = server.ip,
                                              .to_ip = d.ip,
                                              .client = d.mac,
                                              .transaction = id,
                                              .type = 5,
                                              .client_ip = d.ip,
                                              .your_ip = d.ip,
                                              .server_id = server.ip,
                                              .broadcast = false}));
              });
            });
  }
}

void begin_servers(Simulation& s) {
  for (Lan& lan : s.lans()) {
    if (lan.talkers.empty()) continue;
    // A pair of servers with one service address and their own hardware addresses.
    const auto owner = std::make_shared<bool>(true);
    const auto service = [&lan, owner] {
      return beside(lan, *owner ? 0x005056a00001ULL : 0x005056a00002ULL, 5);
    };
    s.every([&s] { return seconds(10 + 10 * s.random().unit()); },
            [&s, &lan, service] { answers(s, service(), s.some_talker(lan)); });
    s.every([&s] { return seconds(700 + 700 * s.random().unit()); },
            [&s, owner, service] {
              *owner = !*owner;
              for (int i = 0; i < 5; ++i)
                s.after(seconds(0.001 + 0.2 * i), [&s, service] { announce(s, service()); });
            });
    // A virtual machine that moves: its new host speaks for it (RARP), then it does.
    s.every([&s] { return seconds(100 + 200 * s.random().unit()); },
            [&s, &lan] {
              const Device machine = s.some_talker(lan);
              for (int i = 0; i < 4; ++i)
                s.after(seconds(0.1 * i), [&s, machine] { s.broadcast(machine, rarp_notify(machine.mac)); });
              s.after(seconds(0.6), [&s, machine] { announce(s, machine); });
            });
    // Monitoring asks for everybody, slowly, also for what is switched off.
    const Device monitor = beside(lan, 0x0050568f0001ULL, 6);
    const auto turn = std::make_shared<std::uint32_t>(0);
    s.every([&s] { return seconds(1.5 + s.random().unit()); },
            [&s, &lan, monitor, turn] {
              const std::uint32_t n = (*turn)++ % static_cast<std::uint32_t>(lan.talkers.size() + 8);
              if (n < lan.talkers.size()) {
                answers(s, lan.talkers[n], monitor);
              } else {
                const std::uint32_t off = lan.network | (245 + n % 8);
                s.arp(monitor, {1, monitor.mac, kBroadcast, monitor.mac, MacAddress{}, monitor.ip, off});
              }
            });
  }
}

void begin_wireless(Simulation& s) {
  for (Lan& lan : s.lans()) {
    if (lan.talkers.size() < 40) continue;
    // The access point spares its clients the air: it answers for them, with their addresses inside.
    const Device ap = beside(lan, 0x44d9e7000001ULL, 7);
    std::vector<Device> clients(lan.talkers.begin() + 20, lan.talkers.begin() + 40);
    s.every([&s] { return seconds(2 + 2 * s.random().unit()); },
            [&s, &lan, ap, clients] {
              const Device client = clients[s.random().below(clients.size())], asker = s.some_talker(lan);
              if (client.mac == asker.mac) return;
              s.arp(asker, {1, asker.mac, kBroadcast, asker.mac, MacAddress{}, asker.ip, client.ip});
              s.after(seconds(0.0004), [&s, ap, client, asker] {
                s.arp(ap, {2, ap.mac, asker.mac, client.mac, asker.mac, client.ip, asker.ip});
              });
            });
    s.every([&s] { return seconds(5 + 10 * s.random().unit()); },
            [&s, clients] {  // roamed: it says where it is now, as iOS and Windows do
              const Device client = clients[s.random().below(clients.size())];
              announce(s, client);
            });
  }
}

void begin_ipv6(Simulation& s) {
  for (Lan& lan : s.lans()) {
    if (lan.talkers.size() < 2) continue;
    s.every([&s] { return seconds(4 + 8 * s.random().unit()); },
            [&s, &lan] {
              const Device d = s.some_talker(lan);
              s.dad(d, link_local(d.mac));
            });
    s.every([&s] { return seconds(0.5 + s.random().unit()); },
            [&s, &lan] {
              const Device from = s.some_talker(lan), to = s.some_talker(lan);
              if (from.mac == to.mac) return;
              s.broadcast(from, nd_solicitation(from.mac, link_local(from.mac), link_local(to.mac)));
              s.after(seconds(0.0005), [&s, from, to] {
                s.unicast(to, nd_advertisement(to.mac, from.mac, link_local(from.mac), link_local(to.mac)));
              });
            });
  }
}

}  // namespace lanwarden::lab
