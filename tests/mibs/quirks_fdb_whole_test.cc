// What real switches do to their forwarding tables, continued: vendors' own tables, addresses that are no
// stations, and when a table is whole.
#include <catch2/catch.hpp>

#include "tests/mibs/four_ports.h"

using namespace lanwarden;
using namespace lanwarden::mibs;
using namespace lanwarden::mibs::testing;
using topology::Completeness;
using topology::Table;

TEST_CASE("private-fdb: TiMOS keeps its rows in tlsFdbInfoTable") {
  Agent a;
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.6527.1.3.23").interface(1342177281, "lag-1", true, 161);
  a.set("1.3.6.1.4.1.6527.3.1.2.4.2.4.1.5.70." + mac_index(kClock), 1342177281);
  a.set("1.3.6.1.4.1.6527.3.1.2.4.2.4.1.6.70." + mac_index(kClock), 0x0fff0046);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"lag-1 vlan 70 learned"});
  CHECK(p.snapshot.fdb_complete());
  CHECK(where_texts(a, p, kClock) == Rows{"lag-1 vlan 70 learned"});
}

TEST_CASE("private-fdb: AOS 6 keeps its rows in slMacAddressTable") {
  Agent a;
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.6486.800.1.1.2.1.13.1.2").interface(1001, "1/1");
  a.set("1.3.6.1.4.1.6486.800.1.2.1.8.1.1.1.1.3.1001.11." + mac_index(kClock), 1);
  a.base_port(1, 1001);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"1/1 vlan 11 learned"});
  // The port stands in the index, so no instance can be named: BRIDGE-MIB's silence must not pass for an
  // answer.
  CHECK(where_request(p.snapshot, topology::MacAddress::parse(kClock).value()).empty());
}

TEST_CASE("private-fdb: AOS 7 and 8 keep their rows in alaSlMacAddressGlobalTable") {
  Agent a;
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.6486.801.1.1.2.1.11.1.7").interface(1001, "1/1/1");
  const std::string column = "1.3.6.1.4.1.6486.801.1.2.1.8.1.1.8.1.7.";
  a.set(column + "1.0.1001.11.0." + mac_index(kClock), 4);
  a.set(column + "2.1.1001.11.0." + mac_index(kHost), 4);  // a tunnel's
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"1/1/1 vlan 11 learned"});
  CHECK(p.snapshot.fdb.size() == 1);
  CHECK(p.snapshot.fdb_complete());
}

TEST_CASE("private-fdb: Huawei's BRIDGE-MIB has hardly a row, hwDynFdbTable has them all") {
  Agent a = four_ports();
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.2011.2.23.291").bridge_row(host(1), 1);
  const std::string column = "1.3.6.1.4.1.2011.5.25.42.2.1.3.1.4.";
  a.set(column + mac_index(kClock) + ".100.0", 103).set(column + mac_index(host(1)) + ".100.1.0", 101);
  const Polled p = poll(a);
  CHECK(rows_of(p.snapshot, kClock) == Rows{"A3 vlan 100 learned"});
  CHECK(rows_of(p.snapshot, host(1)) == Rows{"A1 vlan 100 learned"});
  // BRIDGE-MIB would say that it does not know the clock: nothing is asked of it, the poll's rows stand.
  CHECK(where_request(p.snapshot, topology::MacAddress::parse(kClock).value()).empty());
}

TEST_CASE(
    "private-fdb: other vendors' tables are not asked for, except of an agent that does not say whose it "
    "is") {
  Agent a = four_ports();
  CHECK_FALSE(poll(a).asked("tlsFdbInfoTable"));
  a.contexts[""].erase(Oid{1, 3, 6, 1, 2, 1, 1, 2, 0});
  CHECK(poll(a).asked("tlsFdbInfoTable"));
}

TEST_CASE("zero-and-group-addresses: such rows are kept, and are nobody's own address") {
  Agent a = four_ports();
  a.q_row(1, "00:00:00:00:00:00", 1, 4)
      .q_row(1, "ff:ff:ff:ff:ff:ff", 0, 4)
      .q_row(1, "00:00:5e:00:01:05", 0, 4);
  a.q_row(1, "00:00:0c:07:ac:01", 2);
  const Polled p = poll(a);
  CHECK(p.snapshot.own_addresses.empty());
  CHECK(rows_of(p.snapshot, "00:00:0c:07:ac:01") == Rows{"A2 vlan 1 learned"});
  CHECK(rows_of(p.snapshot, "00:00:5e:00:01:05") == Rows{"no port vlan 1 self"});
}

TEST_CASE("partial-then-complete: a table that was cut is partial, and proves no absence") {
  Agent a = four_ports();
  a.q_row(1, kClock, 1).q_row(1, kHost, 2);
  a.cut["dot1qTpFdbTable"] = {1, "OID not increasing"};
  const Polled p = poll(a);
  CHECK(p.snapshot.table(Table::kQBridgeFdb).completeness == Completeness::kPartial);
  CHECK(p.snapshot.table(Table::kQBridgeFdb).cause == "OID not increasing");
  CHECK_FALSE(p.snapshot.fdb_complete());
  CHECK(p.snapshot.problems == Rows{"dot1qTpFdbTable is incomplete: OID not increasing"});
  CHECK(p.snapshot.table(Table::kInterfaces).completeness == Completeness::kComplete);
}

TEST_CASE(
    "partial-then-complete: a table that ran empty at one blow is believed when the next poll says so too") {
  Agent full = four_ports();
  full.set("1.3.6.1.2.1.1.3.0", 1000);
  for (int n = 0; n < 12; ++n) full.q_row(1, host(n), 1 + n % 4);
  Agent empty = four_ports();
  empty.set("1.3.6.1.2.1.1.3.0", 2000);
  const Polled first = poll(empty, poll(full).snapshot);
  CHECK_FALSE(first.snapshot.fdb_complete());
  CHECK(first.snapshot.problems.size() == 1);
  CHECK(poll(empty, first.snapshot).snapshot.fdb_complete());
  SECTION("after a reboot it is empty indeed") {
    empty.set("1.3.6.1.2.1.1.3.0", 10);
    CHECK(poll(empty, poll(full).snapshot).snapshot.fdb_complete());
  }
}

TEST_CASE("completeness: an absent Q-BRIDGE beside a whole BRIDGE-MIB is complete, a partial one is not") {
  Agent a = four_ports();
  a.bridge_row(kClock, 1);
  const Polled p = poll(a);
  CHECK(p.snapshot.table(Table::kQBridgeFdb).completeness == Completeness::kAbsent);
  CHECK(p.snapshot.table(Table::kBridgeFdb).completeness == Completeness::kComplete);
  CHECK(p.snapshot.fdb_complete());
  a.cut["dot1qTpFdbTable"] = {0, "no answer"};
  CHECK_FALSE(poll(a).snapshot.fdb_complete());
}

TEST_CASE(
    "completeness: an empty vendor's table beside an empty BRIDGE-MIB proves nothing without base ports") {
  Agent a;
  a.set_oid("1.3.6.1.2.1.1.2.0", "1.3.6.1.4.1.6527.1.3.23").interface(1, "p1");
  CHECK_FALSE(poll(a).snapshot.fdb_complete());
}
