#include "analysis/question.h"

#include <catch2/catch.hpp>

#include "analysis/frame.h"
#include "tests/analysis/frame_builder.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::FrameOctets;
using analysis::TargetHardware;
using topology::IpAddress;

namespace {

const analysis::Asker& us() {
  static const analysis::Asker kUs{mac("02:00:00:00:00:01"), {ip("10.0.0.1"), ip("fe80::1")}};
  return kUs;
}

analysis::Arp arp_of(const FrameOctets& frame) {
  const auto decoded = analysis::decode(raw(frame));
  REQUIRE(decoded);
  REQUIRE(decoded->arp() != nullptr);
  return *decoded->arp();
}

std::string why_not(const FrameOctets& frame) { return analysis::refusal(frame, us()).value_or("harmless"); }

}  // namespace

TEST_CASE("an ARP request asks in the asker's name, a probe in nobody's") {
  const auto request = arp_of(analysis::arp_request(us().mac, ip("10.0.0.1"), ip("10.0.0.77")));
  CHECK(request.is_request());
  CHECK_FALSE(request.is_probe());
  CHECK(request.sender_mac == us().mac);
  CHECK(request.target_mac.is_zero());
  CHECK(request.target_ip == ip("10.0.0.77"));

  const auto frame = analysis::arp_request(us().mac, {}, ip("10.0.0.77"), TargetHardware::kOnes);
  CHECK(frame.size() == 60);
  CHECK(arp_of(frame).is_probe());
  CHECK(arp_of(frame).target_mac.is_broadcast());
  CHECK(why_not(frame) == "harmless");
}

TEST_CASE("on a trunk the question is tagged") {
  const auto frame = analysis::arp_request(us().mac, {}, ip("10.0.0.77"), TargetHardware::kZeros,
                                           mac("00:0d:4b:ce:20:cd"), topology::VlanId{10});
  const auto decoded = analysis::decode(raw(frame));
  REQUIRE(decoded);
  CHECK(decoded->vlan == topology::VlanId{10});
  CHECK(decoded->dst == mac("00:0d:4b:ce:20:cd"));
  CHECK(why_not(frame) == "harmless");
}

// RFC 4443 §2.3: with the checksum in place, pseudo-header and message sum up to all ones.
TEST_CASE("a neighbour solicitation goes to the solicited-node group with its checksum") {
  const auto frame = analysis::neighbor_solicitation(us().mac, ip("fe80::1"), ip("2001:db8::12:3456"));
  const FrameOctets head(frame.begin(), frame.begin() + 14);
  CHECK(head == FrameOctets{0x33, 0x33, 0xff, 0x12, 0x34, 0x56, 2, 0, 0, 0, 0, 1, 0x86, 0xdd});
  REQUIRE(frame.size() == 14 + 40 + 32);
  std::uint32_t sum = 58 + 32;
  for (std::size_t i = 22; i < frame.size(); i += 2)
    sum += static_cast<std::uint32_t>(frame[i]) << 8 | frame[i + 1];
  while (sum >> 16 != 0) sum = (sum & 0xffffU) + (sum >> 16);
  CHECK(sum == 0xffff);
  CHECK(frame[21] == 255);
  CHECK(why_not(frame) == "harmless");
  // From nobody: no option may name a link-layer address (RFC 4861 §4.3).
  const auto probe = analysis::neighbor_solicitation(us().mac, {}, ip("fe80::77"));
  CHECK(probe.size() == 14 + 40 + 24);
  CHECK(why_not(probe) == "harmless");
}

TEST_CASE("nothing that claims, lies or is no question passes") {
  const auto other = mac("00:0d:4b:ce:20:cd");
  CHECK(why_not(analysis::arp_request(other, {}, ip("10.0.0.9"))).find("another station") !=
        std::string::npos);
  CHECK(why_not(analysis::arp_request(us().mac, ip("10.0.0.1"), ip("10.0.0.1"))).find("announcement") !=
        std::string::npos);
  CHECK(why_not(analysis::arp_request(us().mac, ip("10.0.0.2"), ip("10.0.0.9"))).find("not this machine") !=
        std::string::npos);
  CHECK(why_not(analysis::arp_request(us().mac, {}, ip("255.255.255.255"))).find("no station can have") !=
        std::string::npos);
  CHECK(why_not(analysis::arp_request(us().mac, {}, {})).find("announcement") != std::string::npos);
  CHECK(why_not(analysis::neighbor_solicitation(us().mac, ip("fe80::2"), ip("fe80::9")))
            .find("not this machine") != std::string::npos);
  const auto reply = ethernet(topology::kBroadcast, us().mac, 0x0806,
                              arp(2, us().mac, ip("10.0.0.1"), other, ip("10.0.0.9")));
  CHECK(why_not(reply).find("no request") != std::string::npos);
  CHECK(why_not(ethernet(topology::kBroadcast, us().mac, 0x9000, {})).find("neither") != std::string::npos);
  CHECK(why_not({1, 2, 3}) == "a frame shorter than Ethernet allows");
  auto advertisement = analysis::neighbor_solicitation(us().mac, ip("fe80::1"), ip("fe80::9"));
  advertisement[54] = 136;
  CHECK(why_not(advertisement).find("no neighbour solicitation") != std::string::npos);
  auto foreign = analysis::neighbor_solicitation(us().mac, ip("fe80::1"), ip("fe80::9"));
  foreign.back() ^= 1;
  CHECK(why_not(foreign).find("option") != std::string::npos);
}

TEST_CASE("cut questions are refused at every length, and never read past their end") {
  for (const auto& whole : {analysis::arp_request(us().mac, {}, ip("10.0.0.77")),
                            analysis::neighbor_solicitation(us().mac, ip("fe80::1"), ip("fe80::9"))})
    for (std::size_t n = 0; n < 60; ++n) {
      const FrameOctets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(n));
      CHECK(analysis::refusal(cut, us()));
    }
}
