// From what an agent sent to what it means: the steps of Poll::finish(). Each
// step reads the tables and the snapshot as the steps before left it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "mibs/tables.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::mibs {

/// Interfaces, their names, aggregates and places; base ports; own addresses.
void resolve_interfaces(const Tables& t, topology::SwitchSnapshot& s);
/// The forwarding tables: which numbers are ports and which are VLANs.
void resolve_fdb(Tables& t, topology::SwitchSnapshot& s);
/// Spanning tree and PVIDs, which hang on bridge ports.
void resolve_bridge(const Tables& t, topology::SwitchSnapshot& s);
/// LLDP and CDP neighbours, and the ports they were heard on.
void resolve_neighbors(const Tables& t, topology::SwitchSnapshot& s);
/// Where ports physically are.
void resolve_places(const Tables& t, topology::SwitchSnapshot& s);
/// VLANs, their names and the ports that are in them.
void resolve_vlans(const Tables& t, topology::SwitchSnapshot& s);
/// Which ports feed their devices.
void resolve_power(const Tables& t, topology::SwitchSnapshot& s);
/// Own addresses, once every table is read.
void resolve_identity(const Tables& t, topology::SwitchSnapshot& s);

/// The interface of a bridge port, in that context or, where it has no such row, in the default one.
std::optional<topology::IfIndex> base_port(std::span<const topology::BasePort> sorted,
                                           topology::VlanId context, std::uint32_t port);
/// RFC 4188 status numbers, folded.
topology::FdbStatus fdb_status(std::uint8_t sent);
/// The port a forwarding row stands for, by the numbering its table was found to use.
/// kNoInterface: none. Shared by the poll and by targeted questions.
topology::IfIndex fdb_port(const topology::SwitchSnapshot& s, const topology::FdbDatabase& database,
                           std::uint32_t sent);
/// Adds "name: why" once.
void decide(topology::SwitchSnapshot& s, std::string decision);
/// Adds an interface that only a bridge knows, named by its number.
void ensure_interface(topology::SwitchSnapshot& s, topology::IfIndex ifindex);

}  // namespace lanwarden::mibs
