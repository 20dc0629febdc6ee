// Addresses, names, links, switches and ports over time.
#include <catch2/catch.hpp>

#include "tests/agent/store_contract.h"

namespace lanwarden::agent::testing {
namespace {

using topology::IfIndex;
using topology::Table;

constexpr int kDay = 24 * 60;
const char* const kPrinter = "00:80:77:00:00:03";
const char* const kPhone = "00:04:f2:00:00:07";

void poll(Store& store, const SwitchSnapshot& s) { must(store.save_poll({&s, 1})); }

SwitchSnapshot gateway(int minute) {
  auto gw = polled_switch("gw", at(minute));
  gw.table(Table::kAddresses).completeness = topology::Completeness::kComplete;
  return gw;
}
void holds(SwitchSnapshot& gw, const char* ip, const char* station) {
  gw.addresses.push_back({*IpAddress::parse(ip), mac(station), IfIndex{1}});
}

std::string minutes(Time time) {
  return std::to_string(std::chrono::duration_cast<std::chrono::minutes>(time - at(0)).count());
}

/// "10.0.0.9 of 00:…:03 by gw (ARP) 0-20, ended 30"
template <class T>
std::string times(const T& t) {
  std::string text = minutes(t.from) + "-" + minutes(t.last_seen);
  return t.until ? text + ", ended " + minutes(*t.until) : text;
}
std::vector<std::string> told(const std::vector<IpBinding>& all) {
  std::vector<std::string> text;
  for (const IpBinding& b : all)
    text.push_back(b.ip.to_string() + " " + b.mac.to_string().substr(15) + " " + b.source + " " + times(b));
  return text;
}
std::vector<std::string> told(const std::vector<NameBinding>& all) {
  std::vector<std::string> text;
  for (const NameBinding& n : all)
    text.push_back(n.name + " " + std::string(to_string(n.source)) + " " + times(n));
  return text;
}
std::vector<std::string> told(const std::vector<LinkInterval>& all) {
  std::vector<std::string> text;
  for (const LinkInterval& l : all)
    text.push_back(l.a.switch_name + " " + l.a.port + " - " + l.b.switch_name + " " + l.b.port + " " +
                   times(l));
  return text;
}
std::vector<std::string> told(const std::vector<SwitchEvent>& all) {
  std::vector<std::string> text;
  for (const SwitchEvent& e : all)
    text.push_back(minutes(e.time) + " " + std::string(to_string(e.kind)) + ": " + e.before + " -> " +
                   e.after);
  return text;
}
using Told = std::vector<std::string>;

void a_table_that_keeps_an_address(StoreWorkshop& w) {
  const auto store = w.open();
  for (const int minute : {0, 10, 20}) {
    auto gw = gateway(minute);
    holds(gw, "10.0.0.9", kPrinter);
    poll(*store, gw);
  }
  CHECK(told(must(store->address_history(mac(kPrinter)))) == Told{"10.0.0.9 03 gw (ARP) 0-20"});
  CHECK(must(store->bindings(mac(kPrinter))).at(0).from == at(0));
}

void an_address_that_ages_out_and_returns(StoreWorkshop& w) {
  const auto store = w.open();
  auto gw = gateway(0);
  holds(gw, "10.0.0.9", kPrinter);
  poll(*store, gw);
  gw.time = at(10);
  poll(*store, gw);
  poll(*store, gateway(20));
  poll(*store, gateway(30));
  CHECK(told(must(store->address_history(mac(kPrinter)))) == Told{"10.0.0.9 03 gw (ARP) 0-10"});
  gw.time = at(40);
  poll(*store, gw);
  CHECK(told(must(store->address_history(mac(kPrinter)))) == Told{"10.0.0.9 03 gw (ARP) 0-40"});
  poll(*store, gateway(50));
  gw.time = at(9 * kDay);  // after its holidays
  poll(*store, gw);
  CHECK(told(must(store->address_history(mac(kPrinter)))) ==
        Told{"10.0.0.9 03 gw (ARP) 0-40, ended 40", "10.0.0.9 03 gw (ARP) 12960-12960"});
}

void an_address_that_another_takes(StoreWorkshop& w) {
  const auto store = w.open();
  const auto ip = *IpAddress::parse("10.0.0.9");
  auto gw = gateway(0);
  holds(gw, "10.0.0.9", kPrinter);
  poll(*store, gw);
  auto after = gateway(10);
  holds(after, "10.0.0.9", kPhone);
  poll(*store, after);
  CHECK(told(must(store->address_history(ip))) ==
        Told{"10.0.0.9 03 gw (ARP) 0-0, ended 10", "10.0.0.9 07 gw (ARP) 10-10"});
  REQUIRE(must(store->bindings(ip)).size() == 1);
  CHECK(must(store->bindings(ip))[0].mac == mac(kPhone));
  CHECK(must(store->bindings(mac(kPrinter))).empty());
}

void a_router_that_is_cut_short(StoreWorkshop& w) {
  const auto store = w.open();
  auto gw = gateway(0);
  holds(gw, "10.0.0.9", kPrinter);
  holds(gw, "10.0.0.7", kPhone);
  poll(*store, gw);
  auto half = gateway(10);
  half.table(Table::kAddresses).completeness = topology::Completeness::kPartial;
  holds(half, "10.0.0.7", kPhone);
  poll(*store, half);
  auto none = gateway(20);
  none.table(Table::kAddresses).completeness = topology::Completeness::kPartial;
  poll(*store, none);
  CHECK(told(must(store->address_history(mac(kPrinter)))) == Told{"10.0.0.9 03 gw (ARP) 0-0"});
  CHECK(told(must(store->address_history(mac(kPhone)))) == Told{"10.0.0.7 07 gw (ARP) 0-10"});
}

void heard_names(StoreWorkshop& w) {
  const auto store = w.open();
  const auto hear = [&](int minute, const char* name, NameSource source) {
    const NameBinding n{mac(kPrinter), name, source, at(minute)};
    must(store->save_names({&n, 1}));
  };
  hear(0, "printer3.local.", NameSource::kMdns);
  hear(0, "PRINTER3", NameSource::kNetbios);
  hear(5, "printer3", NameSource::kNetbios);  // the same name, too soon to be written
  CHECK(told(must(store->names(mac(kPrinter)))) == Told{"PRINTER3 netbios 0-0", "printer3.local mdns 0-0"});
  hear(60, "printer3", NameSource::kNetbios);
  hear(70, "printer4", NameSource::kNetbios);
  hear(80, "_ipp.local", NameSource::kMdns);
  CHECK(told(must(store->names(mac(kPrinter)))) == Told{"_ipp.local mdns 80-80", "printer4 netbios 70-70",
                                                        "printer3.local mdns 0-0",
                                                        "PRINTER3 netbios 0-60, ended 70"});
}

void names_that_are_none(StoreWorkshop& w) {
  const auto store = w.open();
  const std::string long_one(300, 'x');
  for (const std::string& name : {std::string(" . "), std::string("\x1b\x07"), long_one}) {
    const NameBinding n{mac(kPrinter), name, NameSource::kDhcp, at(0)};
    must(store->save_names({&n, 1}));
  }
  const NameBinding everybody{mac("ff:ff:ff:ff:ff:ff"), "all", NameSource::kDhcp, at(0)};
  must(store->save_names({&everybody, 1}));
  CHECK(must(store->names(mac(kPrinter))).empty());
  CHECK(must(store->names(mac("ff:ff:ff:ff:ff:ff"))).empty());
  const NameBinding odd{mac(kPrinter), "a\x1b[31mb\n", NameSource::kDhcp, at(0)};
  must(store->save_names({&odd, 1}));
  CHECK(told(must(store->names(mac(kPrinter)))) == Told{"a[31mb dhcp 0-0"});
}

void search_by_name(StoreWorkshop& w) {
  const auto store = w.open();
  const std::array all = {NameBinding{mac(kPrinter), "Printer3.example.net", NameSource::kDns, at(0)},
                          NameBinding{mac(kPrinter), "printer3", NameSource::kNetbios, at(0)},
                          NameBinding{mac(kPhone), "printer33", NameSource::kDhcp, at(0)}};
  must(store->save_names(all));
  const std::vector printer{mac(kPrinter)};
  const std::vector both{mac(kPhone), mac(kPrinter)};
  CHECK(must(store->stations_named("printer3", 10)) == printer);
  CHECK(must(store->stations_named("PRINTER3.EXAMPLE.NET", 10)) == printer);
  CHECK(must(store->stations_named("printer3.example", 10)) == printer);
  CHECK(must(store->stations_named("printer", 10)).empty());
  CHECK(must(store->stations_named("printer3*", 10)) == both);
  CHECK(must(store->stations_named("*example.net", 10)) == printer);
  CHECK(must(store->stations_named("*", 1)).size() == 1);
  CHECK(must(store->stations_named("[a-z]*", 10)).empty());
  CHECK(must(store->stations_named("", 10)).empty());
  // Known by its name alone, it is a station all the same.
  CHECK(must(store->stations(pattern("*"), 10)) == both);
}

void a_neighbours_name(StoreWorkshop& w) {
  const auto store = w.open();
  const auto hears = [&](int minute, const char* name) {
    auto s = polled_switch("floor3", at(minute));
    s.table(Table::kLldp).completeness = topology::Completeness::kComplete;
    topology::Neighbor n;
    n.local_port = IfIndex{3};
    n.chassis_mac = mac(kPhone);
    n.port_mac = mac(kPhone);
    n.system_name = name;
    if (*name != 0) s.neighbors.push_back(n);
    poll(*store, s);
  };
  hears(0, "reception");
  hears(10, "reception");
  CHECK(told(must(store->names(mac(kPhone)))) == Told{"reception lldp 0-10"});
  hears(20, "");
  CHECK(told(must(store->names(mac(kPhone)))) == Told{"reception lldp 0-10"});
  hears(30, "lobby");
  hears(40, "reception");
  hears(50, "lobby");
  CHECK(told(must(store->names(mac(kPhone)))) == Told{"lobby lldp 50-50", "reception lldp 40-40, ended 50",
                                                      "lobby lldp 30-30, ended 40",
                                                      "reception lldp 0-10, ended 30"});
  CHECK(must(store->stations_named("lobby", 10)) == std::vector{mac(kPhone)});
}

LinkInterval link(const char* a, const char* pa, const char* b, const char* pb) {
  return {{a, pa}, {b, pb}, "lldp", {}, {}, {}};
}

void links_come_and_go(StoreWorkshop& w) {
  const auto store = w.open();
  for (const char* name : {"core", "floor3", "floor4"}) poll(*store, polled_switch(name, at(0)));
  const std::array both = {link("core", "A1", "floor3", "A8"), link("core", "A2", "floor4", "A8")};
  must(store->save_links(both, {}, at(0)));
  must(store->save_links(both, {}, at(60)));
  CHECK(told(must(store->links())) == Told{"core A1 - floor3 A8 0-60", "core A2 - floor4 A8 0-60"});
  must(store->save_links({&both[0], 1}, {}, at(70)));
  CHECK(told(must(store->links("floor4"))) == Told{"core A2 - floor4 A8 0-60, ended 70"});
  must(store->save_links(both, {}, at(90)));
  CHECK(told(must(store->links("floor4"))) ==
        Told{"core A2 - floor4 A8 0-60, ended 70", "core A2 - floor4 A8 90-90"});
  CHECK(told(must(store->links("floor3"))) == Told{"core A1 - floor3 A8 0-90"});
  CHECK(must(store->links("nowhere")).empty());
}

void a_link_to_a_silent_switch(StoreWorkshop& w) {
  const auto store = w.open();
  for (const char* name : {"core", "floor3", "floor4"}) poll(*store, polled_switch(name, at(0)));
  const auto one = link("core", "A1", "floor3", "A8");
  must(store->save_links({&one, 1}, {}, at(0)));
  const std::string silent = "floor3";
  must(store->save_links({}, {&silent, 1}, at(30)));
  must(store->save_links({}, {&silent, 1}, at(60)));
  CHECK(told(must(store->links())) == Told{"core A1 - floor3 A8 0-0"});
  // Its other end has another link now: whatever floor3 would say, this one is over.
  const auto other = link("core", "A1", "floor4", "A8");
  must(store->save_links({&other, 1}, {&silent, 1}, at(90)));
  CHECK(told(must(store->links())) == Told{"core A1 - floor3 A8 0-0, ended 90", "core A1 - floor4 A8 90-90"});
}

void what_polls_notice(StoreWorkshop& w) {
  const auto store = w.open();
  auto s = polled_switch("floor3", at(0));
  s.system_name = "floor3";
  s.system_descr = "fw 1.0";
  s.uptime_cs = 100 * 60 * 60 * 30;
  poll(*store, s);
  s.time = at(10);
  s.uptime_cs += 60'000;
  poll(*store, s);  // nothing to tell
  s.time = at(20);
  s.uptime_cs = 6'000;
  s.system_name = "floor3-new";
  s.system_descr = "fw 1.1";
  poll(*store, s);
  SwitchSnapshot silent;
  silent.name = s.name;
  silent.address = s.address;
  silent.problems = {"timeout"};
  for (const int minute : {30, 40}) {
    silent.time = at(minute);
    poll(*store, silent);
  }
  s.time = at(50);
  s.uptime_cs += 30 * 6'000;
  s.address = "10.9.9.9";
  poll(*store, s);
  CHECK(told(must(store->switch_events("floor3", Time{}, 100))) ==
        Told{"0 first-polled:  -> fw 1.0", "20 rebooted: up 1 d 6 h -> up 1 min",
             "20 renamed: floor3 -> floor3-new", "20 updated: fw 1.0 -> fw 1.1", "30 silent:  -> timeout",
             "50 readdressed: " + silent.address + " -> 10.9.9.9", "50 answered:  -> "});
  CHECK(must(store->switch_events("floor3", at(30), 100)).size() == 3);
  CHECK(told(must(store->switch_events("", Time{}, 1))) == Told{"50 answered:  -> "});
  CHECK(must(store->switch_events("floor4", Time{}, 100)).empty());
}

void a_counter_that_is_full(StoreWorkshop& w) {
  const auto store = w.open();
  auto s = polled_switch("floor3", at(0));
  s.uptime_cs = (std::uint64_t{1} << 32) - 5 * 6'000;  // five minutes before its 497 days are over
  poll(*store, s);
  s.time = at(10);
  s.uptime_cs = 5 * 6'000;
  poll(*store, s);
  CHECK(must(store->switch_events("floor3", at(1), 100)).empty());
}

void what_was_on_a_port(StoreWorkshop& w) {
  const auto store = w.open();
  const auto table = [&](int minute, std::initializer_list<std::pair<const char*, unsigned>> rows) {
    auto s = polled_switch("floor3", at(minute));
    for (const auto& [station, port] : rows) learn(s, station, port);
    poll(*store, s);
  };
  table(0, {{kPrinter, 1}, {kPhone, 1}});
  table(10, {{kPrinter, 1}, {kPhone, 2}});
  table(20, {{kPhone, 2}});
  const auto told_of = [](const std::vector<Sighting>& all) {
    Told text;
    for (const Sighting& s : all)
      text.push_back(s.mac.to_string().substr(15) + " " + s.port + " " + times(s));
    return text;
  };
  CHECK(told_of(must(store->port_history("floor3", "A1", Time{}, 10))) ==
        Told{"07 A1 0-0, ended 10", "03 A1 0-10, ended 20"});
  CHECK(told_of(must(store->port_history("floor3", "A1", at(15), 10))) == Told{"03 A1 0-10, ended 20"});
  CHECK(told_of(must(store->port_history("floor3", "A1", Time{}, 1))) == Told{"03 A1 0-10, ended 20"});
  CHECK(told_of(must(store->port_history("floor3", "", Time{}, 2))) ==
        Told{"03 A1 0-10, ended 20", "07 A2 10-20"});
  CHECK(must(store->port_history("floor3", "A9", Time{}, 10)).empty());
  CHECK(must(store->port_history("attic", "", Time{}, 10)).empty());
  CHECK(must(store->stations_on("floor3", "A1", at(5))) == 2);
  CHECK(must(store->stations_on("floor3", "A1", at(10))) == 1);
  CHECK(must(store->stations_on("floor3", "A1", at(20))) == 0);
  CHECK(must(store->stations_on("floor3", "A2", at(99))) == 1);
  CHECK(must(store->stations_on("floor3", "A1", at(-1))) == 0);
  CHECK(must(store->oldest_sighting()) == at(0));
}

void old_claims_go(StoreWorkshop& w) {
  const auto store = w.open();
  poll(*store, polled_switch("core", at(0)));
  poll(*store, polled_switch("floor3", at(0)));
  const NameBinding name{mac(kPrinter), "old", NameSource::kDhcp, at(0)};
  must(store->save_names({&name, 1}));
  const NameBinding young{mac(kPhone), "young", NameSource::kDhcp, at(50)};
  must(store->save_names({&young, 1}));
  const auto one = link("core", "A1", "floor3", "A8");
  must(store->save_links({&one, 1}, {}, at(0)));
  must(store->save_links({}, {}, at(20)));
  Retention keep;
  keep.before = at(30);
  for (bool more = true; more;) {
    const Forgotten step = must(store->forget(keep));
    keep.station = step.station;
    more = step.more;
  }
  CHECK(must(store->names(mac(kPrinter))).empty());
  CHECK(must(store->names(mac(kPhone))).size() == 1);
  CHECK(must(store->links()).empty());
  CHECK(must(store->switch_events("", Time{}, 10)).empty());
  CHECK(must(store->stations(pattern("*"), 10)) == std::vector{mac(kPhone)});
}

constexpr std::array kCases = {
    ContractCase{"a table that keeps an address writes one interval", a_table_that_keeps_an_address},
    ContractCase{"an address that ages out and returns goes on, and begins anew after a week",
                 an_address_that_ages_out_and_returns},
    ContractCase{"an address that another station takes ends", an_address_that_another_takes},
    ContractCase{"a router's table that is cut short ends nothing", a_router_that_is_cut_short},
    ContractCase{"names are heard, kept and replaced", heard_names},
    ContractCase{"what is no name is not kept", names_that_are_none},
    ContractCase{"stations are found by name", search_by_name},
    ContractCase{"a neighbour's name is that of its addresses", a_neighbours_name},
    ContractCase{"links come and go", links_come_and_go},
    ContractCase{"a link to a silent switch stays until its port has another", a_link_to_a_silent_switch},
    ContractCase{"what polls notice of a switch, once", what_polls_notice},
    ContractCase{"sysUpTime that is full is no reboot", a_counter_that_is_full},
    ContractCase{"everything that ever was on a port", what_was_on_a_port},
    ContractCase{"old names, links and events go", old_claims_go},
};

}  // namespace

std::span<const ContractCase> chronicle_contract() { return kCases; }

}  // namespace lanwarden::agent::testing
