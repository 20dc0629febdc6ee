// Asking for what nobody has, on a LAN of real kernels: the clock is named, and nobody else notices.
#include <algorithm>
#include <catch2/catch.hpp>

#include <map>
#include <sstream>

#include "product.h"
#include "product_case.h"
#include "shared_lan.h"

using namespace lanwarden::integration;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

/// Every host's neighbour cache: "10.10.0.5 dev eth0 lladdr 00:1b:21:00:00:05", without the states, which
/// age.
std::map<std::string, std::string> neighbour_caches(const Lan& lan) {
  std::map<std::string, std::string> caches;
  for (const auto& host : lan.plan().hosts) {
    if (host.name == kMonitor) continue;
    std::istringstream lines(lan.run_on(host.name, {"ip", "neigh", "show"}).out);
    std::vector<std::string> entries;
    for (std::string line; std::getline(lines, line);)
      if (const auto at = line.find("lladdr "); at != std::string::npos)
        entries.push_back(line.substr(0, at + 24));
    std::sort(entries.begin(), entries.end());
    for (const auto& entry : entries) caches[host.name] += entry + "\n";
  }
  return caches;
}

/// 10.10.0.128 to .255 holds no host of the plan.
const std::vector<std::string> kProbe = {
    "probe", "-i", kMonitorInterface, "-4", "--within", "10.10.0.128/25", "--count", "3", "--json"};

std::vector<std::string> and_also(std::vector<std::string> words, const std::string& more) {
  words.push_back(more);
  return words;
}

}  // namespace

TEST_CASE("probe is silent on a healthy LAN, and no host's cache changes") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  // So that there are caches which could change.
  for (const char* other : {"desk", "printer", "phone"})
    lan.run_on("server", {"ping", "-c", "1", "-W", "2", lan.plan().host_named(other).ip});
  const Product lanwarden(lan, "probe-healthy", {});
  const auto before = neighbour_caches(lan);
  const auto answer = lanwarden.run(kProbe);
  INFO(answer.everything());
  CHECK(answer.exit_code == 0);
  CHECK(answer.lines.empty());
  CHECK(answer.err.find("3 unused IPv4") != std::string::npos);
  CHECK(neighbour_caches(lan) == before);
}

TEST_CASE("probe names the clock, and with --locate its port") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const auto& clock = lan.plan().host_named(kClock);
  const auto playing = lan.start_on(
      kClock, {program_path("clock_host"), kHostInterface, lan.plan().host_named("server").ip, clock.ip},
      "probe-clock");
  REQUIRE(wait_until(10s, [&] { return lan.kernel_port_of("core", clock.mac) == "dn3"; }));
  const Product lanwarden(lan, "probe-clock", entries_of(lan.plan()));
  const auto answer = lanwarden.run(and_also(kProbe, "--locate"));
  INFO(answer.everything());
  CHECK(answer.exit_code == 1);
  REQUIRE(answer.lines.size() == 1);
  const json& finding = answer.lines[0];
  CHECK(finding.value("kind", "") == "arp-bogus-responder");
  CHECK(finding.value("severity", "") == "critical");
  CHECK(finding.value("mac", "") == clock.mac);
  CHECK(finding["evidence"].value("claimed", 0) == 3);
  CHECK(finding["evidence"].value("answered_vmware", 0) == 3);
  CHECK(finding["evidence"].value("answered_rfc5227", 0) == 3);
  CHECK(finding["evidence"].value("answered_ordinary", -1) == 0);
  REQUIRE(finding.contains("location"));
  CHECK(finding["location"].value("switch", "") == clock.switch_name);
  CHECK(finding["location"].value("port", "") == clock.port);
  const auto incidents = lanwarden.run({"incidents", "--json"});
  REQUIRE(incidents.lines.size() == 1);
  CHECK(incidents.lines[0].value("mac", "") == clock.mac);
  CHECK(incidents.lines[0].value("port", "") == clock.port);
}

TEST_CASE("probe leaves alone a network where every address is used") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_office_lan();
  lan.announce_all();
  const Product lanwarden(lan, "probe-full", {});
  const auto answer = lanwarden.run(
      {"probe", "-i", kMonitorInterface, "-4", "--within", lan.plan().host_named("server").ip + "/32"});
  INFO(answer.everything());
  CHECK(answer.exit_code == 2);
  CHECK(answer.err.find("no unused address") != std::string::npos);
}
