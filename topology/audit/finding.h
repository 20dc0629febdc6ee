// What an audit finds: what has changed, and what is wrong in the wiring as it is.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topology/audit/wiring.h"

namespace lanwarden::topology::audit {

enum class Severity : std::uint8_t { kInfo, kWarning, kCritical };
std::string_view to_string(Severity severity);  ///< "info" "warning" "critical"

struct Finding {
  std::string kind;  ///< one of kinds()
  Severity severity = Severity::kInfo;
  PortName at;                ///< the switch and, where it has one, the port; may be empty
  std::string subject;        ///< what of it: a VLAN, the other end, an address; empty: the place says all
  std::string summary;        ///< one sentence
  std::string before, after;  ///< in words; empty: nothing
  std::optional<Time> since;  ///< when it became so, as far as anybody knows

  /// The same matter has the same fingerprint in every audit: 8 hexadecimal digits.
  std::string fingerprint() const;
};

struct KindInfo {
  std::string_view kind, meaning, advice;
};
/// Every kind of finding there is, in the order in which they are shown.
std::span<const KindInfo> kinds();

/// What else the checks need.
struct Terms {
  Time now{};
  std::set<PortName> isolated;     ///< shut by lanwarden: no finding
  std::optional<Duration> unused;  ///< a port that is down for so long is worth a word; nullopt: never
  unsigned flaps = 6;              ///< changes of a port's state within `flap_window` that are too many
  Duration flap_window = std::chrono::hours(2);
};

/// What differs. Each change once, with what was before and what is now.
std::vector<Finding> changes(const Wiring& before, const Wiring& now, const Terms& terms);
/// What is wrong, or at least worth knowing, in the wiring as it is.
std::vector<Finding> faults(const Wiring& wiring, const Terms& terms);

struct Comparison {
  std::vector<Finding> fresh;     ///< changes, and faults that were not there before; worst first
  std::vector<Finding> standing;  ///< faults that were there before
  std::vector<Finding> ended;     ///< faults that are no longer there
};
/// With an empty `before` every fault is fresh and nothing has changed.
Comparison compare(const Wiring& before, const Wiring& now, const Terms& terms);

}  // namespace lanwarden::topology::audit
