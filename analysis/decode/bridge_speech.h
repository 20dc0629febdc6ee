// Does the sender say of itself that it is a bridge? Spanning tree, LLDP, CDP.
#pragma once

#include "analysis/frame.h"

namespace lanwarden::analysis {

/// A BPDU; LLDP (IEEE 802.1AB §8.5.8) with the enabled capability "MAC bridge", or CDP with "switch", of what
/// is neither a telephone nor an access point: those have a bridge inside, and are stations all the same.
bool speaks_as_bridge(const Frame& frame);

}  // namespace lanwarden::analysis
