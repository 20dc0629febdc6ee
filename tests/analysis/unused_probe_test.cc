// Asking for what nobody has, on a LAN that is played: hosts that defend what is theirs, and a clock.
#include "analysis/unused_probe.h"

#include <catch2/catch.hpp>
#include <functional>

#include "tests/analysis/packet_builder.h"

using namespace lanwarden;
using namespace lanwarden::analysis;
using namespace std::chrono_literals;
using test::ip;
using test::mac;
using OctetList = test::Octets;

namespace {

const MacAddress kOwn = mac("02:00:00:00:00:05");
const MacAddress kClock = mac("00:0d:4b:ce:20:cd");

struct Heard {
  topology::Duration after{};
  OctetList octets;
};
/// What a station does when it hears a question.
using Station = std::function<std::vector<Heard>(const Frame& question)>;

OctetList reply(MacAddress from, const Arp& asked) {
  return test::ethernet(asked.sender_mac, from, 0x0806,
                        test::arp(2, from, asked.target_ip, asked.sender_mac, asked.sender_ip));
}
OctetList advertisement(MacAddress from, const IpAddress& target) {
  return test::ethernet(
      mac("33:33:00:00:00:01"), from, 0x86dd,
      test::ipv6("fe80::1", "ff02::1", 58, test::neighbor_advertisement(target.to_string(), from)));
}

/// Answers everything that is asked for its address.
Station host(MacAddress own, IpAddress address) {
  return [=](const Frame& q) -> std::vector<Heard> {
    if (!q.arp() || q.arp()->target_ip != address) return {};
    return {{1ms, reply(own, *q.arp())}};
  };
}
/// Claims what is probed for, and answers nothing else; `ones_only`: only VMware's form.
Station clock_station(bool ones_only = false) {
  return [=](const Frame& q) -> std::vector<Heard> {
    if (q.nd()) return {{3ms, advertisement(kClock, q.nd()->target)}};
    if (!q.arp()->is_probe() || (ones_only && !q.arp()->target_mac.is_broadcast())) return {};
    return {{2ms, reply(kClock, *q.arp())}};
  };
}

class Lan {
 public:
  explicit Lan(std::vector<Station> stations) : stations_(std::move(stations)) {}

  /// To the end, in time that is not waited for.
  void run(UnusedProbe& probe) {
    Time now = test::at(0);
    for (unsigned turns = 0; turns < 10'000; ++turns) {
      while (const auto question = probe.next(now)) say(probe, now, *question);
      const auto wake = probe.wake();
      if (!wake) {
        end = now;
        return;
      }
      if (!waiting_.empty() && waiting_.begin()->first <= *wake) {
        const auto [time, octets] = *waiting_.begin();
        waiting_.erase(waiting_.begin());
        now = std::max(now, time);
        hear(probe, now, octets);
      } else {
        now = std::max(now, *wake);
      }
    }
    FAIL("it asks for ever");
  }
  void later(Time time, OctetList octets) { waiting_.emplace(time, std::move(octets)); }

  std::vector<OctetList> asked;
  Time end{};

 private:
  void hear(UnusedProbe& probe, Time now, const OctetList& octets) {
    const auto frame = decode(test::raw(octets, now, ++number_));
    REQUIRE(frame);
    probe.on_frame(*frame);
  }
  void say(UnusedProbe& probe, Time now, const OctetList& question) {
    CHECK_FALSE(refusal(question, {kOwn, {ip("10.0.0.5")}}));
    asked.push_back(question);
    hear(probe, now, question);  // the own frame comes by, too
    const auto frame = decode(test::raw(question, now));
    for (const Station& station : stations_)
      for (Heard& answer : station(*frame)) later(now + answer.after, std::move(answer.octets));
  }

  std::vector<Station> stations_;
  std::multimap<Time, OctetList> waiting_;
  std::uint64_t number_ = 0;
};

/// 10.0.0.100, .101, … and 2001:db8::1, …
UnusedProbeOptions options(std::size_t count, std::size_t count_v6 = 0) {
  UnusedProbeOptions o;
  o.asker = {kOwn, {ip("10.0.0.5")}};
  o.sender = ip("10.0.0.5");
  o.count = count;
  o.count_v6 = count_v6;
  o.next_v4 = [n = ip("10.0.0.100").v4_bits()]() mutable { return std::optional(IpAddress::v4(n++)); };
  o.next_v6 = [n = 0]() mutable { return std::optional(ip("fe80::" + std::to_string(++n))); };
  return o;
}

template <class T>
T value(const Finding& finding, std::string_view key) {
  for (const auto& [name, value] : finding.evidence)
    if (name == key) return std::get<T>(value);
  FAIL("no evidence " << key);
  return {};
}

}  // namespace

TEST_CASE("a healthy LAN claims nothing, and what is used is left alone") {
  UnusedProbe probe(options(4, 2));
  Lan lan(
      {host(mac("00:1b:21:00:00:01"), ip("10.0.0.101")), host(mac("00:1b:21:00:00:02"), ip("10.0.0.103"))});
  lan.run(probe);
  CHECK(probe.findings(lan.end).empty());
  CHECK(probe.probed(false) == 4);
  CHECK(probe.probed(true) == 2);
  // A used address is never probed: its owner has nothing to defend.
  for (const OctetList& question : lan.asked) {
    const auto frame = decode(test::raw(question));
    if (!frame->arp() || !frame->arp()->is_probe()) continue;
    CHECK(frame->arp()->target_ip != ip("10.0.0.101"));
    CHECK(frame->arp()->target_ip != ip("10.0.0.103"));
  }
  const auto targets = probe.targets();
  REQUIRE(targets.size() == 8);  // two more, for those that are used
  CHECK(targets[1].fate == UnusedProbe::Fate::kUsed);
  CHECK(targets[1].user == mac("00:1b:21:00:00:01"));
}

TEST_CASE("the clock is named, with what it answers and how fast") {
  UnusedProbe probe(options(4, 2));
  Lan lan({host(mac("00:1b:21:00:00:01"), ip("10.0.0.101")), clock_station()});
  lan.run(probe);
  const auto findings = probe.findings(lan.end);
  REQUIRE(findings.size() == 2);
  CHECK(findings[0].kind == "arp-bogus-responder");
  CHECK(findings[0].severity == Severity::kCritical);
  CHECK(findings[0].mac == kClock);
  CHECK(value<std::int64_t>(findings[0], "claimed") == 4);
  CHECK(value<std::int64_t>(findings[0], "probed") == 4);
  CHECK(value<std::int64_t>(findings[0], "answered_rfc5227") == 4);
  CHECK(value<std::int64_t>(findings[0], "answered_vmware") == 4);
  CHECK(value<std::int64_t>(findings[0], "answered_ordinary") == 0);
  CHECK(value<double>(findings[0], "median_ms") == 2);
  CHECK(findings[0].frames.size() == 8);  // question and answer of each
  CHECK(findings[1].kind == "nd-bogus-responder");
  CHECK(value<std::int64_t>(findings[1], "claimed") == 2);
}

TEST_CASE("a clock that answers only VMware's form is found by it") {
  UnusedProbe probe(options(3));
  Lan lan({clock_station(true)});
  lan.run(probe);
  const auto findings = probe.findings(lan.end);
  REQUIRE(findings.size() == 1);
  CHECK(value<std::int64_t>(findings[0], "answered_rfc5227") == 0);
  CHECK(value<std::int64_t>(findings[0], "answered_vmware") == 3);
}

TEST_CASE("one address that is defended but not answered for is a warning, not an accusation") {
  const MacAddress shy = mac("00:1b:21:00:00:09");
  UnusedProbe probe(options(4));
  Lan lan({[=](const Frame& q) -> std::vector<Heard> {
    if (!q.arp()->is_probe() || q.arp()->target_ip != ip("10.0.0.102")) return {};
    return {{1ms, reply(shy, *q.arp())}};
  }});
  lan.run(probe);
  const auto findings = probe.findings(lan.end);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].kind == "arp-probe-conflict");
  CHECK(findings[0].severity == Severity::kWarning);
  CHECK(findings[0].mac == shy);
}

TEST_CASE("a router that answers for everybody is a fact, and nobody is accused") {
  const MacAddress router = mac("00:1b:21:00:00:01");
  auto o = options(4);
  o.most_asked = 12;
  UnusedProbe probe(std::move(o));
  Lan lan({[=](const Frame& q) -> std::vector<Heard> { return {{1ms, reply(router, *q.arp())}}; }});
  lan.run(probe);
  const auto findings = probe.findings(lan.end);
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].kind == "arp-proxy");
  CHECK(findings[0].severity == Severity::kInfo);
  CHECK(probe.targets().size() == 12);
  CHECK(probe.probed(false) == 0);
}

TEST_CASE("an address that somebody else is about to take is left alone") {
  const MacAddress newcomer = mac("00:1b:21:00:00:07");
  UnusedProbe probe(options(2));
  Lan lan({});
  lan.later(test::at(0.2), test::ethernet(topology::kBroadcast, newcomer, 0x0806,
                                          test::arp(1, newcomer, {}, {}, ip("10.0.0.100"))));
  test::DhcpMessage offer;
  offer.type = 2;
  offer.client = mac("00:1b:21:00:00:08");
  offer.your_ip = "10.0.0.101";
  lan.later(test::at(0.3), test::dhcp_from_server(mac("00:1b:21:00:00:01"), "10.0.0.1", offer));
  lan.run(probe);
  CHECK(probe.findings(lan.end).empty());
  const auto targets = probe.targets();
  REQUIRE(targets.size() == 4);
  CHECK(targets[0].fate == UnusedProbe::Fate::kWanted);
  CHECK(targets[0].user == newcomer);
  CHECK(targets[0].asked == std::array<unsigned, 3>{});  // it never heard a probe for its address
  CHECK(targets[1].fate == UnusedProbe::Fate::kWanted);
}

TEST_CASE("without an own address nothing is proven by asking, and two claims accuse nobody") {
  auto o = options(2);
  o.sender = {};
  UnusedProbe probe(std::move(o));
  Lan lan({clock_station()});
  lan.run(probe);
  for (const Finding& finding : probe.findings(lan.end)) CHECK(finding.kind == "arp-probe-conflict");

  auto more = options(3);
  more.sender = {};
  UnusedProbe again(std::move(more));
  Lan same({clock_station()});
  same.run(again);
  REQUIRE(again.findings(same.end).size() == 1);
  CHECK(again.findings(same.end)[0].kind == "arp-bogus-responder");
}

TEST_CASE("when no address is left to try, it ends") {
  auto o = options(8);
  o.next_v4 = [n = 0]() mutable { return n++ == 0 ? std::optional(ip("10.0.0.100")) : std::nullopt; };
  UnusedProbe probe(std::move(o));
  Lan lan({});
  lan.run(probe);
  CHECK(probe.probed(false) == 1);
}
