// What switches say by themselves, read for what it means.
#include "mibs/notification.h"

#include <catch2/catch.hpp>

using namespace lanwarden::mibs;
using lanwarden::topology::IfIndex;
using lanwarden::topology::MacAddress;
using Kind = Notified::Kind;

namespace {

const MacAddress kClock = *MacAddress::parse("00:0d:4b:ce:20:cd");
const MacAddress kPrinter = *MacAddress::parse("00:80:77:12:34:56");
const Oid kCiscoMacChanged{1, 3, 6, 1, 4, 1, 9, 9, 215, 2, 0, 1};

/// Variables with their octets, for as long as the test lasts.
class Variables {
 public:
  Variables& number(Oid name, std::int64_t n) {
    Value v;
    v.type = Value::Type::kInteger;
    v.integer = n;
    return add(std::move(name), v, {});
  }
  Variables& octets(Oid name, std::vector<std::uint8_t> octets) {
    Value v;
    v.type = Value::Type::kOctets;
    return add(std::move(name), v, std::move(octets));
  }
  Notified read(const Oid& trap) {
    std::vector<NotifiedVariable> all;
    for (auto& [name, value, octets] : kept_) {
      if (value.type == Value::Type::kOctets) value.octets = octets;
      all.push_back({name.view(), value});
    }
    return read_notification(trap.view(), all);
  }

 private:
  struct Kept {
    Oid name;
    Value value;
    std::vector<std::uint8_t> octets;
  };
  Variables& add(Oid name, Value value, std::vector<std::uint8_t> octets) {
    kept_.push_back({std::move(name), value, std::move(octets)});
    return *this;
  }
  std::vector<Kept> kept_;
};

const Oid kHistory{1, 3, 6, 1, 4, 1, 9, 9, 215, 1, 1, 8, 1, 2, 17};

std::vector<std::uint8_t> tuple(std::uint8_t operation, std::uint16_t vlan, MacAddress mac,
                                std::uint16_t port) {
  std::vector<std::uint8_t> out = {operation, static_cast<std::uint8_t>(vlan >> 8),
                                   static_cast<std::uint8_t>(vlan)};
  for (const std::uint8_t o : mac.octets()) out.push_back(o);
  out.push_back(static_cast<std::uint8_t>(port >> 8));
  out.push_back(static_cast<std::uint8_t>(port));
  return out;
}

std::vector<std::uint8_t> together(std::initializer_list<std::vector<std::uint8_t>> parts) {
  std::vector<std::uint8_t> out;
  for (const auto& part : parts) out.insert(out.end(), part.begin(), part.end());
  return out;
}

}  // namespace

TEST_CASE("the standard notifications are known, as v2 sends them and as v1 does") {
  const auto kind = [](std::uint32_t n) {
    return read_notification(Oid{1, 3, 6, 1, 6, 3, 1, 1, 5, n}.view(), {}).kind;
  };
  CHECK(kind(1) == Kind::kRestarted);
  CHECK(kind(2) == Kind::kRestarted);
  CHECK(kind(3) == Kind::kLink);
  CHECK(kind(4) == Kind::kLink);
  CHECK(kind(5) == Kind::kAuthentication);
  CHECK(kind(9) == Kind::kOther);
  // RFC 3584 §3.1: generic-trap 0 is coldStart, 2 linkDown; 6 is the enterprise's own.
  const Oid enterprise{1, 3, 6, 1, 4, 1, 9, 1, 516};
  CHECK(trap_of_v1(enterprise.view(), 0, 0) == Oid{1, 3, 6, 1, 6, 3, 1, 1, 5, 1});
  CHECK(trap_of_v1(enterprise.view(), 2, 0) == Oid{1, 3, 6, 1, 6, 3, 1, 1, 5, 3});
  CHECK(trap_of_v1(enterprise.view(), 6, 7) == Oid{1, 3, 6, 1, 4, 1, 9, 1, 516, 0, 7});
}

TEST_CASE("a link notification names its port") {
  Variables v;
  v.number({1, 3, 6, 1, 2, 1, 2, 2, 1, 1, 7}, 7).number({1, 3, 6, 1, 2, 1, 2, 2, 1, 8, 7}, 2);
  const Notified n = v.read({1, 3, 6, 1, 6, 3, 1, 1, 5, 3});
  CHECK(n.kind == Kind::kLink);
  CHECK(n.ifindex == IfIndex{7});
}

TEST_CASE("a changed spanning tree or neighbour is a changed topology") {
  CHECK(read_notification(Oid{1, 3, 6, 1, 2, 1, 17, 0, 2}.view(), {}).kind == Kind::kTopology);
  CHECK(read_notification(Oid{1, 0, 8802, 1, 1, 2, 0, 0, 1}.view(), {}).kind == Kind::kTopology);
}

TEST_CASE("Cisco: what a forwarding table learned and lost") {
  Variables v;
  v.octets(kHistory, together({tuple(1, 10, kClock, 3), tuple(2, 10, kPrinter, 4), {0}}));
  const Notified n = v.read(kCiscoMacChanged);
  CHECK(n.kind == Kind::kStations);
  CHECK(n.stations == std::vector{kClock});
  CHECK(n.removed == std::vector{kPrinter});
}

TEST_CASE("Cisco: a station that went and came again is there") {
  Variables v;
  v.octets(kHistory, together({tuple(2, 10, kClock, 3), tuple(1, 10, kClock, 5)}));
  const Notified n = v.read(kCiscoMacChanged);
  CHECK(n.stations == std::vector{kClock});
  CHECK(n.removed.empty());
}

TEST_CASE("Cisco: a message cut off gives what is whole, and group addresses are nobody") {
  auto message = together(
      {tuple(1, 10, kClock, 3), tuple(1, 10, MacAddress{0x01005e000001U}, 3), tuple(1, 10, kPrinter, 4)});
  message.pop_back();
  Variables v;
  v.octets(kHistory, message);
  CHECK(v.read(kCiscoMacChanged).stations == std::vector{kClock});
  Variables nothing;
  nothing.octets(kHistory, {});
  CHECK(nothing.read(kCiscoMacChanged).stations.empty());
}

TEST_CASE("other vendors: each variable that is a station's address") {
  Variables v;
  const auto octets = kClock.octets();
  v.octets({1, 3, 6, 1, 4, 1, 2011, 5, 1}, {octets.begin(), octets.end()});
  v.octets({1, 3, 6, 1, 4, 1, 2011, 5, 2},
           {'D', 'i', '0', '/', '2', '4'});  // a port's name has six octets, too
  const Notified n = v.read({1, 3, 6, 1, 4, 1, 2011, 5, 0, 1});
  CHECK(n.kind == Kind::kStations);
  CHECK(n.stations == std::vector{kClock});
}

TEST_CASE("what is not known means nothing") {
  Variables v;
  v.octets({1, 3, 6, 1, 4, 1, 2011, 5, 2}, {1, 2, 3});
  CHECK(v.read({1, 3, 6, 1, 4, 1, 2011, 5, 0, 2}).kind == Kind::kOther);
  CHECK(read_notification({}, {}).kind == Kind::kOther);
}
