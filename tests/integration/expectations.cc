#include "expectations.h"

#include <catch2/catch.hpp>
#include <utility>

namespace lanwarden::integration {
namespace {

using nlohmann::json;

/// "core dn1 - floor1 up1", the ends in order, whichever way round it was printed.
std::string cable_name(std::string a, std::string b) {
  if (b < a) std::swap(a, b);
  return a + " - " + b;
}

/// Where the plan has the host, as a polled switch sees it: behind the tap is the tap's port of the core.
std::pair<std::string, std::string> planned_port(const LanPlan& plan, const HostPlan& host) {
  for (const auto& c : plan.cables)
    if (c.switch_b == host.switch_name && plan.switch_named(c.switch_b).management == Management::kNone)
      return {c.switch_a, c.port_a};
  return {host.switch_name, host.port};
}

}  // namespace

std::set<std::string> planned_cables(const LanPlan& plan) {
  std::set<std::string> names;
  for (const auto& c : plan.cables)
    if (plan.switch_named(c.switch_b).management != Management::kNone)
      names.insert(cable_name(c.switch_a + " " + c.port_a, c.switch_b + " " + c.port_b));
  return names;
}

std::set<std::string> found_cables(const json& topology) {
  std::set<std::string> names;
  const auto end = [](const json& e) { return e.value("switch", "?") + " " + e.value("port", "?"); };
  for (const auto& link : topology.value("links", json::array()))
    names.insert(cable_name(end(link["a"]), end(link["b"])));
  return names;
}

void check_whereabouts(const Lan& lan, const Product& lanwarden, const HostPlan& host, const char* source) {
  const auto answer = lanwarden.run({"where", host.mac, source, "--json"});
  INFO(host.name << " " << source << "\n" << answer.everything());
  CHECK(answer.exit_code == 0);
  const auto document = answer.document();
  REQUIRE(document.contains("results"));
  REQUIRE(document["results"].size() == 1);
  const auto& result = document["results"][0];
  const auto [switch_name, port] = planned_port(lan.plan(), host);
  CHECK(result.value("mac", "") == host.mac);
  CHECK(result.value("verdict", "") == (switch_name == host.switch_name ? "edge" : "shared"));
  CHECK(result.value("switch", "") == switch_name);
  CHECK(result.value("port", "") == port);
  CHECK(result.value("source", "") == std::string(source).substr(2));
}

}  // namespace lanwarden::integration
