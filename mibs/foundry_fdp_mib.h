// FOUNDRY-SN-SWITCH-GROUP-MIB snFdpCacheTable: Foundry, Brocade and Ruckus switches' own discovery
// protocol. The agent lists the CDP neighbours it hears in the same table.
#pragma once

#include <optional>
#include <string>

#include "mibs/catalogue.h"
#include "topology/ip_address.h"

namespace lanwarden::mibs {

/// One row, by (ifIndex, device index).
struct FdpRow {
  std::string device_id, device_port, platform, version, capabilities;
  std::optional<topology::IpAddress> address;
  bool heard_by_cdp = false;
};
extern const TableSpec kFdpCacheTable;

}  // namespace lanwarden::mibs
