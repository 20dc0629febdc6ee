// The one place that knows vendors: who made this agent, what it has to be asked
// besides the standard tables, and what its tables mean where they mean something
// of their own. Chosen by sysObjectID, confirmed by what the tables show.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "mibs/catalogue.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::mibs {

enum class Vendor : std::uint8_t {
  kOther,
  kCisco,    ///< IOS, IOS XE, NX-OS: one forwarding database per VLAN context. Not the small-business line
  kJuniper,  ///< FdbId is an internal index; logical units carry the bridge ports
  kNokia,    ///< TiMOS: tlsFdbInfoTable
  kAlcatel,  ///< AOS: slMacAddressTable, and port numbers of its own
  kFoundry,  ///< Foundry, Brocade, Ruckus ICX: FDP
  kExtreme,  ///< ExtremeXOS and ExtremeWare: EDP
  kHuawei,   ///< VRP: hwDynFdbPort, where BRIDGE-MIB has hardly a row
};
Vendor vendor_of(const Oid& object_id);
/// Whether to ask that vendor's tables: it is that vendor, or the agent does not say whose it is.
/// False until the system group has been answered.
bool may_be(const Tables& t, Vendor vendor);

/// The private forwarding tables, FdbDatabase::vendor_table.
enum class VendorFdb : std::uint8_t {
  kNone = 0,
  kTimosTlsFdb = 1,
  kAlcatelMacAddress = 2,
  kAlcatelGlobalMac = 3,
  kHuaweiDynFdb = 4,
};
extern const TableSpec kJuniperVlans;       ///< JUNIPER-VLAN-MIB jnxExVlanTable
extern const TableSpec kJuniperElsVlans;    ///< JUNIPER-L2ALD-MIB jnxL2aldVlanTable
extern const TableSpec kTimosTlsFdb;        ///< TIMETRA-SERV-MIB tlsFdbInfoTable
extern const TableSpec kAlcatelMacAddress;  ///< ALCATEL-IND1-MAC-ADDRESS-MIB slMacAddressTable (AOS 6)
extern const TableSpec kAlcatelGlobalMac;   ///< the same MIB's alaSlMacAddressGlobalTable (AOS 7 and 8)
extern const TableSpec kHuaweiDynFdb;       ///< HUAWEI-L2MAM-MIB hwDynFdbTable
/// The instance that holds a station's port in a private table; nullopt when it
/// cannot be named without knowing the port (then only a walk tells).
std::optional<Oid> vendor_fdb_instance(VendorFdb table, topology::FdbId id, topology::MacAddress mac);

/// A Cisco without VTP, or an agent without any forwarding row in the default context:
/// entLogicalTable may name other contexts.
bool may_have_logical_contexts(const Tables& t);
/// The VLAN contexts to ask now, given what has been answered (cisco-context,
/// nexus-repeats-contexts): none, a first few, or all.
std::vector<topology::VlanId> contexts_to_ask(const Tables& t);

/// The VLAN of a Juniper database number; nullopt when its tables do not tell.
std::optional<topology::VlanId> juniper_vlan(const Tables& t, std::uint32_t fdb);
/// The physical port of a logical unit ("ge-0/0/5.0" is ge-0/0/5): bridges and
/// forwarding rows name the unit, LLDP and people the port. `port` itself for all others.
topology::IfIndex port_of_unit(const topology::SwitchSnapshot& s, topology::IfIndex port);
/// The port of a number that is read as an ifIndex. kNoInterface when there is none, and when it is
/// nowhere a station can be plugged in: a loopback, a routed VLAN; on Juniper every VLAN's own unit, because
/// its base ports begin at 513, where the ifIndexes of vlan.1, vlan.2 … may lie.
topology::IfIndex port_of_ifindex(const topology::SwitchSnapshot& s, std::uint32_t ifindex);
/// The ifIndex an Alcatel AOS bridge port number stands for where the base-port
/// table lacks it (lag-without-base-port). nullopt for others.
std::optional<topology::IfIndex> alcatel_aggregate(const topology::SwitchSnapshot& s, std::uint32_t port);
/// Access points that speak CDP call themselves bridges; their platform says what they are.
bool is_access_point_platform(std::string_view platform);

}  // namespace lanwarden::mibs
