// A wiring as what can be kept: items for the store, so that what does not change is not written again, and a
// file for `audit --save`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/store/wiring_log.h"
#include "topology/audit/wiring.h"
#include "topology/result.h"

namespace lanwarden::agent {

/// Keys are "switch", "port", "link", "station", "doubled-mac", "doubled-ip" and "polled" with the names that
/// follow, separated by tabs; values are JSON. Sorted by key.
std::vector<WiringItem> to_items(const topology::audit::Wiring& wiring);
/// The same wiring again. The error names the item and what is wrong with it. Keys of a kind that is not
/// known are left out: a newer lanwarden may have written them.
topology::Result<topology::audit::Wiring, std::string> from_items(std::span<const WiringItem> items,
                                                                  topology::Time time);

/// A file for people to keep: JSON, an item a line.
std::string baseline_text(const topology::audit::Wiring& wiring);
/// The error says what is wrong, and where.
topology::Result<topology::audit::Wiring, std::string> read_baseline(std::string_view text);

}  // namespace lanwarden::agent
