// What the files of the isolator share, and nobody else sees.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/isolation/isolator.h"

namespace lanwarden::agent {

/// A port as it was read at one moment.
struct Isolator::Port {
  bool exists = false;
  std::string name;
  topology::OperStatus admin = topology::OperStatus::kUnknown, oper = topology::OperStatus::kUnknown;
  std::uint64_t uptime_cs = 0;                     ///< of the switch
  std::vector<std::optional<std::string>> values;  ///< of the changes, in their order

  /// Of the changes that matter (essential()).
  bool all(const std::vector<VariableChange>& changes, Standing wanted) const;
  bool any(const std::vector<VariableChange>& changes, Standing wanted) const;
};

/// One isolation on its way.
struct Isolator::Attempt {
  const IsolationRequest& request;
  IsolationOutcome outcome{};
  std::optional<topology::PortId> port{};
  Port before{};           ///< as read when the plan was made, then at the last look
  std::string intended{};  ///< what the trail says will be written
  Isolation entry{};
};

/// Without a mark in ifAlias a port is shut all the same.
bool essential(const VariableChange& change);
/// What brings the changes about, given what is there now.
std::vector<snmp::Varbind> writes(const std::vector<VariableChange>& changes, Towards towards,
                                  const std::vector<std::optional<std::string>>& current);
/// As the audit trail keeps them.
std::string lines_of(const std::vector<snmp::Varbind>& varbinds);
/// "admin down, oper down"
std::string status_words(topology::OperStatus admin, topology::OperStatus oper);

}  // namespace lanwarden::agent
