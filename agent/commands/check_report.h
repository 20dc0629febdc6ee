// What `check` learned of one switch, judged: what is odd, in words and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/output/views.h"
#include "snmp/collector.h"

namespace lanwarden::agent {

/// One switch's answer beside what the configuration says of it.
struct Checked {
  const SwitchConfig& config;
  const snmp::CheckResult& result;
  /// Other credentials of the configuration that a silent switch answers to, in its order.
  std::vector<std::string> works_with{};

  bool answered() const { return !result.failure && result.snapshot.answered; }
  bool well() const { return answered() && odd().empty(); }
  std::string error() const;   ///< the contract's short word
  std::string detail() const;  ///< one sentence, with name and address
  /// Everything that keeps lanwarden from doing its work with this switch as well as it could.
  std::vector<std::string> odd() const;
  std::string write_words() const;  ///< "yes", "no", "-": no write credential
  /// Tables with rows: "9", or "9, 2 cut" when some were not walked to their end.
  std::string tables_words() const;
  /// "1043", "1043+" when there is more, "-" when the agent has no such table. VLANs, and neighbours heard,
  /// not rows.
  std::string rows_words(topology::Table table) const;
  Json json() const;
};

/// "complete", "partial", "absent", "not-asked".
std::string_view state_word(topology::Completeness completeness);

/// `check --explain`: how each deviation was decided, and what follows from it.
std::string explain_text(const Checked& checked, const Console& console, std::size_t width);
/// What explain_text says, added to Checked::json() under "explain".
Json explain_json(const Checked& checked);

}  // namespace lanwarden::agent
