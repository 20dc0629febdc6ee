// Internal to the room. Which columns hold what: the rules by which a recording is made anonymous.
#pragma once

#include <cstdint>

#include "mibs/oid.h"

namespace lanwarden::mibs::anonymizing {

enum class What : std::uint8_t {
  kKeep,
  kMac,
  kBridgeId,   ///< priority and address, eight octets or text
  kIp,         ///< 4 or 16 octets
  kName,       ///< what an administrator wrote
  kOwnName,    ///< the same, of this switch: may stand in other texts
  kTechnical,  ///< what the vendor wrote; names in it are replaced
  kTheirPort,  ///< the neighbour's description of its port: a port's name, or what an administrator wrote
               ///< there
  kPortName,   ///< the same, and aliases that equal it are no names
  kSubtype,    ///< of the LLDP identifier in the next column
  kChassis,
  kPort,
};
enum Index : int {
  kPlain,
  kMacLast,
  kMacFirst,  ///< a VLAN and a name follow
  kIpLast,
  kManagement,
};

struct Rule {
  Oid column;
  What what;
  Index index;
};
/// The first that fits: the narrower rules stand before the wider. nullptr: what it means is not known here,
/// and it is not kept.
const Rule* rule_of(const Oid& name);

}  // namespace lanwarden::mibs::anonymizing
