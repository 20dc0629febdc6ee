// The names that stations give themselves, where they say them to everybody or are heard to answer: DHCP,
// NetBIOS, multicast DNS, LLMNR.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analysis/frame.h"

namespace lanwarden::analysis {

enum class NameSource : std::uint8_t { kDhcp, kNetbios, kMdns, kLlmnr };
std::string_view to_string(NameSource source);  ///< "dhcp" "netbios" "mdns" "llmnr"

/// A station is called so.
struct HeardName {
  MacAddress mac;
  IpAddress ip;  ///< an address it uses; unspecified when the frame tells none
  std::string name;
  NameSource source = NameSource::kDhcp;
};

/// The names told in a frame, each once. Only letters, digits and "-._" (RFC 1123, and what NetBIOS adds) are
/// taken: anything else ends a name. ".local" is left out: the source says it. At most kLongestHostName
/// octets.
///
/// Only what a station says of itself: the address that belongs to the name has to be the packet's own
/// source, so that who repeats others (an mDNS reflector) gets no names of theirs, and of what is sent to one
/// station nothing that a router passed on. DHCP names the client, also by the mouth of a relay or a server.
std::vector<HeardName> heard_names(const Frame& frame);
inline constexpr std::size_t kLongestHostName = 253;

/// The sender's own name, without a domain; empty when the frame tells none.
std::string host_name_in(const Frame& frame);

}  // namespace lanwarden::analysis
