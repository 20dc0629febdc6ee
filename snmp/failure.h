// Failures as sentences for people: what happened, where, and what to try next. Never with a secret in it.
#pragma once

#include <string>

#include "snmp/collector.h"

namespace lanwarden::snmp {

/// `credential` is the one that was used (read or write); `what` adds what only the
/// caller knows: an errno text, an error-status, a context. May be empty.
Failure describe(Cause cause, const Target& target, const Credential& credential,
                 const std::string& what = {});

/// Without the closing "try: lanwarden check NAME": for `check` itself.
Failure without_advice(Failure failure, const Target& target);

/// "SNMPv2c"
std::string_view to_string(Version version);

}  // namespace lanwarden::snmp
