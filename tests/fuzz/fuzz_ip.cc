// One packet without its Ethernet header: the first octet chooses the decoder, and for the messages above
// UDP and ICMPv6 a valid header is put before the rest, so that mutation need not find one.
#include <cstdlib>
#include <vector>

#include "analysis/frame.h"

using namespace lanwarden::analysis;

namespace {

void headers(std::vector<std::uint8_t>& packet, bool v6, std::uint8_t protocol, std::uint16_t from,
             std::uint16_t to) {
  packet.assign(v6 ? 40 : 20, 0);
  packet[0] = v6 ? 0x60 : 0x45;
  packet[v6 ? 6 : 9] = protocol;
  packet[v6 ? 7 : 8] = 255;
  if (protocol != kProtocolUdp) return;
  for (const std::uint16_t number : {from, to, std::uint16_t{0}, std::uint16_t{0}}) {
    packet.push_back(static_cast<std::uint8_t>(number >> 8));
    packet.push_back(static_cast<std::uint8_t>(number));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  static std::vector<std::uint8_t> packet;
  packet.clear();
  const unsigned decoder = data[0] % 5;
  if (decoder == 2) headers(packet, false, kProtocolUdp, 67, 68);
  if (decoder == 3) headers(packet, true, kProtocolIcmpV6, 0, 0);
  if (decoder == 4) headers(packet, true, kProtocolUdp, 547, 546);
  packet.insert(packet.end(), data + 1, data + size);
  // A copy of its own, so that the sanitizer sees a read past its end.
  const std::vector<std::uint8_t> exact(packet);
  IpHeader ip;
  const bool v6 = decoder == 1 || decoder > 2;
  const bool decoded = v6 ? decode_ipv6(exact, ip) : decode_ipv4(exact, ip);
  if (decoded != (ip.version != 0)) std::abort();
  unsigned sum = may_be_service_v4(exact) + may_be_service_v6(exact);
  for (const std::uint8_t octet : ip.segment) sum += octet;
  if (Dhcp dhcp; decode_dhcp(ip, dhcp))
    for (const std::string_view text : {dhcp.host_name, dhcp.vendor_class})
      for (const char c : text) sum += static_cast<unsigned char>(c);
  if (DhcpV6 dhcp; decode_dhcpv6(ip, dhcp))
    for (const Octets duid : {dhcp.client_duid, dhcp.server_duid})
      for (const std::uint8_t octet : duid) sum += octet;
  if (NeighborDiscovery nd; decode_neighbor_discovery(ip, nd)) {
    if (nd.prefix_list().size() > nd.prefixes.size() || nd.dns_list().size() > nd.dns.size()) std::abort();
    sum += nd.prefix_count;
  }
  Bpdu bpdu;
  Arp arp;
  sum += decode_bpdu(exact, bpdu) + decode_arp(exact, arp);
  if (sum == 0xffff'ffffU) std::abort();
  return 0;
}
