// Octet strings that agents fill as they please: identifiers, addresses, capability bits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "topology/ip_address.h"
#include "topology/mac_address.h"
#include "topology/switch_snapshot.h"

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

/// Octets that an agent sent as the text of their hex digits: "ff ff 80", "ff:ff:80" or, in pairs only,
/// "ffff80". nullopt when it is no such text; a single pair is none, because it may be two octets.
std::optional<std::vector<std::uint8_t>> octets_of_hex_text(Octets octets);
/// A BridgeId (RFC 4188): eight octets, or their hex digits as text, or "16384/bc:cf:4f:3e:48:2f".
std::optional<topology::BridgeId> bridge_id_of_octets(Octets octets);
/// dot1dStpPortDesignatedPort: two octets, or "128-9" as text.
std::optional<std::uint16_t> stp_port_of_octets(Octets octets);

}  // namespace lanwarden::mibs
