// Internal to the room. Which VLANs have a spanning tree of their own (PVST, MSTP): a
// link blocked in one VLAN forwards in another, and a station has to be looked for in
// the tree of its VLAN.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "topology/fabric_impl.h"
#include "topology/locate.h"

namespace lanwarden::topology::detail {

class VlanDivider {
 public:
  explicit VlanDivider(const Census& census);  ///< borrowed for life
  ~VlanDivider();
  /// [VLAN id] the number of its tree, 0 with most VLANs that nobody tells apart. Empty: one tree
  /// for all, as almost everywhere.
  std::vector<std::uint8_t> run();
  /// The same after a change of the census.
  std::vector<std::uint8_t> update(const TableChange& change);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// Ports that lead to a switch in any tree hold no station in the others.
void share_facing(std::span<Fabric::Impl* const> trees);
/// Counts at each port the stations of all trees; a station in several VLANs once.
void share_located(std::span<Fabric::Impl* const> trees);
/// What the fabric shows, all trees together, in the first.
void merge_trees(std::span<Fabric::Impl* const> trees);

/// As if the tree were all. `query`: rows of its VLANs.
Location locate_in_tree(const Fabric& fabric, const Fabric::Impl& tree, const LocateQuery& query);

}  // namespace lanwarden::topology::detail
