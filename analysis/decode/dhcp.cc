#include "analysis/decode/dhcp.h"

namespace lanwarden::analysis {
namespace {

constexpr std::size_t kFixed = 236;  // RFC 2131 §2: up to the end of `file`
constexpr std::size_t kSname = 44, kFile = 108;
constexpr std::uint32_t kMagicCookie = 0x63825363;
constexpr std::uint8_t kPad = 0, kSubnetMask = 1, kRouter = 3, kDns = 6, kHostName = 12, kRequestedIp = 50,
                       kLease = 51, kOverload = 52, kMessageType = 53, kServerId = 54, kVendorClass = 60,
                       kClientFqdn = 81, kEnd = 255;

std::string_view text(Octets b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }

// RFC 2132 §2. Gives what option 52 says: 1 = `file` holds options too, 2 = `sname`, 3 = both.
unsigned decode_options(Octets b, Dhcp& dhcp) {
  unsigned overload = 0;
  for (std::size_t at = 0; at < b.size();) {
    const std::uint8_t code = b[at++];
    if (code == kPad) continue;
    if (code == kEnd || at == b.size()) break;
    const std::size_t length = b[at++];
    if (length > b.size() - at) break;
    const Octets value = b.subspan(at, length);
    at += length;
    const bool address = length >= 4;
    if (code == kSubnetMask && address) dhcp.subnet_mask = v4_at(value, 0);
    if (code == kRouter && address) dhcp.router = v4_at(value, 0);
    if (code == kDns && address) dhcp.dns = v4_at(value, 0);
    if (code == kRequestedIp && address) dhcp.requested_ip = v4_at(value, 0);
    if (code == kServerId && address) dhcp.server_id = v4_at(value, 0);
    if (code == kLease && address) dhcp.lease_s = be32(value, 0);
    if (code == kHostName) dhcp.host_name = text(value);
    if (code == kClientFqdn) dhcp.client_fqdn = value;
    if (code == kVendorClass) dhcp.vendor_class = text(value);
    if (code == kOverload && length >= 1) overload = value[0] & 3U;
    if (code == kMessageType && length >= 1 && value[0] != 0)
      dhcp.type = value[0] <= static_cast<std::uint8_t>(DhcpType::kInform) ? static_cast<DhcpType>(value[0])
                                                                           : DhcpType::kOther;
  }
  return overload;
}

}  // namespace

bool decode_dhcp(const IpHeader& ip, Dhcp& dhcp) {
  const bool ports = (ip.destination_port == 67 || ip.destination_port == 68);
  const Octets b = ip.udp_payload();
  if (ip.version != 4 || !ports || b.size() < kFixed || (b[0] != 1 && b[0] != 2)) return false;
  dhcp = {};
  dhcp.from_server = b[0] == 2;
  dhcp.hops = b[3];
  dhcp.transaction = be32(b, 4);
  dhcp.client_ip = v4_at(b, 12);
  dhcp.your_ip = v4_at(b, 16);
  dhcp.next_server = v4_at(b, 20);
  dhcp.relay = v4_at(b, 24);
  if (b[1] == 1 && b[2] == 6) dhcp.client = mac_at(b, 28);
  if (b.size() < kFixed + 4 || be32(b, kFixed) != kMagicCookie) return true;  // BOOTP
  const unsigned overload = decode_options(b.subspan(kFixed + 4), dhcp);
  if (overload & 1U) decode_options(b.subspan(kFile, kFixed - kFile), dhcp);
  if (overload & 2U) decode_options(b.subspan(kSname, kFile - kSname), dhcp);
  return true;
}

bool decode_dhcpv6(const IpHeader& ip, DhcpV6& dhcp) {
  constexpr std::uint8_t kAdvertise = 2, kReply = 7, kReconfigure = 10, kRelayForward = 12, kRelayReply = 13;
  constexpr std::uint16_t kClientDuid = 1, kServerDuid = 2, kClientFqdnV6 = 39;
  const bool ports = (ip.destination_port == 546 || ip.destination_port == 547);
  const Octets b = ip.udp_payload();
  if (ip.version != 6 || !ports || b.size() < 4 || b[0] == 0 || b[0] > kRelayReply) return false;
  dhcp = {};
  dhcp.type = b[0];
  dhcp.from_server = b[0] == kAdvertise || b[0] == kReply || b[0] == kReconfigure;
  if (b[0] == kRelayForward || b[0] == kRelayReply)
    return true;  // another header; what it carries is in an option
  dhcp.transaction = be32(b, 0) & 0x00ff'ffff;
  for (std::size_t at = 4; at + 4 <= b.size();) {
    const std::uint16_t code = be16(b, at), length = be16(b, at + 2);
    at += 4;
    if (length > b.size() - at) break;
    if (code == kClientDuid) dhcp.client_duid = b.subspan(at, length);
    if (code == kServerDuid) dhcp.server_duid = b.subspan(at, length);
    if (code == kClientFqdnV6) dhcp.client_fqdn = b.subspan(at, length);
    at += length;
  }
  return true;
}

}  // namespace lanwarden::analysis
