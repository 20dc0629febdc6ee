// Which VLAN a filtering database stands for (fdb-id-is-not-vid, fdb-id-map-lies, juniper-vlan-index).
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "mibs/tables.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::mibs {

/// Decided once from the agent's tables and the databases its rows are in.
class VlanOf {
 public:
  VlanOf(const Tables& t, topology::SwitchSnapshot& s, const std::set<std::uint32_t>& in_use);

  /// kNoVlan when it is not known.
  topology::VlanId operator()(std::uint32_t fdb) const;
  bool identity() const { return !juniper_ && !differs_; }
  /// Every database the agent could have, whether it has rows now or not.
  std::set<std::uint32_t> databases() const;

 private:
  const Tables& t_;
  std::map<std::uint32_t, std::vector<topology::VlanId>> by_fdb_;
  bool juniper_ = false;
  bool differs_ = false;
};

/// "3 of 4", for decisions.
std::string ratio(unsigned a, unsigned b);

}  // namespace lanwarden::mibs
