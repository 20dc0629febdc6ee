#include "analysis/frame_words.h"

#include <cstdio>

namespace lanwarden::analysis {
namespace {

std::string target_form(const Arp& arp) {
  if (arp.target_mac.is_zero()) return " (target hardware address zeros, as RFC 5227 says)";
  if (arp.target_mac.is_broadcast()) return " (target hardware address ones, as VMware asks)";
  return " (target hardware address " + arp.target_mac.to_string() + ")";
}

std::string words(const Frame& frame, const Arp& arp) {
  const std::string src = frame.src.to_string(), sender = arp.sender_mac.to_string();
  const std::string as = arp.sender_mac == frame.src ? "" : " as " + sender;
  if (arp.is_probe())
    return src + " probes whether " + arp.target_ip.to_string() + " is free" + target_form(arp);
  if (arp.is_announcement())
    return src + " announces" + as + ": " + arp.sender_ip.to_string() + " is at " + sender;
  if (arp.is_request())
    return src + " asks" + as + " from " + arp.sender_ip.to_string() + " who has " +
           arp.target_ip.to_string();
  if (arp.is_reply())
    return src + " answers " + (frame.dst.is_broadcast() ? "everybody" : frame.dst.to_string()) + ": " +
           arp.sender_ip.to_string() + " is at " + sender;
  return src + " sends ARP operation " + std::to_string(arp.operation);
}

std::string words(const Frame& frame, const NeighborDiscovery& nd) {
  const std::string src = frame.src.to_string();
  const std::string at = nd.link_layer.is_zero() ? src : nd.link_layer.to_string();
  switch (nd.type) {
    case NdType::kRouterSolicitation:
      return src + " asks for routers";
    case NdType::kRouterAdvertisement:
      return src + " advertises itself as a router";
    case NdType::kNeighborSolicitation:
      return frame.ip() && nd.is_dad(*frame.ip())
                 ? src + " probes whether " + nd.target.to_string() + " is free (RFC 4862)"
                 : src + " asks who has " + nd.target.to_string();
    case NdType::kNeighborAdvertisement:
      return src + " says: " + nd.target.to_string() + " is at " + at;
    case NdType::kRedirect:
      return src + " redirects " + nd.destination.to_string() + " to " + nd.target.to_string();
  }
  return src + " sends neighbour discovery";
}

std::string words(const Frame& frame, const Dhcp& dhcp) {
  static constexpr const char* kTypes[] = {
      "a BOOTP message", "DISCOVER", "OFFER", "REQUEST", "DECLINE", "ACK", "NAK", "RELEASE", "INFORM"};
  const auto type = static_cast<unsigned>(dhcp.type);
  std::string text = frame.src.to_string() + " sends DHCP " +
                     (type < std::size(kTypes) ? kTypes[type] : "of another type") + " for " +
                     dhcp.client.to_string();
  if (!dhcp.your_ip.is_unspecified()) text += ": " + dhcp.your_ip.to_string();
  return text;
}

}  // namespace

std::string in_words(const Frame& frame) {
  if (const Arp* arp = frame.arp()) return words(frame, *arp);
  if (const NeighborDiscovery* nd = frame.nd()) return words(frame, *nd);
  if (const Dhcp* dhcp = frame.dhcp()) return words(frame, *dhcp);
  const std::string src = frame.src.to_string();
  if (const Bpdu* bpdu = frame.bpdu())
    return src + " says in a BPDU: the root is " + std::to_string(bpdu->root_priority) + "/" +
           bpdu->root.to_string();
  char type[40];
  if (frame.ethertype != 0)
    std::snprintf(type, sizeof type, "EtherType 0x%04x", unsigned{frame.ethertype});
  else
    std::snprintf(type, sizeof type, "LLC 0x%02x/0x%02x", unsigned{frame.llc_dsap}, unsigned{frame.llc_ssap});
  return src + " sends " + type + " to " + (frame.dst.is_broadcast() ? "everybody" : frame.dst.to_string());
}

}  // namespace lanwarden::analysis
