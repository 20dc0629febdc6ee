// Everything one agent said in one poll, as it came: rows by their index, nothing
// resolved yet. Filled by the catalogue's decoders, read by the resolve_* files.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mibs/bridge_mib.h"
#include "mibs/catalogue.h"
#include "mibs/cisco_cdp_mib.h"
#include "mibs/cisco_vtp_mib.h"
#include "mibs/entity_mib.h"
#include "mibs/extreme_edp_mib.h"
#include "mibs/fdb_rows.h"
#include "mibs/foundry_fdp_mib.h"
#include "mibs/if_mib.h"
#include "mibs/lldp_mib.h"
#include "mibs/power_ethernet_mib.h"
#include "mibs/q_bridge_mib.h"
#include "mibs/system.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::mibs {

/// Which requests have ended, so that later ones can depend on them.
class Asked {
 public:
  void mark_ended(const TableSpec& spec, topology::VlanId context) { ended_.emplace(&spec, context.value); }
  bool ended(const TableSpec& spec, topology::VlanId context = topology::kNoVlan) const {
    return ended_.contains({&spec, context.value});
  }

 private:
  std::set<std::pair<const TableSpec*, std::uint16_t>> ended_;
};

struct Tables {
  Asked asked;

  System system;
  topology::MacAddress bridge_address;
  std::vector<topology::IpAddress> own_ips;

  std::map<std::uint32_t, IfRow> interfaces;     ///< by ifIndex
  std::map<std::uint32_t, std::uint8_t> duplex;  ///< dot3StatsDuplexStatus as sent, by ifIndex
  std::set<std::uint32_t> error_disabled;        ///< ifIndexes of ports that the switch itself has shut
  std::map<std::pair<std::uint32_t, std::uint32_t>, PsePort> pse_ports;  ///< by (group, port)

  std::vector<topology::BasePort> base_ports;
  bool base_ports_partial = false;              ///< rows of it were lost: what it lacks proves nothing
  std::map<std::uint16_t, FdbRows> bridge_fdb;  ///< by VLAN context; 0 is the default one
  FdbRows q_bridge_fdb;
  FdbRows vendor_fdb;                                       ///< ports are ifIndexes
  std::uint8_t vendor_fdb_table = 0;                        ///< which one: VendorFdb, vendors.h
  std::map<std::uint32_t, std::uint16_t> vendor_fdb_vlans;  ///< its databases' VLANs, where it tells

  std::map<std::uint16_t, StpScalars> stp;                              ///< by VLAN context
  std::map<std::pair<std::uint16_t, std::uint32_t>, StpRow> stp_ports;  ///< by (VLAN context, bridge port)

  std::map<std::uint16_t, std::uint32_t> vlan_fdb;    ///< dot1qVlanFdbId by VLAN
  std::map<std::uint16_t, VlanPortLists> vlan_ports;  ///< by VLAN
  std::map<std::uint16_t, std::string> vlan_names;
  std::map<std::uint32_t, std::uint16_t> pvids;         ///< dot1qPvid by bridge port
  std::map<std::uint32_t, std::uint16_t> juniper_tags;  ///< the VLAN's tag by Juniper's internal index
  std::map<std::uint32_t, std::uint32_t> juniper_fdbs;  ///< jnxL2aldVlanFdbId by the same
  std::map<std::uint32_t, std::string> juniper_names;   ///< the VLAN's name by the same
  std::map<std::uint16_t, VtpVlan> vtp_vlans;
  std::map<std::uint32_t, std::uint16_t> access_vlans;  ///< vmVlan by ifIndex
  std::map<std::uint32_t, std::uint16_t> voice_vlans;   ///< vmVoiceVlanId by ifIndex
  std::map<std::uint32_t, std::uint16_t> native_vlans;  ///< of trunks, by ifIndex
  std::set<std::uint32_t> trunks;                       ///< ifIndexes that trunk now
  bool trunk_states = false;                            ///< whether the agent tells which ports trunk
  std::vector<topology::VlanId> contexts;               ///< the VLAN contexts that were asked
  std::set<std::uint16_t> logical_vlans;                ///< VLAN contexts that entLogicalTable names

  LldpId lldp_chassis;
  std::map<std::uint32_t, LldpLocalPort> lldp_local;
  std::map<std::vector<std::uint32_t>, LldpRemote> lldp_remotes;
  std::map<std::vector<std::uint32_t>, std::vector<topology::IpAddress>> lldp_addresses;
  std::map<std::vector<std::uint32_t>, LldpRemote> lldp_v2_remotes;
  std::map<std::pair<std::uint32_t, std::uint32_t>, CdpRow> cdp;
  std::map<std::pair<std::uint32_t, std::uint32_t>, FdpRow> fdp;
  std::map<std::vector<std::uint32_t>, EdpRow> edp;

  std::map<std::uint32_t, std::uint32_t> lag_selected, lag_attached;  ///< aggregate by member, ifIndexes
  std::vector<std::pair<std::uint32_t, std::uint32_t>> if_stack;      ///< (higher, lower)
  std::map<std::uint32_t, std::uint32_t> entity_aliases;              ///< physical index by ifIndex
  std::map<std::uint32_t, PhysicalRow> entity_physical;

  std::vector<topology::AddressEntry> addresses;
};

}  // namespace lanwarden::mibs
