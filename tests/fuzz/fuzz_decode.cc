// One frame: the first octet chooses the link type, the rest are its octets.
#include <cstdlib>

#include "analysis/arp_routine.h"
#include "analysis/frame_words.h"

using namespace lanwarden::analysis;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static constexpr LinkType kTypes[] = {LinkType::kEthernet, LinkType::kLinuxSll, LinkType::kLinuxSll2,
                                        LinkType::kIeee80211, LinkType::kIeee80211Radiotap};
  if (size == 0) return 0;
  RawFrame raw;
  raw.link_type = kTypes[data[0] % std::size(kTypes)];
  raw.bytes = {data + 1, size - 1};
  raw.wire_length = static_cast<std::uint32_t>(size - 1);
  const auto frame = decode(raw);
  if (!frame) {
    if (frame.error().offset > size) std::abort();
    return 0;
  }
  // What is borrowed lies within what was captured, and can be read to its end.
  unsigned sum = 0;
  const auto read = [&](std::span<const std::uint8_t> octets) {
    if (!octets.empty() && (octets.data() < data || octets.data() + octets.size() > data + size))
      std::abort();
    for (const std::uint8_t octet : octets) sum += octet;
  };
  read(frame->payload);
  const IpHeader ip = decode_ip(*frame);
  read(ip.segment);
  read(ip.udp_payload());
  if (const Dhcp* dhcp = frame->dhcp())
    for (const std::string_view text : {dhcp->host_name, dhcp->vendor_class})
      read({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  if (const Dhcp* dhcp = frame->dhcp()) read(dhcp->client_fqdn);
  if (const DhcpV6* dhcp = frame->dhcpv6()) {
    read(dhcp->client_duid);
    read(dhcp->server_duid);
    read(dhcp->client_fqdn);
  }
  if (const NeighborDiscovery* nd = frame->nd()) {
    for (const RouterPrefix& prefix : nd->prefix_list()) sum += prefix.length;
    for (const IpAddress& address : nd->dns_list()) sum += address.octets()[0];
  }
  for (const char c : in_words(*frame))
    if (c < ' ' || c > '~') std::abort();
  // What is read straight from the octets is decoded alike.
  if (PlainArp plain; read_plain(raw, plain)) {
    const Arp* arp = frame->arp();
    if (!arp || arp->is_reply() != plain.is_answer() || frame->src != plain.station ||
        arp->sender_mac != plain.station || arp->sender_ip.v4_bits() != plain.from ||
        arp->target_ip.v4_bits() != plain.to || !(lan_of(*frame) == plain.lan))
      std::abort();
  }
  // The sum must not be optimised away; it is never this.
  if (sum == 0xffff'ffffU) std::abort();
  return 0;
}
