// Whom to ask, and with what credential.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "topology/ids.h"

namespace lanwarden::snmp {

/// A secret: can be compared and used, never printed. No operator<<, no
/// formatter, no implicit conversion; wiped when it goes.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;
  Secret(Secret&&) noexcept = default;
  Secret& operator=(Secret&&) noexcept = default;
  ~Secret();
  bool empty() const { return value_.empty(); }
  /// The value itself: for the SNMP adapter alone.
  const std::string& reveal() const { return value_; }

 private:
  std::string value_;
};

enum class Version : std::uint8_t { kV1, kV2c, kV3 };
enum class AuthProtocol : std::uint8_t { kNone, kMd5, kSha1, kSha224, kSha256, kSha384, kSha512 };
enum class PrivProtocol : std::uint8_t { kNone, kDes, kAes128, kAes192, kAes256 };

struct Credential {
  std::string name;  ///< as configured: may be printed
  Version version = Version::kV2c;
  Secret community;  ///< v1, v2c
  std::string user;  ///< v3 securityName: may be printed
  AuthProtocol auth = AuthProtocol::kNone;
  Secret auth_password;
  PrivProtocol privacy = PrivProtocol::kNone;
  Secret privacy_password;
};

/// One switch (or router) to ask.
struct Target {
  topology::SwitchId id;  ///< index in the list of targets, and of snapshots
  std::string name;
  std::string address;  ///< host, host:port, [v6]:port
  Credential read;
  std::optional<Credential> write;          ///< without one, set_* refuses
  std::chrono::milliseconds timeout{1000};  ///< per try
  unsigned retries = 2;
  unsigned in_flight = 4;       ///< requests at once to this one
  bool addresses_only = false;  ///< a [[router]]: ARP/ND tables, nothing else
  /// Answers may come from another address of the switch than the one asked (they are matched by request
  /// id only, so anybody on the way could forge them): off unless configured.
  bool any_source = false;
};

}  // namespace lanwarden::snmp
