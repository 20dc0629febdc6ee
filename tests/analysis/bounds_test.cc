// What all detectors together may cost, and what must change nothing.
#include <malloc.h>

#include <catch2/catch.hpp>
#include <iostream>
#include <random>
#include <set>

#include "tests/analysis/packet_builder.h"
#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using topology::MacAddress;

namespace {

const auto kClock = mac("00:0d:4b:ce:20:cd");
const auto kRogue = mac("00:50:b6:19:e6:50");

MacAddress host(unsigned n) { return MacAddress(0x0021'7000'0000 + 0x111U * n); }
std::string address(unsigned n) { return "10.0.0." + std::to_string(10 + n); }

struct Said {
  double seconds;
  Octets octets;
};

// Several troubles at once, without a tag.
std::vector<Said> troubles() {
  std::vector<Said> said;
  const auto arp_frame = [&](double when, MacAddress to, MacAddress from, std::uint16_t operation,
                             const std::string& sender, MacAddress target_mac, const std::string& target) {
    said.push_back(
        {when, ethernet(to, from, 0x0806, arp(operation, from, ip(sender), target_mac, ip(target)))});
  };
  for (unsigned n = 0; n < 4; ++n) {
    arp_frame(10 * n, topology::kBroadcast, host(n), 1, "0.0.0.0", topology::kBroadcast, address(n));
    arp_frame(10 * n + 0.001, host(n), kClock, 2, address(n), host(n), "0.0.0.0");
  }
  for (unsigned n = 0; n < 3; ++n)
    arp_frame(100 + n, topology::kBroadcast, host(30), 1, "0.0.0.0", MacAddress{}, "10.0.0.90");
  arp_frame(104, topology::kBroadcast, host(30), 1, "0.0.0.0", MacAddress{}, "169.254.1.2");
  for (unsigned n = 0; n < 6; ++n)
    arp_frame(120 + 0.5 * n, topology::kBroadcast, n % 2 ? host(40) : host(41), 1, "10.0.0.99", MacAddress{},
              "10.0.0.99");
  for (unsigned n = 0; n < 200; ++n)
    arp_frame(130 + 0.01 * n, topology::kBroadcast, host(50), 1, "10.0.0.7", MacAddress{},
              "10.0.1." + std::to_string(n));
  arp_frame(140, topology::kBroadcast, host(51), 1, "127.0.0.1", MacAddress{}, "10.0.0.1");
  for (unsigned n = 0; n < 2; ++n)
    said.push_back({150.0 + n, ethernet(group_mac("ff02::1"), n == 0 ? host(60) : kRogue, 0x86dd,
                                        ipv6("fe80::1", "ff02::1", 58,
                                             router_advertisement({.lifetime_s = static_cast<std::uint16_t>(
                                                                       n == 0 ? 1800 : 0)})))});
  return said;
}

using Told = std::multiset<std::pair<std::string, std::string>>;

// Kinds and culprits, heard with this VLAN, each frame so many times, from a source of this number.
Told heard(unsigned vlan, unsigned times, std::uint32_t source, double shift) {
  Told told;
  analysis::Ear ear;
  const auto sink = [&](analysis::Finding&& f) {
    CHECK(f.vlan.value == vlan);
    CHECK(f.source == source);
    told.emplace(std::string(f.kind), f.mac.to_string());
  };
  std::uint64_t number = 0;
  for (const Said& s : troubles()) {
    Octets octets(s.octets.begin(), s.octets.begin() + 12);
    if (vlan != 0) append(octets, {0x81, 0, vlan >> 8U, vlan & 0xffU});
    octets.insert(octets.end(), s.octets.begin() + 12, s.octets.end());
    for (unsigned i = 0; i < times; ++i) {
      analysis::RawFrame frame = raw(octets, at(s.seconds + shift + 20e-6 * i), ++number);
      frame.source = source;
      ear.on_frame(frame, sink);
    }
  }
  ear.finish(sink);
  return told;
}

}  // namespace

TEST_CASE("a capture that claims the end of time is read like any other") {
  analysis::Ear ear;
  std::uint64_t number = 0;
  for (const Said& s : troubles()) {
    analysis::RawFrame frame = raw(s.octets, topology::Time::max(), ++number);
    ear.on_frame(frame, [](analysis::Finding&&) {});
    REQUIRE(ear.last_frame() != nullptr);
    CHECK(ear.last_frame()->time == analysis::kLatest);
  }
  ear.finish([](analysis::Finding&&) {});
}

TEST_CASE("the VLAN, the interface, the hour and a mirror that doubles frames change no verdict") {
  const Told plain = heard(0, 1, 0, 0);
  CHECK(plain.count({"arp-bogus-responder", kClock.to_string()}) == 1);
  CHECK(plain.count({"dad-denied", host(30).to_string()}) == 1);
  CHECK(plain.count({"arp-sweep", host(50).to_string()}) == 1);
  CHECK(plain.count({"arp-bogon", host(51).to_string()}) == 1);
  CHECK(plain.count({"rogue-router-advertisement", kRogue.to_string()}) == 1);
  CHECK(heard(0, 2, 0, 0) == plain);
  CHECK(heard(42, 1, 0, 0) == plain);
  CHECK(heard(0, 1, 3, 0) == plain);
  CHECK(heard(7, 2, 1, 7 * 3600.0 + 0.5) == plain);
}

TEST_CASE("the order in which two interfaces deliver their frames changes no verdict") {
  // Each interface hears the same, and is the first or the second to deliver it.
  const auto told = [](std::size_t batch, std::uint32_t first) {
    Told all;
    analysis::Ear ear;
    const auto sink = [&](analysis::Finding&& f) {
      all.emplace(std::string(f.kind) + " of " + std::to_string(f.source), f.mac.to_string());
    };
    const auto said = troubles();
    std::array<std::uint64_t, 2> number{};
    for (std::size_t begin = 0; begin < said.size(); begin += batch)
      for (const std::uint32_t source : {first, 1 - first})
        for (std::size_t i = begin; i < std::min(begin + batch, said.size()); ++i) {
          analysis::RawFrame frame = raw(said[i].octets, at(said[i].seconds), ++number[source]);
          frame.source = source;
          ear.on_frame(frame, sink);
        }
    ear.finish(sink);
    return all;
  };
  const Told plain = told(1, 0);
  CHECK(plain.count({"arp-bogus-responder of 0", kClock.to_string()}) == 1);
  CHECK(plain.count({"arp-bogus-responder of 1", kClock.to_string()}) == 1);
  CHECK(told(1, 1) == plain);
  CHECK(told(troubles().size(), 0) == plain);  // one after the other, as files are read
  CHECK(told(troubles().size(), 1) == plain);
}

namespace {

// Octets that live, in small pieces and in large ones.
std::size_t live_octets() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Nearly every frame is of a station, an address and a VLAN that were never heard before.
void invent(unsigned frames) {
  std::mt19937_64 random(7);
  const auto random_mac = [&] { return MacAddress(random() & 0xfeff'ffff'ffffULL); };
  const auto random_ip = [&] { return topology::IpAddress::v4(static_cast<std::uint32_t>(random())); };
  const std::size_t before = live_octets();
  std::size_t most = 0;
  std::size_t bogus = 0;
  MacAddress named;
  {
    analysis::Ear ear;
    const auto sink = [&](analysis::Finding&& f) {
      if (f.kind == "arp-bogus-responder") ++bogus, named = f.mac;
    };
    std::uint64_t number = 0;
    double now = 0;
    const auto say = [&](const Octets& octets) {
      now += 20e-6;
      ear.on_frame(raw(octets, at(now), ++number), sink);
    };
    for (unsigned n = 0; n < frames; ++n) {
      const MacAddress from = random_mac();
      const auto vlan = static_cast<std::uint16_t>(random() & 0xfff);
      switch (random() % 8) {
        case 0:
          say(ethernet(topology::kBroadcast, from, 0x0806,
                       arp(1, from, ip("0.0.0.0"), MacAddress{}, random_ip()), vlan));
          break;
        case 1:
          say(ethernet(random_mac(), from, 0x0806, arp(2, from, random_ip(), random_mac(), random_ip()),
                       vlan));
          break;
        case 2:
          say(dhcp_from_client({.type = 1, .client = from, .transaction = n}, vlan));
          break;
        case 3: {
          const std::string server = random_ip().to_string(), client = random_ip().to_string();
          say(dhcp_from_server(from, server,
                               {.type = 5,
                                .client = random_mac(),
                                .your_ip = client,
                                .server_id = server,
                                .subnet_mask = "255.255.255.0",
                                .router = server},
                               topology::kBroadcast, vlan));
          break;
        }
        case 4: {
          const std::string source =
              "fe80::" + std::to_string(random() % 9999) + ":" + std::to_string(random() % 9999);
          say(ethernet(group_mac("ff02::1"), from, 0x86dd,
                       ipv6(source, "ff02::1", 58, router_advertisement({.prefix = "2001:db8::"})), vlan));
          break;
        }
        case 5: {
          const std::string target =
              "2001:db8::" + std::to_string(random() % 9999) + ":" + std::to_string(random() % 9999);
          say(ethernet(group_mac("ff02::1"), from, 0x86dd,
                       ipv6("::", "ff02::1", 58, neighbor_solicitation(target)), vlan));
          break;
        }
        default: {
          const auto own = random_ip();
          say(ethernet(topology::kBroadcast, from, 0x0806,
                       arp(1, from, own, MacAddress{}, random() % 2 ? own : random_ip()), vlan));
        }
      }
      if (n % 4096 == 0) most = std::max(most, live_octets() - before);
      if (n % (frames / 4) == frames / 8) {
        const unsigned victim = n / (frames / 4);
        say(ethernet(topology::kBroadcast, host(victim), 0x0806,
                     arp(1, host(victim), ip("0.0.0.0"), topology::kBroadcast, ip(address(victim))), 10));
        say(ethernet(host(victim), kClock, 0x0806,
                     arp(2, kClock, ip(address(victim)), host(victim), ip("0.0.0.0")), 10));
      }
    }
    INFO("all detectors together held " << most / 1024 << " KiB");
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // they count their own
    CHECK(most < std::size_t{64} << 20U);
    if (frames > 1'000'000)
      std::cout << frames << " invented stations: all detectors together hold " << most / 1024 << " KiB\n";
#endif
    ear.finish(sink);
  }
  CHECK(bogus == 1);
  CHECK(named == kClock);
}

}  // namespace

TEST_CASE("invented stations, addresses and VLANs cost bounded memory and do not hide the clock among them") {
  invent(400'000);
}

TEST_CASE("ten million of them neither", "[.][bounds]") { invent(10'000'000); }
