// How a receiver knows who sent a body, and that it is no recording. The one door to OpenSSL in here, with
// the base64 that mail needs.
#pragma once

#include <string>
#include <string_view>

#include "snmp/target.h"
#include "topology/time.h"

namespace lanwarden::agent {

/// "t=1700000000,v1=5257a8…": HMAC-SHA256, in hexadecimal, over the seconds, a full stop, and the body.
std::string signature_of(std::string_view body, const snmp::Secret& secret, topology::Time now);
/// RFC 4648 §4, without line breaks.
std::string base64(std::string_view octets);

}  // namespace lanwarden::agent
