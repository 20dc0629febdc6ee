// The story of the clock, told by lanwarden on real switches' software: look, locate, shut, prove, open.
#include <catch2/catch.hpp>
#include <csignal>

#include "expectations.h"
#include "product.h"
#include "product_case.h"
#include "shared_lan.h"
#include "trouble.h"

using namespace lanwarden::integration;
using nlohmann::json;
using namespace std::chrono_literals;

TEST_CASE("check finds every switch in order, v2c and v3") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  const Product lanwarden(lan, "story-check", entries_of(lan.plan()));
  const auto answer = lanwarden.run({"check"});
  INFO(answer.everything());
  CHECK((answer.exit_code == 0 ||
         answer.exit_code == 1));  // 1: floor1 has no write credential, which may be a finding
  for (const char* name : {"core", "floor1", "floor3"}) CHECK(answer.out.find(name) != std::string::npos);
}

TEST_CASE("topology shows the cables as they are laid") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const Product lanwarden(lan, "story-topology", entries_of(lan.plan()));
  const auto polled = lanwarden.run({"poll"});
  INFO(polled.everything());
  CHECK(polled.exit_code == 0);
  const auto answer = lanwarden.run({"topology", "--stored", "--format", "json"});
  INFO(answer.everything());
  CHECK(answer.exit_code == 0);
  CHECK(found_cables(answer.document()) == planned_cables(lan.plan()));
  for (const auto& link : answer.document().value("links", json::array())) {
    const auto via = link.value("via", std::vector<std::string>{});
    CHECK(std::count(via.begin(), via.end(), "lldp") == 1);
    CHECK(std::count(via.begin(), via.end(), "stp") == 1);
  }
}

TEST_CASE("where is right for every host, live and stored") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const Product lanwarden(lan, "story-where", entries_of(lan.plan()));
  CHECK(lanwarden.run({"poll"}).exit_code == 0);
  for (const auto& host : lan.plan().hosts) {
    check_whereabouts(lan, lanwarden, host, "--live");
    check_whereabouts(lan, lanwarden, host, "--stored");
  }
}

TEST_CASE("a part of the clock's address is enough") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const Product lanwarden(lan, "story-part", entries_of(lan.plan()));
  for (const char* part : {"ce:20:cd", "xx:ce:20:cd", "00:0d:4b:"}) {
    const auto answer = lanwarden.run({"where", part, "--json"});
    INFO(answer.everything());
    CHECK(answer.exit_code == 0);
    const auto results = answer.document().value("results", json::array());
    REQUIRE(results.size() == 1);
    CHECK(results[0].value("switch", "") == "floor3");
    CHECK(results[0].value("port", "") == "A1");
  }
  CHECK(lanwarden.run({"where", "de:ad:01", "--json"}).exit_code == 1);
}

namespace {

json finding_of_kind(const ProductAnswer& answer, const std::string& kind) {
  for (const auto& line : answer.lines)
    if (line.value("kind", "") == kind) return line;
  return json::object();
}

}  // namespace

TEST_CASE("without --yes, watch tells what it would shut and touches nothing") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  Trouble trouble(lan);
  const Product lanwarden(lan, "story-dry", entries_of(lan.plan()));
  const auto answer =
      lanwarden.run({"watch", "-i", kMonitorInterface, "--for", "4s", "--locate", "--isolate", "--json"});
  INFO(answer.everything());
  CHECK(finding_of_kind(answer, "arp-bogus-responder").value("mac", "") == lan.plan().host_named(kClock).mac);
  CHECK(lan.admin_up("floor3", "A1"));
  CHECK(trouble.victims.still_trying());
  const auto incident = incident_of(lanwarden, lan.plan().host_named(kClock).mac);
  INFO("incident: " << incident);
  REQUIRE_FALSE(incident.empty());
  CHECK(has(timeline_states(incident), "located"));
  CHECK(has(timeline_states(incident), "dry-run"));
  CHECK_FALSE(has(timeline_states(incident), "isolated"));
}

TEST_CASE("the clock is detected, located, shut off for real, and let in again") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  Trouble trouble(lan);
  const Product lanwarden(lan, "story", entries_of(lan.plan()));
  const auto& clock = lan.plan().host_named(kClock);

  const auto watched = lanwarden.run(
      {"watch", "-i", kMonitorInterface, "--for", "12s", "--locate", "--isolate", "--yes", "--json"});
  INFO("watch: " << watched.everything());
  const auto finding = finding_of_kind(watched, "arp-bogus-responder");
  REQUIRE(finding.value("mac", "") == clock.mac);

  // What the kernel of the switch says, not what lanwarden or the agent say.
  CHECK_FALSE(lan.admin_up(clock.switch_name, clock.port));
  CHECK_FALSE(lan.link_up(clock.switch_name, clock.port));
  for (const auto& other : lan.plan().hosts)
    if (other.name != kClock) CHECK(lan.admin_up(other.switch_name, other.port));
  CHECK(trouble.victims.all_up(40s));  // all its servers are up
  for (const char* server : {"up 10.10.0.50", "up 10.10.0.59"})
    CHECK(lan.log_of(trouble.victims.log()).find(server) != std::string::npos);

  const auto incident = incident_of(lanwarden, clock.mac);
  INFO("incident: " << incident);
  REQUIRE_FALSE(incident.empty());
  CHECK(incident.value("kind", "") == "arp-bogus-responder");
  CHECK(incident.value("switch", "") == clock.switch_name);
  CHECK(incident.value("port", "") == clock.port);
  for (const char* state : {"open", "located", "isolated", "verified"})
    CHECK(has(timeline_states(incident), state));

  const auto restored = lanwarden.run({"restore", "--all", "--yes"});
  INFO("restore: " << restored.everything());
  CHECK(restored.exit_code == 0);
  CHECK(lan.admin_up(clock.switch_name, clock.port));
  CHECK(wait_until(5s, [&] { return lan.link_up(clock.switch_name, clock.port); }));
  CHECK(has(timeline_states(incident_of(lanwarden, clock.mac)), "restored"));
  // So that the next case finds every host in its place.
  CHECK(wait_until(20s, [&] { return lan.stp_state(clock.switch_name, clock.port) == "forwarding"; }));
}

namespace {

/// Every port that a host is on, open or not, as the switches' kernels have it.
bool only_the_clock_is_shut(const Lan& lan) {
  for (const auto& host : lan.plan().hosts)
    if (lan.admin_up(host.switch_name, host.port) == (host.name == kClock)) return false;
  return true;
}

/// What is due is opened, as cron would do it, until the kernel of the switch says that the port is open.
bool opens_when_due(const Lan& lan, const Product& lanwarden, const HostPlan& clock) {
  return wait_until(40s, [&] {
    lanwarden.run({"restore", "--due"});
    return lan.admin_up(clock.switch_name, clock.port) && lan.link_up(clock.switch_name, clock.port);
  });
}

}  // namespace

TEST_CASE("the clock is shut off for some seconds, and its port opens again by itself") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  Trouble trouble(lan);
  const Product lanwarden(lan, "story-for", entries_of(lan.plan()));
  const auto& clock = lan.plan().host_named(kClock);

  const auto isolated = lanwarden.run({"isolate", clock.mac, "--for", "6s", "--yes", "--json"});
  INFO("isolate: " << isolated.everything());
  REQUIRE(isolated.exit_code == 0);
  CHECK(isolated.document().value("result", "") == "isolated");
  CHECK(isolated.document()["verified"].value("station_gone", false));
  CHECK(only_the_clock_is_shut(lan));
  CHECK(trouble.victims.all_up(40s));  // all its servers are up
  CHECK(opens_when_due(lan, lanwarden, clock));

  const auto trail = lanwarden.run({"isolations", "--trail", "--json"});
  INFO("trail: " << trail.everything());
  std::vector<std::string> actions;
  for (const auto& line : trail.lines) actions.push_back(line.value("action", ""));
  CHECK(actions == std::vector<std::string>{"intend", "answer", "restore", "answer"});
  CHECK(lanwarden.run({"restore", "--due"}).exit_code == 1);  // nothing is held any more
  CHECK(wait_until(20s, [&] { return lan.stp_state(clock.switch_name, clock.port) == "forwarding"; }));
}

TEST_CASE("killed right after the port was shut, the next start knows it, and it opens all the same") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  Trouble trouble(lan);
  const Product lanwarden(lan, "story-killed", entries_of(lan.plan()));
  const auto& clock = lan.plan().host_named(kClock);
  REQUIRE(lanwarden.run({"poll"}).exit_code == 0);

  {
    Process isolate = lanwarden.start({"isolate", clock.mac, "--for", "6s", "--yes"}, "killed-isolate");
    REQUIRE(wait_until(30s, [&] { return !lan.admin_up(clock.switch_name, clock.port); }));
    REQUIRE(::kill(isolate.pid(), SIGKILL) == 0);
    REQUIRE(isolate.wait(5s) == 128 + SIGKILL);
  }
  CHECK(only_the_clock_is_shut(lan));
  const auto held = lanwarden.run({"isolations", "--json"});
  INFO("held: " << held.everything());
  REQUIRE(held.lines.size() == 1);
  CHECK(held.document().value("switch", "") == clock.switch_name);
  CHECK(held.document().value("port", "") == clock.port);
  CHECK(trouble.victims.all_up(40s));
  CHECK(opens_when_due(lan, lanwarden, clock));
  CHECK(lanwarden.run({"isolations", "--json"}).lines.empty());
  CHECK(wait_until(20s, [&] { return lan.stp_state(clock.switch_name, clock.port) == "forwarding"; }));
}
