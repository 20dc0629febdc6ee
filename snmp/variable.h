// Single variables of a switch as isolation reads and writes them: in snmpset's notation, so that a dry run,
// the journal and the wire say one and the same.
#pragma once

#include <compare>
#include <string>

#include "topology/ids.h"

namespace lanwarden::snmp {

/// One instance of an object.
struct Variable {
  std::string oid;   ///< dotted, without a leading dot
  std::string name;  ///< "ifAdminStatus.1"
  /// As snmpset writes it: 'i' INTEGER and 'u' Unsigned32 (decimal), 'x' OCTET STRING (hex digits), 's' OCTET
  /// STRING (as it is).
  char syntax = 'i';
  auto operator<=>(const Variable&) const = default;
};

/// A variable and the value it is to have.
struct Varbind {
  Variable variable;
  std::string value;
  auto operator<=>(const Varbind&) const = default;
};

/// A row of pethPsePortTable, RFC 3621. 0, 0: none.
struct PsePlace {
  std::uint32_t group = 0, port = 0;
  auto operator<=>(const PsePlace&) const = default;
};

/// "INTEGER", "Unsigned32", "OCTET STRING"
std::string_view type_name(char syntax);

namespace objects {
using topology::BridgePort;
using topology::IfIndex;
using topology::VlanId;

Variable sys_uptime();                        ///< hundredths of a second
Variable if_name(IfIndex port);               ///< RFC 2863
Variable if_descr(IfIndex port);              ///< RFC 2863
Variable if_alias(IfIndex port);              ///< RFC 2863; read-write
Variable if_admin_status(IfIndex port);       ///< up(1) down(2) testing(3); read-write
Variable if_oper_status(IfIndex port);        ///< up(1) … lowerLayerDown(7)
Variable base_port_ifindex(BridgePort port);  ///< dot1dBasePortIfIndex, RFC 4188
Variable pvid(BridgePort port);               ///< dot1qPvid, RFC 4363; read-write
Variable vlan_egress(VlanId vlan);            ///< dot1qVlanStaticEgressPorts; read-write
Variable vlan_untagged(VlanId vlan);          ///< dot1qVlanStaticUntaggedPorts; read-write
/// pethPsePortAdminEnable, RFC 3621: true(1) false(2); read-write.
Variable pse_admin_enable(PsePlace place);
Variable pse_detection(PsePlace place);     ///< pethPsePortDetectionStatus: deliveringPower(3)
Variable cisco_pse_entity(PsePlace place);  ///< cpeExtPsePortEntPhyIndex: the entPhysicalIndex of that port
Variable ent_physical_name(std::uint32_t index);  ///< RFC 6933
}  // namespace objects

}  // namespace lanwarden::snmp
