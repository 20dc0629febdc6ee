#include "analysis/service.h"

#include <cstdio>

namespace lanwarden::analysis {
namespace {

constexpr std::uint16_t kSlowProtocols = 0x8809, kRealtek = 0x8899, kProfinet = 0x8892;
constexpr std::uint8_t kCarp = 1;

std::uint8_t octet(Octets b, std::size_t at) { return at < b.size() ? b[at] : std::uint8_t{0}; }

// Both are protocol 112, version 2, type 1 (OpenBSD's ip_carp.h; RFC 3768 §5.1). CARP has seven words of
// authentication where VRRP counts addresses, and is always 36 octets long.
bool is_carp(Octets segment) { return segment.size() == 36 && segment[0] == 0x21 && segment[3] == 7; }

}  // namespace

Service service_of(const Frame& frame) {
  using Layer = Service::Layer;
  const bool real_ethertype = frame.snap_oui == 0 || frame.snap_oui == 0x0000f8;
  if (frame.ethertype == 0) {
    const auto id = static_cast<std::uint16_t>(frame.llc_dsap << 8 | frame.llc_ssap);
    return {Layer::kLlc, id == 0x4242 ? octet(frame.payload, 2) : std::uint8_t{0}, id, 0};
  }
  if (!real_ethertype) {
    const bool bpdu = frame.bpdu() != nullptr;
    return {Layer::kSnap, bpdu ? octet(frame.payload, 2) : std::uint8_t{0}, frame.ethertype, frame.snap_oui};
  }
  if (const IpHeader* ip = frame.ip()) {
    if (ip->is_udp() && ip->destination_port != 0) return {Layer::kUdp, 0, ip->destination_port, 0};
    std::uint8_t subtype = ip->message_type;
    if (ip->protocol == kProtocolVrrp && is_carp(ip->segment)) subtype = kCarp;
    return {Layer::kIp, subtype, ip->protocol, 0};
  }
  const bool has_subtype =
      frame.ethertype == kSlowProtocols || frame.ethertype == kRealtek || frame.ethertype == kProfinet;
  return {Layer::kEtherType, has_subtype ? octet(frame.payload, 0) : std::uint8_t{0}, frame.ethertype, 0};
}

std::string oui_text(std::uint32_t oui) {
  char text[16];
  std::snprintf(text, sizeof text, "%02x:%02x:%02x", (oui >> 16) & 0xff, (oui >> 8) & 0xff, oui & 0xff);
  return text;
}

std::string to_string(const Service& service) {
  char text[48];
  switch (service.layer) {
    case Service::Layer::kEtherType:
      std::snprintf(text, sizeof text, "EtherType 0x%04x", unsigned{service.id});
      break;
    case Service::Layer::kLlc:
      std::snprintf(text, sizeof text, "LLC 0x%02x/0x%02x", service.id >> 8, service.id & 0xff);
      break;
    case Service::Layer::kSnap:
      std::snprintf(text, sizeof text, "SNAP %s 0x%04x", oui_text(service.oui).c_str(), unsigned{service.id});
      break;
    case Service::Layer::kIp:
      std::snprintf(text, sizeof text, "IP protocol %u", unsigned{service.id});
      break;
    case Service::Layer::kUdp:
      std::snprintf(text, sizeof text, "UDP port %u", unsigned{service.id});
      break;
  }
  return text;
}

}  // namespace lanwarden::analysis
