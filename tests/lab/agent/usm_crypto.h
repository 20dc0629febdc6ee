// Keys, digests and ciphers of the User-based Security Model: RFC 3414 (MD5,
// SHA-1, DES), RFC 7860 (SHA-2), RFC 3826 (AES-128) and, for longer AES keys,
// draft-blumenthal-aes-usm-04 as Net-SNMP has it. The one place that uses OpenSSL.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tests/lab/agent/ber.h"

namespace lanwarden::lab {

enum class AuthProtocol : std::uint8_t { kNone, kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };
enum class PrivProtocol : std::uint8_t { kNone, kDes, kAes128, kAes192, kAes256 };

/// "MD5", "SHA", "SHA-256" …; "DES", "AES", "AES-192" …, as the product's configuration spells them.
std::optional<AuthProtocol> parse_auth_protocol(std::string_view text);
std::optional<PrivProtocol> parse_priv_protocol(std::string_view text);

/// Octets of msgAuthenticationParameters.
std::size_t digest_size(AuthProtocol protocol);

/// RFC 3414 A.2: a megabyte of the password, hashed. Slow on purpose: do it once a
/// user, then localize it for each engine, which is cheap.
ber::Octets password_to_key(AuthProtocol protocol, std::string_view password);
ber::Octets localize_key(AuthProtocol protocol, ber::OctetsView key, ber::OctetsView engine_id);
/// A localized key made long enough for a cipher.
ber::Octets privacy_key(AuthProtocol hash, PrivProtocol cipher, ber::OctetsView localized);

/// The truncated HMAC of RFC 3414 §6.3.1 and RFC 7860 §4.2.1.
ber::Octets digest(AuthProtocol protocol, ber::OctetsView key, ber::OctetsView message);

struct PrivacyContext {
  PrivProtocol protocol = PrivProtocol::kNone;
  ber::OctetsView key;             ///< from privacy_key
  std::uint32_t engine_boots = 0;  ///< of the authoritative engine, for AES
  std::uint32_t engine_time = 0;
  std::array<std::uint8_t, 8> salt{};  ///< msgPrivacyParameters
};
/// Empty when the cipher cannot be had here.
ber::Octets encrypt(const PrivacyContext& context, ber::OctetsView plain);
/// Empty when it cannot be decrypted; DES leaves its padding at the end.
ber::Octets decrypt(const PrivacyContext& context, ber::OctetsView encrypted);

}  // namespace lanwarden::lab
