// Making a silent station speak: what is asked, in which order, and when it stops.
#include "agent/locate/provoke.h"

#include <catch2/catch.hpp>

using namespace lanwarden;
using namespace std::chrono_literals;
using agent::BatchStatus;
using agent::CaptureError;
using agent::OwnAddress;
using agent::Silent;
using topology::IpAddress;
using topology::MacAddress;
using topology::Time;

namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
const MacAddress kClock = MacAddress::parse("00:0d:4b:ce:20:cd").value();
const MacAddress kPrinter = MacAddress::parse("00:11:85:00:00:02").value();

/// A LAN of one cable: what was sent, a clock that tells the time, and stations that answer.
struct Lan {
  Time now = Time{} + std::chrono::hours(500'000);
  std::vector<analysis::FrameOctets> sent;
  MacAddress answers;           ///< this station …
  std::size_t after_frame = 1;  ///< … speaks once so many questions were sent
  std::vector<std::uint8_t> pending;
  std::vector<MacAddress> owners;  ///< each answers the first question, one a batch
};

class Wire : public agent::FrameSender {
 public:
  Wire(Lan& lan, std::vector<OwnAddress> own) : lan_(lan), own_(std::move(own)) {}
  const std::string& name() const override { return name_; }
  MacAddress mac() const override { return MacAddress{0x020000000001U}; }
  std::span<const OwnAddress> addresses() const override { return own_; }
  topology::Result<void, CaptureError> transmit(std::span<const std::uint8_t> frame) override {
    lan_.sent.emplace_back(frame.begin(), frame.end());
    return {};
  }

 private:
  Lan& lan_;
  std::vector<OwnAddress> own_;
  std::string name_ = "wire0";
};

class Ear : public agent::FrameSource {
 public:
  explicit Ear(Lan& lan) : lan_(lan) {}
  const std::string& name() const override { return name_; }
  bool live() const override { return true; }
  topology::Result<BatchStatus, CaptureError> next_batch(std::vector<analysis::RawFrame>& out,
                                                         std::chrono::milliseconds wait) override {
    out.clear();
    lan_.now += wait;
    if (!lan_.owners.empty() && !lan_.sent.empty()) {
      // An ARP reply is a request with another operation, in the answerer's name.
      lan_.pending = analysis::arp_request(lan_.owners.back(), ip("10.0.0.77"), ip("10.0.0.1"));
      lan_.pending[21] = 2;
      lan_.owners.pop_back();
      analysis::RawFrame frame;
      frame.time = lan_.now;
      frame.bytes = lan_.pending;
      frame.wire_length = static_cast<std::uint32_t>(lan_.pending.size());
      out.push_back(frame);
      return BatchStatus::kFrames;
    }
    if (lan_.answers.is_zero() || lan_.sent.size() < lan_.after_frame) return BatchStatus::kIdle;
    lan_.pending = analysis::arp_request(lan_.answers, {}, ip("10.0.0.9"));
    analysis::RawFrame frame;
    frame.time = lan_.now;
    frame.bytes = lan_.pending;
    frame.wire_length = static_cast<std::uint32_t>(lan_.pending.size());
    out.push_back(frame);
    return BatchStatus::kFrames;
  }
  agent::CaptureStats stats() const override { return {}; }

 private:
  Lan& lan_;
  std::string name_ = "wire0";
};

std::vector<std::string> texts(const agent::Questioner& ask, const Silent& station) {
  std::vector<std::string> out;
  for (const auto& q : agent::questions(ask, station)) out.push_back(q.text);
  return out;
}

}  // namespace

TEST_CASE("a station is asked for its own addresses, and for the one its MAC makes") {
  Lan lan;
  const agent::Questioner ask(
      std::make_unique<Wire>(lan, std::vector<OwnAddress>{{ip("10.0.0.1"), 24}, {ip("fe80::1"), 64}}));
  CHECK(texts(ask, {kPrinter, {ip("10.0.0.77"), ip("192.0.2.7")}, false, {}}) ==
        std::vector<std::string>{"ARP: who has 10.0.0.77? tell 10.0.0.1",
                                 "ARP probe: does anybody have 192.0.2.7?",
                                 "neighbour solicitation for fe80::211:85ff:fe00:2 from fe80::1"});
}

TEST_CASE(
    "the clock is probed in the form it falls for, for an address that nobody else can be about to take") {
  Lan lan;
  const agent::Questioner ask(std::make_unique<Wire>(lan, std::vector<OwnAddress>{{ip("10.0.0.1"), 24}}));
  const auto asked = agent::questions(ask, {kClock, {}, true, {ip("10.0.0.200")}});
  REQUIRE(asked.size() == 3);
  CHECK(asked[1].text == "address probe for 10.0.0.1 (target hardware address ones, as VMware asks)");
  CHECK(asked[2].text == "address probe for 10.0.0.1 (target hardware address zeros)");
  for (const auto& q : asked) CHECK_FALSE(analysis::refusal(q.frame, ask.asker()));

  const agent::Questioner without(std::make_unique<Wire>(lan, std::vector<OwnAddress>{}));
  CHECK(texts(without, {kClock, {}, true, {ip("10.0.0.200")}})[1] ==
        "address probe for 10.0.0.200 (target hardware address ones, as VMware asks)");
}

TEST_CASE("a station with a hundred addresses is not asked a hundred times") {
  Lan lan;
  const agent::Questioner ask(std::make_unique<Wire>(lan, std::vector<OwnAddress>{{ip("10.0.0.1"), 24}}));
  Silent station{kPrinter, {}, false, {}};
  for (std::uint32_t i = 2; i < 102; ++i) station.ips.push_back(IpAddress::v4(0x0a000000U + i));
  CHECK(agent::questions(ask, station).size() == 5);
}

TEST_CASE("who has spoken is asked no more, and nobody waits longer than needed") {
  Lan lan;
  lan.answers = kPrinter;
  agent::Questioner ask(std::make_unique<Wire>(lan, std::vector<OwnAddress>{{ip("10.0.0.1"), 24}}),
                        {1, 100ms});
  Ear ear(lan);
  const Silent station{kPrinter, {ip("10.0.0.77"), ip("10.0.0.78")}, false, {}};
  const Time begin = lan.now;
  const auto spoke = agent::provoke(ask, ear, {&station, 1}, [&] { return lan.now; });
  REQUIRE(spoke.size() == 1);
  REQUIRE(spoke[0].answered_after);
  CHECK(lan.sent.size() == 1);
  CHECK(spoke[0].sent.size() == 1);
  CHECK(lan.now - begin < 200ms);
}

TEST_CASE("the silent are waited for once, at the pace of one careful person") {
  Lan lan;
  agent::Questioner ask(std::make_unique<Wire>(lan, std::vector<OwnAddress>{{ip("10.0.0.1"), 24}}),
                        {1, 100ms});
  Ear ear(lan);
  const std::vector<Silent> stations = {{kPrinter, {ip("10.0.0.77")}, false, {}}, {kClock, {}, true, {}}};
  const Time begin = lan.now;
  const auto spoke = agent::provoke(ask, ear, stations, [&] { return lan.now; });
  REQUIRE(spoke.size() == 2);
  CHECK_FALSE(spoke[0].answered_after);
  CHECK_FALSE(spoke[1].answered_after);
  CHECK(spoke[0].failures.empty());
  CHECK(lan.sent.size() == 5);
  CHECK(lan.now - begin >= 1400ms);
  CHECK(lan.now - begin < 2s);
}

TEST_CASE("who has an address: everybody who says so") {
  Lan lan;
  lan.owners = {kPrinter, kClock, kPrinter};
  agent::Questioner ask(std::make_unique<Wire>(lan, std::vector<OwnAddress>{{ip("10.0.0.1"), 24}}));
  Ear ear(lan);
  CHECK(agent::who_has(ask, ear, ip("10.0.0.77"), [&] { return lan.now; }) ==
        std::vector<MacAddress>{kClock, kPrinter});
  CHECK(lan.sent.size() == 1);
  CHECK(agent::who_has(ask, ear, ip("10.0.0.99"), [&] { return lan.now; }).empty());
}
