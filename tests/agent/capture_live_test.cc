// Capturing from a real interface: a veth pair in a network namespace of the test's own.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <cstring>
#include <random>

#include "agent/capture/frame_source.h"
#include "analysis/detector.h"
#include "tests/agent/net_namespace.h"

using namespace lanwarden;
using agent::BatchStatus;
using Octets = std::vector<std::uint8_t>;

namespace {

class Sender {
 public:
  Sender() : socket_(socket(AF_PACKET, SOCK_RAW, htons(0x0003))) {
    to_.sll_family = AF_PACKET;
    to_.sll_ifindex = static_cast<int>(if_nametoindex("far0"));
  }
  ~Sender() { close(socket_); }
  void send(const Octets& frame) {
    REQUIRE(sendto(socket_, frame.data(), frame.size(), 0, reinterpret_cast<const sockaddr*>(&to_),
                   sizeof to_) == static_cast<ssize_t>(frame.size()));
  }

 private:
  int socket_;
  sockaddr_ll to_{};
};

Octets frame(const Octets& dst, const Octets& tail) {
  Octets out = dst;
  const Octets src = {0x00, 0x0d, 0x4b, 0xce, 0x20, 0xcd};
  out.insert(out.end(), src.begin(), src.end());
  out.insert(out.end(), tail.begin(), tail.end());
  out.resize(60);
  return out;
}

}  // namespace

TEST_CASE("a live interface hands over what a detector can use, and leaves the rest to the kernel") {
  const test::NetNamespace ns;
  if (!ns.ready()) {
    WARN("SKIPPED: no network namespace with a veth pair can be made here; run as root");
    return;
  }
  auto source = agent::open_interface("near0", 3);
  if (!source) FAIL(source.error().message);
  CHECK((*source)->live());

  const Octets other = {0x02, 0, 0, 0, 0, 9}, all(6, 0xff), lldp = {0x01, 0x80, 0xc2, 0, 0, 0x0e};
  Sender sender;
  sender.send(frame(other, {0x08, 0x00, 0x45}));              // unicast IP of others: filtered
  sender.send(frame(other, {0x08, 0x06, 0, 1, 8, 0, 6, 4}));  // unicast ARP of others
  sender.send(frame(lldp, {0x88, 0xcc}));
  sender.send(frame(other, {0x81, 0x00, 0, 10, 0x08, 0x06, 0, 1, 8, 0, 6, 4}));  // the same, tagged
  sender.send(frame(all, {0x90, 0x00, 0xee}));  // told apart from what the kernel itself multicasts

  std::vector<std::uint16_t> types;
  std::vector<analysis::RawFrame> batch;
  bool last_came = false;
  for (int i = 0; i < 200 && !last_came; ++i) {
    const auto status = (*source)->next_batch(batch, std::chrono::milliseconds(50));
    REQUIRE(status);
    for (const auto& raw : batch) {
      CHECK(raw.source == 3);
      const auto decoded = analysis::decode(raw);
      REQUIRE(decoded);
      if (decoded->src.to_string() != "00:0d:4b:ce:20:cd") continue;
      types.push_back(decoded->ethertype);
      if (decoded->ethertype == 0x0806 && types.size() == 3) CHECK(decoded->vlan == topology::VlanId{10});
      last_came = decoded->ethertype == 0x9000;
    }
  }
  CHECK(types == std::vector<std::uint16_t>{0x0806, 0x88cc, 0x0806, 0x9000});
  CHECK((*source)->stats().dropped == 0);
  CHECK((*source)->stats().received >= 4);
}

TEST_CASE("ordinary unicast is passed on as long as somebody wants it, and no longer") {
  const test::NetNamespace ns;
  if (!ns.ready()) {
    WARN("SKIPPED: no network namespace with a veth pair can be made here; run as root");
    return;
  }
  auto source = agent::open_interface("near0", 0);
  REQUIRE(source);
  Sender sender;
  const Octets other = {0x02, 0, 0, 0, 0, 9}, all(6, 0xff);
  const auto heard = [&] {
    sender.send(frame(other, {0x08, 0x00, 0x45}));
    sender.send(frame({0x00, 0x0d, 0x4b, 0xce, 0x20, 0xcd}, {0x90, 0x00, 1}));  // to itself
    sender.send(frame(all, {0x90, 0x00, 0xee}));
    std::vector<std::uint16_t> types;
    std::vector<analysis::RawFrame> batch;
    for (int i = 0; i < 200; ++i) {
      REQUIRE((*source)->next_batch(batch, std::chrono::milliseconds(50)));
      for (const auto& raw : batch) {
        const auto decoded = analysis::decode(raw);
        REQUIRE(decoded);
        if (decoded->src.to_string() != "00:0d:4b:ce:20:cd") continue;
        if (decoded->dst.is_broadcast()) return types;
        types.push_back(decoded->ethertype);
      }
    }
    FAIL("the last frame never came");
    return types;
  };
  using Types = std::vector<std::uint16_t>;
  CHECK(heard() == Types{0x9000});
  (*source)->want(analysis::Interest::kAll);
  CHECK(heard() == Types{0x0800, 0x9000});
  (*source)->want(analysis::Interest::kGroup);
  CHECK(heard() == Types{0x9000});
  CHECK_FALSE((*source)->take_notice());
}

TEST_CASE("a burst waits in the ring until it is read") {
  const test::NetNamespace ns;
  if (!ns.ready()) {
    WARN("SKIPPED: no network namespace with a veth pair can be made here; run as root");
    return;
  }
  auto source = agent::open_interface("near0", 0);
  REQUIRE(source);
  constexpr unsigned kBurst = 50'000;
  Sender sender;
  const Octets beat = frame(Octets(6, 0xff), {0x90, 0x00, 1});
  for (unsigned i = 0; i < kBurst; ++i) sender.send(beat);
  unsigned beats = 0;
  std::vector<analysis::RawFrame> batch;
  for (int idle = 0; idle < 20 && beats < kBurst;) {
    const auto status = (*source)->next_batch(batch, std::chrono::milliseconds(100));
    REQUIRE(status);
    if (*status == BatchStatus::kIdle) ++idle;
    for (const auto& raw : batch) beats += raw.bytes.size() == beat.size() && raw.bytes[12] == 0x90;
  }
  CHECK(beats == kBurst);
  CHECK((*source)->stats().dropped == 0);
}

TEST_CASE("a flood of invented addresses is found through the kernel's filter, which passes one in sixteen") {
  const test::NetNamespace ns;
  if (!ns.ready()) {
    WARN("SKIPPED: no network namespace with a veth pair can be made here; run as root");
    return;
  }
  auto source = agent::open_interface("near0", 0);
  REQUIRE(source);
  analysis::Ear ear;
  (*source)->want(ear.interest());
  Sender sender;
  std::mt19937_64 random(1);
  const auto invented = [&](Octets& flood, std::size_t at) {
    for (std::size_t i = 0; i < 6; ++i) flood[at + i] = static_cast<std::uint8_t>(random());
    flood[at] &= 0xfc;  // of one station, and of a maker, as macof claims
  };
  constexpr unsigned kFlood = 4000;
  for (unsigned i = 0; i < kFlood; ++i) {
    Octets flood = frame(Octets(6, 0), {0x08, 0x00, 0x45});
    invented(flood, 0);
    invented(flood, 6);
    sender.send(flood);
  }
  sender.send(frame(Octets(6, 0xff), {0x90, 0x00, 0xee}));
  std::vector<analysis::Finding> found;
  const auto sink = [&](analysis::Finding&& finding) { found.push_back(std::move(finding)); };
  std::vector<analysis::RawFrame> batch;
  std::uint64_t passed = 0;
  for (bool over = false; !over;) {
    const auto status = (*source)->next_batch(batch, std::chrono::seconds(10));
    REQUIRE(status);
    REQUIRE(*status == BatchStatus::kFrames);  // the last frame ends it
    for (const auto& raw : batch) {
      ear.on_frame(raw, sink);
      over = over || (raw.bytes[12] == 0x90 && raw.bytes[14] == 0xee);
      passed += raw.bytes.size() == 60 && raw.bytes[12] == 0x08 && raw.bytes[14] == 0x45;
    }
  }
  CHECK(passed > kFlood / 32);
  CHECK(passed < kFlood / 8);
  CHECK((*source)->stats().dropped == 0);
  REQUIRE(std::any_of(found.begin(), found.end(), [](const auto& f) { return f.kind == "mac-flood"; }));
}

TEST_CASE("an interface that goes away is told, and listened to again when it is back") {
  const test::NetNamespace ns;
  if (!ns.ready()) {
    WARN("SKIPPED: no network namespace with a veth pair can be made here; run as root");
    return;
  }
  auto source = agent::open_interface("near0", 0);
  REQUIRE(source);
  std::vector<analysis::RawFrame> batch;
  const auto notice = [&]() -> std::string {
    for (int i = 0; i < 200; ++i) {
      REQUIRE((*source)->next_batch(batch, std::chrono::milliseconds(50)));
      if (auto told = (*source)->take_notice()) return told->text;
    }
    return "";
  };
  const Octets beat = frame(Octets(6, 0xff), {0x90, 0x00, 1});
  const auto beats_heard = [&] {
    Sender().send(beat);
    for (int i = 0; i < 200; ++i) {
      REQUIRE((*source)->next_batch(batch, std::chrono::milliseconds(50)));
      for (const auto& raw : batch)
        if (raw.bytes.size() == beat.size() && raw.bytes[12] == 0x90) return raw.number;
    }
    return std::uint64_t{0};
  };
  const std::uint64_t before = beats_heard();
  CHECK(before > 0);
  REQUIRE(std::system("ip link del near0") == 0);
  const std::string gone = notice();
  CHECK(gone.find("near0") != std::string::npos);
  REQUIRE(std::system("ip link add near0 type veth peer name far0 && ip link set near0 up && "
                      "ip link set far0 up") == 0);
  CHECK(notice().find("near0: is back") != std::string::npos);
  CHECK(beats_heard() > before);  // numbers go on: a frame is named by its number
  CHECK((*source)->stats().received > before);

  // There, and yet deaf: libpcap says nothing of either.
  for (const auto& [ends, why, begins] :
       {std::array{"ip link set near0 down", "near0: is down", "ip link set near0 up; ip link set far0 up"},
        std::array{"ip link set far0 down", "near0: has no carrier", "ip link set far0 up"}}) {
    REQUIRE(std::system(ends) == 0);
    CHECK(notice().find(why) == 0);
    REQUIRE(std::system(begins) == 0);
    CHECK(notice().find("near0: is back") == 0);
    CHECK(beats_heard() > before);
  }
}
