// Internal to topology/audit: what the findings are worded with.
#pragma once

#include <string>
#include <vector>

#include "topology/audit/wiring.h"

namespace lanwarden::topology::audit::detail {

std::string speed_words(std::uint64_t bps);                ///< "1 Gbit/s", "unknown"
std::string_view duplex_words(Duplex duplex);              ///< "full", "half", "unknown"
std::string vlan_words(const std::vector<VlanId>& vlans);  ///< "10, 20-29"
std::string vlan_words(VlanId vlan);                       ///< "VLAN 10"; "the common tree" for none
std::string root_words(const BridgeId& root, const Wiring& wiring);  ///< "core (00:11:…), priority 4096"
/// The polled switch that this address is the bridge address of; empty: none.
std::string switch_with(MacAddress bridge, const Wiring& wiring);
/// "A1, A2 and 3 more"
std::string list_words(const std::vector<std::string>& items, std::size_t most);
std::string count_words(std::size_t n, std::string_view one, std::string_view many);

}  // namespace lanwarden::topology::audit::detail
