// IPv4 and IPv6 headers, and the ports behind them.
#pragma once

#include <cstdint>

#include "analysis/decode/octets.h"

namespace lanwarden::analysis {

/// IP protocol numbers that are asked for by name (IANA registry).
inline constexpr std::uint8_t kProtocolIcmp = 1, kProtocolIgmp = 2, kProtocolTcp = 6, kProtocolUdp = 17,
                              kProtocolIcmpV6 = 58, kProtocolVrrp = 112;

/// An IP packet's header, IPv6 extension headers passed by. Borrows from the frame.
struct IpHeader {
  std::uint8_t version = 0;     ///< 4 or 6; 0 when there is none
  std::uint8_t protocol = 0;    ///< of the upper layer
  std::uint8_t hop_limit = 0;   ///< time to live
  bool fragment = false;        ///< part of a packet: the first, or a later one
  bool later_fragment = false;  ///< not the first: what follows is no upper-layer header
  topology::IpAddress source, destination;
  std::uint16_t source_port = 0, destination_port = 0;  ///< UDP and TCP; 0 for others and when cut off
  /// First octet of an ICMP, IGMP or ICMPv6 message; 0 for others and when cut off.
  std::uint8_t message_type = 0;
  Octets segment;  ///< the upper layer's octets, as far as captured, without the frame's padding

  bool is_udp() const { return protocol == kProtocolUdp; }
  /// After the UDP header; empty when it is no UDP or cut off.
  Octets udp_payload() const {
    return is_udp() && !later_fragment && segment.size() > 8 ? segment.subspan(8) : Octets{};
  }
};

/// Decodes the header at the start of `b`. At most kMostExtensions IPv6 extension headers are passed by;
/// behind more, `protocol` names the one it stopped at. Gives false, and version 0, for what is none.
inline constexpr unsigned kMostExtensions = 8;
bool decode_ipv4(Octets b, IpHeader& ip);
bool decode_ipv6(Octets b, IpHeader& ip);

/// UDP ports of the services by which stations tell their names (IANA registry).
inline constexpr std::uint16_t kNetbiosNamePort = 137, kNetbiosDatagramPort = 138, kMdnsPort = 5353,
                               kLlmnrPort = 5355;
/// Name services answer from there, often to the asker alone.
constexpr bool is_name_port(std::uint16_t port) {
  return port == kNetbiosNamePort || port == kMdnsPort || port == kLlmnrPort;
}
inline bool is_name_answer(const IpHeader& ip) {
  return ip.is_udp() && !ip.later_fragment && is_name_port(ip.source_port);
}

/// Has no router passed it on? Told by the initial hop limits of hosts: with another one, the frame's sender
/// is not the packet's.
constexpr bool is_of_sender(const IpHeader& ip) {
  const unsigned hops = ip.hop_limit;
  return hops == 1 || hops == 4 || hops == 32 || hops == 64 || hops == 128 || hops == 255;
}

/// The ports decide whether a unicast packet is one that detectors want: DHCP in either version, answers of
/// name services; or it is neighbour discovery. Cheap enough for every frame; a "yes" is confirmed by
/// decoding.
bool may_be_service_v4(Octets b);
bool may_be_service_v6(Octets b);

}  // namespace lanwarden::analysis
