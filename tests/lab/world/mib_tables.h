// What a simulated switch answers below every subtree but the forwarding tables
// (those are served from the world's own rows, world_mib.h): the standard MIBs
// and what the vendor adds, as rows in order.
#pragma once

#include "tests/lab/agent/table_mib.h"
#include "tests/lab/world/live_world.h"

namespace lanwarden::lab {

inline constexpr std::uint32_t kOneMonth =
    30U * 86'400U * 100U;  ///< sysUpTime when the simulation begins, centiseconds

/// Everything of the default context, as of now.
void fill_default_context(const LiveWorld& live, const SpanningTree& tree, NodeId sw, Table& table);

/// What differs in the context of one VLAN (Vendor::kCisco): system, base ports, spanning tree.
void fill_vlan_context(const LiveWorld& live, const SpanningTree& tree, NodeId sw, topology::VlanId vlan,
                       Table& table);

/// The VLAN that the default context shows on a switch with one context for each.
inline constexpr topology::VlanId kDefaultVlan{1};

/// Whether this bridge port takes part in the VLAN.
bool carries(const Port& port, topology::VlanId vlan);

}  // namespace lanwarden::lab
