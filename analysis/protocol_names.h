// What is known to beat on LANs, by name. An explicit table: what is not in it stays
// unknown, and is shown with its bytes.
#pragma once

#include <string_view>

#include "analysis/service.h"

namespace lanwarden::analysis {

struct ProtocolName {
  std::string_view name;  ///< short, as the field says it: "HSRPv2"
  std::string_view what;  ///< what it is for, and who sends it
};

/// By header fields and, where the same fields serve several, by destination address.
/// Null when nobody told us. Sources: IEEE 802 numbers and IANA's registries of port and protocol
/// numbers; for what vendors never registered, their manuals.
const ProtocolName* protocol_name(const Service& service, MacAddress destination);

}  // namespace lanwarden::analysis
