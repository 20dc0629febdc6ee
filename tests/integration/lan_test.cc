// The LAN itself, without lanwarden: what the other cases lean on is real.
#include <catch2/catch.hpp>
#include <map>

#include "shared_lan.h"
#include "snmp_tool.h"

using namespace lanwarden::integration;
using lanwarden::topology::IpAddress;
using lanwarden::topology::kBroadcast;
using namespace std::chrono_literals;

namespace {

IpAddress ip(const std::string& text) { return IpAddress::parse(text).value(); }

std::map<std::string, std::string> as_map(const std::vector<KernelRow>& rows) {
  std::map<std::string, std::string> map;
  for (const auto& row : rows) map[row.mac] = row.port;
  return map;
}

}  // namespace

TEST_CASE("the agents' forwarding databases are the kernel's") {
  const auto& lan = shared_office_lan();
  for (const std::string name : {"core", "floor1", "floor3"}) {
    INFO(name);
    lan.announce_all();
    std::map<std::string, std::string> said, is;
    CHECK(wait_until(5s, [&] {  // the kernel ages rows while we read: one moment must agree
      said = SnmpTool(lan, name).forwarding_database();
      is = as_map(lan.kernel_fdb(name));
      return said == is;
    }));
    CHECK(said == is);
    CHECK(SnmpTool(lan, name).walk(kQTpFdbPort).size() == said.size());
    for (const auto& host : lan.plan().hosts) CHECK_FALSE(said[host.mac].empty());
    for (const auto& host : lan.plan().hosts)
      if (host.switch_name == name) CHECK(said[host.mac] == host.port);
  }
}

TEST_CASE("the tap learns nothing, so that the monitor hears what is answered to the victim") {
  const auto& lan = shared_office_lan();
  const auto monitor = lan.wire_of(kMonitor), victim = lan.wire_of(kVictim), server = lan.wire_of("server");
  victim.announce(ip("10.10.0.50"));
  monitor.forget();
  ArpPacket unicast;
  unicast.destination = unicast.target_mac = victim.address();
  unicast.source = unicast.sender_mac = server.address();
  unicast.operation = ArpOperation::kReply;
  unicast.sender_ip = ip("10.10.0.20");
  unicast.target_ip = ip("10.10.0.50");
  server.send(unicast);
  CHECK(wait_until(2s, [&] {
    const auto packet = monitor.receive(100ms);
    return packet && packet->destination == victim.address() && packet->source == server.address();
  }));
}

TEST_CASE("a SET of ifAdminStatus takes the link down, and up again, for real") {
  const auto& lan = shared_office_lan();
  const struct {
    const char *switch_name, *host;
  } places[] = {{"core", "server"}, {"floor3", "camera"}};  // SNMPv2c and SNMPv3
  for (const auto& place : places) {
    INFO(place.switch_name);
    const auto& host = lan.plan().host_named(place.host);
    const SnmpTool agent(lan, place.switch_name);
    const auto index = agent.ifindex_of(host.port);
    const auto own = lan.wire_of(host.name), monitor = lan.wire_of(kMonitor);
    CHECK(can_be_heard(own, monitor, ip(host.ip)));

    CHECK(agent.set(std::string(kIfAdminStatus) + "." + index, kStatusDown).exit_code == 0);
    CHECK_FALSE(lan.admin_up(place.switch_name, host.port));
    CHECK_FALSE(lan.link_up(place.switch_name, host.port));
    CHECK(
        wait_until(10s, [&] { return agent.get(std::string(kIfOperStatus) + "." + index) == kStatusDown; }));
    CHECK(wait_until(10s, [&] { return lan.kernel_port_of(place.switch_name, host.mac).empty(); }));
    CHECK_FALSE(can_be_heard(own, monitor, ip(host.ip)));

    CHECK(agent.set(std::string(kIfAdminStatus) + "." + index, kStatusUp).exit_code == 0);
    CHECK(lan.admin_up(place.switch_name, host.port));
    CHECK(wait_until(20s, [&] { return can_be_heard(own, monitor, ip(host.ip)); }));
  }
}

TEST_CASE("who may only read cannot SET") {
  const auto& lan = shared_office_lan();
  for (const std::string name : {"core", "floor1", "floor3"}) {
    INFO(name);
    const SnmpTool agent(lan, name);
    const auto port = name == "core" ? "dn1" : "up1";
    CHECK(agent.set_as_reader(std::string(kIfAdminStatus) + "." + agent.ifindex_of(port), kStatusDown)
              .exit_code != 0);
    CHECK(lan.admin_up(name, port));
  }
}

TEST_CASE("the clock answers any probe, and nothing else") {
  const auto& lan = shared_office_lan();
  const auto clock = lan.start_on(kClock, {program_path("clock_host"), kHostInterface}, "clock-alone");
  const auto victim = lan.wire_of(kVictim);
  const auto clock_mac = lan.plan().host_named(kClock).mac;
  const auto claimed_by_clock = [&](IpAddress address) {
    for (auto packet = victim.receive(300ms); packet; packet = victim.receive(300ms))
      if (packet->operation == ArpOperation::kReply && packet->sender_ip == address)
        return packet->sender_mac.to_string() == clock_mac;
    return false;
  };
  CHECK(wait_until(10s, [&] {  // it needs a moment to listen
    victim.probe(ip("10.10.0.201"), kBroadcast);
    return claimed_by_clock(ip("10.10.0.201"));
  }));
  victim.probe(ip("10.10.0.202"), {});
  CHECK(claimed_by_clock(ip("10.10.0.202")));
  ArpPacket question;
  question.source = question.sender_mac = victim.address();
  question.sender_ip = ip("10.10.0.50");
  question.target_ip = ip("10.10.0.203");
  victim.send(question);
  CHECK_FALSE(claimed_by_clock(ip("10.10.0.203")));
}

TEST_CASE("the victim gives up while the clock answers, and comes up without it") {
  const auto& lan = shared_office_lan();
  const auto monitor = lan.wire_of(kMonitor);
  auto clock = lan.start_on(kClock, {program_path("clock_host"), kHostInterface}, "clock-alone");
  CHECK(wait_until(10s, [&] {  // it needs a moment to listen
    monitor.probe(ip("10.10.0.200"), {});
    const auto answer = monitor.receive(200ms);
    return answer && answer->operation == ArpOperation::kReply;
  }));
  auto victim =
      lan.start_on(kVictim, {program_path("victim_host"), kHostInterface, "10.10.0.50", "3"}, "victim-alone");
  CHECK(wait_until(
      10s, [&] { return lan.log_of("victim-alone").find("conflict 10.10.0.52") != std::string::npos; }));
  CHECK_FALSE(victim.exit_code());
  monitor.forget();
  clock.stop();
  CHECK(victim.wait(10s) == 0);
  for (const char* server : {"up 10.10.0.50", "up 10.10.0.51", "up 10.10.0.52"})
    CHECK(lan.log_of("victim-alone").find(server) != std::string::npos);
  CHECK(wait_until(2s, [&] {
    const auto packet = monitor.receive(100ms);
    return packet && packet->is_announcement() &&
           packet->source.to_string() == lan.plan().host_named(kVictim).mac;
  }));
}
