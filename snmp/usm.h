// SNMPv3's User-based Security Model as Net-SNMP keeps it: one list of users for
// the whole process, keyed by engine id and name. Inside the adapter only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "snmp/target.h"
#include "topology/result.h"

namespace lanwarden::snmp::usm {

/// Keys of one credential before they are localised to an engine (RFC 3414 §2.6, Ku).
/// Deriving one hashes a megabyte, so they are kept for all switches that share a password.
struct Keys {
  std::array<std::uint8_t, 64> auth{}, privacy{};
  std::size_t auth_size = 0, privacy_size = 0;
  Keys() = default;
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;
  ~Keys();
};

/// Fails with a sentence: a password under eight characters, a protocol that is not there.
topology::Result<std::shared_ptr<const Keys>, std::string> derive(const Credential& credential);

/// Puts credential and keys into a `netsnmp_session` (template, before it is opened).
void apply(const Credential& credential, const Keys& keys, void* netsnmp_session);

/// Whose keys Net-SNMP holds for one engine and user now.
struct Slot {
  const Keys* now = nullptr;
};
/// Lives as long as the process.
Slot* slot(std::span<const std::uint8_t> engine, const std::string& user);
/// Makes `keys` what Net-SNMP uses for the engine of an opened `netsnmp_session`
/// and its user. Two switches that claim one engine id, and a right password after a
/// wrong one, would else get each other's keys. Do it when `slot->now` is not `&keys`.
bool install(const Keys& keys, Slot& slot, const std::string& user, void* netsnmp_session);

/// Forgets boots and time of an engine: the next answer teaches them.
void forget_time(std::span<const std::uint8_t> engine);

}  // namespace lanwarden::snmp::usm
