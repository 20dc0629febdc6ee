// What a switch says of itself: traps and informs (RFC 3416 §4.2.6), by what they mean for who asks the
// switch next. A notification is a reason to ask, never an answer: whatever it says is read anew.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "mibs/oid.h"
#include "topology/ids.h"
#include "topology/mac_address.h"

namespace lanwarden::mibs {

/// A variable of a notification. Views: valid only during the call they are passed to.
struct NotifiedVariable {
  OidView name;
  Value value;
};

struct Notified {
  enum class Kind : std::uint8_t {
    kRestarted,       ///< coldStart, warmStart
    kLink,            ///< linkUp, linkDown
    kTopology,        ///< newRoot, topologyChange (RFC 4188), lldpRemTablesChange (IEEE 802.1AB)
    kStations,        ///< a forwarding table learned, lost or moved the `stations`
    kAuthentication,  ///< authenticationFailure: somebody asks it with a wrong community
    kOther,
  };
  Kind kind = Kind::kOther;
  std::optional<topology::IfIndex> ifindex;      ///< kLink
  std::vector<topology::MacAddress> stations{};  ///< learned or moved: where is each now? Never of `removed`
  std::vector<topology::MacAddress> removed{};   ///< gone from this switch's table
};

/// `trap`: the value of snmpTrapOID.0. Knows CISCO-MAC-NOTIFICATION-MIB; of other vendors' notifications
/// about stations it takes each variable that is a MacAddress (six octets, a station's): they are kStations.
Notified read_notification(OidView trap, std::span<const NotifiedVariable> variables);

/// snmpTrapOID of an SNMPv1 trap (RFC 3584 §3.1): `generic` 0 to 5 are the standard ones, else it is
/// `enterprise`.0.`specific`.
Oid trap_of_v1(OidView enterprise, int generic, int specific);

/// snmpTrapOID.0 and snmpTrapAddress.0.
const Oid& snmp_trap_oid();
const Oid& snmp_trap_address();

}  // namespace lanwarden::mibs
