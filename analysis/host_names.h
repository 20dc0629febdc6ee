// The name a station gives itself, where it says one to everybody: DHCP, NetBIOS, mDNS.
#pragma once

#include <string>

#include "analysis/frame.h"

namespace lanwarden::analysis {

/// The sender's own name; empty when the frame tells none. Only letters, digits and "-._" (RFC 1123, and what
/// NetBIOS adds) are taken: anything else ends the name. At most 63 characters.
std::string host_name_in(const Frame& frame);

}  // namespace lanwarden::analysis
