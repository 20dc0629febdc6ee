// The guard rails by name: what each forbids, and whether a person may lift it.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace lanwarden::agent {

struct Rule {
  std::string_view name;     ///< "uplink"; never changes
  std::string_view forbids;  ///< for people: "a port that leads to another switch"
  /// By hand, with a reason. Never: what would be an outage of more than a station, and what is no judgement
  /// but an impossibility.
  bool may_be_forced = false;
};
/// In the order in which they are looked at.
std::span<const Rule> rules();
const Rule* find_rule(std::string_view name);

/// Why a port is not shut.
struct Refusal {
  std::string_view rule;          ///< of rules(), or "not-confirmed"; static storage
  std::string fact;               ///< what is so
  std::string lift;               ///< what would lift it
  std::string to_string() const;  ///< "uplink: core 24 leads to … (poll …)"
};

}  // namespace lanwarden::agent
