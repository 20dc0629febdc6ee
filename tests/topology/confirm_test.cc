// Do the switches around a port agree?
#include "topology/confirm.h"

#include <catch2/catch.hpp>

#include "tests/topology/drawing.h"

using namespace lanwarden::topology;

namespace {

constexpr auto kChain = R"(
    a1 --- a.1
    a2 --- a.2
           a.24 --- b.1
    b1 --- b.2
    b2 --- b.3
    gone --- b.5
           b.24 --- c.1
    c1 --- c.2
    c2 --- c.3
           c.4 --- d.1
    d1 --- d.2
    d2 --- d.3
)";

std::string doubtful(const Drawing& lan, std::string_view station, std::string_view sw, unsigned port) {
  const Fabric fabric = lan.fabric();
  const auto rows = stored_rows(fabric, Drawing::mac(station));
  std::string names;
  for (const SwitchId s : unconfirmed(fabric, {Drawing::mac(station), rows, {}}, at(fabric, sw, port)))
    names += (names.empty() ? "" : " ") + fabric.snapshot(s).name;
  return names;
}

bool all_the_way(const Drawing& lan, std::string_view station, std::string_view listener, std::string_view sw,
                 unsigned port) {
  const Fabric fabric = lan.fabric();
  const auto rows = stored_rows(fabric, Drawing::mac(station));
  return holds_all_the_way(fabric, {Drawing::mac(station), rows, {}}, Drawing::mac(listener),
                           at(fabric, sw, port));
}

}  // namespace

TEST_CASE("a port is confirmed when every switch next to its own points there") {
  Drawing lan(kChain);
  CHECK(doubtful(lan, "b1", "b", 2).empty());
  lan.forget("c", "b1");
  CHECK(doubtful(lan, "b1", "b", 2) == "c");  // d, beyond, points to c: the station may be at c as well
  lan.forget("a", "b1");
  CHECK(doubtful(lan, "b1", "b", 2) == "a c");
}

TEST_CASE("a switch further away need not know the station") {
  Drawing lan(kChain);
  lan.forget("d", "b1");
  CHECK(doubtful(lan, "b1", "b", 2).empty());
}

TEST_CASE("a row of the past, confirmed by a row of the past, and a hole where the station is now") {
  Drawing lan(kChain);
  // c1 was at b.5; its own switch shows nothing of it now, and a points to b either way.
  for (const char* sw : {"a", "b", "c", "d"}) lan.forget(sw, "gone");
  lan.stale("b", "c1", 5).stale("d", "c1", 1).forget("c", "c1");
  CHECK(where(lan.fabric(), "c1") == "edge b 5");
  CHECK(doubtful(lan, "c1", "b", 5) == "c");
}

TEST_CASE("a row on another port is no confirmation") {
  Drawing lan(kChain);
  lan.stale("c", "b1", 3);
  CHECK(doubtful(lan, "b1", "b", 2) == "c");
}

TEST_CASE("each switch on a segment is next to the others") {
  Drawing lan(R"(
    a1 --- a.1
    a2 --- a.2
    a3 --- a.3
           a.24 --- hub1
    b1 --- b.1
    b2 --- b.2
           b.24 --- hub1
    c1 --- c.1
    c2 --- c.2
           c.24 --- hub1
    h1 --- hub1
    h2 --- hub1
)");
  CHECK(doubtful(lan, "a1", "a", 1).empty());
  lan.forget("b", "a1");
  CHECK(doubtful(lan, "a1", "a", 1) == "b");
}

TEST_CASE("a switch without the station's VLAN cannot point to it") {
  Drawing lan(kChain);
  lan.forget("a", "b1");
  for (FdbEntry& e : lan["b"].fdb)
    if (e.mac == Drawing::mac("b1")) e.vlan = VlanId{20};
  lan["a"].vlans = {{VlanId{10}, "office", {}, {}}};
  CHECK(doubtful(lan, "b1", "b", 2).empty());
  lan["a"].vlans.push_back({VlanId{20}, "plant", {}, {}});
  CHECK(doubtful(lan, "b1", "b", 2) == "a");
}

TEST_CASE("what a frame has passed has learned: all the way to the listener, or it is not believed") {
  Drawing lan(kChain);
  CHECK(all_the_way(lan, "b1", "d1", "b", 2));
  CHECK(all_the_way(lan, "b1", "b2", "b", 2));
  SECTION("a hole beside the way does not matter") {
    lan.forget("a", "b1");
    CHECK(all_the_way(lan, "b1", "d1", "b", 2));
  }
  SECTION("a hole on the way does") {
    lan.forget("c", "b1");
    CHECK_FALSE(all_the_way(lan, "b1", "d1", "b", 2));
    CHECK(all_the_way(lan, "b1", "a1", "b", 2));
  }
  SECTION("and so does one where the listener is") {
    lan.forget("d", "b1");
    CHECK_FALSE(all_the_way(lan, "b1", "d1", "b", 2));
  }
  SECTION("a listener whom no table has") { CHECK_FALSE(all_the_way(lan, "b1", "nobody", "b", 2)); }
  SECTION("the station does not prove itself") { CHECK_FALSE(all_the_way(lan, "b1", "b1", "b", 2)); }
}
