// LLDP-MIB, IEEE 802.1AB-2005 clause 12: what the switch calls its own ports, and whom it hears.
#pragma once

#include <optional>
#include <vector>

#include "mibs/catalogue.h"
#include "topology/ip_address.h"
#include "topology/mac_address.h"

namespace lanwarden::mibs {

/// An LLDP identifier: its subtype, and the octets as they came.
struct LldpId {
  std::uint32_t subtype = 0;
  std::vector<std::uint8_t> octets;
};

/// lldpLocPortTable, by lldpLocPortNum.
struct LldpLocalPort {
  LldpId id;
  std::string descr;
};

/// lldpRemTable, by its whole index.
struct LldpRemote {
  LldpId chassis, port;
  std::string port_descr, system_name, system_descr;
  std::uint16_t capabilities = 0;  ///< enabled, as topology::Capability bits
  std::uint16_t supported = 0;
  bool capabilities_known = false;
  std::vector<topology::IpAddress> management;  ///< LLDP-V2-MIB only; the older MIB's are joined later
};

/// Where in an index of lldpRemTable the local port number stands: {TimeMark, port, index},
/// or {port, index} where an agent leaves the TimeMark out (lldp-odd-index). 0 when it is neither.
std::uint32_t lldp_local_port(OidView index);

/// What both LLDP MIBs decode alike. The columns of set_lldp_remote count from the subtype of the chassis id.
void set_lldp_id(LldpId& id, bool subtype, const Value& value);
void set_lldp_remote(LldpRemote& r, std::size_t column, const Value& value);
/// An address in an index: subtype (1 IPv4, 2 IPv6), its length where the agent sends one, octets.
std::optional<topology::IpAddress> lldp_address_of_index(OidView index);

extern const TableSpec kLldpLocalChassis;
extern const TableSpec kLldpLocalPorts;
extern const TableSpec kLldpLocalAddresses;
extern const TableSpec kLldpRemotes;
extern const TableSpec kLldpRemoteAddresses;

}  // namespace lanwarden::mibs
