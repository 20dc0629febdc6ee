#include "analysis/host_names.h"

#include <algorithm>

#include "analysis/decode/dns.h"

namespace lanwarden::analysis {
namespace {

constexpr std::uint16_t kInternet = 1;  // the class
constexpr std::size_t kMostNames = 4;   // of one frame

bool may_be_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_';
}

std::string cleaned(std::string_view text) {
  std::string name;
  for (const char c : text) {
    if (name.size() == kLongestHostName || !may_be_in_name(c)) break;
    name += c;
  }
  while (!name.empty() && name.back() == '.') name.pop_back();
  return name;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool alike(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && alike(text.substr(text.size() - end.size()), end);
}

void add(std::vector<HeardName>& names, MacAddress mac, const IpAddress& ip, std::string name,
         NameSource source) {
  if (name.empty() || names.size() == kMostNames || !mac.bits() || mac.is_group()) return;
  if (std::none_of(names.begin(), names.end(), [&](const HeardName& n) { return alike(n.name, name); }))
    names.push_back({mac, ip, std::move(name), source});
}

// A name as labels (RFC 1035 §3.1). The root that ends it is left out where only a part of a name is known.
std::string from_labels(Octets labels) {
  std::vector<std::uint8_t> name(labels.begin(), labels.end());
  name.push_back(0);
  return cleaned(DnsReader(name).name_at(0));
}

// RFC 4702 §2: flags and two octets that are obsolete, then the name: as labels when the E bit is set.
std::string client_fqdn(Octets option) {
  constexpr std::uint8_t kEncoded = 0x04;
  if (option.size() <= 3) return {};
  const Octets name = option.subspan(3);
  if (option[0] & kEncoded) return from_labels(name);
  return cleaned({reinterpret_cast<const char*>(name.data()), name.size()});
}

void from_dhcp(const Frame& frame, const Dhcp& dhcp, std::vector<HeardName>& names) {
  std::string name = cleaned(dhcp.host_name);
  if (name.empty()) name = client_fqdn(dhcp.client_fqdn);
  if (dhcp.from_server) {
    if (dhcp.type == DhcpType::kAck)
      add(names, dhcp.client, dhcp.your_ip, std::move(name), NameSource::kDhcp);
    return;
  }
  const bool relayed = !dhcp.relay.is_unspecified();
  if (dhcp.client != frame.src && !relayed) return;
  add(names, dhcp.client, dhcp.client_ip, std::move(name), NameSource::kDhcp);
}

// RFC 4704 §4: flags, then the name as labels. A relayed message is another one's: not looked into.
void from_dhcpv6(const Frame& frame, const DhcpV6& dhcp, std::vector<HeardName>& names) {
  if (dhcp.from_server || dhcp.client_fqdn.size() < 2) return;
  add(names, frame.src, {}, from_labels(dhcp.client_fqdn.subspan(1)), NameSource::kDhcp);
}

// RFC 1001 §14.1: 16 octets, each as two letters; the last octet says what kind of name: 0 is the station's,
// 0x20 that of its file service, which is the same.
std::string netbios_name(std::string_view encoded) {
  constexpr std::size_t kOctets = 32;
  if (encoded.size() < kOctets) return {};
  std::string name;
  for (std::size_t i = 0; i < kOctets; i += 2) {
    const unsigned high = static_cast<unsigned char>(encoded[i]) - unsigned{'A'};
    const unsigned low = static_cast<unsigned char>(encoded[i + 1]) - unsigned{'A'};
    if (high > 15 || low > 15) return {};
    name += static_cast<char>(high << 4 | low);
  }
  if (name.back() != 0 && name.back() != 0x20) return {};
  name.pop_back();
  return cleaned(name);
}

// RFC 1002 §4.2: who registers or refreshes a name, or answers for it, says in a record whose address it is
// and whether it is a group's, which is no station's.
void from_netbios(const Frame& frame, const IpHeader& ip, std::vector<HeardName>& names) {
  constexpr unsigned kQuery = 0, kRegistration = 5, kRefresh = 8, kOtherRefresh = 9;
  DnsReader message(ip.udp_payload());
  const unsigned opcode = message.opcode();
  const bool claims =
      !message.is_response() && (opcode == kRegistration || opcode == kRefresh || opcode == kOtherRefresh);
  const bool answers = message.is_response() && opcode == kQuery && message.response_code() == 0;
  if (!claims && !answers) return;
  while (const auto record = message.next()) {
    constexpr std::uint8_t kGroup = 0x80;
    if (record->type != kDnsNetbios || record->octets.size() < 6 || (record->octets[0] & kGroup)) continue;
    if (v4_at(record->octets, 2) != ip.source) continue;
    add(names, frame.src, ip.source, netbios_name(message.name_at(record->name)), NameSource::kNetbios);
  }
}

// RFC 1002 §4.4.1: every datagram (the browser's announcements, mostly) bears its sender's address and name.
void from_netbios_datagram(const Frame& frame, const IpHeader& ip, std::vector<HeardName>& names) {
  constexpr std::uint8_t kUnique = 0x10, kGroup = 0x11, kBroadcast = 0x12;
  constexpr std::size_t kHeader = 14, kEncoded = 32;
  const Octets b = ip.udp_payload();
  if (b.size() < kHeader + 1 + kEncoded || (b[0] != kUnique && b[0] != kGroup && b[0] != kBroadcast)) return;
  if (b[kHeader] != kEncoded || v4_at(b, 4) != ip.source) return;
  add(names, frame.src, ip.source,
      netbios_name({reinterpret_cast<const char*>(b.data()) + kHeader + 1, kEncoded}), NameSource::kNetbios);
}

// The address that a name of the reverse tree stands for (RFC 1035 §3.5, RFC 3596 §2.5); unspecified for
// others.
IpAddress reverse_address(std::string_view name) {
  constexpr std::string_view kV4 = ".in-addr.arpa", kV6 = ".ip6.arpa";
  if (ends_with(name, kV4)) {
    std::uint32_t ip = 0;
    unsigned octet = 0, count = 0, digits = 0;
    const std::string_view numbers = name.substr(0, name.size() - kV4.size());
    for (std::size_t i = 0; i <= numbers.size(); ++i) {
      if (i == numbers.size() || numbers[i] == '.') {
        if (digits == 0 || octet > 255 || count == 4) return {};
        ip |= octet << (8 * count++);
        octet = digits = 0;
      } else if (numbers[i] >= '0' && numbers[i] <= '9' && digits < 3) {
        octet = octet * 10 + static_cast<unsigned>(numbers[i] - '0');
        ++digits;
      } else {
        return {};
      }
    }
    return count == 4 ? IpAddress::v4(ip) : IpAddress{};
  }
  if (!ends_with(name, kV6) || name.size() != 63 + kV6.size()) return {};
  std::array<std::uint8_t, 16> octets{};
  for (std::size_t i = 0; i < 32; ++i) {
    const char c = lower(name[2 * i]);
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
    if (digit < 0 || (i < 31 && name[2 * i + 1] != '.')) return {};
    octets[15 - i / 2] = static_cast<std::uint8_t>(octets[15 - i / 2] | digit << (i % 2 ? 4 : 0));
  }
  return IpAddress::v6(octets);
}

std::string without_local(std::string name) {
  constexpr std::string_view kLocal = ".local";
  if (ends_with(name, kLocal)) name.resize(name.size() - kLocal.size());
  return name;
}

// RFC 6762 §6 and RFC 4795 §2: an answer has the responder's addresses under its own name. Where they are of
// the other family than the packet, or only a service's target is named, it is taken for the responder's when
// there is one name only.
void from_dns(const Frame& frame, const IpHeader& ip, NameSource source, std::vector<HeardName>& names) {
  DnsReader message(ip.udp_payload());
  if (!message.is_response() || message.opcode() != 0 || message.response_code() != 0) return;
  std::vector<std::string> others, targets;
  bool same_family = false;
  const auto remember = [](std::vector<std::string>& list, std::string name) {
    if (list.size() < kMostNames &&
        std::none_of(list.begin(), list.end(), [&](const auto& n) { return alike(n, name); }))
      list.push_back(std::move(name));
  };
  while (const auto record = message.next()) {
    if (record->rr_class != kInternet || record->ttl_s == 0) continue;  // zero: it says farewell
    IpAddress address;
    std::size_t name = record->name;
    if (record->type == kDnsA && record->octets.size() == 4) {
      address = v4_at(record->octets, 0);
    } else if (record->type == kDnsAaaa && record->octets.size() == 16) {
      address = v6_at(record->octets, 0);
    } else if (record->type == kDnsPtr) {
      address = reverse_address(message.name_at(record->name));
      name = record->data;
      if (address.is_unspecified()) continue;  // a service's instance
    } else if (record->type == kDnsSrv && record->octets.size() > 6) {
      remember(targets, message.name_at(record->data + 6));
      continue;
    } else {
      continue;
    }
    if (address == ip.source) {
      add(names, frame.src, ip.source, without_local(cleaned(message.name_at(name))), source);
    } else {
      remember(others, message.name_at(name));
      same_family = same_family || address.is_v6() == ip.source.is_v6();
    }
  }
  if (!names.empty() || same_family) return;
  const std::vector<std::string>& told = others.empty() ? targets : others;
  if (told.size() == 1) add(names, frame.src, ip.source, without_local(cleaned(told.front())), source);
}

}  // namespace

std::string_view to_string(NameSource source) {
  switch (source) {
    case NameSource::kDhcp:
      return "dhcp";
    case NameSource::kNetbios:
      return "netbios";
    case NameSource::kMdns:
      return "mdns";
    case NameSource::kLlmnr:
      return "llmnr";
  }
  return "";
}

std::vector<HeardName> heard_names(const Frame& frame) {
  std::vector<HeardName> names;
  if (const Dhcp* dhcp = frame.dhcp()) {
    from_dhcp(frame, *dhcp, names);
    return names;
  }
  if (const DhcpV6* dhcp = frame.dhcpv6()) {
    from_dhcpv6(frame, *dhcp, names);
    return names;
  }
  const IpHeader* ip = frame.ip();
  if (ip == nullptr || !ip->is_udp()) return names;
  if (!frame.dst.is_group() && !is_of_sender(*ip)) return names;
  switch (ip->source_port) {
    case kNetbiosNamePort:
      from_netbios(frame, *ip, names);
      break;
    case kNetbiosDatagramPort:
      from_netbios_datagram(frame, *ip, names);
      break;
    case kMdnsPort:
      from_dns(frame, *ip, NameSource::kMdns, names);
      break;
    case kLlmnrPort:
      from_dns(frame, *ip, NameSource::kLlmnr, names);
      break;
    default:
      break;
  }
  return names;
}

std::string host_name_in(const Frame& frame) {
  for (const HeardName& heard : heard_names(frame))
    if (heard.mac == frame.src) return heard.name.substr(0, heard.name.find('.'));
  return {};
}

}  // namespace lanwarden::analysis
