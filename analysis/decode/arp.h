// ARP and reverse ARP for IPv4 over Ethernet.
#pragma once

#include <cstdint>

#include "analysis/decode/octets.h"

namespace lanwarden::analysis {

using topology::IpAddress;
using topology::MacAddress;

enum class ArpOperation : std::uint16_t { kRequest = 1, kReply = 2 };

/// An ARP packet for IPv4 over Ethernet (RFC 826). Field names as in RFC 5227.
struct Arp {
  std::uint16_t operation = 0;
  MacAddress sender_mac;
  IpAddress sender_ip;
  MacAddress target_mac;
  IpAddress target_ip;

  bool is_request() const { return operation == 1; }
  bool is_reply() const { return operation == 2; }
  /// RFC 5227 §1.1: a request with sender address 0.0.0.0. The target hardware
  /// address "SHOULD be zero"; VMware sends all ones: it is not looked at.
  bool is_probe() const { return is_request() && sender_ip.v4_bits() == 0 && target_ip.v4_bits() != 0; }
  /// RFC 5227 §1.1: sender and target address alike (request; gratuitous replies too).
  bool is_announcement() const {
    const std::uint32_t sender = sender_ip.v4_bits();  // a whole IpAddress costs more to compare
    return sender != 0 && sender == target_ip.v4_bits();
  }
};

/// A reverse ARP packet (RFC 903). Hypervisors broadcast requests for a virtual machine that
/// has moved, so that the switches learn where it is now; the addresses are zero then.
struct Rarp {
  std::uint16_t operation = 0;  ///< 3 request reverse, 4 reply reverse
  MacAddress sender_mac;
  IpAddress sender_ip;
  MacAddress target_mac;
  IpAddress target_ip;
};

/// Fills `packet` and gives true when `b` begins with a packet for IPv4 over Ethernet (hardware type 1)
/// or IEEE 802 (6). Any other (ARCNET, ATM, hostile lengths) gives false.
template <class Packet>
bool decode_arp(Octets b, Packet& packet) {
  if (b.size() < 28) return false;
  const std::uint16_t hardware = be16(b, 0);
  if ((hardware != 1 && hardware != 6) || be16(b, 2) != 0x0800 || b[4] != 6 || b[5] != 4) return false;
  packet.operation = be16(b, 6);
  packet.sender_mac = mac_at(b, 8);
  packet.sender_ip = v4_at(b, 14);
  packet.target_mac = mac_at(b, 18);
  packet.target_ip = v4_at(b, 24);
  return true;
}

}  // namespace lanwarden::analysis
