// Questions onto a wire: the gate and the pace with a fake wire, the wire itself with a veth pair.
#include "agent/capture/frame_sender.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/agent/net_namespace.h"

using namespace lanwarden;
using namespace std::chrono_literals;
using agent::CaptureError;
using agent::OwnAddress;
using topology::IpAddress;
using topology::MacAddress;
using topology::Time;

namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

class FakeWire : public agent::FrameSender {
 public:
  explicit FakeWire(std::size_t& frames) : frames_(frames) {}
  const std::string& name() const override { return name_; }
  MacAddress mac() const override { return MacAddress{0x020000000001U}; }
  std::span<const OwnAddress> addresses() const override { return addresses_; }
  topology::Result<void, CaptureError> transmit(std::span<const std::uint8_t>) override {
    ++frames_;
    return {};
  }

 private:
  std::string name_ = "wire0";
  std::vector<OwnAddress> addresses_ = {
      {ip("10.0.0.1"), 24}, {ip("10.1.0.1"), 16}, {ip("2001:db8::1"), 64}, {ip("fe80::1"), 64}};
  std::size_t& frames_;
};

Time at(std::chrono::milliseconds ms) { return Time{} + 1h + ms; }

}  // namespace

TEST_CASE("a question goes out from an address of the asked one's network, else as a probe") {
  std::size_t frames = 0;
  const agent::Questioner ask(std::make_unique<FakeWire>(frames));
  CHECK(ask.source_for(ip("10.0.0.77")) == ip("10.0.0.1"));
  CHECK(ask.source_for(ip("10.1.200.7")) == ip("10.1.0.1"));
  CHECK(ask.source_for(ip("192.0.2.7")).is_unspecified());
  CHECK(ask.source_for(ip("10.0.0.1")).is_unspecified());  // its own: an announcement else
  CHECK(ask.source_for(ip("2001:db8::77")) == ip("2001:db8::1"));
  CHECK(ask.source_for(ip("2001:db8:1::77")) == ip("fe80::1"));
}

TEST_CASE("questions go out no faster than their pace, and nothing else goes out at all") {
  std::size_t frames = 0;
  agent::Questioner ask(std::make_unique<FakeWire>(frames), {2, 100ms});
  const auto question = analysis::arp_request(ask.asker().mac, ip("10.0.0.1"), ip("10.0.0.77"));
  CHECK(ask.send(question, at(0ms)));
  CHECK(ask.send(question, at(0ms)));
  const auto hasty = ask.send(question, at(40ms));
  REQUIRE_FALSE(hasty);
  CHECK(hasty.error().cause == CaptureError::Cause::kRefused);
  CHECK(hasty.error().message == "wire0: not sent: the next question may go out in 60 ms");
  CHECK(ask.wait(at(40ms)) == 60ms);
  CHECK(ask.send(question, at(100ms)));
  CHECK_FALSE(ask.send(question, at(199ms)));
  CHECK(ask.send(question, at(10s)));
  CHECK(ask.send(question, at(10s)));
  CHECK_FALSE(ask.send(question, at(10s)));
  CHECK(frames == 5);
  CHECK(ask.sent() == 5);

  const auto claim = analysis::arp_request(ask.asker().mac, ip("10.0.0.1"), ip("10.0.0.1"));
  const auto refused = ask.send(claim, at(20s));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("announcement") != std::string::npos);
  CHECK(frames == 5);
}

TEST_CASE("what is sent on an interface is heard at the other end") {
  const test::NetNamespace ns;
  if (!ns.ready()) {
    WARN("SKIPPED: no network namespace with a veth pair can be made here; run as root");
    return;
  }
  REQUIRE(std::system("ip addr add 192.0.2.1/24 dev near0") == 0);
  auto far = agent::open_interface("far0", 0);
  if (!far) FAIL(far.error().message);
  auto wire = agent::open_sender("near0");
  if (!wire) FAIL(wire.error().message);
  agent::Questioner ask(std::move(*wire));
  CHECK_FALSE(ask.asker().mac.is_zero());
  CHECK(ask.source_for(ip("192.0.2.77")) == ip("192.0.2.1"));
  REQUIRE(ask.send(analysis::arp_request(ask.asker().mac, ask.source_for(ip("192.0.2.77")), ip("192.0.2.77")),
                   at(0ms)));
  std::vector<analysis::RawFrame> batch;
  for (int i = 0; i < 200; ++i) {
    REQUIRE((*far)->next_batch(batch, 50ms));
    for (const auto& raw : batch) {
      const auto frame = analysis::decode(raw);
      if (!frame || frame->arp() == nullptr || frame->src != ask.asker().mac) continue;
      CHECK(frame->arp()->target_ip == ip("192.0.2.77"));
      CHECK(frame->arp()->sender_ip == ip("192.0.2.1"));
      return;
    }
  }
  FAIL("the question never arrived");
}

TEST_CASE("an interface that is not there, or is down, says so") {
  const auto missing = agent::open_sender("nosuch0");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message.find("nosuch0") != std::string::npos);
  const test::NetNamespace ns;
  if (!ns.ready()) {
    WARN("SKIPPED: no network namespace with a veth pair can be made here; run as root");
    return;
  }
  REQUIRE(std::system("ip link set near0 down") == 0);
  const auto down = agent::open_sender("near0");
  REQUIRE_FALSE(down);
  CHECK(down.error().message.find("ip link set near0 up") != std::string::npos);
}
