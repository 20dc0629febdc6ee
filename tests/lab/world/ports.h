// How each vendor numbers and names the ports of a box.
#pragma once

#include <vector>

#include "tests/lab/world/world.h"

namespace lanwarden::lab {

/// `edge` ports for stations, then `uplinks` for switches, then `aggregates`:
/// in that order, numbered, named and addressed (bridge_address + 1 …), nothing
/// plugged in yet. Bridge ports, ifIndexes and LLDP port numbers all differ.
std::vector<Port> make_ports(Vendor vendor, topology::MacAddress bridge_address, unsigned edge,
                             unsigned uplinks, unsigned aggregates);

/// The VLAN interface of a router.
Port make_vlan_interface(topology::MacAddress bridge_address, topology::VlanId vlan);

/// How many edge ports a box of this vendor is sold with that offers at least `wanted`.
unsigned sold_ports(Vendor vendor, unsigned wanted);

std::string_view object_id_of(Vendor vendor);
std::string_view descr_of(Vendor vendor);
/// Three octets: where the vendor's addresses begin.
std::uint32_t oui_of(Vendor vendor);

}  // namespace lanwarden::lab
