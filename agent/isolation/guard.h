// The guard rails: may this port be shut? Unknown means no. Pure: facts in,
// refusals out, each with the rule, the fact, and what would lift it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/config.h"
#include "topology/fabric.h"
#include "topology/locate.h"

namespace lanwarden::agent {

struct GuardInput {
  const Config& config;
  const topology::Fabric& fabric;
  topology::PortId port;                           ///< the port that would be shut
  const topology::Location* location = nullptr;    ///< null: a port was named by hand, no station
  bool live = false;                               ///< the location comes from the tables as they are now
  std::vector<topology::MacAddress> own_macs{};      ///< of the machine lanwarden runs on
  std::vector<topology::MacAddress> gateway_macs{};  ///< default gateways, routers
  std::size_t isolations_last_hour = 0;
  std::optional<std::int64_t> already{};  ///< an open isolation of this port
};

struct Refusal {
  std::string_view rule;  ///< "not-an-edge"; static storage
  std::string fact;       ///< what is so
  std::string lift;       ///< what would lift it
  std::string to_string() const {
    return std::string(rule) + ": " + fact + (lift.empty() ? "" : " (" + lift + ")");
  }
};

/// Every rule that forbids it; empty: it may be shut.
std::vector<Refusal> judge(const GuardInput& input);

}  // namespace lanwarden::agent
