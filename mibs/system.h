// SNMPv2-MIB system group (RFC 3418 §2) and the switch's own bridge address (RFC 4188).
#pragma once

#include "mibs/catalogue.h"
#include "topology/mac_address.h"

namespace lanwarden::mibs {

struct System {
  std::string name, descr, location;
  Oid object_id;
  std::uint64_t uptime_cs = 0;
};
extern const TableSpec kSystemGroup;

}  // namespace lanwarden::mibs
