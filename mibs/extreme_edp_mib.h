// EXTREME-EDP-MIB extremeEdpTable: the Extreme Discovery Protocol.
#pragma once

#include <string>

#include "mibs/catalogue.h"
#include "topology/mac_address.h"

namespace lanwarden::mibs {

/// One row, by its whole index {ifIndex, neighbour's device id}.
struct EdpRow {
  std::string name, version;
  std::uint32_t slot = 0, port = 0;
};
extern const TableSpec kEdpTable;

/// The neighbour's address from an index of extremeEdpTable: ExtremeDeviceId is two octets (0, 0 or a
/// priority) and six of the address, with a length byte in front or without. Zero when it is neither.
topology::MacAddress edp_neighbor_address(OidView index);

}  // namespace lanwarden::mibs
