// BRIDGE-MIB, RFC 4188: base ports, the forwarding database, spanning tree.
// On Cisco these three exist once per VLAN context.
#pragma once

#include <array>

#include "mibs/catalogue.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::mibs {

/// dot1dStp scalars of one context.
struct StpScalars {
  topology::BridgeId root;
  bool has_root = false;
  std::uint32_t root_cost = 0;
  std::uint32_t root_port = 0;  ///< a bridge port; 0 when this bridge is the root
};

/// dot1dStpPortTable, one row.
struct StpRow {
  std::uint8_t state = 0;  ///< as sent
  bool enabled = false;
  std::uint32_t path_cost = 0;
  topology::BridgeId designated_root, designated_bridge;
  std::uint16_t designated_port = 0;
};

extern const TableSpec kBridgeScalars;
extern const TableSpec kBasePortTable;
extern const TableSpec kBridgeFdbTable;
extern const TableSpec kBridgeFdbAddresses;  ///< column 1, only where the index is a running number
extern const TableSpec kStpPortTable;

}  // namespace lanwarden::mibs
