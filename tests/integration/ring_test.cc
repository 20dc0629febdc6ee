// The second LAN: a ring, of which the kernel's spanning tree blocks one port. Last, for it takes the first
// one's place.
#include <catch2/catch.hpp>

#include "expectations.h"
#include "product.h"
#include "product_case.h"
#include "shared_lan.h"

using namespace lanwarden::integration;

TEST_CASE("in a ring, the spanning tree blocks one end of one cable, and every host is still heard") {
  const auto& lan = shared_ring_lan();
  std::vector<std::string> blocked;
  for (const auto& cable : lan.plan().cables) {
    if (lan.stp_state(cable.switch_a, cable.port_a) == "blocking")
      blocked.push_back(cable.switch_a + " " + cable.port_a);
    if (lan.stp_state(cable.switch_b, cable.port_b) == "blocking")
      blocked.push_back(cable.switch_b + " " + cable.port_b);
  }
  REQUIRE(blocked.size() == 1);
  CHECK((blocked[0] == "floor1 up2" || blocked[0] == "floor3 up2"));  // core is the root by its priority
  const auto monitor = lan.wire_of(kMonitor);
  for (const auto& host : lan.plan().hosts)
    if (host.name != kMonitor)
      CHECK(can_be_heard(lan.wire_of(host.name), monitor,
                         lanwarden::topology::IpAddress::parse(host.ip).value()));
}

TEST_CASE("in a ring, all three cables are found and every host is at its port") {
  LANWARDEN_NEEDS_PRODUCT();
  const auto& lan = shared_ring_lan();
  lan.announce_all();
  const Product lanwarden(lan, "ring", entries_of(lan.plan()));
  const auto answer = lanwarden.run({"topology", "--format", "json"});
  INFO(answer.everything());
  CHECK(answer.exit_code == 0);
  CHECK(found_cables(answer.document()) == planned_cables(lan.plan()));
  for (const auto& host : lan.plan().hosts) check_whereabouts(lan, lanwarden, host, "--live");
}
