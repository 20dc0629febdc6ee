// Who says he sent an SNMPv3 message: what stands before the encrypted part (RFC 3414 §2.4). Proves nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace lanwarden::snmp {

/// Views into the message.
struct UsmHeader {
  std::span<const std::uint8_t> engine_id;  ///< msgAuthoritativeEngineID; empty: the sender asks for it
  std::string_view user;                    ///< msgUserName
};

/// nullopt when it is no SNMPv3 message of the User-based Security Model, or is cut off.
std::optional<UsmHeader> read_usm_header(std::span<const std::uint8_t> message);

}  // namespace lanwarden::snmp
