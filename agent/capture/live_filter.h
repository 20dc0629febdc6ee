// What the kernel is asked to pass on from an interface: what some detector can use.
#pragma once

#include <string>

#include "analysis/detector.h"

namespace lanwarden::agent {

/// What an interface passes before anybody said what is wanted: everything but ordinary unicast, of
/// which a sample.
inline constexpr analysis::Interest kUsualInterest =
    analysis::Interest::kArp | analysis::Interest::kGroup | analysis::Interest::kNeighbor |
    analysis::Interest::kDhcp | analysis::Interest::kNames | analysis::Interest::kSampled;

/// A filter expression (pcap-filter(7)) for these frames, with and without a VLAN tag; empty: every frame.
/// May pass a few frames more, never one less.
std::string live_filter(analysis::Interest interest);

}  // namespace lanwarden::agent
