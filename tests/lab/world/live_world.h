// The building as it is now: which ports are shut, and what follows from it. One
// of these stands between the SNMP agents and the traffic, so that a port shut
// by SET silences the rogue on the wire.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/lab/world/world.h"

namespace lanwarden::lab {

/// Simplified against life: a link that is lost stays lost, no blocked link takes over.
class LiveWorld {
 public:
  /// `world` must outlive this.
  explicit LiveWorld(const World& world);

  const World& world() const { return world_; }
  bool admin_up(topology::PortId port) const;  ///< false for a port that does not exist
  bool oper_up(topology::PortId port) const;
  /// False when there is no such port, or it is none of flesh (a VLAN interface).
  bool set_admin(topology::PortId port, bool up);

  /// Whether the bridge's row would be in its table now.
  bool row_visible(NodeId sw, const LearnedRow& row) const;
  /// Whether what this station sends reaches this switch.
  bool heard_at(NodeId sw, std::uint32_t station) const;

  /// Grows with each change that this switch's tables could show.
  std::uint32_t revision(NodeId sw) const { return revisions_[sw]; }

 private:
  static constexpr std::uint32_t kNoCable = UINT32_MAX;
  std::size_t place(topology::PortId port) const;  ///< in the switch's ports; their number when none
  bool attached(std::uint32_t station) const;
  void follow();

  const World& world_;
  std::vector<std::vector<bool>> admin_;           ///< per switch and port
  std::vector<std::vector<std::uint32_t>> cable_;  ///< per switch and port, or kNoCable
  std::vector<bool> cable_up_;
  std::vector<std::uint32_t> component_;  ///< per node: nodes with the same number reach each other
  std::vector<std::uint32_t> revisions_;
  std::size_t shut_ = 0;  ///< ports; 0 is the fast way
};

}  // namespace lanwarden::lab
