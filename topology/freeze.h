// A fabric as octets: inferring that of a thousand switches takes a second, reading it back a few hundredths.
// For a program that starts anew for each question.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topology/fabric.h"

namespace lanwarden::topology {

/// Thawed, it locates and explains as it did, but snapshots()[i].fdb is empty, so stored_rows() finds
/// nothing, and stations() of a port that leads to another switch are not kept. Only for the same program on
/// the same machine: the octets are as its memory was.
std::string freeze(const Fabric& fabric);
/// nullopt when the octets are not freeze()'s of this very program, or are not whole.
std::optional<Fabric> thaw(std::string_view octets);

/// Snapshots alone, likewise without their forwarding rows.
std::string freeze_snapshots(std::span<const SwitchSnapshot> snapshots);
std::optional<std::vector<SwitchSnapshot>> thaw_snapshots(std::string_view octets);

}  // namespace lanwarden::topology
