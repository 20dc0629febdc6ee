#include "tests/agent/store_contract.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <tuple>

namespace lanwarden::agent::testing {

using topology::FdbStatus;
using topology::IfIndex;
using topology::Interface;
using topology::Table;

MacPattern pattern(const char* text) { return *MacPattern::parse(text); }

SwitchSnapshot polled_switch(const char* name, Time time) {
  SwitchSnapshot s;
  s.name = name;
  s.address = "10.0.0.1";
  s.time = time;
  s.answered = true;
  s.uptime_cs = static_cast<std::uint64_t>((time - at(-100'000)).count() / 10'000'000);
  for (unsigned i = 1; i <= 8; ++i) {
    Interface port;
    port.ifindex = IfIndex{i};
    port.name = std::string("A").append(std::to_string(i));
    s.interfaces.push_back(port);
  }
  s.table(Table::kInterfaces) = {topology::Completeness::kComplete, 8, ""};
  s.table(Table::kQBridgeFdb) = {topology::Completeness::kComplete, 0, ""};
  return s;
}

void learn(SwitchSnapshot& sw, const char* station, unsigned ifindex, unsigned vlan) {
  sw.fdb.push_back({mac(station), IfIndex{ifindex}, topology::BridgePort{ifindex},
                    VlanId{static_cast<std::uint16_t>(vlan)}, FdbStatus::kLearned});
  std::sort(sw.fdb.begin(), sw.fdb.end(), [](const auto& a, const auto& b) {
    return std::tie(a.mac, a.vlan, a.port) < std::tie(b.mac, b.vlan, b.port);
  });
}

void cut_short(SwitchSnapshot& sw) {
  sw.table(Table::kQBridgeFdb).completeness = topology::Completeness::kPartial;
  sw.table(Table::kQBridgeFdb).cause = "no answer after 100 rows";
}

namespace {

constexpr const char* kClock = "00:0d:4b:ce:20:cd";
constexpr const char* kServer = "00:50:56:00:00:01";
constexpr const char* kPrinter = "00:11:85:00:00:02";

std::size_t save(Store& store, const SwitchSnapshot& s) { return must(store.save_poll({&s, 1})).rows; }
std::vector<Sighting> now(Store& store, const char* text) {
  return must(store.sightings(pattern(text), {}, 100));
}
std::vector<Sighting> then(Store& store, const char* text, Time when) {
  return must(store.sightings(pattern(text), when, 100));
}

SwitchSnapshot floor3(int minutes, const char* station = nullptr, unsigned ifindex = 1) {
  SwitchSnapshot s = polled_switch("floor3", at(minutes));
  if (station != nullptr) learn(s, station, ifindex);
  return s;
}

void empty_store(StoreWorkshop& w) {
  const auto store = w.open();
  CHECK(must(store->snapshots()).empty());
  CHECK(now(*store, "xx:ce:20:cd").empty());
  CHECK(must(store->stations(pattern("*cd"), 10)).empty());
  CHECK(must(store->bindings(mac(kClock))).empty());
  CHECK(must(store->incidents(true)).empty());
  CHECK(must(store->isolations(false)).empty());
  CHECK_FALSE(must(store->incident(1)));
  CHECK_FALSE(must(store->isolation(1)));
  CHECK(must(store->save_poll({})).rows == 0);
}

void a_station_is_found(StoreWorkshop& w) {
  const auto store = w.open();
  CHECK(save(*store, floor3(0, kClock)) == 1);
  for (const char* p : {kClock, "ce:20:cd", "00:0d:4b:", "00:0d:4b:xx:xx:cd"}) {
    INFO(p);
    const auto found = now(*store, p);
    REQUIRE(found.size() == 1);
    CHECK(found[0].mac == mac(kClock));
    CHECK(found[0].switch_name == "floor3");
    CHECK(found[0].port == "A1");
    CHECK(found[0].ifindex == IfIndex{1});
    CHECK(found[0].vlan == VlanId{10});
    CHECK(found[0].from == at(0));
    CHECK(found[0].last_seen == at(0));
    CHECK_FALSE(found[0].until);
  }
  CHECK(now(*store, "ce:20:ce").empty());
}

void unchanged_poll(StoreWorkshop& w) {
  const auto store = w.open();
  CHECK(save(*store, floor3(0, kClock)) == 1);
  CHECK(save(*store, floor3(10, kClock)) == 0);
  const auto found = now(*store, kClock);
  REQUIRE(found.size() == 1);
  CHECK(found[0].from == at(0));
  CHECK(found[0].last_seen == at(10));
}

void complete_walk_closes(StoreWorkshop& w) {
  const auto store = w.open();
  save(*store, floor3(0, kClock));
  save(*store, floor3(10, kClock));
  CHECK(save(*store, floor3(20)) == 1);
  CHECK(now(*store, kClock).empty());
  const auto found = then(*store, kClock, at(15));
  REQUIRE(found.size() == 1);
  CHECK(found[0].last_seen == at(10));
  CHECK(found[0].until == at(20));
  CHECK(found[0].ifindex == IfIndex{1});
  CHECK(then(*store, kClock, at(20)).empty());
  CHECK(then(*store, kClock, at(-1)).empty());
}

void partial_walk_closes_nothing(StoreWorkshop& w) {
  const auto store = w.open();
  auto whole = floor3(0, kClock);
  learn(whole, kServer, 2);
  save(*store, whole);
  auto half = floor3(10, kServer, 2);
  cut_short(half);
  save(*store, half);
  auto found = now(*store, kClock);
  REQUIRE(found.size() == 1);
  CHECK_FALSE(found[0].until);
  CHECK(found[0].last_seen == at(0));
  CHECK(now(*store, kServer)[0].last_seen == at(10));
  half.time = at(20);
  CHECK(save(*store, half) == 0);  // and saying so again costs nothing
  CHECK(now(*store, kClock)[0].last_seen == at(0));
  const auto snapshot = must(store->snapshots()).at(0);
  CHECK(snapshot.fdb.size() == 2);
  CHECK_FALSE(snapshot.fdb_complete());
  // Seen again: the same interval, as if nothing had been.
  whole.time = at(30);
  save(*store, whole);
  found = now(*store, kClock);
  REQUIRE(found.size() == 1);
  CHECK(found[0].from == at(0));
  CHECK(found[0].last_seen == at(30));
}

void partial_walk_opens(StoreWorkshop& w) {
  const auto store = w.open();
  auto half = floor3(0, kClock);
  cut_short(half);
  save(*store, half);
  CHECK(now(*store, kClock).size() == 1);
}

void moved_station(StoreWorkshop& w) {
  const auto store = w.open();
  save(*store, floor3(0, kClock, 1));
  CHECK(save(*store, floor3(10, kClock, 5)) == 2);
  const auto found = now(*store, kClock);
  REQUIRE(found.size() == 1);
  CHECK(found[0].port == "A5");
  CHECK(then(*store, kClock, at(5)).at(0).port == "A1");
}

void moved_in_half_a_table(StoreWorkshop& w) {
  const auto store = w.open();
  save(*store, floor3(0, kClock, 1));
  auto half = floor3(10, kClock, 5);
  cut_short(half);
  save(*store, half);
  const auto found = now(*store, kClock);  // the history says no more than it knows
  REQUIRE(found.size() == 2);
  CHECK(found[0].port == "A5");
  CHECK(found[1].port == "A1");
  CHECK(found[1].last_seen == at(0));
  const auto snapshot = must(store->snapshots()).at(0);  // a filtering database holds a station once
  REQUIRE(snapshot.fdb.size() == 1);
  CHECK(snapshot.fdb[0].port == IfIndex{5});
}

void one_station_on_two_ports(StoreWorkshop& w) {
  const auto store = w.open();
  auto s = floor3(0, kClock, 1);
  learn(s, kClock, 2);
  learn(s, kClock, 1, 20);
  CHECK(save(*store, s) == 3);
  CHECK(now(*store, kClock).size() == 3);
  CHECK(must(store->snapshots()).at(0).fdb == s.fdb);
}

void returned_station(StoreWorkshop& w) {
  const auto store = w.open();
  save(*store, floor3(0, kClock));
  save(*store, floor3(10));
  save(*store, floor3(20, kClock));
  CHECK(now(*store, kClock).at(0).from == at(20));
  CHECK(then(*store, kClock, at(5)).size() == 1);
  CHECK(then(*store, kClock, at(15)).empty());
}

void silent_switch(StoreWorkshop& w) {
  const auto store = w.open();
  save(*store, floor3(0, kClock));
  SwitchSnapshot silent;
  silent.name = "floor3";
  silent.address = "10.0.0.1";
  silent.time = at(10);
  silent.problems = {"no answer"};
  CHECK(save(*store, silent) == 0);
  CHECK(now(*store, kClock).at(0).last_seen == at(0));
  auto snapshot = must(store->snapshots()).at(0);
  CHECK(snapshot.answered);
  CHECK(snapshot.time == at(0));
  CHECK(snapshot.fdb.size() == 1);
  CHECK(snapshot.problems == std::vector<std::string>{"no answer"});
  save(*store, floor3(20, kClock));
  CHECK(must(store->snapshots()).at(0).problems.empty());
}

void never_answered(StoreWorkshop& w) {
  const auto store = w.open();
  SwitchSnapshot silent;
  silent.name = "attic";
  silent.address = "10.0.0.9";
  silent.time = at(1);
  silent.problems = {"no answer"};
  save(*store, silent);
  const auto snapshot = must(store->snapshots()).at(0);
  CHECK_FALSE(snapshot.answered);
  CHECK(snapshot.name == "attic");
  CHECK(snapshot.address == "10.0.0.9");
  CHECK(snapshot.time == at(1));
  CHECK(snapshot.problems == std::vector<std::string>{"no answer"});
}

void router_has_no_fdb(StoreWorkshop& w) {
  const auto store = w.open();
  save(*store, floor3(0, kClock));
  auto without = floor3(10);
  without.tables = {};
  without.table(Table::kAddresses).completeness = topology::Completeness::kComplete;
  CHECK(save(*store, without) == 0);
  CHECK(now(*store, kClock).at(0).last_seen == at(0));
}

void renumbered_interfaces(StoreWorkshop& w) {
  const auto store = w.open();
  save(*store, floor3(0, kClock, 1));
  auto after = floor3(10, kClock, 101);
  after.uptime_cs = 500;
  for (auto& i : after.interfaces) i.ifindex = IfIndex{i.ifindex.value + 100};
  CHECK(save(*store, after) == 1);  // the bridge port is another; the interval stays
  const auto found = now(*store, kClock);
  REQUIRE(found.size() == 1);
  CHECK(found[0].from == at(0));
  CHECK(found[0].port == "A1");
  CHECK(found[0].ifindex == IfIndex{101});
}

void swapped_numbers(StoreWorkshop& w) {
  // A2 is pulled out, and its number goes to A3, in a table that was cut short.
  const auto store = w.open();
  save(*store, floor3(0, kClock, 2));
  auto after = floor3(10, kServer, 2);
  after.interfaces.erase(after.interfaces.begin() + 1, after.interfaces.begin() + 3);
  Interface a3;
  a3.ifindex = IfIndex{2};
  a3.name = "A3";
  after.interfaces.insert(after.interfaces.begin() + 1, a3);
  cut_short(after);
  save(*store, after);
  CHECK(now(*store, kClock).at(0).port == "A2");
  CHECK(now(*store, kClock).at(0).ifindex == topology::kNoInterface);
  CHECK(now(*store, kServer).at(0).port == "A3");
  const auto fdb = must(store->snapshots()).at(0).fdb;  // the clock's port has no number now
  REQUIRE(fdb.size() == 1);
  CHECK(fdb[0].mac == mac(kServer));
}

void interfaces_unread(StoreWorkshop& w) {
  const auto store = w.open();
  save(*store, floor3(0, kClock, 1));
  auto without = floor3(10, kClock, 1);
  without.interfaces.clear();
  without.table(Table::kInterfaces).completeness = topology::Completeness::kPartial;
  CHECK(save(*store, without) == 0);
  CHECK(now(*store, kClock).at(0).port == "A1");
}

void ports_of_one_name(StoreWorkshop& w) {
  const auto store = w.open();
  auto s = floor3(0, kClock, 1);
  learn(s, kServer, 2);
  s.interfaces[0].name = s.interfaces[1].name = "ethernet";
  save(*store, s);
  CHECK(now(*store, kClock).at(0).port != now(*store, kServer).at(0).port);
  CHECK(must(store->snapshots()).at(0).fdb == s.fdb);
}

void row_on_no_port(StoreWorkshop& w) {
  const auto store = w.open();
  const auto s = floor3(0, kClock, 0);
  save(*store, s);
  const auto found = now(*store, kClock);
  REQUIRE(found.size() == 1);
  CHECK(found[0].port.empty());
  CHECK(found[0].ifindex == topology::kNoInterface);
  CHECK(must(store->snapshots()).at(0).fdb == s.fdb);
}

void changed_status(StoreWorkshop& w) {
  const auto store = w.open();
  auto s = floor3(0, kClock);
  save(*store, s);
  s.time = at(10);
  s.fdb[0].status = FdbStatus::kStatic;
  CHECK(save(*store, s) == 1);
  CHECK(now(*store, kClock).at(0).status == FdbStatus::kStatic);
  CHECK(now(*store, kClock).at(0).from == at(0));
}

void clock_set_back(StoreWorkshop& w) {
  const auto store = w.open();
  save(*store, floor3(60, kClock));
  save(*store, floor3(0, kServer, 2));
  const auto found = then(*store, kServer, at(60));
  REQUIRE(found.size() == 1);
  CHECK(found[0].from == at(60));
  CHECK(now(*store, kClock).empty());
}

void many_switches(StoreWorkshop& w) {
  const auto store = w.open();
  const std::array polls = {floor3(0, kClock), polled_switch("attic", at(1)), polled_switch("core", at(2))};
  must(store->save_poll(polls));
  save(*store, floor3(10));
  const auto all = must(store->snapshots());
  REQUIRE(all.size() == 3);
  CHECK(all[0].name == "attic");
  CHECK(all[1].name == "core");
  CHECK(all[2].name == "floor3");
  CHECK(all[0].time == at(1));
  const std::array<std::string, 3> asked = {"floor3", "core", "nobody"};
  const auto some = must(store->snapshots(asked));
  REQUIRE(some.size() == 2);
  CHECK(some[0].name == "core");
  CHECK(some[1].name == "floor3");
  CHECK(some[1].fdb == all[2].fdb);
}

void order_and_limit(StoreWorkshop& w) {
  const auto store = w.open();
  auto core = polled_switch("core", at(5));
  learn(core, kClock, 3);
  auto s = floor3(0, kClock);
  learn(s, kPrinter, 2);
  const std::array polls = {s, core};
  must(store->save_poll(polls));
  const auto found = must(store->sightings(pattern("00:"), {}, 100));
  REQUIRE(found.size() == 3);
  CHECK(found[0].mac == mac(kClock));
  CHECK(found[0].switch_name == "core");  // newest first
  CHECK(found[1].switch_name == "floor3");
  CHECK(found[2].mac == mac(kPrinter));
  CHECK(must(store->sightings(pattern("00:"), {}, 2)).size() == 2);
}

void history_of_a_station(StoreWorkshop& w) {
  const auto store = w.open();
  save(*store, floor3(0, kClock, 1));
  save(*store, floor3(10, kClock, 2));
  save(*store, floor3(20, kClock, 2));
  save(*store, floor3(30, kPrinter, 3));
  const auto all = must(store->history(mac(kClock), at(-1), 100));
  REQUIRE(all.size() == 2);
  CHECK(all[0].port == "A1");
  CHECK(all[0].from == at(0));
  CHECK(all[0].last_seen == at(0));
  CHECK(all[0].until == at(10));
  CHECK(all[1].port == "A2");
  CHECK(all[1].from == at(10));
  CHECK(all[1].last_seen == at(20));
  CHECK(all[1].until == at(30));
  CHECK(must(store->history(mac(kClock), at(15), 100)).size() == 1);
  CHECK(must(store->history(mac(kClock), at(30), 100)).empty());
  CHECK(must(store->history(mac(kClock), at(-1), 1)).size() == 1);
  const auto open = must(store->history(mac(kPrinter), at(100), 100));
  REQUIRE(open.size() == 1);
  CHECK_FALSE(open[0].until);
  CHECK(open[0].last_seen == at(30));
}

void stations_known(StoreWorkshop& w) {
  const auto store = w.open();
  auto s = floor3(0, kClock);
  learn(s, "01:00:5e:00:00:fb", 2);
  learn(s, "00:00:00:00:00:00", 3);
  save(*store, s);
  save(*store, floor3(10));
  const IpBinding heard{*IpAddress::parse("192.168.0.10"), mac(kServer), at(0), "sniffed"};
  must(store->save_bindings({&heard, 1}));
  CHECK(must(store->stations(pattern("*"), 10)) == std::vector{mac(kClock), mac(kServer)});
  CHECK(must(store->stations(pattern("*"), 1)).size() == 1);
  CHECK(must(store->stations(pattern("00:50:"), 10)) == std::vector{mac(kServer)});
}

void addresses(StoreWorkshop& w) {
  const auto store = w.open();
  const auto ip = *IpAddress::parse("192.168.0.77");
  const auto ip6 = *IpAddress::parse("fe80::20d:4bff:fece:20cd");
  const std::array first = {IpBinding{ip, mac(kClock), at(0), "gw (ARP)"},
                            IpBinding{ip6, mac(kClock), at(1), "gw (ND)"},
                            IpBinding{ip, mac(kServer), at(2), "sniffed"}};
  must(store->save_bindings(first));
  const std::array again = {IpBinding{ip, mac(kClock), at(9), "gw (ARP)"},
                            IpBinding{ip6, mac(kClock), at(-9), "gw (ND)"}};
  must(store->save_bindings(again));
  const auto holders = must(store->bindings(ip));
  REQUIRE(holders.size() == 2);
  CHECK(holders[0].mac == mac(kClock));
  CHECK(holders[0].last_seen == at(9));
  CHECK(holders[0].source == "gw (ARP)");
  CHECK(holders[1].mac == mac(kServer));
  const auto of_clock = must(store->bindings(mac(kClock)));
  REQUIRE(of_clock.size() == 2);
  CHECK(of_clock[0].ip == ip);
  CHECK(of_clock[1].ip == ip6);
  CHECK(of_clock[1].last_seen == at(1));  // older news change nothing
}

void router_addresses(StoreWorkshop& w) {
  const auto store = w.open();
  auto gw = polled_switch("gw", at(3));
  gw.addresses.push_back({*IpAddress::parse("192.168.0.77"), mac(kClock), IfIndex{1}});
  save(*store, gw);
  const auto found = must(store->bindings(mac(kClock)));
  REQUIRE(found.size() == 1);
  CHECK(found[0].source == "gw (ARP)");
  CHECK(found[0].last_seen == at(3));
}

Incident clock_incident() {
  Incident i;
  i.kind = "arp-bogus-responder";
  i.severity = "critical";
  i.mac = mac(kClock);
  i.summary = "answers every address probe";
  i.opened = i.updated = at(0);
  i.events = {{at(0), IncidentState::kOpen, "three probes answered", R"({"probes":3})"}};
  return i;
}

void incident_life(StoreWorkshop& w) {
  const auto store = w.open();
  const auto id = must(store->open_incident(clock_incident()));
  must(store->append_event(id, {at(1), IncidentState::kLocated, "floor3 A1", ""}, "floor3", "A1"));
  must(store->append_event(id, {at(2), IncidentState::kIsolated, "shut", "{}"}));
  const auto found = must(w.open()->incident(id));
  REQUIRE(found);
  CHECK(found->state == IncidentState::kIsolated);
  CHECK(found->switch_name == "floor3");
  CHECK(found->port == "A1");
  CHECK(found->opened == at(0));
  CHECK(found->updated == at(2));
  CHECK(found->kind == "arp-bogus-responder");
  CHECK(found->severity == "critical");
  CHECK(found->summary == "answers every address probe");
  REQUIRE(found->events.size() == 3);
  CHECK(found->events[0].data_json == R"({"probes":3})");
  CHECK(found->events[1].state == IncidentState::kLocated);
  CHECK(found->events[2].text == "shut");
}

void incidents_merge(StoreWorkshop& w) {
  const auto store = w.open();
  const auto id = must(store->open_incident(clock_incident()));
  CHECK(must(store->find_open_incident("arp-bogus-responder", mac(kClock)))->id == id);
  CHECK_FALSE(must(store->find_open_incident("ip-conflict", mac(kClock))));
  CHECK_FALSE(must(store->find_open_incident("arp-bogus-responder", mac(kServer))));
  must(store->append_event(id, {at(5), IncidentState::kClosed, "gone", ""}));
  CHECK_FALSE(must(store->find_open_incident("arp-bogus-responder", mac(kClock))));
}

void incidents_listed(StoreWorkshop& w) {
  const auto store = w.open();
  auto late = clock_incident();
  late.opened = late.updated = at(10);
  const auto second = must(store->open_incident(late));
  const auto first = must(store->open_incident(clock_incident()));
  const auto all = must(store->incidents(false));
  REQUIRE(all.size() == 2);
  CHECK(all[0].id == second);
  CHECK(all[1].id == first);
  CHECK(all[0].events.empty());
  CHECK(must(store->incidents(true))[0].events.size() == 1);
}

void unknown_ids(StoreWorkshop& w) {
  const auto store = w.open();
  CHECK_FALSE(store->append_event(7, {at(0), IncidentState::kOpen, "", ""}));
}

void two_connections(StoreWorkshop& w) {
  const auto daemon = w.open();
  const auto command = w.open();
  save(*daemon, floor3(0, kClock));
  CHECK(now(*command, kClock).size() == 1);
  save(*command, floor3(10));
  CHECK(now(*daemon, kClock).empty());
}

void odd_bytes(StoreWorkshop& w) {
  const auto store = w.open();
  auto s = floor3(0, kClock, 1);
  s.interfaces[0].name = "caf\xe9/\"1\"';--";
  s.interfaces[0].alias = std::string("\0\xff\xfe", 3);
  save(*store, s);
  CHECK(now(*store, kClock).at(0).port == s.interfaces[0].name);
  const auto back = must(store->snapshots()).at(0);
  CHECK(back.interfaces[0].name == s.interfaces[0].name);
  CHECK(back.interfaces[0].alias == s.interfaces[0].alias);
}

constexpr ContractCase kCases[] = {
    {"an empty store knows nothing, and says so without an error", empty_store},
    {"a polled station is found by any pattern", a_station_is_found},
    {"a poll that finds nothing new writes no row and moves last_seen", unchanged_poll},
    {"a complete walk that no longer has a row closes its interval", complete_walk_closes},
    {"a table cut short closes nothing, and says when the row was last seen", partial_walk_closes_nothing},
    {"a table cut short still tells of new stations", partial_walk_opens},
    {"a station that moved has two intervals, one open", moved_station},
    {"seen elsewhere in half a table: history keeps both, the snapshot the newer", moved_in_half_a_table},
    {"one station on two ports and in two VLANs is three rows", one_station_on_two_ports},
    {"a station that comes back begins a new interval", returned_station},
    {"a switch that fell silent keeps its last snapshot, with the problem", silent_switch},
    {"a switch that never answered is listed as such", never_answered},
    {"no forwarding table at all is no news about stations", router_has_no_fdb},
    {"renumbered interfaces: the port's name is its identity", renumbered_interfaces},
    {"a row never points at the port that inherited a number", swapped_numbers},
    {"when the interfaces could not be read, ports keep their names", interfaces_unread},
    {"two ports of one name are not one port", ports_of_one_name},
    {"a row that maps to no port has none", row_on_no_port},
    {"a row that becomes static stays the same interval", changed_status},
    {"a clock set back makes no interval end before it began", clock_set_back},
    {"snapshots of all switches ever polled come sorted by name", many_switches},
    {"sightings come by address, newest first, and no more than asked for", order_and_limit},
    {"the history of a station is its intervals, in the order in which they began", history_of_a_station},
    {"stations are known from tables and from addresses, groups are none", stations_known},
    {"addresses bind to stations, newest first, and old news change nothing", addresses},
    {"a polled router's address table gives bindings", router_addresses},
    {"an incident lives through its steps", incident_life},
    {"a second finding merges into the open incident, not into a closed one", incidents_merge},
    {"incidents are listed newest first", incidents_listed},
    {"what does not exist cannot be changed", unknown_ids},
    {"two connections see each other's work", two_connections},
    {"names of any bytes come back as they were", odd_bytes},
};

}  // namespace

std::span<const ContractCase> store_contract() { return kCases; }

}  // namespace lanwarden::agent::testing
