// SNMPv3 of an agent: message processing (RFC 3412 §7) and the User-based
// Security Model as the authoritative engine plays it (RFC 3414 §3): discovery,
// time window, reports, authentication, privacy.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/lab/agent/pdu.h"
#include "tests/lab/agent/usm_crypto.h"

namespace lanwarden::lab {

/// Keys, not passwords: make one and give it to a thousand agents.
struct UsmUser {
  std::string name;
  AuthProtocol auth = AuthProtocol::kNone;
  ber::Octets auth_key;  ///< not localized
  PrivProtocol priv = PrivProtocol::kNone;
  ber::Octets priv_key;  ///< not localized
  bool may_write = false;
};
/// Privacy needs authentication (RFC 3411 §3.4.3): without it `priv` is dropped.
UsmUser make_user(std::string name, AuthProtocol auth = AuthProtocol::kNone,
                  std::string_view auth_password = {}, PrivProtocol priv = PrivProtocol::kNone,
                  std::string_view priv_password = {}, bool may_write = false);

/// RFC 3411 SnmpEngineID: text form, "administratively assigned".
std::string make_engine_id(std::string_view text);

class UsmEngine {
 public:
  UsmEngine(std::string engine_id, std::vector<UsmUser> users, std::chrono::nanoseconds now,
            std::uint32_t boots = 1);

  /// QUIRKS engine-restart: engineBoots one higher, engineTime from zero.
  void reboot(std::chrono::nanoseconds now);

  /// Fills `out` with a response or report when the verdict is kAnswer (or
  /// kTruncated, to be cut by the caller). A context "vlan-10" is the view's "10".
  Verdict respond(PduResponder& pdus, MibView& view, const Faults& faults, std::chrono::nanoseconds now,
                  std::size_t max_message, ber::OctetsView datagram, ber::Octets& out);

  std::uint32_t boots() const { return boots_; }
  /// Reports sent, for tests.
  std::uint64_t reports() const { return reports_; }

 private:
  struct LocalUser {
    UsmUser user;
    ber::Octets auth_key, priv_key;  // localized
  };
  struct Incoming;
  enum class Level : std::uint8_t { kNoAuth = 0, kAuth = 1, kPriv = 3 };  // msgFlags
  struct Failure;

  const LocalUser* find(std::string_view name) const;
  std::uint32_t time_at(std::chrono::nanoseconds now) const;
  Verdict report(const Incoming& in, const Failure& failure, const LocalUser* user, Level level,
                 std::chrono::nanoseconds now, ber::Octets& out);
  void seal(const Incoming& in, const LocalUser* user, Level level, std::chrono::nanoseconds now,
            ber::OctetsView scoped_pdu, ber::Octets& out);

  std::string id_;
  std::vector<LocalUser> users_;
  std::chrono::nanoseconds booted_;
  std::uint32_t boots_;
  std::uint64_t salt_ = 0;
  std::uint64_t reports_ = 0;
  std::array<std::uint32_t, 9> statistics_{};
};

}  // namespace lanwarden::lab
