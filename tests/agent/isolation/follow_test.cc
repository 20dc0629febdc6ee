// A locator that stays: after the poll of one switch its fabric is what a new one would infer.
#include <chrono>

#include "tests/agent/isolation/one_switch.h"
#include "topology/freeze.h"
#include "topology/inference.h"

using namespace lanwarden::agent;
using namespace lanwarden::agent::testing;
using lanwarden::topology::SwitchId;

TEST_CASE("after the poll of one switch the fabric that follows is the one that a new process infers") {
  Building building;
  building.poll_now();
  lanwarden::snmp::Collector collector(building.config.targets());
  Locator stays(building.config, *building.store, &collector);
  stays.keep_up();
  REQUIRE(stays.load());
  REQUIRE(stays.fabric().stations({SwitchId{0}, lanwarden::topology::IfIndex{2}}).size() == 1);

  const auto is_that_of_a_new_one = [&] {
    Locator fresh(building.config, *building.store, nullptr);
    REQUIRE(fresh.load());
    return lanwarden::topology::freeze(stays.fabric()) == lanwarden::topology::freeze(fresh.fabric());
  };
  const SwitchId floor3{0};
  SECTION("a station came") {
    building.change([](TableMib& mib) { learn(mib.table(), *MacAddress::parse("00:1a:4b:00:00:02"), 2); });
    REQUIRE(stays.poll(std::span(&floor3, 1)));
    CHECK(stays.fabric().stations({floor3, lanwarden::topology::IfIndex{2}}).size() == 2);
    CHECK(is_that_of_a_new_one());
  }
  SECTION("the switch is silent: what it said before still holds") {
    building.faults("dead");
    REQUIRE(stays.poll(std::span(&floor3, 1)));
    CHECK(stays.fabric().stations({floor3, lanwarden::topology::IfIndex{2}}).size() == 1);
    CHECK(is_that_of_a_new_one());
  }
  SECTION("another process has polled meanwhile: its poll is read as well") {
    building.change([](TableMib& mib) { learn(mib.table(), *MacAddress::parse("00:1a:4b:00:00:02"), 2); });
    Locator other(building.config, *building.store, &collector);
    REQUIRE(other.load());
    REQUIRE(other.poll({}));
    REQUIRE(stays.poll(std::span(&floor3, 1)));
    CHECK(stays.fabric().stations({floor3, lanwarden::topology::IfIndex{2}}).size() == 2);
    CHECK(is_that_of_a_new_one());
  }
}
