#include "tests/lab/world/served_world.h"

#include <charconv>

namespace lanwarden::lab {

ServedWorld::ServedWorld(World world)
    : world_(std::move(world)), live_(world_), tree_(spanning_tree(world_)) {}

topology::Result<std::vector<AgentId>, std::string> ServedWorld::serve(AgentServer& server,
                                                                       const WorldService& service) {
  std::vector<AgentId> agents;
  for (NodeId i = 0; i < world_.switches.size(); ++i) {
    const Switch& sw = world_.switches[i];
    const std::size_t colon = sw.address.rfind(':');
    AgentConfig config;
    config.name = sw.name;
    config.address = sw.address.substr(0, colon);
    config.port = service.port;
    if (config.port == 0 && colon != std::string::npos)
      std::from_chars(sw.address.data() + colon + 1, sw.address.data() + sw.address.size(), config.port);
    config.read_community = service.read_community;
    config.write_community = service.write_community;
    config.view = std::make_shared<WorldMib>(live_, tree_, i, service.port_changed);
    config.faults = service.faults;
    auto added = server.add(std::move(config));
    if (!added) return tl::unexpected(sw.name + ": " + added.error());
    agents.push_back(*added);
  }
  return agents;
}

}  // namespace lanwarden::lab
