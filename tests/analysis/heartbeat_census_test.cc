#include "analysis/heartbeat_census.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>

#include "analysis/protocol_names.h"
#include "tests/analysis/frame_builder.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::BeatKind;
using analysis::CensusRow;
using analysis::HeartbeatCensus;
using topology::kBroadcast;
using topology::MacAddress;

namespace {

struct Heard {
  double seconds;
  MacAddress from, to;
  std::uint16_t ethertype;
  Octets payload{};
};

std::vector<CensusRow> census_of(std::vector<Heard> heard, std::uint16_t vlan = 0, double begin = 0) {
  HeartbeatCensus census;
  std::stable_sort(heard.begin(), heard.end(),
                   [](const Heard& a, const Heard& b) { return a.seconds < b.seconds; });
  std::uint64_t number = 0;
  for (const Heard& h : heard) {
    const Octets octets = ethernet(h.to, h.from, h.ethertype, h.payload, vlan);
    const auto frame = analysis::decode(raw(octets, at(begin + h.seconds), ++number));
    REQUIRE(frame);
    census.on_frame(*frame);
  }
  return census.rows();
}

MacAddress card(unsigned n) { return MacAddress(0x0008'c700'0000 + n * 256); }

// Forty cards, each with its phase, a hundredth of jitter, for a minute.
std::vector<Heard> forty_cards(double unheard = 0, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> part(0, 1);
  std::vector<Heard> heard;
  for (unsigned n = 0; n < 40; ++n) {
    const double phase = part(random);
    for (unsigned second = 0; second < 60; ++second) {
      const double when = second + phase + 0.02 * (part(random) - 0.5);
      if (part(random) >= unheard) heard.push_back({when, card(n), kBroadcast, 0x9000});
    }
  }
  return heard;
}

std::string tell(const CensusRow& row) {
  std::string text = to_string(row.kind.service) + " " + std::to_string(row.rhythm.period) + " " +
                     std::to_string(row.rhythm.jitter) + " " + std::to_string(row.frames) + " " +
                     std::to_string(row.missed) + " " + std::to_string(row.share) + " " +
                     std::to_string(row.frames_per_second);
  for (const auto& source : row.sources)
    text += " " + source.mac.to_string() + "=" + std::to_string(source.frames);
  for (const auto& [one, other] : row.teams) text += " " + one.to_string() + "+" + other.to_string();
  return text;
}

std::vector<std::string> told(const std::vector<CensusRow>& rows) {
  std::vector<std::string> text;
  for (const CensusRow& row : rows) text.push_back(tell(row));
  return text;
}

}  // namespace

TEST_CASE("a row has period, jitter, missed beats, rate, share, first and last") {
  std::vector<Heard> heard;
  for (unsigned n = 0; n <= 50; ++n) {
    if (n % 10 != 7) heard.push_back({n * 2.0, card(1), kBroadcast, 0x9000});
    heard.push_back({n * 2.0 + 0.5, mac("00:1b:0d:00:00:01"), mac("01:80:c2:00:00:0e"), 0x88cc});
  }
  const auto rows = census_of(heard);
  REQUIRE(rows.size() == 2);
  const CensusRow& lldp = rows[0];
  const CensusRow& loop = rows[1];
  CHECK(lldp.kind.service.id == 0x88cc);
  CHECK(lldp.missed == 0);
  CHECK(loop.rhythm.period == Approx(2.0));
  CHECK(loop.rhythm.jitter < 0.001);
  CHECK(loop.missed == 5);
  CHECK(loop.frames == 46);
  CHECK(loop.frames_per_second == Approx(0.45).epsilon(0.01));
  CHECK(loop.octets == 46 * 60);
  CHECK(loop.share == Approx(46.0 / 97));
  CHECK(loop.first == at(0));
  CHECK(loop.last == at(100));
  REQUIRE(loop.sources.size() == 1);
  CHECK(loop.sources[0].missed == 5);
}

TEST_CASE("the rhythm of forty cards is found although the sniffer does not hear most of the frames") {
  for (const double unheard : {0.0, 0.3, 0.5, 0.7, 0.8, 0.9}) {
    INFO(unheard << " of the frames unheard");
    const auto rows = census_of(forty_cards(unheard));
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].rhythm.period == Approx(1.0).epsilon(0.02));
    CHECK(rows[0].sources.size() >= 36);
  }
}

TEST_CASE("chance has no rhythm") {
  for (unsigned seed = 1; seed <= 20; ++seed) {
    std::mt19937 random(seed);
    std::exponential_distribution<double> wait(1);
    std::vector<Heard> heard;
    for (unsigned n = 0; n < 20; ++n)
      for (double when = wait(random); when < 60; when += wait(random))
        heard.push_back({when, card(n), kBroadcast, 0x9000});
    CHECK(census_of(heard).empty());
  }
}

TEST_CASE("two routers that speak from one virtual address are two beats of one source") {
  const auto hello = [](unsigned router) {
    Octets packet{0x45, 0, 0, 28, 0, 0, 0, 0, 255, 17, 0, 0, 10, 0, 0};
    append(packet, {router, 224, 0, 0, 102, 0x07, 0xc1, 0x07, 0xc1, 0, 8, 0, 0});
    return packet;
  };
  std::vector<Heard> heard;
  for (unsigned n = 0; n < 100; ++n) {
    heard.push_back({n * 2.7, mac("00:00:0c:9f:f0:01"), mac("01:00:5e:00:00:66"), 0x0800, hello(1)});
    heard.push_back({n * 2.5, mac("00:00:0c:9f:f0:01"), mac("01:00:5e:00:00:66"), 0x0800, hello(2)});
  }
  const auto rows = census_of(heard);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].rhythm.period == Approx(2.6).margin(0.11));
  REQUIRE(rows[0].sources.size() == 1);
  CHECK(rows[0].sources[0].frames == 200);
}

TEST_CASE("three tries, then silence, are no heartbeat") {
  std::vector<Heard> heard;
  for (unsigned n = 0; n < 20; ++n)
    for (unsigned part = 0; part < 3; ++part)
      heard.push_back({n * 17.0 + (n * n % 7) + part * 0.75, card(1), kBroadcast, 0x8765});
  for (const CensusRow& row : census_of(heard)) CHECK(row.rhythm.period > 10);
}

TEST_CASE("several frames a beat are one beat") {
  std::vector<Heard> heard;
  for (unsigned n = 0; n < 30; ++n)
    for (unsigned part = 0; part < 6; ++part)
      heard.push_back({n * 30.0 + part * 0.05, card(1), mac("01:00:5e:7f:ff:fa"), 0x8765});
  const auto rows = census_of(heard);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].rhythm.period == Approx(30).epsilon(0.01));
  CHECK(rows[0].frames == 180);
}

TEST_CASE(
    "the order in which sources are heard, the VLAN, the time of day and frames that come twice change "
    "nothing") {
  const auto heard = forty_cards();
  const auto expected = told(census_of(heard));
  REQUIRE(expected.size() == 1);
  auto shuffled = heard;
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(7));
  CHECK(told(census_of(shuffled)) == expected);
  CHECK(told(census_of(heard, 0, 3600 * 5.0)) == expected);
  const auto tagged = census_of(heard, 17);
  REQUIRE(tagged.size() == 1);
  CHECK(tagged[0].kind.vlan == topology::VlanId(17));
  CHECK(told(tagged) == expected);
  auto twice = heard;
  for (const Heard& h : heard) twice.push_back({h.seconds + 0.0002, h.from, h.to, h.ethertype});
  CHECK(told(census_of(twice)) == expected);
}

TEST_CASE("a million frames of strangers do not hide what beats among them") {
  HeartbeatCensus census;
  std::mt19937_64 random(3);
  std::uint64_t number = 0;
  const auto say = [&](double when, MacAddress from, std::uint16_t ethertype, std::uint16_t vlan) {
    const Octets octets = ethernet(kBroadcast, from, ethertype, {}, vlan);
    const auto frame = analysis::decode(raw(octets, at(when), ++number));
    REQUIRE(frame);
    census.on_frame(*frame);
  };
  for (unsigned second = 0; second < 20; ++second) {
    for (unsigned n = 0; n < 50'000; ++n) {
      const std::uint64_t r = random();
      say(second + n * 2e-5, MacAddress(r & 0xfeff'ffff'ffff),
          static_cast<std::uint16_t>(0x8000 + (r >> 48) % 4096),
          static_cast<std::uint16_t>(1 + (r >> 52) % 4094));
      if (n % 1000 == 500) say(second + n * 2e-5, card(n / 1000), 0x9000, 10);
    }
  }
  const auto rows = census.rows();
  REQUIRE(!rows.empty());
  const auto loop = std::find_if(rows.begin(), rows.end(), [](const CensusRow& r) {
    return r.kind.service.id == 0x9000 && r.kind.vlan == topology::VlanId(10) && r.kind.vendor == 0x0008c7;
  });
  REQUIRE(loop != rows.end());
  CHECK(loop->rhythm.period == Approx(1.0).epsilon(0.01));
  CHECK(loop->sources.size() == 50);
  CHECK(census.strangers() > 0);
}

TEST_CASE("protocols have their names, by number, subtype and destination") {
  using analysis::Service;
  using Layer = Service::Layer;
  const auto name = [](Service service, const char* to = "ff:ff:ff:ff:ff:ff") -> std::string {
    const auto* known = analysis::protocol_name(service, mac(to));
    return known ? std::string(known->name) : "?";
  };
  CHECK(name({Layer::kEtherType, 0, 0x9000, 0}) == "LOOP");
  CHECK(name({Layer::kEtherType, 1, 0x8809, 0}) == "LACP");
  CHECK(name({Layer::kEtherType, 0x63, 0x8809, 0}) == "slow-protocol");
  CHECK(name({Layer::kLlc, 2, 0x4242, 0}) == "RSTP");
  CHECK(name({Layer::kSnap, 2, 0x010b, 0x00000c}) == "Rapid-PVST+");
  CHECK(name({Layer::kSnap, 0, 0x010b, 0x00000c}) == "PVST+");
  CHECK(name({Layer::kSnap, 0, 0x2000, 0x00e052}) == "FDP");
  CHECK(name({Layer::kUdp, 0, 1985, 0}, "01:00:5e:00:00:02") == "HSRP");
  CHECK(name({Layer::kUdp, 0, 1985, 0}, "01:00:5e:00:00:66") == "HSRPv2");
  CHECK(name({Layer::kIp, 1, 112, 0}) == "CARP");
  CHECK(name({Layer::kIp, 0, 112, 0}) == "VRRP");
  CHECK(name({Layer::kEtherType, 0, 0x1234, 0}, "09:00:09:09:13:a6") == "loop-protect");
  CHECK(name({Layer::kEtherType, 0, 0x1234, 0}) == "?");
}

TEST_CASE("the service of a frame is read from its headers, however short they are") {
  const auto service = [](std::uint16_t ethertype, const Octets& payload) {
    Octets octets = ethernet(mac("01:00:5e:00:00:12"), card(1), ethertype, {});
    octets.resize(14);
    append(octets, payload);
    const auto frame = analysis::decode(raw(octets));
    REQUIRE(frame);
    return to_string(analysis::service_of(*frame)) + "/" +
           std::to_string(analysis::service_of(*frame).subtype);
  };
  Octets packet{0x45, 0, 0, 56, 0, 0, 0, 0, 255, 112, 0, 0, 10, 0, 0, 1, 224, 0, 0, 18};
  Octets carp = packet;
  append(carp, {0x21, 1, 0, 7, 0, 1, 0, 0});
  carp.resize(56);
  CHECK(service(0x0800, carp) == "IP protocol 112/1");
  Octets vrrp = packet;
  append(vrrp, {0x21, 1, 100, 1, 0, 1, 0, 0, 10, 0, 0, 254});
  CHECK(service(0x0800, vrrp) == "IP protocol 112/0");
  Octets udp = packet;
  udp[9] = 17;
  append(udp, {0x07, 0xc1, 0x07, 0xc1, 0, 8, 0, 0});
  CHECK(service(0x0800, udp) == "UDP port 1985/0");
  for (std::size_t size = 0; size < udp.size(); ++size)
    CHECK(service(0x0800, Octets(udp.begin(), udp.begin() + static_cast<std::ptrdiff_t>(size))) !=
          (size < 24 ? "UDP port 1985/0" : ""));
  // MLD: behind a hop-by-hop option.
  Octets mld(40);
  mld[0] = 0x60;
  mld[6] = 0;
  append(mld, {58, 0, 5, 2, 0, 0, 1, 0, 143, 0});
  CHECK(service(0x86dd, mld) == "IP protocol 58/143");
}
