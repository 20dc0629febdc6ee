// Silent stations on real bridges: every table is flushed, and only what is made to speak is found again.
#include <catch2/catch.hpp>

#include "product.h"
#include "product_case.h"
#include "shared_lan.h"

using namespace lanwarden::integration;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

/// As after a quiet night: no switch knows any station.
void forget_all(const Lan& lan) {
  for (const auto& s : lan.plan().switches)
    lan.run_on(s.name, {"ip", "link", "set", "dev", "br0", "type", "bridge", "fdb_flush"});
}

json first_result(const ProductAnswer& answer) {
  const auto results = answer.document().value("results", json::array());
  return results.empty() ? json::object() : results.front();
}

void check_at(const json& result, const HostPlan& host) {
  CHECK(result.value("mac", "") == host.mac);
  CHECK(result.value("verdict", "") == "edge");
  CHECK(result.value("switch", "") == host.switch_name);
  CHECK(result.value("port", "") == host.port);
  CHECK(result.value("source", "") == "live");
}

}  // namespace

TEST_CASE("a silent printer is asked for its address, and is found where it answers") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const auto& printer = lan.plan().host_named("printer");
  const Product lanwarden(lan, "provoke-printer", entries_of(lan.plan()));
  CHECK(lanwarden.run({"poll"}).exit_code == 0);

  forget_all(lan);
  REQUIRE(lan.kernel_port_of(printer.switch_name, printer.mac).empty());
  const auto by_ip = lanwarden.run({"where", printer.ip, "--provoke", kMonitorInterface, "--json"});
  INFO(by_ip.everything());
  CHECK(by_ip.exit_code == 0);
  check_at(first_result(by_ip), printer);

  // Now its address is known: by MAC alone it is asked for that. Unless it spoke by itself in between, as a
  // host does that checks its neighbours: then once more.
  json result, provoked;
  std::string said;
  REQUIRE(wait_until(60s, [&] {
    forget_all(lan);
    const auto by_mac = lanwarden.run({"where", printer.mac, "--provoke", kMonitorInterface, "--json"});
    said = by_mac.everything();
    result = first_result(by_mac);
    provoked = result.value("provoked", json::object());
    return !provoked.empty();
  }));
  INFO(said);
  check_at(result, printer);
  CHECK(provoked.value("answered", false));
  const auto sent = provoked.value("sent", std::vector<std::string>{});
  REQUIRE_FALSE(sent.empty());
  CHECK(sent.front() == "ARP: who has " + printer.ip + "? tell " + lan.plan().host_named(kMonitor).ip);
  lan.announce_all();
}

TEST_CASE("a station that the switches are sure of is left in peace") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const auto& desk = lan.plan().host_named("desk");
  const Product lanwarden(lan, "provoke-desk", entries_of(lan.plan()));
  CHECK(lanwarden.run({"poll"}).exit_code == 0);
  const auto answer = lanwarden.run({"where", desk.mac, "--provoke", kMonitorInterface, "--json"});
  INFO(answer.everything());
  check_at(first_result(answer), desk);
  CHECK_FALSE(first_result(answer).contains("provoked"));
}

TEST_CASE("the clock that answers nothing else is found by the probe it falls for") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const auto& clock = lan.plan().host_named(kClock);
  const Product lanwarden(lan, "provoke-clock", entries_of(lan.plan()));
  CHECK(lanwarden.run({"poll"}).exit_code == 0);
  {
    // Its incident, from the trouble it made.
    const auto talking = lan.start_on(
        kClock, {program_path("clock_host"), kHostInterface, lan.plan().host_named("server").ip, clock.ip},
        "clock-talking");
    const auto victim = lan.start_on(
        kVictim, {program_path("victim_host"), kHostInterface, lan.plan().host_named(kVictim).ip, "10"},
        "victim-provoked");
    REQUIRE(
        wait_until(20s, [&] { return lan.log_of("victim-provoked").find("conflict") != std::string::npos; }));
    const auto watched =
        lanwarden.run({"watch", "-i", kMonitorInterface, "--for", "12s", "--locate", "--json"});
    INFO(watched.everything());
    REQUIRE(watched.out.find("arp-bogus-responder") != std::string::npos);
  }

  // Now it only answers.
  const auto clock_runs =
      lan.start_on(kClock, {program_path("clock_host"), kHostInterface}, "clock-provoked");
  forget_all(lan);
  const auto answer = lanwarden.run({"where", clock.mac, "--provoke", kMonitorInterface, "--json"});
  INFO(answer.everything());
  CHECK(answer.exit_code == 0);
  const auto result = first_result(answer);
  check_at(result, clock);
  const auto provoked = result.value("provoked", json::object());
  CHECK(provoked.value("answered", false));
  CHECK(provoked.dump().find("address probe for " + lan.plan().host_named(kMonitor).ip) != std::string::npos);
  lan.announce_all();
}

TEST_CASE("an interface that is not there is an error before anybody is asked") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  const Product lanwarden(lan, "provoke-nowhere", entries_of(lan.plan()));
  const auto answer = lanwarden.run({"where", "00:0d:4b:ce:20:cd", "--provoke", "nosuch0"});
  CHECK(answer.exit_code == 2);
  CHECK(answer.err.find("nosuch0") != std::string::npos);
  CHECK(lanwarden.run({"where", "00:0d:4b:ce:20:cd", "--provoke", kMonitorInterface, "--stored"}).exit_code ==
        2);
}
