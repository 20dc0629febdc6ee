// Internal to the room. Which switch is meant: neighbour protocols name each
// other by chassis, system name or address, and every vendor differently.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "topology/census.h"

namespace lanwarden::topology::detail {

class Identities {
 public:
  explicit Identities(const Census& census);
  /// kNoNode: nobody we know, or not clear who.
  Node of(const Neighbor& neighbor) const;
  Node of(MacAddress mac) const;
  /// The port of `t` that `neighbor` names; kNoPort when that is not clear.
  LocalPort port(Node t, const Neighbor& neighbor) const;
  /// The port with this bridge port number (dot1dBasePort); kNoPort when none.
  LocalPort bridge_port(Node t, std::uint32_t number) const;

 private:
  const Census& c_;
  std::map<MacAddress, Node> by_mac_;  // kNoNode: several
  std::map<std::string, Node, std::less<>> by_name_, by_chassis_;
  std::map<IpAddress, Node> by_ip_;
};

}  // namespace lanwarden::topology::detail
