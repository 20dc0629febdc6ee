// The guard rails: may this port be shut? Unknown means no. Pure: facts in,
// refusals out, each with the rule, the fact, and what would lift it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/config.h"
#include "agent/isolation/rules.h"
#include "topology/fabric.h"
#include "topology/locate.h"

namespace lanwarden::agent {

struct GuardInput {
  const Config& config;
  const topology::Fabric& fabric;
  topology::PortId port;                             ///< the port that would be shut
  const topology::Location* location = nullptr;      ///< null: a port was named by hand, no station
  bool live = false;                                 ///< the location comes from the tables as they are now
  std::span<const topology::MacRow> rows{};          ///< what the location was made of, if live
  std::vector<topology::MacAddress> own_macs{};      ///< of the machine lanwarden runs on
  std::vector<topology::MacAddress> gateway_macs{};  ///< default gateways, routers
  std::size_t isolations_last_hour = 0;
  std::optional<std::int64_t> already{};          ///< an open isolation of this port
  std::vector<topology::MacAddress> dhcp_macs{};  ///< DHCP servers of this LAN
  /// What management addresses of switches resolve to, by the name of the switch.
  std::vector<std::pair<std::string, topology::MacAddress>> management{};
  std::size_t isolations_open = 0;
  std::optional<topology::Time> sighting{};  ///< when the station was last heard of; tables must be newer
  std::optional<topology::MacAddress> heard_by{};  ///< this machine's interface at which that frame arrived
};

/// Every rule that forbids it; empty: it may be shut.
std::vector<Refusal> judge(const GuardInput& input);

/// Whether a protected_ports entry means this port: ifName, ifDescr or ifAlias, as it is or as a pattern with
/// * ? [], in any case.
bool is_protected(const std::vector<std::string>& patterns, const topology::Interface& port);

}  // namespace lanwarden::agent
