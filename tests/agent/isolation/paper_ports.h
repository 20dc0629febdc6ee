// What can be written to the ports of a switch on paper: their administrative state, their VLANs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "snmp/variable.h"
#include "tests/lab/world/world.h"

namespace lanwarden::agent::testing {

/// By the numbers of the world; the agent's own ifIndexes are its caller's.
class PaperPorts {
 public:
  /// `world` must outlive this. The quarantine VLAN is there, and empty.
  PaperPorts(const lab::World& world, lab::NodeId sw, topology::VlanId quarantine);

  /// A port that a write has touched: for the worse, or back to what it was.
  struct Touched {
    topology::IfIndex port;
    bool up = false;
  };
  /// dot1qPvid and the lists of dot1qVlanStaticTable; nullopt: no such object.
  std::optional<std::string> vlan_value(const std::string& name) const;
  std::optional<std::vector<Touched>> write_vlan(const std::string& name, const std::string& value);
  void set_admin(topology::IfIndex port, bool up);

  bool admin_up(topology::IfIndex port) const { return port_of(port).admin; }
  /// Whether it is as it was at first in every respect.
  bool untouched(topology::IfIndex port) const;
  /// Whether its stations have left their VLAN.
  bool cut_off(topology::IfIndex port) const {
    return !admin_up(port) || port_of(port).now.pvid == quarantine_;
  }
  void reset(topology::IfIndex port);
  void reset_all();

 private:
  struct Vlans {
    topology::VlanId pvid;
    std::map<topology::VlanId, std::pair<bool, bool>> member;  ///< in the egress list, in the untagged one
    bool operator==(const Vlans&) const = default;
  };
  struct State {
    topology::IfIndex ifindex;
    topology::BridgePort bridge_port;
    Vlans at_first, now;
    bool admin = true;
  };
  const State& port_of(topology::IfIndex port) const;
  State& port_of(topology::IfIndex port) {
    return const_cast<State&>(static_cast<const PaperPorts*>(this)->port_of(port));
  }
  State* at(std::uint32_t bridge_port);
  const State* at(std::uint32_t bridge_port) const { return const_cast<PaperPorts*>(this)->at(bridge_port); }

  topology::VlanId quarantine_;
  std::vector<topology::VlanId> vlans_;
  std::vector<State> ports_;
};

}  // namespace lanwarden::agent::testing
