#include "analysis/frame.h"

#include <catch2/catch.hpp>

#include "tests/analysis/frame_builder.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::decode;
using analysis::Frame;
using analysis::LinkType;

namespace {

const auto kClock = mac("00:0d:4b:ce:20:cd");
const auto kServer = mac("00:0c:29:11:22:33");
const auto kAll = topology::kBroadcast;
const auto kZero = topology::MacAddress{};

Octets probe() { return arp(1, kServer, ip("0.0.0.0"), kZero, ip("192.168.0.10")); }

Frame decoded(const Octets& octets, LinkType type = LinkType::kEthernet) {
  const auto frame = decode(raw(octets, {}, 1, type));
  REQUIRE(frame);
  return *frame;
}

void check_is_probe(const Frame& frame) {
  CHECK(frame.src == kServer);
  CHECK(frame.ethertype == 0x0806);
  REQUIRE(frame.arp());
  CHECK(frame.arp()->is_probe());
  CHECK(frame.arp()->sender_mac == kServer);
  CHECK(frame.arp()->target_ip == ip("192.168.0.10"));
}

}  // namespace

TEST_CASE("an address probe is one whatever its target hardware address says") {
  for (const auto target : {kZero, kAll, kClock}) {
    const Frame frame =
        decoded(ethernet(kAll, kServer, 0x0806, arp(1, kServer, ip("0.0.0.0"), target, ip("10.0.0.1"))));
    REQUIRE(frame.arp());
    CHECK(frame.arp()->is_probe());
    CHECK_FALSE(frame.arp()->is_announcement());
    CHECK(frame.arp()->target_mac == target);
    CHECK(frame.dst.is_broadcast());
    CHECK(frame.vlan == topology::kNoVlan);
  }
}

TEST_CASE("an answer and an announcement are told apart") {
  const Frame reply =
      decoded(ethernet(kServer, kClock, 0x0806, arp(2, kClock, ip("192.168.0.10"), kServer, ip("0.0.0.0"))));
  REQUIRE(reply.arp());
  CHECK(reply.arp()->is_reply());
  CHECK_FALSE(reply.arp()->is_probe());
  CHECK_FALSE(reply.arp()->is_announcement());
  const auto own = ip("192.168.0.10");
  CHECK(decoded(ethernet(kAll, kServer, 0x0806, arp(1, kServer, own, kZero, own))).arp()->is_announcement());
}

TEST_CASE("tags of every kind are taken off, and the outermost VLAN is the frame's") {
  SECTION("one 802.1Q tag, its priority bits ignored") {
    const Frame frame = decoded(ethernet(kAll, kServer, 0x0806, probe(), 0xe00a));
    CHECK(frame.vlan == topology::VlanId{10});
    CHECK(frame.inner_vlan == topology::kNoVlan);
    check_is_probe(frame);
  }
  SECTION("a priority tag names no VLAN") {
    Octets tagged;
    append(tagged, {0xe0, 0x00, 0x08, 0x06});
    append(tagged, probe());
    const Frame frame = decoded(ethernet(kAll, kServer, 0x8100, tagged));
    CHECK(frame.vlan == topology::kNoVlan);
    check_is_probe(frame);
  }
  for (const std::uint16_t outer : std::initializer_list<std::uint16_t>{0x88a8, 0x9100, 0x8100}) {
    DYNAMIC_SECTION("two tags, outer type " << outer) {
      Octets tagged;
      append(tagged, {0x01, 0x00, 0x81, 0x00, 0x00, 0x14, 0x08, 0x06});
      append(tagged, probe());
      const Frame frame = decoded(ethernet(kAll, kServer, outer, tagged));
      CHECK(frame.vlan == topology::VlanId{256});
      CHECK(frame.inner_vlan == topology::VlanId{20});
      check_is_probe(frame);
    }
  }
  SECTION("a tag cut off leaves the addresses") {
    Octets frame;
    append(frame, kAll);
    append(frame, kServer);
    append(frame, {0x81, 0x00, 0x00});
    CHECK(decoded(frame).src == kServer);
    CHECK(decoded(frame).ethertype == 0x8100);
  }
}

TEST_CASE("ARP in 802.3 with LLC and SNAP is ARP") {
  Octets snap;
  append(snap, {0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00, 0x08, 0x06});
  append(snap, probe());
  const Frame frame = decoded(ethernet(kAll, kServer, static_cast<std::uint16_t>(snap.size()), snap));
  check_is_probe(frame);
  CHECK(frame.llc_dsap == 0xaa);
  CHECK(frame.payload.size() == 28);  // the padding is not payload
}

TEST_CASE("a protocol number of another organisation is no EtherType") {
  Octets snap;
  append(snap, {0xaa, 0xaa, 0x03, 0x00, 0x00, 0x0c, 0x08, 0x06});
  append(snap, probe());
  const Frame frame = decoded(ethernet(kAll, kServer, static_cast<std::uint16_t>(snap.size()), snap));
  CHECK(frame.snap_oui == 0x00000c);
  CHECK_FALSE(frame.arp());
}

TEST_CASE("a spanning tree BPDU is read") {
  Octets bpdu;
  append(bpdu, {0x42, 0x42, 0x03, 0, 0, 0, 0, 0, 0x80, 0x01});
  append(bpdu, mac("00:1b:0d:00:00:01"));
  append(bpdu, {0, 0, 0, 19, 0x80, 0x02});
  append(bpdu, mac("00:1b:0d:00:00:02"));
  append(bpdu, {0x80, 0x18, 0, 0, 20, 0, 2, 0, 15, 0});
  const Frame frame = decoded(ethernet(mac("01:80:c2:00:00:00"), mac("00:1b:0d:00:00:18"), 38, bpdu));
  CHECK(frame.ethertype == 0);
  REQUIRE(frame.bpdu());
  CHECK(frame.bpdu()->root_priority == 0x8001);
  CHECK(frame.bpdu()->root == mac("00:1b:0d:00:00:01"));
  CHECK(frame.bpdu()->root_cost == 19);
  CHECK(frame.bpdu()->bridge == mac("00:1b:0d:00:00:02"));
  CHECK(frame.bpdu()->port == 0x8018);
}

TEST_CASE("Linux cooked frames give the sender, and say broadcast only when it was one") {
  Octets v1;
  append(v1, {0, 1, 0, 1, 0, 6});
  append(v1, kServer);
  append(v1, {0, 0, 0x08, 0x06});
  append(v1, probe());
  CHECK(decoded(v1, LinkType::kLinuxSll).dst.is_broadcast());
  check_is_probe(decoded(v1, LinkType::kLinuxSll));

  Octets v2;
  append(v2, {0x08, 0x06, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6});
  append(v2, kServer);
  append(v2, {0, 0});
  append(v2, probe());
  CHECK(decoded(v2, LinkType::kLinuxSll2).dst.is_zero());
  check_is_probe(decoded(v2, LinkType::kLinuxSll2));
}

TEST_CASE("802.11 data frames are read as the access point would forward them") {
  const auto bss = mac("02:00:00:00:00:99");
  Octets llc;
  append(llc, {0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00, 0x08, 0x06});
  append(llc, probe());

  SECTION("from the access point, behind radiotap, with a frame check sequence") {
    Octets frame;
    append(frame, {0, 0, 9, 0, 0x02, 0, 0, 0, 0x10, 0x08, 0x02, 0, 0});
    append(frame, kAll);
    append(frame, bss);
    append(frame, kServer);
    append(frame, {0, 0});
    append(frame, llc);
    append(frame, {1, 2, 3, 4});
    const Frame got = decoded(frame, LinkType::kIeee80211Radiotap);
    CHECK(got.dst.is_broadcast());
    CHECK(got.payload.size() == 28);
    check_is_probe(got);
  }
  SECTION("to the access point, with quality of service") {
    Octets frame;
    append(frame, {0x88, 0x01, 0, 0});
    append(frame, bss);
    append(frame, kServer);
    append(frame, kAll);
    append(frame, {0, 0, 0, 0});
    append(frame, llc);
    check_is_probe(decoded(frame, LinkType::kIeee80211));
  }
  SECTION("encrypted: the stations are known, the contents are not") {
    Octets frame;
    append(frame, {0x08, 0x41, 0, 0});
    append(frame, bss);
    append(frame, kServer);
    append(frame, kAll);
    append(frame, {0, 0});
    append(frame, llc);
    const Frame got = decoded(frame, LinkType::kIeee80211);
    CHECK(got.src == kServer);
    CHECK(got.ethertype == 0);
  }
  SECTION("a beacon carries no Ethernet frame") {
    CHECK_FALSE(decode(raw(Octets(60, 0x80), {}, 1, LinkType::kIeee80211)));
  }
}

TEST_CASE("an ARP packet with lengths that are not Ethernet's and IPv4's stays without a body") {
  Octets odd = probe();
  odd[4] = 255;
  const Frame frame = decoded(ethernet(kAll, kServer, 0x0806, odd));
  CHECK(frame.ethertype == 0x0806);
  CHECK_FALSE(frame.arp());
}

TEST_CASE("every frame can be cut off anywhere, and is never read past its end") {
  Octets tagged;
  append(tagged, {0x01, 0x00, 0x81, 0x00, 0x00, 0x14, 0x00, 0x24, 0xaa, 0xaa, 0x03, 0, 0, 0, 0x08, 0x06});
  append(tagged, probe());
  const Octets whole = ethernet(kAll, kServer, 0x88a8, tagged);
  for (const auto type : {LinkType::kEthernet, LinkType::kLinuxSll, LinkType::kLinuxSll2,
                          LinkType::kIeee80211, LinkType::kIeee80211Radiotap}) {
    for (std::size_t length = 0; length <= whole.size(); ++length) {
      const Octets cut(whole.begin(),
                       whole.begin() + static_cast<std::ptrdiff_t>(length));  // its own heap block
      const auto frame = decode(raw(cut, {}, 1, type));
      if (type == LinkType::kEthernet) CHECK(frame.has_value() == (length >= 14));
      if (!frame) CHECK(frame.error().offset <= length);
    }
  }
}
