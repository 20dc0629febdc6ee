// lanwarden as a sub-agent of Debian's snmpd, asked with Debian's snmpwalk.
#include "snmp/sub_agent.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>
#include <functional>
#include <sstream>

#include "tests/snmp/snmpd.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using namespace std::chrono_literals;
namespace mibs = lanwarden::mibs;

namespace {

using Clock = std::chrono::steady_clock;

bool have_snmpwalk() {
  if (::access("/usr/bin/snmpwalk", X_OK) == 0) return true;
  WARN("SKIPPED: no snmpwalk here (package snmp)");
  return false;
}

/// Serves until `done`, a minute at most.
bool serve_until(SubAgent& agent, const std::function<bool()>& done) {
  const auto end = Clock::now() + 60s;
  while (!done() && Clock::now() < end) {
    pollfd wait{agent.descriptor(), POLLIN, 0};
    ::poll(&wait, 1, 1000);
    agent.serve();
  }
  return done();
}

/// What a program says, while the sub-agent is served.
std::string said_by(const std::string& command, SubAgent& agent) {
  INFO(command);
  FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string said;
  for (;;) {
    pollfd wait[] = {{agent.descriptor(), POLLIN, 0}, {::fileno(pipe), POLLIN, 0}};
    ::poll(wait, 2, 10'000);
    if ((wait[0].revents & POLLIN) != 0) agent.serve();
    if (wait[1].revents == 0) continue;
    char text[4096];
    const auto got = ::read(::fileno(pipe), text, sizeof text);
    if (got <= 0) break;
    said.append(text, static_cast<std::size_t>(got));
  }
  ::pclose(pipe);
  return said;
}

std::string tool(const Snmpd& snmpd, const std::string& program, const std::string& what,
                 const std::string& community = "public") {
  return program + " -v2c -c " + community + " -m '' -On -r 0 -t 20 " + snmpd.address() + " " + what;
}

SubAgentData campus(std::size_t switches) {
  SubAgentData data;
  data.daemon.version = "1.2.3";
  data.daemon.mode = SubAgentData::Mode::kAsk;
  data.daemon.frames_heard = 5'000'000'000;
  for (std::size_t i = 0; i < switches; ++i) {
    auto& row = data.switches.emplace_back();
    row.name = "floor" + std::to_string(i);
    row.address = "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256);
  }
  auto& incident = data.incidents.emplace_back();
  incident.number = 42;
  incident.kind = "arp-bogus-responder";
  incident.mac = lanwarden::topology::MacAddress(0x000d4bce20cd);
  return data;
}

std::string oid(const std::string& tail) { return mibs::lanwarden_root().to_string() + tail; }

}  // namespace

TEST_CASE("sub-agent: snmpwalk and snmpbulkwalk see every variable, once and in order") {
  const auto snmpd = Snmpd::start();
  if (!snmpd || !have_snmpwalk()) return;
  SubAgent agent(*AgentxSocket::parse(snmpd->agentx()));
  const SubAgentData data = campus(100);
  agent.publish(data);
  REQUIRE(serve_until(agent, [&] { return agent.serving(); }));
  CHECK(agent.trouble() == "");

  const auto expected = mibs::variables(data);
  for (const char* program : {"snmpwalk", "snmpbulkwalk -Cr25"}) {
    CAPTURE(program);
    std::istringstream lines(said_by(tool(*snmpd, program, oid("")), agent));
    std::size_t n = 0;
    for (std::string line; std::getline(lines, line); ++n) {
      if (n >= expected.size()) break;
      const std::string name = "." + expected[n].name.to_string() + " = ";
      CAPTURE(line, name);
      REQUIRE(line.starts_with(name));
    }
    CHECK(n == expected.size());
  }
  CHECK(agent.requests() > 100);
}

TEST_CASE("sub-agent: values, and what is not there") {
  const auto snmpd = Snmpd::start();
  if (!snmpd || !have_snmpwalk()) return;
  SubAgent agent(*AgentxSocket::parse("unix:" + snmpd->agentx()));
  agent.publish(campus(1));
  REQUIRE(serve_until(agent, [&] { return agent.serving(); }));

  const std::string said =
      said_by(tool(*snmpd, "snmpget",
                   oid(".1.1.1.0 ") + oid(".1.1.3.0 ") + oid(".1.1.5.0 ") + oid(".1.2.1.1.5.42 ") +
                       oid(".1.4.1.1.3.102.108.111.111.114.48 ") + oid(".1.2.1.1.5.43 ") + oid(".1.99.0")),
              agent);
  CHECK(said == "." + oid(".1.1.1.0 = STRING: \"1.2.3\"\n.") + oid(".1.1.3.0 = INTEGER: 2\n.") +
                    oid(".1.1.5.0 = Counter64: 5000000000\n.") +
                    oid(".1.2.1.1.5.42 = Hex-STRING: 00 0D 4B CE 20 CD \n.") +
                    oid(".1.4.1.1.3.102.108.111.111.114.48 = STRING: \"10.0.0.0\"\n.") +
                    oid(".1.2.1.1.5.43 = No Such Instance currently exists at this OID\n.") +
                    oid(".1.99.0 = No Such Object available on this agent at this OID\n"));

  CHECK(said_by(tool(*snmpd, "snmpset", oid(".1.1.3.0 i 3"), "private"), agent).find("notWritable") !=
        std::string::npos);

  // What is published between two requests is what the second is answered.
  SubAgentData later = campus(1);
  later.daemon.mode = SubAgentData::Mode::kAuto;
  agent.publish(later);
  CHECK(said_by(tool(*snmpd, "snmpget", oid(".1.1.3.0")), agent) == "." + oid(".1.1.3.0 = INTEGER: 3\n"));
}

TEST_CASE("sub-agent: a master that comes late, is restarted, or does not answer") {
  const auto snmpd = Snmpd::start();
  if (!snmpd || !have_snmpwalk()) return;
  snmpd->end();
  SubAgent agent(*AgentxSocket::parse(snmpd->agentx()));
  agent.publish(campus(1));
  REQUIRE(serve_until(agent, [&] { return !agent.trouble().empty(); }));
  CHECK_FALSE(agent.serving());
  CAPTURE(agent.trouble());
  CHECK(agent.trouble().find(snmpd->agentx()) != std::string::npos);
  CHECK(agent.trouble().find("snmpd") != std::string::npos);

  REQUIRE(snmpd->restart());
  REQUIRE(serve_until(agent, [&] { return agent.serving(); }));
  CHECK(agent.trouble() == "");

  snmpd->end();
  REQUIRE(serve_until(agent, [&] { return !agent.serving(); }));
  REQUIRE(snmpd->restart());
  REQUIRE(serve_until(agent, [&] { return agent.serving(); }));
  CHECK(said_by(tool(*snmpd, "snmpget", oid(".1.1.3.0")), agent) == "." + oid(".1.1.3.0 = INTEGER: 2\n"));

  // It is there, and as deaf as a machine that swaps: whoever serves goes on with other things.
  snmpd->freeze();
  SubAgent second(*AgentxSocket::parse(snmpd->agentx()));
  for (int i = 0; i < 100; ++i) second.serve();
  CHECK_FALSE(second.serving());
  snmpd->thaw();
  // One MIB, one sub-agent: the second is told.
  REQUIRE(serve_until(second, [&] { return !second.trouble().empty(); }));
  CHECK(second.trouble().find("duplicateRegistration") != std::string::npos);
}

TEST_CASE("sub-agent: where a master may be") {
  CHECK(AgentxSocket::parse("/var/agentx/master")->path == "/var/agentx/master");
  CHECK(AgentxSocket::parse("unix:/run/agentx")->path == "/run/agentx");
  CHECK(AgentxSocket::parse("tcp:127.0.0.1")->port == 705);
  CHECK(AgentxSocket::parse("tcp:127.0.0.1:161")->port == 161);
  CHECK(AgentxSocket::parse("tcp:[::1]:7050")->port == 7050);
  for (const std::string& wrong :
       {std::string("agentx"), std::string(""), std::string("tcp:snmp.example:705"), std::string("tcp:"),
        "/" + std::string(200, 'x')}) {
    CAPTURE(wrong);
    CHECK_FALSE(AgentxSocket::parse(wrong).has_value());
  }
}
