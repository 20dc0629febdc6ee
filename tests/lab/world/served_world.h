// A world whose switches answer SNMP: the building's live state, and one agent for each switch.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/lab/agent/agent_server.h"
#include "tests/lab/world/live_world.h"
#include "tests/lab/world/world_mib.h"
#include "topology/result.h"

namespace lanwarden::lab {

struct WorldService {
  std::uint16_t port = 0;  ///< 0: as the world's addresses say
  std::string read_community = "public";
  std::string write_community = "private";
  Faults faults;  ///< of every switch
  WorldMib::PortChanged port_changed;
};

class ServedWorld {
 public:
  explicit ServedWorld(World world);
  ServedWorld(const ServedWorld&) = delete;
  ServedWorld& operator=(const ServedWorld&) = delete;

  const World& world() const { return world_; }
  LiveWorld& live() { return live_; }
  /// One agent a switch, in order. Must outlive the server's use of it. The error
  /// is a sentence for people: address in use, no descriptors left.
  topology::Result<std::vector<AgentId>, std::string> serve(AgentServer& server, const WorldService& service);

 private:
  World world_;
  LiveWorld live_;
  SpanningTree tree_;
};

}  // namespace lanwarden::lab
