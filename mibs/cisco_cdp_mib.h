// CISCO-CDP-MIB: cdpCacheTable. Not Cisco's alone: several vendors hear CDP and show it here.
#pragma once

#include <optional>
#include <string>

#include "mibs/catalogue.h"
#include "topology/ip_address.h"

namespace lanwarden::mibs {

/// One row, by (ifIndex, device index).
struct CdpRow {
  std::string device_id, device_port, platform, version;
  std::optional<topology::IpAddress> address;
  std::uint32_t capabilities = 0;  ///< CDP's own bits
  bool capabilities_known = false;
};
extern const TableSpec kCdpCacheTable;

}  // namespace lanwarden::mibs
