// Internal to the room. What neighbour protocols and the spanning tree claim:
// this port is opposite to that port; that port has a phone; behind that one is
// a bridge nobody polls.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topology/census.h"
#include "topology/fabric.h"
#include "topology/identity.h"

namespace lanwarden::topology::detail {

struct Claim {
  Node s;
  LocalPort p;
  Node t;
  LocalPort q;  ///< kNoPort: the neighbour is known, its port is not
  Source source;
  bool mutual = false;   ///< the other end says the same
  bool blocked = false;  ///< STP keeps one of the two ports from forwarding, in every VLAN
  bool operator==(const Claim&) const = default;
};

/// What a port's neighbour says about the port itself.
struct PortHints {
  bool phone = false;
  bool access_point = false;
  bool hypervisor = false;
  std::string unknown_bridge;  ///< description; empty: none
  bool unanswered = false;     ///< that bridge is a configured switch that did not answer
  bool operator==(const PortHints&) const = default;
};

struct Claims {
  std::vector<Claim> links;                   ///< sorted; both ends' claims of one link are two
  std::vector<std::vector<PortHints>> hints;  ///< [node][local port]
  std::vector<std::string> remarks;           ///< contradictions found on the way
};

/// `scope`: of the spanning trees of its VLANs.
Claims read_claims(const Census& census, const Scope* scope = nullptr);

/// What one switch claims, before anybody else is heard; hints of its ports alone.
Claims claims_of(const Census& census, const Identities& identities, Node n, const SwitchSnapshot& snapshot);

}  // namespace lanwarden::topology::detail
