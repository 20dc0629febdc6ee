// Octet strings that agents fill as they please: identifiers, addresses, capability bits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "topology/ip_address.h"
#include "topology/mac_address.h"

namespace lanwarden::mibs {

using Octets = std::span<const std::uint8_t>;

/// A MAC address in whatever shape: six octets, six and a trailing NUL, or text in any notation.
std::optional<topology::MacAddress> mac_of_octets(Octets octets);
/// Text where it is printable (UTF-8 is), trailing NULs and white space cut; else hex with colons.
std::string text_of_octets(Octets octets);
/// 4 or 16 octets as an address.
std::optional<topology::IpAddress> ip_of_octets(Octets octets);
/// The first 16 bits of a BITS value, IEEE order: bit 0 is the most significant of the first octet.
std::uint16_t bits_of_octets(Octets octets);

}  // namespace lanwarden::mibs
