// What this machine is and whom it depends on, as its kernel and its DHCP clients know it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "topology/ip_address.h"
#include "topology/mac_address.h"

namespace lanwarden::agent {

/// Addresses of this machine's interfaces.
std::vector<topology::MacAddress> own_mac_addresses();
/// Of one interface; nullopt when there is none of that name, or it has no address.
std::optional<topology::MacAddress> own_mac_address(const std::string& interface);
/// Its default gateways, IPv4.
std::vector<topology::IpAddress> default_gateways();
/// The servers its leases came from (dhclient, systemd-networkd).
std::vector<topology::IpAddress> dhcp_servers_of_leases();
/// What its ARP table says of these addresses; those it does not know are left out.
std::vector<topology::MacAddress> resolve_in_arp_table(const std::vector<topology::IpAddress>& ips);

}  // namespace lanwarden::agent
