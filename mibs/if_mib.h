// IF-MIB, RFC 2863: ifTable and ifXTable.
#pragma once

#include "mibs/catalogue.h"
#include "topology/mac_address.h"

namespace lanwarden::mibs {

struct IfRow {
  std::string name, descr, alias;
  std::uint32_t type = 0;
  std::uint64_t speed_bps = 0;        ///< ifSpeed
  std::uint64_t high_speed_mbps = 0;  ///< ifHighSpeed
  std::uint8_t admin = 0, oper = 0;   ///< as sent
  std::uint32_t last_change_cs = 0;   ///< ifLastChange
  topology::MacAddress address;
};
extern const TableSpec kIfTable;
extern const TableSpec kIfXTable;

inline constexpr std::uint32_t kIfTypeEthernet = 6;
inline constexpr std::uint32_t kIfTypeVirtual = 53;     ///< propVirtual
inline constexpr std::uint32_t kIfTypeAggregate = 161;  ///< ieee8023adLag

/// The one rule that names a port: ifName; ifDescr where the agent has none; else "port <ifIndex>". Never
/// empty.
std::string interface_name(std::string_view if_name, std::string_view if_descr, topology::IfIndex ifindex);

}  // namespace lanwarden::mibs
