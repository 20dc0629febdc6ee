#include "analysis/host_names.h"

namespace lanwarden::analysis {
namespace {

constexpr std::uint16_t kNetbiosPort = 137, kMdnsPort = 5353;
constexpr std::size_t kDnsHeader = 12, kNetbiosName = 32, kLongest = 63;
constexpr std::uint16_t kTypeA = 1, kTypeAaaa = 28;

bool may_be_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_';
}

std::string cleaned(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (name.size() == kLongest || !may_be_in_name(c)) break;
    name += c;
  }
  return name;
}

// RFC 1002 §4.2.2: a registration carries the name that is claimed as its question: 16 octets, each as two
// letters (RFC 1001 §14.1); the last octet says what kind of name: 0 is the station's. Group names are no
// station's.
std::string netbios(Octets b) {
  if (b.size() < kDnsHeader + 1 + kNetbiosName) return {};
  const unsigned opcode = (b[2] >> 3) & 0x0fU;
  if (opcode != 5 && opcode != 8 && opcode != 9) return {};  // registration, refresh
  if (b[kDnsHeader] != kNetbiosName) return {};
  std::string name;
  for (std::size_t i = 0; i < kNetbiosName; i += 2) {
    const unsigned high = b[kDnsHeader + 1 + i] - unsigned{'A'}, low = b[kDnsHeader + 2 + i] - unsigned{'A'};
    if (high > 15 || low > 15) return {};
    name += static_cast<char>(high << 4 | low);
  }
  if (name.back() != 0) return {};
  return cleaned(name);
}

// RFC 6762 §8.3: a host announces its addresses under its own name. Only the first record is looked at, and
// only when its name is written out there.
std::string mdns(Octets b) {
  if (b.size() < kDnsHeader || !(b[2] & 0x80) || be16(b, 4) != 0 || be16(b, 6) == 0) return {};
  std::size_t at = kDnsHeader;
  const std::size_t length = at < b.size() ? b[at] : 0;
  if (length == 0 || length > kLongest || at + 1 + length >= b.size()) return {};
  const std::string name = cleaned({reinterpret_cast<const char*>(b.data()) + at + 1, length});
  for (unsigned labels = 0; at < b.size() && b[at] != 0; ++labels) {
    if ((b[at] & 0xc0) || labels > 8) return {};
    at += std::size_t{b[at]} + 1;
  }
  if (at + 3 > b.size()) return {};
  const std::uint16_t type = be16(b, at + 1);
  return type == kTypeA || type == kTypeAaaa ? name : std::string{};
}

}  // namespace

std::string host_name_in(const Frame& frame) {
  if (const Dhcp* dhcp = frame.dhcp())
    return dhcp->from_server || dhcp->client != frame.src ? std::string{} : cleaned(dhcp->host_name);
  const IpHeader* ip = frame.ip();
  if (ip == nullptr || !ip->is_udp()) return {};
  if (ip->destination_port == kNetbiosPort) return netbios(ip->udp_payload());
  return ip->destination_port == kMdnsPort ? mdns(ip->udp_payload()) : std::string{};
}

}  // namespace lanwarden::analysis
