// Switches that answer on loopback, and a collector pointed at them.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "snmp/collector.h"
#include "tests/lab/agent/agent_server.h"
#include "tests/lab/agent/table_mib.h"

namespace lanwarden::snmp::testing {

using namespace std::chrono_literals;

/// A plain switch: system group, `ports` interfaces named "A1", "A2", … with base
/// ports of the same number, and `stations` rows of dot1qTpFdbTable in VLAN 10,
/// spread over the ports.
std::shared_ptr<lab::TableMib> plain_switch(unsigned ports, unsigned stations);

/// 00:0d:4b:00:00:00 + n
topology::MacAddress station(unsigned n);

struct Fleet {
  lab::AgentServer server;
  std::vector<Target> targets;

  /// An agent at 127.0.0.1 with read community "public" and write community "private".
  Target& add(const std::string& name, std::shared_ptr<lab::MibView> view, const std::string& faults = {});
  Target& add(lab::AgentConfig config);
  /// Starts the agents in their thread.
  Collector collector(Limits limits = {});
};

Credential v2c(const std::string& community);
Credential v3(const std::string& user, AuthProtocol auth, const std::string& password,
              PrivProtocol privacy = PrivProtocol::kNone, const std::string& privacy_password = {});

/// Everything a person could be shown of a poll: to search for secrets in.
std::string all_text(const SwitchSnapshot& snapshot);

}  // namespace lanwarden::snmp::testing
