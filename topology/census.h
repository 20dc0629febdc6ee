// Internal to the room. The snapshots as the reasoning needs them: switches in
// an order of their own (so that the caller's order cannot change an answer),
// stations and ports as small dense numbers, and only rows that can bear witness.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "topology/ids.h"
#include "topology/mac_address.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::topology::detail {

/// A switch's place in the canonical order (by name, then address).
using Node = std::uint32_t;
inline constexpr Node kNoNode = 0xffff'ffff;

/// A port within its switch. Members of an aggregate have the aggregate's number.
using LocalPort = std::uint16_t;
inline constexpr LocalPort kNoPort = 0;
inline constexpr LocalPort kSelf = 1;  ///< the switch itself: where its own addresses live
inline constexpr LocalPort kFirstPort = 2;

/// A station's place in the sorted list of witness addresses.
using Station = std::uint32_t;
inline constexpr Station kNoStation = 0xffff'ffff;

struct Row {
  Station station;
  LocalPort port;
  std::uint16_t filler = 0;  ///< a frozen fabric has no octets of chance
};
struct Place {
  Node sw;
  LocalPort port;
  std::uint16_t filler = 0;
};

/// How much a witness weighs: an own address of a switch does not roam. A station
/// whose rows do not all agree counts half.
inline constexpr std::uint32_t kStationWeight = 2, kOwnAddressWeight = 6;

inline constexpr std::uint16_t kSeveralVlans = 0xffff;

struct Census {
  std::span<const SwitchSnapshot> snapshots;
  std::vector<SwitchId> id_of;                                    ///< [node]
  std::vector<Node> node_of;                                      ///< [SwitchId]
  std::vector<std::vector<IfIndex>> ports;                        ///< [node][port - kFirstPort], sorted
  std::vector<std::vector<std::pair<IfIndex, IfIndex>>> members;  ///< [node] (member, aggregate), sorted
  std::vector<MacAddress> stations;  ///< sorted: every address that bears witness
  std::vector<std::uint8_t> weight;  ///< [station]
  std::vector<std::uint16_t> vlan;   ///< [station] VLAN id; 0: nobody says; kSeveralVlans
  std::vector<Node> owner;           ///< [station] the switch whose own address it is, or kNoNode
  std::vector<std::pair<MacAddress, Node>> own_addresses;  ///< sorted; an address may have several owners
  std::vector<std::vector<Row>>
      rows;  ///< [node], by station; a station on two ports of a switch has none there
  std::vector<std::vector<Place>> places;  ///< [station] by node
  /// [node][port] rows; those of addresses that are no switch's own. Not in a frozen fabric.
  std::vector<std::vector<std::uint32_t>> rows_at, stations_at;

  std::size_t size() const { return id_of.size(); }
  const SwitchSnapshot& snapshot(Node n) const { return snapshots[id_of[n].value]; }
  std::span<const Place> places_of(Station m) const { return places[m]; }
  Station find(MacAddress mac) const;
  /// The aggregate of a member, else the port itself.
  IfIndex folded(Node n, IfIndex ifindex) const;
  /// kNoPort when the switch has no such port.
  LocalPort local(Node n, IfIndex ifindex) const;
  IfIndex ifindex(Node n, LocalPort p) const {
    return p >= kFirstPort ? ports[n][p - kFirstPort] : kNoInterface;
  }
  PortId port_id(Node n, LocalPort p) const { return {id_of[n], ifindex(n, p)}; }
  std::size_t port_limit(Node n) const { return ports[n].size() + kFirstPort; }
  /// Whether the switch gave a forwarding table at all.
  bool has_rows(Node n) const { return !rows[n].empty(); }
  /// The only owner; nullopt when nobody's or several switches' (an MLAG pair's shared address).
  std::optional<Node> owner_of(MacAddress mac) const;
};

/// Fills places, rows_at and stations_at from rows.
void index_places(Census& census);
/// rows_at and stations_at of one switch.
void count_rows(Census& census, Node n);

/// The VLANs of one tree. A row without a VLAN is of the VLAN that others hold its station in.
struct Scope {
  const Census& all;
  const std::vector<std::uint8_t>& tree_of;  ///< [VLAN id]
  std::uint8_t tree;
  bool has(VlanId vlan) const { return tree_of[vlan.value % tree_of.size()] == tree; }
  bool has(const FdbEntry& e) const;
};

/// What a census was taken from, as far as a later table of one switch needs it: all [station].
struct CensusLedger {
  std::vector<std::uint32_t> rows;       ///< learned rows on live ports, of all switches
  std::vector<std::uint32_t> with_vlan;  ///< of these, with a VLAN
  std::vector<std::uint8_t> disputed;    ///< several switches call it their own
};

/// `scope`: its rows only, and all ports; nullptr: everything.
Census take_census(std::span<const SwitchSnapshot> snapshots, const Scope* scope = nullptr,
                   CensusLedger* ledger = nullptr);

/// A learned row as the switch gave it.
struct RawRow {
  MacAddress mac;
  VlanId vlan;
  LocalPort port;
};
/// Those that can bear witness, in the table's order.
std::vector<RawRow> raw_rows(const Census& census, Node n, const SwitchSnapshot& snapshot);
std::vector<IfIndex> ports_of(const Census& census, Node n, const SwitchSnapshot& snapshot);
/// The addresses that a switch calls its own, unsorted.
std::vector<MacAddress> own_addresses_of(const SwitchSnapshot& snapshot);
/// Blocks of addresses that belong to switches which do not tell their interfaces' addresses: first address
/// and owner, sorted.
inline constexpr std::uint64_t kAddressBlock = 64;
std::vector<std::pair<std::uint64_t, Node>> address_blocks(const Census& census);
/// The rows of one switch, of rows by station and port that may be several for one station. `own`: the
/// stations that are its own addresses, sorted.
std::vector<Row> settled_rows(const Census& census, Node n, std::span<const Row> rows,
                              std::span<const Station> own, std::span<const std::uint8_t> disputed);

}  // namespace lanwarden::topology::detail
