// What real switches do to their forwarding tables: one test for each line of the
// field's list of deviations, under its name there.
#include <catch2/catch.hpp>

#include "mibs/fdb_rows.h"
#include "tests/mibs/four_ports.h"

using namespace lanwarden;
using namespace lanwarden::mibs;
using namespace lanwarden::mibs::testing;
using topology::Completeness;
using topology::Table;

TEST_CASE("fdb-id-is-not-vid: the map tells the VLAN, its TimeMark is stripped") {
  Agent a = four_ports();
  vlan_fdb(a, 10, 7, "4711.");
  vlan_fdb(a, 20, 8, "4711.");
  a.q_row(7, kClock, 1).q_row(8, kHost, 2);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"A1 vlan 10 learned"});
  CHECK(rows_of(p.snapshot, kHost) == Rows{"A2 vlan 20 learned"});
  CHECK(p.decided("fdb-id-is-not-vid"));
  CHECK(where_texts(a, p, kClock) == Rows{"A1 vlan 10 learned"});
}

TEST_CASE("fdb-id-is-not-vid: without a map the database id is the VLAN") {
  Agent a = four_ports();
  a.q_row(10, kClock, 1);
  CHECK(rows_of(poll(a).snapshot, kClock) == Rows{"A1 vlan 10 learned"});
}

TEST_CASE("fdb-id-is-not-vid: VLANs that share one database leave the VLAN unknown") {
  Agent a = four_ports();
  vlan_fdb(a, 10, 1);
  vlan_fdb(a, 20, 1);
  a.q_row(1, kClock, 1);
  CHECK(rows_of(poll(a).snapshot, kClock) == Rows{"A1 learned"});
}

TEST_CASE("fdb-id-map-lies: a map whose ids never occur in the table is ignored") {
  Agent a = four_ports();
  vlan_fdb(a, 10, 1001);
  vlan_fdb(a, 20, 1002);
  a.q_row(10, kClock, 1).q_row(20, kHost, 2);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"A1 vlan 10 learned"});
  CHECK(p.decided("fdb-id-map-lies"));
}

TEST_CASE("fdb-id-map-lies: the index is the VLAN id whatever the map says") {
  Agent a = four_ports();
  vlan_fdb(a, 1, 1);
  vlan_fdb(a, 10, 2);
  vlan_fdb(a, 20, 3);
  a.q_row(1, host(1), 1).q_row(10, kClock, 1).q_row(20, kHost, 2);
  CHECK(rows_of(poll(a).snapshot, kClock) == Rows{"A1 vlan 10 learned"});
}

TEST_CASE("juniper-vlan-index: the tag stands in the vendor's table") {
  Agent a = four_ports();
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2636.1.1.1.2.39");
  a.q_row(4, kClock, 1);
  SECTION("jnxExVlanTag, before ELS") { a.set("1.3.6.1.4.1.2636.3.40.1.5.1.5.1.5.4", 10); }
  SECTION("the ELS table with its FdbId column") {
    a.set("1.3.6.1.4.1.2636.3.48.1.3.1.1.3.9", 10);
    a.set("1.3.6.1.4.1.2636.3.48.1.3.1.1.5.9", 4);
  }
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"A1 vlan 10 learned"});
  CHECK(where_texts(a, p, kClock) == Rows{"A1 vlan 10 learned"});
}

TEST_CASE("juniper-vlan-index: an ELS database number holds the VLAN's index in its upper half") {
  Agent a = four_ports();
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2636.1.1.1.4.82.5");
  a.set("1.3.6.1.4.1.2636.3.48.1.3.1.1.3.4", 23);
  a.q_row(262144, kClock, 1);
  CHECK(rows_of(poll(a).snapshot, kClock) == Rows{"A1 vlan 23 learned"});
}

TEST_CASE("juniper: a logical unit is its physical port") {
  Agent a;
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2636.1.1.1.2.39");
  a.interface(500, "ge-0/0/5")
      .interface(501, "ge-0/0/5.0", true, 53)
      .base_port(513, 501)
      .q_row(1, kClock, 513);
  CHECK(rows_of(poll(a).snapshot, kClock) == Rows{"ge-0/0/5 vlan 1 learned"});
}

TEST_CASE("port-is-ifindex: the reading that hits existing ports wins") {
  Agent a = four_ports();
  a.q_row(10, kClock, 101).q_row(10, kHost, 103);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"A1 vlan 10 learned"});
  CHECK(p.decided("port-is-ifindex"));
  CHECK(where_texts(a, p, kHost) == Rows{"A3 vlan 10 learned"});
}

TEST_CASE("port-is-ifindex: where both readings hit, the dead ports decide") {
  // Bridge port n is ifIndex n + 1; the stations sit on ifIndexes 2, 3, 4, and 5 is down.
  Agent a;
  a.interface(1, "vlan1", true, 136);
  for (std::uint32_t p = 1; p <= 6; ++p)
    a.interface(p + 1, numbered("P", p), p == 1 || p == 3 || p == 5).base_port(p, p + 1);
  for (int n = 0; n < 3; ++n) a.q_row(1, host(n), 2 + 2 * n);
  CHECK(rows_of(poll(a).snapshot, host(0)) == Rows{"P1 vlan 1 learned"});
}

TEST_CASE("port-is-ifindex: a port number that fits both ways is a bridge port, as the standard says") {
  Agent a;
  for (std::uint32_t p = 1; p <= 6; ++p) a.interface(p + 1, numbered("P", p)).base_port(p, p + 1);
  for (int n = 0; n < 3; ++n) a.q_row(1, host(n), 2 + n);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, host(0)) == Rows{"P2 vlan 1 learned"});
  CHECK_FALSE(p.decided("port-is-ifindex"));
}

TEST_CASE("no-base-port-map: a number that would be a VLAN's own interface names no port") {
  Agent a;
  SECTION("a routed VLAN") { a.interface(514, "Vlan2", true, 136); }
  SECTION("Juniper's base ports begin where its VLAN units may be") {
    a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2636.1.1.1.2.39").interface(514, "vlan.2", true, 135);
  }
  a.bridge_row(kClock, 514).set("1.3.6.1.2.1.17.2.15.1.3.514", 5);
  const topology::SwitchSnapshot s = poll(a).snapshot;
  CHECK(rows_of(s, kClock) == Rows{"no port learned"});
  CHECK(s.stp_ports.empty());
}

TEST_CASE("no-base-port-map: without one the port is an ifIndex") {
  Agent a;
  a.interface(57, "extreme-ethernet 0/57").q_row(96, kClock, 57);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"extreme-ethernet 0/57 vlan 96 learned"});
  CHECK(p.decided("no-base-port-map"));
  CHECK(where_texts(a, p, kClock) == Rows{"extreme-ethernet 0/57 vlan 96 learned"});
}

TEST_CASE("no-base-port-map: a number that names no interface is no port") {
  Agent a;
  a.interface(57, "extreme-ethernet 0/57").q_row(96, kClock, 6145);
  CHECK(rows_of(poll(a).snapshot, kClock) == Rows{"no port vlan 96 learned"});
}

TEST_CASE("no-base-port-map: a truncated map is not replaced by a guess") {
  // The map 1 to 101 … 4 to 104 is cut after one row; port 2 could be read as ifIndex 2, which exists.
  Agent a = four_ports();
  for (std::uint32_t i = 2; i <= 4; ++i) a.interface(i, numbered("wrong", i));
  a.cut["dot1dBasePortTable"] = {1, "no answer"};
  a.q_row(1, kClock, 2).q_row(1, host(1), 3).q_row(1, host(2), 4).q_row(1, kHost, 1);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"no port vlan 1 learned"});
  CHECK(rows_of(p.snapshot, kHost) == Rows{"A1 vlan 1 learned"});
  CHECK(p.snapshot.table(Table::kBasePorts).completeness == Completeness::kPartial);
}

TEST_CASE("no-base-port-map: what the last poll knew of the map completes a truncated one") {
  Agent whole = four_ports();
  whole.q_row(1, kClock, 2).q_row(1, kHost, 1);
  const topology::SwitchSnapshot last = poll(whole).snapshot;
  Agent cut = whole;
  cut.cut["dot1dBasePortTable"] = {1, "no answer"};
  CHECK(rows_of(poll(cut, last).snapshot, kClock) == Rows{"A2 vlan 1 learned"});
}

TEST_CASE("q-bridge-answers-wrong: it is there, but its rows name no port") {
  Agent a = four_ports();
  for (int n = 0; n < 6; ++n) a.q_row(10, host(n), 0).bridge_row(host(n), 1 + n % 4);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, host(1)) == Rows{"A2 vlan 10 learned"});
  CHECK(p.decided("q-bridge-answers-wrong"));
  CHECK(where_texts(a, p, host(1)) == Rows{"A2 learned"});
}

TEST_CASE("q-bridge-answers-wrong: two tables that contradict each other, BRIDGE-MIB is believed") {
  Agent a = four_ports();
  for (int n = 0; n < 8; ++n) a.q_row(10, host(n), 1).bridge_row(host(n), 2 + n % 3);
  CHECK(rows_of(poll(a).snapshot, host(1)) == Rows{"A3 learned"});
}

TEST_CASE("q-bridge-answers-wrong: a station that only BRIDGE-MIB has is not lost") {
  Agent a = four_ports();
  a.q_row(10, kHost, 1).bridge_row(kHost, 1).bridge_row(kClock, 3);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kHost) == Rows{"A1 vlan 10 learned"});
  CHECK(rows_of(p.snapshot, kClock) == Rows{"A3 learned"});
}

TEST_CASE(
    "port-zero-and-self: 0 is not learned here, self is the switch, mgmt and 6 are static, invalid is "
    "neither") {
  Agent a = four_ports();
  a.q_row(1, host(0), 0)
      .q_row(1, host(1), 0, 4)
      .q_row(1, host(2), 2, 5)
      .q_row(1, host(3), 2, 6)
      .q_row(1, host(4), 2, 2);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, host(0)) == Rows{"no port vlan 1 learned"});
  CHECK(rows_of(p.snapshot, host(1)) == Rows{"no port vlan 1 self"});
  CHECK(rows_of(p.snapshot, host(2)) == Rows{"A2 vlan 1 static"});
  CHECK(rows_of(p.snapshot, host(3)) == Rows{"A2 vlan 1 static"});
  CHECK(rows_of(p.snapshot, host(4)) == Rows{"A2 vlan 1 other"});
  const auto own = topology::MacAddress::parse(host(1)).value();
  CHECK(p.snapshot.own_addresses == std::vector{own});
  CHECK(where_texts(a, p, host(0)).empty());
  CHECK(where_texts(a, p, host(1)) == Rows{"no port vlan 1 self"});
}

TEST_CASE("port-zero-and-self: a negative port is no port either") {
  Agent a = four_ports();
  a.bridge_row(kClock, -1);
  CHECK(rows_of(poll(a).snapshot, kClock) == Rows{"no port learned"});
}

TEST_CASE("seven-byte-mac: the index carries a length byte in front") {
  Agent a = four_ports();
  SECTION("in dot1qTpFdbTable") {
    a.set("1.3.6.1.2.1.17.7.1.2.2.1.2.10.6." + mac_index(kClock), 1);
    a.set("1.3.6.1.2.1.17.7.1.2.2.1.3.10.6." + mac_index(kClock), 3);
    const Polled p = poll(a);
    CHECK(rows_of(p.snapshot, kClock) == Rows{"A1 vlan 10 learned"});
    CHECK(where_texts(a, p, kClock) == Rows{"A1 vlan 10 learned"});
  }
  SECTION("in dot1dTpFdbTable") {
    a.set("1.3.6.1.2.1.17.4.3.1.2.6." + mac_index(kClock), 1);
    const Polled p = poll(a);
    CHECK(rows_of(p.snapshot, kClock) == Rows{"A1 learned"});
    CHECK(where_texts(a, p, kClock) == Rows{"A1 learned"});
  }
}

TEST_CASE("running-number-index: the address stands in column 1") {
  Agent a = four_ports();
  a.set("1.3.6.1.2.1.17.4.3.1.1.17", "x:00 0d 4b ce 20 cd");
  a.set("1.3.6.1.2.1.17.4.3.1.2.17", 3);
  a.set("1.3.6.1.2.1.17.4.3.1.3.17", 3);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"A3 learned"});
  CHECK(p.asked("dot1dTpFdbAddress"));
  // No instance can be named by an address: only a walk tells where a station is.
  CHECK(where_request(p.snapshot, topology::MacAddress{}).empty());
}

TEST_CASE("running-number-index: column 1 is not read where the index is the address") {
  Agent a = four_ports();
  a.bridge_row(kClock, 1);
  CHECK_FALSE(poll(a).asked("dot1dTpFdbAddress"));
}

TEST_CASE("shifted-base-ports: the base-port table counts from 49153, the rows from 1") {
  Agent a;
  a.interface(1, "vlan1", true, 136);
  for (std::uint32_t p = 49153; p <= 49160; ++p) a.interface(p, numbered("1/0/", p - 49152)).base_port(p, p);
  a.q_row(1, kClock, 3).q_row(1, kHost, 8);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"1/0/3 vlan 1 learned"});
  CHECK(p.decided("shifted-base-ports"));
  CHECK(where_texts(a, p, kHost) == Rows{"1/0/8 vlan 1 learned"});
}

TEST_CASE("shifted-base-ports: where the base-port table has the numbers, no arithmetic is done") {
  Agent a;
  for (std::uint32_t p = 1; p <= 4; ++p) a.interface(49152 + p, numbered("1/0/", p)).base_port(p, 49152 + p);
  a.q_row(1, kClock, 3);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"1/0/3 vlan 1 learned"});
  CHECK_FALSE(p.decided("shifted-base-ports"));
}

TEST_CASE("columns-disagree: a row without status is learned, a status without port is no place") {
  Agent a = four_ports();
  a.q_row(1, kClock, 1, 0).q_row(1, kHost, 2);
  a.set("1.3.6.1.2.1.17.7.1.2.2.1.3.1." + mac_index(host(1)), 4);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"A1 vlan 1 learned"});
  CHECK(rows_of(p.snapshot, kHost) == Rows{"A2 vlan 1 learned"});
  CHECK(rows_of(p.snapshot, host(1)) == Rows{"no port vlan 1 self"});
}

TEST_CASE("columns-disagree: the same MAC twice keeps both places") {
  Agent a = four_ports();
  a.q_row(1, kClock, 1).q_row(2, kClock, 3);
  CHECK(rows_of(poll(a).snapshot, kClock) == Rows{"A1 vlan 1 learned", "A3 vlan 2 learned"});
}

TEST_CASE("columns-disagree: a status finds its row however far apart the columns came") {
  FdbRows rows;
  Value three, four;
  three.type = four.type = Value::Type::kInteger;
  three.integer = 3;
  four.integer = 4;
  for (std::uint32_t n = 0; n < 1000; ++n) {
    const std::uint32_t index[] = {2, 0, 0, 0, n / 256, n % 256};
    rows.add_port(1, index, three);
  }
  for (std::uint32_t n = 1000; n-- > 0;) {
    const std::uint32_t index[] = {2, 0, 0, 0, n / 256, n % 256};
    rows.add_status(1, index, n % 2 == 0 ? three : four);
  }
  const auto joined = rows.finish();
  REQUIRE(joined.size() == 1000);
  for (const FdbRows::Row& r : joined) CHECK(r.status == (r.mac % 2 == 0 ? 3 : 4));
}

TEST_CASE("lag-without-base-port: the row names the aggregate's ifIndex") {
  Agent a = four_ports();
  a.interface(40000010, "agg10", true, 161).q_row(1, kClock, 40000010).q_row(1, kHost, 1);
  CHECK(rows_of(poll(a).snapshot, kClock) == Rows{"agg10 vlan 1 learned"});
}

TEST_CASE("lag-without-base-port: Alcatel's 4107 is aggregate 10") {
  Agent a = four_ports();
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.6486.800.1.1.2.2.4.1.2");
  a.interface(40000010, "agg10", true, 161).q_row(1, kClock, 4107).q_row(1, kHost, 1);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"agg10 vlan 1 learned"});
  CHECK(where_texts(a, p, kClock) == Rows{"agg10 vlan 1 learned"});
}

TEST_CASE("dot1q-holds-ifindex: one agent, two numberings, decided per table") {
  Agent a = four_ports();
  for (int n = 0; n < 4; ++n) a.q_row(1, host(n), 101 + n).bridge_row(host(n), 1 + n);
  a.bridge_row(kClock, 2);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, host(2)) == Rows{"A3 vlan 1 learned"});
  CHECK(rows_of(p.snapshot, kClock) == Rows{"A2 learned"});
  CHECK(p.decided("dot1q-holds-ifindex"));
  CHECK(where_texts(a, p, host(2)) == Rows{"A3 vlan 1 learned"});
}
