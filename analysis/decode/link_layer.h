// The link layers under which Ethernet frames are captured: each finds the addresses, and where the
// type field's contents begin. Pure; allocates nothing.
#pragma once

#include "analysis/frame.h"

namespace lanwarden::analysis {

inline constexpr std::size_t kEthernetHeader = 14;        ///< octets: two addresses and a type
inline constexpr std::uint16_t kFirstEtherType = 0x0600;  ///< IEEE 802.3 §3.2.6: below is a length
inline constexpr std::uint16_t kJumboLlc = 0x8870;        ///< LLC in a frame too long for a length field

/// IEEE 802.1Q, 802.1ad, and what was used for the latter before.
inline bool is_vlan_tag(std::uint16_t type) { return type == 0x8100 || type == 0x88a8 || type == 0x9100; }

inline bool fail(DecodeFault& fault, const char* cause, std::size_t offset) {
  fault = {cause, offset};
  return false;
}

/// What a type field announces: tags, then LLC or the upper layer, into `frame`, whose addresses are known.
/// `at` is where the octets after the field begin.
void decode_after_type(Octets b, std::size_t at, std::uint16_t type, Frame& frame);

/// Each gives false and fills `fault` when there is no frame to be had. `frame` has its defaults.
bool decode_cooked(Octets b, bool v2, Frame& frame, DecodeFault& fault);
bool decode_80211(Octets b, bool padded, Frame& frame, DecodeFault& fault);
bool decode_radiotap(Octets b, Frame& frame, DecodeFault& fault);

}  // namespace lanwarden::analysis
