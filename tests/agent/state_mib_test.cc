// What the daemon knows of itself, as LANWARDEN-MIB tells it.
#include "agent/watch/state_mib.h"

#include <catch2/catch.hpp>

#include "analysis/kinds.h"

using namespace lanwarden::agent;
using namespace std::chrono_literals;
using Mib = lanwarden::snmp::SubAgentData;

namespace {

const lanwarden::topology::Time kNow = std::chrono::sys_days(std::chrono::year(2026) / 1 / 2) + 3h;

DaemonState busy() {
  DaemonState s;
  s.version = "1.2.3";
  s.mode = "ask";
  s.since = kNow - 1h;
  s.now = kNow;
  s.interfaces.resize(2);
  s.interfaces[0].name = "eth0";
  s.interfaces[0].listening = true;
  s.interfaces[0].frames = 1000;
  s.interfaces[0].dropped = 7;
  s.interfaces[1].name = "eth1";
  s.interfaces[1].frames = 500;
  s.interfaces[1].dropped = 3;
  s.queues.resize(2);
  s.queues[0].name = "capture -> engine";
  s.queues[0].refused = 4;
  s.queues[0].most = 9;
  s.queues[1].name = "engine -> snmp";
  s.queues[1].refused = 5;
  s.snmp.switches.resize(3);
  s.snmp.switches[0].name = "core";
  s.snmp.switches[0].answered = kNow - 1min;
  s.snmp.switches[1].name = "floor3";
  s.snmp.switches[1].answered = kNow - 1h;
  s.snmp.switches[1].silent_since = kNow - 90s;
  s.snmp.switches[1].failure = "timeout";
  s.snmp.switches[2].name = "new";
  s.snmp.last_hunt = 340ms;
  s.findings = {{"arp-spoof", 12}, {"of-another-time", 3}};
  return s;
}

}  // namespace

TEST_CASE("state in the MIB: sums, and what is silent") {
  const Mib mib = mib_of(busy());
  CHECK(mib.daemon.version == "1.2.3");
  CHECK(mib.daemon.mode == Mib::Mode::kAsk);
  CHECK(mib.daemon.frames_heard == 1500);
  CHECK(mib.daemon.frames_dropped == 10);
  CHECK(mib.daemon.queue_refusals == 9);
  CHECK(mib.daemon.last_hunt_ms == 340);
  CHECK(mib.daemon.switches == 3);
  CHECK(mib.daemon.switches_silent == 1);
  CHECK(mib.daemon.store_works);
  REQUIRE(mib.switches.size() == 3);
  CHECK(mib.switches[0].state == Mib::SwitchState::kAnswering);
  CHECK(mib.switches[1].state == Mib::SwitchState::kSilent);
  CHECK(mib.switches[1].silent_for_s == 90);
  CHECK(mib.switches[1].failure == "timeout");
  CHECK(mib.switches[2].state == Mib::SwitchState::kUnknown);
  REQUIRE(mib.interfaces.size() == 2);
  CHECK(mib.interfaces[1].dropped == 3);
  CHECK_FALSE(mib.interfaces[1].listening);
  CHECK(mib.queues[0].longest == 9);

  DaemonState failing = busy();
  failing.store_error = "disk full";
  failing.steps_waiting = 17;
  CHECK_FALSE(mib_of(failing).daemon.store_works);
  CHECK(mib_of(failing).daemon.store_waiting == 17);
}

TEST_CASE("state in the MIB: every kind has its counter, found or not") {
  const Mib mib = mib_of(busy());
  REQUIRE(mib.detectors.size() == lanwarden::analysis::kKinds.size());
  std::uint64_t found = 0;
  for (const Mib::Detector& d : mib.detectors) {
    found += d.findings;
    CHECK(d.findings == (d.kind == "arp-spoof" ? 12 : 0));
  }
  CHECK(found == 12);
}

TEST_CASE("state in the MIB: incidents and isolations keep the numbers of the store, and are bounded") {
  DaemonState s;
  for (std::int64_t id = 2000; id > 0; --id) {
    Incident& incident = s.incidents.emplace_back();
    incident.id = id;
    incident.severity = "critical";
    incident.state = IncidentState::kVerified;
  }
  Isolation& isolation = s.isolations.emplace_back();
  isolation.id = 7;
  isolation.incident = 2000;
  isolation.state = IsolationState::kActive;
  isolation.way = IsolationWay::kQuarantine;
  isolation.ifindex = lanwarden::topology::IfIndex{49};
  isolation.intended = kNow;
  const Mib mib = mib_of(s);
  CHECK(mib.daemon.incidents_open == 2000);
  REQUIRE(mib.incidents.size() == kMostMibRows);
  CHECK(mib.incidents[0].number == 2000);
  CHECK(mib.incidents[0].isolation == 7);
  CHECK(mib.incidents[1].isolation == 0);
  CHECK(mib.incidents[0].state == Mib::IncidentState::kVerified);
  CHECK(mib.incidents[0].severity == Mib::Severity::kCritical);
  REQUIRE(mib.isolations.size() == 1);
  CHECK(mib.isolations[0].number == 7);
  CHECK(mib.isolations[0].incident == 2000);
  CHECK(mib.isolations[0].way == Mib::IsolationWay::kQuarantine);
  CHECK(mib.isolations[0].ifindex == 49);
  CHECK_FALSE(mib.isolations[0].until.has_value());
}
