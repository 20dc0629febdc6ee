// Addresses that are no station's own, with what their octets tell.
#pragma once

#include <optional>
#include <string>

#include "topology/ip_address.h"
#include "topology/mac_address.h"

namespace lanwarden::topology {

/// "VRRP or CARP virtual router 10", "HSRP group 3", "GLBP group 1, forwarder 2", "Microsoft NLB
/// cluster 10.0.0.5, unicast". nullopt: a station's own address, or none of these. RFC 5798 §7.3; Cisco's
/// HSRP (v1, v2, v2 for IPv6) and GLBP; Microsoft NLB.
std::optional<std::string> special_name(MacAddress mac);

/// The cluster's address 02:bf:… that the host's own of an NLB cluster in unicast mode (02:01:… to 02:20:…,
/// "masked source address") belongs to. Any other station may happen to have such an address: only if the
/// cluster's own is known as well it is one.
std::optional<MacAddress> nlb_cluster_of(MacAddress host);
/// "host 3 of the Microsoft NLB cluster 10.0.0.5"; only for an address that nlb_cluster_of() knows.
std::string nlb_host_name(MacAddress host);

}  // namespace lanwarden::topology
