// POWER-ETHERNET-MIB, RFC 3621: which ports feed their device. Its index is {group, port},
// and what those number is left to the vendor: resolve_power.cc finds out, or does not.
#pragma once

#include <cstdint>

#include "mibs/catalogue.h"

namespace lanwarden::mibs {

/// pethPsePortTable, by (group, port).
struct PsePort {
  bool enabled = true;               ///< pethPsePortAdminEnable
  std::uint8_t detection = 0;        ///< pethPsePortDetectionStatus as sent; deliveringPower(3); 0 none
  std::uint32_t physical_index = 0;  ///< cpeExtPsePortEntPhyIndex; 0: not told
};
extern const TableSpec kPsePorts;
extern const TableSpec kCiscoPsePorts;  ///< CISCO-POWER-ETHERNET-EXT-MIB: the ENTITY-MIB row of each

inline constexpr std::uint8_t kPseDelivering = 3;

}  // namespace lanwarden::mibs
