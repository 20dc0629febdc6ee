// Frames for tests, written as one would say them: from, to, what.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "analysis/frame.h"

namespace lanwarden::test {

using Octets = std::vector<std::uint8_t>;

topology::MacAddress mac(std::string_view text);
topology::IpAddress ip(std::string_view text);
/// Seconds since the beginning of the story.
topology::Time at(double seconds);

void append(Octets& out, std::initializer_list<unsigned> octets);
void append(Octets& out, topology::MacAddress address);
void append(Octets& out, const Octets& more);

/// Ethernet header of these addresses with `ethertype` (and one 802.1Q tag when `vlan` is not 0), then
/// `payload`, padded to the 60 octets of the shortest frame.
Octets ethernet(topology::MacAddress to, topology::MacAddress from, std::uint16_t ethertype,
                const Octets& payload, std::uint16_t vlan = 0);
/// The 28 octets of RFC 826.
Octets arp(std::uint16_t operation, topology::MacAddress sender_mac, topology::IpAddress sender_ip,
           topology::MacAddress target_mac, topology::IpAddress target_ip);

/// Borrows `octets`.
analysis::RawFrame raw(const Octets& octets, topology::Time time = {}, std::uint64_t number = 1,
                       analysis::LinkType link_type = analysis::LinkType::kEthernet);

}  // namespace lanwarden::test
