// Internal to the room. What neighbour protocols and the spanning tree claim:
// this port is opposite to that port; that port has a phone; behind that one is
// a bridge nobody polls.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topology/census.h"
#include "topology/fabric.h"

namespace lanwarden::topology::detail {

struct Claim {
  Node s;
  LocalPort p;
  Node t;
  LocalPort q;  ///< kNoPort: the neighbour is known, its port is not
  Source source;
  bool mutual = false;   ///< the other end says the same
  bool blocked = false;  ///< STP keeps one of the two ports from forwarding, in every VLAN
};

/// What a port's neighbour says about the port itself.
struct PortHints {
  bool phone = false;
  bool access_point = false;
  bool hypervisor = false;
  std::string unknown_bridge;  ///< description; empty: none
  bool unanswered = false;     ///< that bridge is a configured switch that did not answer
};

struct Claims {
  std::vector<Claim> links;                   ///< sorted; both ends' claims of one link are two
  std::vector<std::vector<PortHints>> hints;  ///< [node][local port]
  std::vector<std::string> remarks;           ///< contradictions found on the way
};

/// `scope`: of the spanning trees of its VLANs.
Claims read_claims(const Census& census, const Scope* scope = nullptr);

}  // namespace lanwarden::topology::detail
