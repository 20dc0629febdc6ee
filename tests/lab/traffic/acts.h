// Who sends. An act engages its stations when it begins and plans what they do;
// its state lives in what it has planned. One more trouble: a function here, a
// line in traffic.cc.
#pragma once

#include "tests/lab/traffic/simulation.h"

namespace lanwarden::lab {

/// Machines that come up: they probe, announce, and go without an address when somebody claims theirs.
class Boots {
 public:
  virtual ~Boots() = default;
  virtual BootCounts counts() const = 0;
};
std::shared_ptr<Boots> begin_boots(Simulation& simulation);

void begin_office(Simulation& simulation);  ///< ARP, NetBIOS, DHCP discovers, BPDUs, LLDP

// Everyday life of a campus: none of it is a trouble.
void begin_services(Simulation& simulation);  ///< mDNS, SSDP, LLMNR, IGMP, sync broadcasts, wake-on-LAN
void begin_routers(Simulation& simulation);   ///< VRRP and HSRP with failovers, RA, off-link proxy ARP
void begin_dhcp(Simulation& simulation);      ///< leases, renewals, an address given to somebody else
void begin_servers(Simulation& simulation);   ///< addresses that fail over, migrations, monitoring
void begin_wireless(Simulation& simulation);  ///< an access point answers for its clients; clients roam
void begin_ipv6(Simulation& simulation);      ///< DAD and neighbour discovery

// Troubles: each gives the culprit, zero when there is none to name.
topology::MacAddress begin_clock(Simulation& simulation);
topology::MacAddress begin_heartbeats(Simulation& simulation);
topology::MacAddress begin_address_conflict(Simulation& simulation);
topology::MacAddress begin_gateway_spoof(Simulation& simulation);
topology::MacAddress begin_false_sender(Simulation& simulation);
topology::MacAddress begin_sweep(Simulation& simulation);
topology::MacAddress begin_arp_flood(Simulation& simulation);
topology::MacAddress begin_foreign_address(Simulation& simulation);
topology::MacAddress begin_proxy(Simulation& simulation);
topology::MacAddress begin_device_tracking(Simulation& simulation);
topology::MacAddress begin_dad_denier(Simulation& simulation);
topology::MacAddress begin_router_imposter(Simulation& simulation);
topology::MacAddress begin_second_dhcp(Simulation& simulation);
topology::MacAddress begin_storm(Simulation& simulation);
topology::MacAddress begin_loop(Simulation& simulation);
topology::MacAddress begin_mac_flood(Simulation& simulation);
topology::MacAddress begin_new_root(Simulation& simulation);

}  // namespace lanwarden::lab
