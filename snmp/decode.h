// What Net-SNMP parsed, as this room and mibs speak of it. Inside the adapter only.
#pragma once

#include <span>

#include "snmp/wire.h"

struct snmp_pdu;  // Net-SNMP's

namespace lanwarden::snmp {

/// What a Report says, by its first variable.
Report report_of(const snmp_pdu& pdu);

/// The variables of a PDU. Valid until the next call in this thread, and while the PDU lives.
std::span<const Binding> bindings_of(const snmp_pdu& pdu);

}  // namespace lanwarden::snmp
