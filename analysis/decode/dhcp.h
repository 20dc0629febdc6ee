// DHCP, as far as one must know who serves whom with what.
#pragma once

#include <cstdint>
#include <string_view>

#include "analysis/decode/ip.h"

namespace lanwarden::analysis {

/// DHCP message types (RFC 2132 §9.6); kNone is plain BOOTP, kOther one of the later ones (lease queries …).
enum class DhcpType : std::uint8_t {
  kNone = 0,
  kDiscover = 1,
  kOffer = 2,
  kRequest = 3,
  kDecline = 4,  ///< the client found the offered address in use
  kAck = 5,
  kNak = 6,
  kRelease = 7,
  kInform = 8,
  kOther = 255,
};

/// A DHCPv4 or BOOTP message (RFC 2131 §2). Addresses that are absent are unspecified. Borrows from the
/// frame.
struct Dhcp {
  bool from_server = false;  ///< BOOTREPLY
  DhcpType type = DhcpType::kNone;
  std::uint8_t hops = 0;
  std::uint32_t transaction = 0;
  topology::MacAddress client;  ///< chaddr; zero when it is no Ethernet address
  topology::IpAddress client_ip, your_ip, next_server, relay;  ///< ciaddr, yiaddr, siaddr, giaddr
  topology::IpAddress server_id, requested_ip, subnet_mask, router,
      dns;                        ///< options 54, 50, 1, 3, 6 (the first)
  std::uint32_t lease_s = 0;      ///< option 51
  std::string_view host_name;     ///< option 12, octets as sent: not to be printed as they are
  Octets client_fqdn;             ///< option 81 (RFC 4702 §2): flags, two obsolete octets, the name
  std::string_view vendor_class;  ///< option 60
};

/// A DHCPv6 message (RFC 8415 §8). Borrows from the frame.
struct DhcpV6 {
  std::uint8_t type = 0;     ///< 1 solicit, 2 advertise, 3 request, … 7 reply, 12 and 13 relayed
  bool from_server = false;  ///< advertise, reply or reconfigure
  std::uint32_t transaction = 0;
  Octets client_duid, server_duid;  ///< RFC 8415 §11; empty when absent
  Octets client_fqdn;  ///< option 39 (RFC 4704 §4): flags, the name as labels; empty when absent
};

/// False when the packet is no such message.
bool decode_dhcp(const IpHeader& ip, Dhcp& dhcp);
bool decode_dhcpv6(const IpHeader& ip, DhcpV6& dhcp);

}  // namespace lanwarden::analysis
