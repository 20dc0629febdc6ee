// Internal to the room. What neighbour protocols and STP add to the tables' directions.
#pragma once

#include <cstdint>
#include <vector>

#include "topology/fabric_impl.h"

namespace lanwarden::topology::detail {

/// Witnesses ahead that make a direction certain. LOCATING finding 1: four are practically never wrong.
inline constexpr std::uint32_t kCertain = 4 * kStationWeight;

/// What the conclusions stand on besides claims and directions: while it is the same, so are they.
struct Footing {
  bool whole = false;                 ///< hardly a row is missing
  std::vector<std::uint8_t> transit;  ///< [node] frames can pass through
  bool operator==(const Footing&) const = default;
};
Footing footing(const Fabric::Impl& f);
/// After one switch's new table.
void renew_footing(Footing& footing, const Fabric::Impl& f, Node changed);

/// Protocol links, checked against the tables; final directions; groups. Returns whose direction, [s * n +
/// t], is not the tables' own.
std::vector<bool> join_evidence(Fabric::Impl& f, const Footing& footing);

}  // namespace lanwarden::topology::detail
