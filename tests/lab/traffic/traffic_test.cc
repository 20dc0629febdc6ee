// The frames of the building, checked octet by octet, and the story they tell.
#include "tests/lab/traffic/traffic.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

#include "tests/lab/traffic/pcap_stream.h"

namespace lanwarden::lab {
namespace {

using namespace std::chrono_literals;
using topology::MacAddress;

constexpr MacAddress kClock{0x000d4bce20cd};

World story() {
  WorldOptions o;
  o.story = Story::kClock;
  o.vlans = 3;
  o.hosts = 200;
  return generate(o);
}

std::vector<HeardFrame> until(Traffic& traffic, SimulatedTime end) {
  std::vector<HeardFrame> heard;
  while (traffic.next() < end) traffic.step(heard);
  return heard;
}

MacAddress source(const Frame& f) { return MacAddress(std::span<const std::uint8_t, 6>(f.data() + 6, 6)); }
unsigned ether_type(const Frame& f) { return f[12] * 256U + f[13]; }
bool is_arp(const Frame& f, unsigned operation) { return ether_type(f) == 0x0806 && f[21] == operation; }
std::uint32_t u32(const Frame& f, std::size_t at) {
  return static_cast<std::uint32_t>(f[at]) << 24 | f[at + 1] << 16U | f[at + 2] << 8U | f[at + 3];
}

std::size_t from_clock(const std::vector<HeardFrame>& heard) {
  return static_cast<std::size_t>(std::count_if(
      heard.begin(), heard.end(), [](const HeardFrame& h) { return source(h.octets) == kClock; }));
}

TEST_CASE("a probe of VMware's is what RFC 5227 says, but for the target hardware address",
          "[lab][traffic]") {
  const Frame f = arp_probe(MacAddress{0x005056aabbcc}, 0xc0a8000a, true);
  const Frame expected = {
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x50, 0x56, 0xaa, 0xbb, 0xcc, 0x08, 0x06,  // Ethernet
      0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01,                                      // ARP request
      0x00, 0x50, 0x56, 0xaa, 0xbb, 0xcc, 0x00, 0x00, 0x00, 0x00,  // sender: no address yet
      0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc0, 0xa8, 0x00, 0x0a,  // target
      0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0, 0, 0, 0};
  CHECK(f == expected);
  CHECK(f.size() == kShortestFrame);
}

TEST_CASE("a heartbeat of the second story is 60 octets, broadcast, function 0", "[lab][traffic]") {
  Frame expected = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x08, 0xc7, 0xc5, 0x9d, 0xa7, 0x90, 0x00};
  expected.resize(60);
  CHECK(loop_frame(MacAddress{0x0008c7c59da7}) == expected);
}

TEST_CASE("the clock claims every address that is probed, and no machine comes up", "[lab][traffic]") {
  const World world = story();
  const LiveWorld live(world);
  Traffic traffic(live, {});
  const auto heard = until(traffic, 60s);
  std::map<std::uint32_t, std::size_t> claimed;
  std::size_t probes = 0;
  for (const HeardFrame& h : heard) {
    if (is_arp(h.octets, 1) && u32(h.octets, 28) == 0) ++probes;
    if (!is_arp(h.octets, 2) || source(h.octets) != kClock) continue;
    ++claimed[u32(h.octets, 28)];
    CHECK(MacAddress(std::span<const std::uint8_t, 6>(h.octets.data() + 22, 6)) == kClock);
  }
  CHECK(claimed.size() == 120);
  CHECK(probes >= 120);
  CHECK(traffic.boots().up == 0);
}

TEST_CASE("once the clock's port is shut its frames end and every machine comes up", "[lab][traffic]") {
  const World world = story();
  LiveWorld live(world);
  Traffic traffic(live, {});
  const auto before = until(traffic, 20s);
  CHECK(from_clock(before) > 0);

  const Truth clock = truth_of(world, *world.station_with(kClock));
  REQUIRE(live.set_admin(clock.ports.front(), false));
  const auto quiet = until(traffic, 60s);
  CHECK(from_clock(quiet) == 0);
  CHECK(traffic.boots().up == 120);
  const auto announced = std::count_if(quiet.begin(), quiet.end(), [](const HeardFrame& h) {
    return is_arp(h.octets, 1) && u32(h.octets, 28) == u32(h.octets, 38) && u32(h.octets, 28) != 0;
  });
  CHECK(announced == 240);
}

TEST_CASE("opened again, the clock is back", "[lab][traffic]") {
  const World world = story();
  LiveWorld live(world);
  TrafficOptions options;
  options.boots_within = 100s;
  Traffic traffic(live, options);
  const topology::PortId port = truth_of(world, *world.station_with(kClock)).ports.front();
  live.set_admin(port, false);
  CHECK(from_clock(until(traffic, 30s)) == 0);
  live.set_admin(port, true);
  CHECK(from_clock(until(traffic, 60s)) > 0);
}

TEST_CASE("without the trouble every machine comes up by itself", "[lab][traffic]") {
  const World world = story();
  const LiveWorld live(world);
  TrafficOptions options;
  options.troubles.clear();
  Traffic traffic(live, options);
  const auto heard = until(traffic, 60s);
  CHECK(traffic.boots().up == 120);
  CHECK_FALSE(traffic.rogue().has_value());
  CHECK(std::none_of(heard.begin(), heard.end(),
                     [](const HeardFrame& h) { return ether_type(h.octets) == 0x9000; }));
}

TEST_CASE("Compaq cards beat once a second, teams in phase, and the cluster twice", "[lab][traffic]") {
  const World world = story();
  const LiveWorld live(world);
  TrafficOptions options;
  options.troubles = {"heartbeats"};
  Traffic traffic(live, options);
  std::map<MacAddress, std::vector<SimulatedTime>> loops, clusters;
  for (const HeardFrame& h : until(traffic, 30s)) {
    if (ether_type(h.octets) == 0x9000) loops[source(h.octets)].push_back(h.at);
    if (ether_type(h.octets) == 0x886f) clusters[source(h.octets)].push_back(h.at);
  }
  CHECK(loops.size() == 36);
  CHECK(clusters.size() == 2);
  std::size_t teams = 0;
  for (const auto& [mac, beats] : loops) {
    CHECK(mac.oui() == 0x0008c7);
    CHECK(beats.size() >= 29);
    for (std::size_t i = 1; i < beats.size(); ++i) {
      CHECK(beats[i] - beats[i - 1] > 980ms);
      CHECK(beats[i] - beats[i - 1] < 1020ms);
    }
    const auto partner = loops.find(MacAddress{mac.bits() + 1});
    if (partner == loops.end()) continue;
    ++teams;
    for (std::size_t i = 0; i < std::min(beats.size(), partner->second.size()); ++i)
      CHECK(partner->second[i] - beats[i] < 1ms);
  }
  CHECK(teams == 6);
  for (const auto& [mac, beats] : clusters) CHECK(beats.size() >= 55);
}

TEST_CASE("a sniffer on an ordinary port does not hear the clock's answers, only what comes of them",
          "[lab][traffic]") {
  const World world = story();
  const LiveWorld live(world);
  TrafficOptions options;
  options.mirror = false;
  Traffic traffic(live, options);
  const auto heard = until(traffic, 60s);
  CHECK(std::none_of(heard.begin(), heard.end(), [](const HeardFrame& h) { return is_arp(h.octets, 2); }));
  CHECK(traffic.boots().up == 0);
}

TEST_CASE("the same seed gives the same frames, in order of time", "[lab][traffic]") {
  const World world = story();
  const LiveWorld live(world);
  Traffic a(live, {}), b(live, {});
  const auto first = until(a, 20s), second = until(b, 20s);
  REQUIRE(first.size() == second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    REQUIRE(first[i].at == second[i].at);
    REQUIRE(first[i].octets == second[i].octets);
    if (i > 0) REQUIRE(first[i - 1].at <= first[i].at);
  }
}

TEST_CASE("a world without the story's cast plays it with its own hosts", "[lab][traffic]") {
  const World world = generate({});
  const LiveWorld live(world);
  TrafficOptions options;
  options.troubles.push_back("heartbeats");
  Traffic traffic(live, options);
  const auto heard = until(traffic, 60s);
  REQUIRE(traffic.rogue().has_value());
  CHECK(truth_of(world, *traffic.rogue()).verdict == topology::Verdict::kEdge);
  CHECK(traffic.boots().up == 0);
}

TEST_CASE("a capture file begins and goes on as the format says", "[lab][traffic]") {
  std::vector<std::uint8_t> file;
  append_pcap_header(file);
  CHECK(file == std::vector<std::uint8_t>{0xd4, 0xc3, 0xb2, 0xa1, 2,    0,    4, 0, 0, 0, 0, 0,
                                          0,    0,    0,    0,    0xff, 0xff, 0, 0, 1, 0, 0, 0});
  file.clear();
  append_pcap_record(file, topology::Time(1000s), {1500ms, Frame(60, 7)});
  CHECK(std::vector<std::uint8_t>(file.begin(), file.begin() + 16) ==
        std::vector<std::uint8_t>{0xe9, 0x03, 0, 0, 0x20, 0xa1, 0x07, 0, 60, 0, 0, 0, 60, 0, 0, 0});
  CHECK(file.size() == 76);
}

}  // namespace
}  // namespace lanwarden::lab
