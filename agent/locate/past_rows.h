// What the store remembers of a station, as topology reasons about it.
#pragma once

#include <span>
#include <vector>

#include "agent/store/store.h"
#include "topology/history.h"

namespace lanwarden::agent {

/// Sightings by the switches and ports of today: one whose switch is no longer configured, or whose port is
/// no longer there, is left out.
std::vector<topology::PastRow> past_rows(const topology::Fabric& fabric, std::span<const Sighting> sightings);

}  // namespace lanwarden::agent
