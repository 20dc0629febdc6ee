// What frames carry above Ethernet: IP, neighbour discovery, DHCP, reverse ARP.
#include <catch2/catch.hpp>

#include "analysis/detector.h"
#include "tests/analysis/packet_builder.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::DhcpType;
using analysis::Frame;
using analysis::NdType;

namespace {

const auto kHost = mac("00:0c:29:11:22:33");
const auto kRouter = mac("00:1b:0d:00:00:01");
const auto kEverybody = topology::kBroadcast;

Frame decoded(const Octets& octets) {
  const auto frame = analysis::decode(raw(octets));
  REQUIRE(frame);
  return *frame;
}

Frame nd(std::string_view from, std::string_view to, const Octets& message, std::uint8_t hop_limit = 255) {
  return decoded(ethernet(group_mac(to), kHost, 0x86dd, ipv6(from, to, 58, message, hop_limit)));
}

}  // namespace

TEST_CASE("an IP header tells addresses, protocol and ports; padding is no part of it") {
  const Octets packet = ipv4("10.0.0.5", "10.0.0.255", 17, udp(137, 138, {1, 2, 3}));
  const Frame frame = decoded(ethernet(kEverybody, kHost, 0x0800, packet));
  REQUIRE(frame.ip());
  CHECK(frame.ip()->source == ip("10.0.0.5"));
  CHECK(frame.ip()->destination == ip("10.0.0.255"));
  CHECK(frame.ip()->is_udp());
  CHECK(frame.ip()->source_port == 137);
  CHECK(frame.ip()->destination_port == 138);
  CHECK(frame.ip()->udp_payload().size() == 3);
  CHECK_FALSE(frame.ip()->fragment);
}

TEST_CASE("ordinary unicast is not decoded until it is asked for") {
  const Octets octets = ethernet(kRouter, kHost, 0x0800, ipv4("10.0.0.5", "10.0.0.1", 6, Octets(20)));
  const auto frame = analysis::decode(raw(octets));
  REQUIRE(frame);
  CHECK_FALSE(frame->ip());
  CHECK(analysis::decode_ip(*frame).source == ip("10.0.0.5"));
  const Octets other = ethernet(kRouter, kHost, 0x88cc, Octets(20));
  CHECK(analysis::decode_ip(decoded(other)).version == 0);
}

TEST_CASE("a later fragment has no ports, a first one has") {
  Octets packet = ipv4("10.0.0.5", "224.0.0.251", 17, udp(5353, 5353, {1}));
  packet[6] = 0x20;
  CHECK(decoded(ethernet(kEverybody, kHost, 0x0800, packet)).ip()->source_port == 5353);
  packet[7] = 0x10;
  const Frame later = decoded(ethernet(kEverybody, kHost, 0x0800, packet));
  CHECK(later.ip()->later_fragment);
  CHECK(later.ip()->source_port == 0);
  CHECK(later.ip()->udp_payload().empty());
}

TEST_CASE("IGMP and ICMP tell their message type") {
  const Octets report = ipv4("10.0.0.5", "224.0.0.22", 2, {0x22, 0, 0, 0});
  CHECK(decoded(ethernet(mac("01:00:5e:00:00:16"), kHost, 0x0800, report)).ip()->message_type == 0x22);
}

TEST_CASE("impossible IP headers are no IP") {
  for (const auto& [at, octet] : std::initializer_list<std::pair<std::size_t, std::uint8_t>>{
           {0, 0x44}, {0, 0x4f}, {0, 0x65}, {3, 10}}) {
    Octets packet = ipv4("10.0.0.5", "10.0.0.255", 17, udp(1, 2, {}));
    packet[at] = octet;
    INFO("octet " << at << " = " << int{octet});
    CHECK_FALSE(decoded(ethernet(kEverybody, kHost, 0x0800, packet)).ip());
  }
  Octets cut = ethernet(kEverybody, kHost, 0x0800, ipv4("10.0.0.5", "10.0.0.255", 17, {}));
  cut.resize(14 + 19);
  CHECK_FALSE(decoded(cut).ip());
}

TEST_CASE("IPv6 extension headers are passed by, but not without end") {
  Octets hop_by_hop{17, 0, 5, 2, 0, 0, 1, 0};
  append(hop_by_hop, udp(5353, 5354, {7}));
  const Frame frame =
      decoded(ethernet(group_mac("ff02::fb"), kHost, 0x86dd, ipv6("fe80::1", "ff02::fb", 0, hop_by_hop)));
  REQUIRE(frame.ip());
  CHECK(frame.ip()->protocol == 17);
  CHECK(frame.ip()->destination_port == 5354);
  Octets endless;
  for (unsigned n = 0; n < 40; ++n) append(endless, {60, 0, 1, 4, 0, 0, 0, 0});
  const Frame stopped =
      decoded(ethernet(group_mac("ff02::1"), kHost, 0x86dd, ipv6("fe80::1", "ff02::1", 60, endless)));
  REQUIRE(stopped.ip());
  CHECK(stopped.ip()->protocol == 60);
}

TEST_CASE("duplicate address detection is a solicitation from nobody") {
  const Frame dad = nd("::", solicited_node("fe80::c"), neighbor_solicitation("fe80::c"));
  REQUIRE(dad.nd());
  CHECK(dad.nd()->type == NdType::kNeighborSolicitation);
  CHECK(dad.nd()->is_dad(*dad.ip()));
  CHECK(dad.nd()->target == ip("fe80::c"));
  const Frame ordinary = nd("fe80::1", solicited_node("fe80::c"), neighbor_solicitation("fe80::c", kHost));
  REQUIRE(ordinary.nd());
  CHECK_FALSE(ordinary.nd()->is_dad(*ordinary.ip()));
  CHECK(ordinary.nd()->link_layer == kHost);
}

TEST_CASE("a neighbour advertisement tells flags, target and link-layer address, to one or to all") {
  const Octets message = neighbor_advertisement("fe80::c", kHost, 0xe0);
  for (const auto to : {kRouter, group_mac("ff02::1")}) {
    const Frame frame = decoded(ethernet(to, kHost, 0x86dd, ipv6("fe80::c", "ff02::1", 58, message)));
    REQUIRE(frame.nd());
    CHECK(frame.nd()->type == NdType::kNeighborAdvertisement);
    CHECK((frame.nd()->router && frame.nd()->solicited && frame.nd()->override));
    CHECK(frame.nd()->target == ip("fe80::c"));
    CHECK(frame.nd()->link_layer == kHost);
  }
}

TEST_CASE("a router advertisement tells lifetime, prefixes, name servers and flags") {
  const Frame frame = nd("fe80::1", "ff02::1",
                         router_advertisement({.lifetime_s = 30,
                                               .prefix = "2001:db8:1::",
                                               .source_link_layer = kRouter,
                                               .dns = "2001:db8:1::53",
                                               .flags = 0xc8}));
  REQUIRE(frame.nd());
  const auto& ra = *frame.nd();
  CHECK(ra.router_lifetime_s == 30);
  CHECK(ra.link_layer == kRouter);
  CHECK((ra.managed && ra.other));
  CHECK(ra.preference == 1);
  REQUIRE(ra.prefix_list().size() == 1);
  CHECK(ra.prefix_list()[0].prefix == ip("2001:db8:1::"));
  CHECK(ra.prefix_list()[0].length == 64);
  CHECK((ra.prefix_list()[0].on_link && ra.prefix_list()[0].autonomous));
  CHECK(ra.prefix_list()[0].valid_s == 2'592'000);
  REQUIRE(ra.dns_list().size() == 1);
  CHECK(ra.dns_list()[0] == ip("2001:db8:1::53"));
}

TEST_CASE("a redirect tells where to, and by whom instead") {
  const Frame frame = nd("fe80::1", "ff02::1", redirect("fe80::9", "2001:db8::7", kHost));
  REQUIRE(frame.nd());
  CHECK(frame.nd()->target == ip("fe80::9"));
  CHECK(frame.nd()->destination == ip("2001:db8::7"));
  CHECK(frame.nd()->link_layer == kHost);
}

TEST_CASE("what a host discards is no neighbour discovery") {
  const Octets message = neighbor_advertisement("fe80::c", kHost);
  CHECK_FALSE(nd("fe80::c", "ff02::1", message, 254).nd());
  Octets code = message;
  code[1] = 1;
  CHECK_FALSE(nd("fe80::c", "ff02::1", code).nd());
  Octets option = message;
  option[25] = 0;
  CHECK_FALSE(nd("fe80::c", "ff02::1", option).nd());
  Octets short_one = message;
  short_one.resize(20);
  CHECK_FALSE(nd("fe80::c", "ff02::1", short_one).nd());
  Octets fragment{58, 0, 0, 0, 0, 0, 0, 1};
  append(fragment, message);
  CHECK_FALSE(
      decoded(ethernet(group_mac("ff02::1"), kHost, 0x86dd, ipv6("fe80::c", "ff02::1", 44, fragment))).nd());
}

TEST_CASE("a DHCP client's question and a server's answer") {
  const Octets question = dhcp_from_client({.type = 1, .client = kHost, .host_name = "floor3-pc"});
  const Frame discover = decoded(question);
  REQUIRE(discover.dhcp());
  CHECK(discover.dhcp()->type == DhcpType::kDiscover);
  CHECK_FALSE(discover.dhcp()->from_server);
  CHECK(discover.dhcp()->client == kHost);
  CHECK(discover.dhcp()->host_name == "floor3-pc");
  for (const auto to : {kEverybody, kHost}) {
    const Octets octets = dhcp_from_server(kRouter, "10.0.0.1",
                                           {.type = 5,
                                            .client = kHost,
                                            .your_ip = "10.0.0.50",
                                            .relay = "10.0.0.2",
                                            .server_id = "10.0.0.1",
                                            .subnet_mask = "255.255.255.0",
                                            .router = "10.0.0.254",
                                            .dns = "10.0.0.53"},
                                           to);
    const Frame ack = decoded(octets);
    REQUIRE(ack.dhcp());
    CHECK(ack.dhcp()->from_server);
    CHECK(ack.dhcp()->type == DhcpType::kAck);
    CHECK(ack.dhcp()->your_ip == ip("10.0.0.50"));
    CHECK(ack.dhcp()->relay == ip("10.0.0.2"));
    CHECK(ack.dhcp()->server_id == ip("10.0.0.1"));
    CHECK(ack.dhcp()->subnet_mask == ip("255.255.255.0"));
    CHECK(ack.dhcp()->router == ip("10.0.0.254"));
    CHECK(ack.dhcp()->dns == ip("10.0.0.53"));
  }
}

TEST_CASE("DHCP options may be cut off, and lie about their length") {
  Octets message = dhcp({.type = 2, .client = kHost, .server_id = "10.0.0.1"});
  message[message.size() - 6] = 200;  // the length of option 54
  const Frame frame = decoded(
      ethernet(kEverybody, kRouter, 0x0800, ipv4("10.0.0.1", "255.255.255.255", 17, udp(67, 68, message))));
  REQUIRE(frame.dhcp());
  CHECK(frame.dhcp()->type == DhcpType::kOffer);
  CHECK(frame.dhcp()->server_id.is_unspecified());
}

TEST_CASE("a DHCPv6 server is known by its DUID") {
  Octets message{2, 0xab, 0xcd, 0xef, 0, 1, 0, 2, 7, 7, 0, 2, 0, 3, 1, 2, 3};
  const Octets octets =
      ethernet(kHost, kRouter, 0x86dd, ipv6("fe80::1", "fe80::c", 17, udp(547, 546, message)));
  const Frame frame = decoded(octets);
  REQUIRE(frame.dhcpv6());
  CHECK(frame.dhcpv6()->from_server);
  CHECK(frame.dhcpv6()->transaction == 0xabcdef);
  CHECK(frame.dhcpv6()->client_duid.size() == 2);
  REQUIRE(frame.dhcpv6()->server_duid.size() == 3);
  CHECK(frame.dhcpv6()->server_duid[2] == 3);
}

TEST_CASE("a moved virtual machine's reverse ARP is no ARP") {
  Octets packet = arp(3, kHost, ip("0.0.0.0"), kHost, ip("0.0.0.0"));
  const Frame frame = decoded(ethernet(kEverybody, kHost, 0x8035, packet));
  CHECK_FALSE(frame.arp());
  REQUIRE(frame.rarp());
  CHECK(frame.rarp()->operation == 3);
  CHECK(frame.rarp()->sender_mac == kHost);
}

namespace {

struct Counter : analysis::Detector {
  Counter(analysis::Interest wanted, int& count) : wanted_(wanted), count_(count) {}
  std::string_view name() const override { return "counter"; }
  analysis::Interest interest() const override { return wanted_; }
  const analysis::StationFilter* followed() const override { return &filter_; }
  void on_frame(const Frame& frame, const analysis::FindingSink&) override {
    ++count_;
    if (frame.nd()) filter_.add(frame.src);
  }
  analysis::Interest wanted_;
  int& count_;
  analysis::StationFilter filter_;
};

}  // namespace

TEST_CASE("a detector is called for what it wants, and for the unicast of those it follows") {
  using analysis::Interest;
  int arps = 0, groups = 0, neighbors = 0, dhcps = 0, all = 0;
  std::vector<std::unique_ptr<analysis::Detector>> detectors;
  detectors.push_back(std::make_unique<Counter>(Interest::kArp, arps));
  detectors.push_back(std::make_unique<Counter>(Interest::kGroup, groups));
  detectors.push_back(std::make_unique<Counter>(Interest::kNeighbor, neighbors));
  detectors.push_back(std::make_unique<Counter>(Interest::kDhcp | Interest::kArp, dhcps));
  detectors.push_back(std::make_unique<Counter>(Interest::kAll, all));
  analysis::Ear ear(std::move(detectors));
  const auto hear = [&](const Octets& octets) { ear.on_frame(raw(octets), [](analysis::Finding&&) {}); };
  const Octets unicast = ethernet(kRouter, kHost, 0x0800, ipv4("10.0.0.5", "10.0.0.1", 6, Octets(20)));

  hear(unicast);
  CHECK((arps == 0 && groups == 0 && neighbors == 0 && dhcps == 0 && all == 1));
  hear(ethernet(kRouter, kHost, 0x0806, arp(2, kHost, ip("10.0.0.5"), kRouter, ip("10.0.0.1"))));
  CHECK((arps == 1 && groups == 0 && neighbors == 0 && dhcps == 1 && all == 2));
  hear(dhcp_from_client({.type = 1, .client = kHost}));
  CHECK((arps == 1 && groups == 1 && neighbors == 0 && dhcps == 2 && all == 3));
  hear(ethernet(kRouter, kHost, 0x86dd,
                ipv6("fe80::c", "fe80::1", 58, neighbor_advertisement("fe80::c", kHost))));
  CHECK((arps == 1 && groups == 1 && neighbors == 1 && dhcps == 2 && all == 4));
  hear(unicast);  // of a station that the third now follows; nobody is called twice
  CHECK((arps == 1 && groups == 1 && neighbors == 2 && dhcps == 2 && all == 5));
}
