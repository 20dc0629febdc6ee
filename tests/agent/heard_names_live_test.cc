// What stations say of themselves on a real interface (a veth pair in a network namespace of the test's own)
// passes the kernel's filter and is remembered.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <set>

#include "agent/watch/listener.h"
#include "agent/watch/recorder.h"
#include "tests/agent/net_namespace.h"
#include "tests/agent/store_child.h"
#include "tests/agent/store_scratch.h"
#include "tests/analysis/packet_builder.h"

using namespace lanwarden;
using namespace lanwarden::agent;
using lanwarden::agent::testing::must;
using lanwarden::agent::testing::ScratchFolder;
using test::Octets;
using topology::MacAddress;

namespace {

// No frame of theirs is among the sample of ordinary unicast that the kernel passes anyway.
const MacAddress kLaptop(0x0014'2200'0001), kServer(0x0014'2200'0002), kAsker(0x0014'2200'0009);
static_assert(!analysis::is_sampled(MacAddress(0x0014'2200'0001)) &&
              !analysis::is_sampled(MacAddress(0x0014'2200'0002)));

// An answer with one record: `name` (as labels) has `data`.
Octets name_answer(const Octets& name, unsigned type, const Octets& data) {
  Octets out{0, 1, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0};
  test::append(out, name);
  test::append(out, {0, type, 0, 1, 0, 0, 0, 120, 0, static_cast<unsigned>(data.size())});
  test::append(out, data);
  return out;
}
Octets to_asker(MacAddress from, const char* ip, std::uint16_t from_port, const Octets& said,
                std::uint16_t vlan = 0) {
  return test::ethernet(kAsker, from, 0x0800,
                        test::ipv4(ip, "10.0.0.9", 17, test::udp(from_port, 50000, said)), vlan);
}
// "FILES" as NetBIOS writes it: 16 octets, two letters each.
Octets netbios_files() {
  Octets out{32};
  for (const char c : std::string("FILES          ").append(1, '\0'))
    test::append(out, {unsigned{'A'} + (static_cast<unsigned char>(c) >> 4), unsigned{'A'} + (c & 15U)});
  test::append(out, {0});
  return out;
}

void send(const std::vector<Octets>& frames) {
  const int wire = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));
  REQUIRE(wire >= 0);
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex("far0"));
  for (const Octets& frame : frames)
    CHECK(sendto(wire, frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to) ==
          static_cast<ssize_t>(frame.size()));
  close(wire);
}

}  // namespace

TEST_CASE("names heard on a real interface reach the store, answers to one asker among them") {
  const test::NetNamespace ns;
  if (!ns.ready()) {
    WARN("SKIPPED: no network namespace with a veth pair can be made here; run as root");
    return;
  }
  auto source = open_interface("near0", 0);
  REQUIRE(source);
  std::vector<std::unique_ptr<FrameSource>> sources;
  sources.push_back(std::move(*source));
  auto queues = make_queues();
  Attention attention;
  attention.set({{kAsker}, false});
  Listener listener(std::move(sources), 0, false, true, nullptr, *queues, attention);
  send({to_asker(kLaptop, "10.0.0.7", 5353,
                 name_answer({5, 'a', 'n', 'n', 'a', 's', 5, 'l', 'o', 'c', 'a', 'l', 0}, 1, {10, 0, 0, 7})),
        to_asker(kServer, "10.0.0.8", 137, name_answer(netbios_files(), 32, {0, 0, 10, 0, 0, 8}), 10),
        test::dhcp_from_client({.type = 3, .client = kLaptop, .host_name = "annas-laptop"}),
        test::ethernet(topology::kBroadcast, kAsker, 0x9000, {0xee})});

  ScratchFolder folder;
  Recorder recorder(must(open_sqlite_store(folder.store(), false)));
  // What is known is handed over now and then, and at the end: once the last frame was heard.
  bool ended = false;
  for (int looks = 0; !ended; ++looks) {
    REQUIRE(looks < 200);
    queues->engine.wait(std::chrono::milliseconds{100});
    for (Heard& heard : queues->heard.take()) {
      if (std::holds_alternative<ObservedFrame>(heard.what)) listener.stop();
      ended = ended || std::holds_alternative<SourceEnded>(heard.what);
      if (auto* stations = std::get_if<HeardStations>(&heard.what))
        recorder.stations(std::move(stations->news));
    }
  }
  CHECK_FALSE(recorder.flush());
  std::set<std::string> names;
  for (const MacAddress station : {kLaptop, kServer})
    for (const NameBinding& name : must(recorder.store().names(station)))
      names.insert(name.mac.to_string() + ' ' + name.name + ' ' + std::string(to_string(name.source)));
  CHECK(names == std::set<std::string>{"00:14:22:00:00:01 annas mdns", "00:14:22:00:00:01 annas-laptop dhcp",
                                       "00:14:22:00:00:02 FILES netbios"});
  const auto bindings = must(recorder.store().bindings(*topology::IpAddress::parse("10.0.0.8")));
  REQUIRE(bindings.size() == 1);
  CHECK(bindings[0].mac == kServer);
}
