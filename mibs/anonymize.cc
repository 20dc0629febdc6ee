#include "mibs/anonymize.h"

#include <algorithm>
#include <bit>
#include <cctype>
#include <optional>
#include <vector>

#include "mibs/fdb_rows.h"

namespace lanwarden::mibs {
namespace {

using topology::AddressKind;
using topology::IpAddress;
using topology::MacAddress;

enum class What : std::uint8_t {
  kKeep,
  kMac,
  kBridgeId,   ///< priority and address, eight octets or text
  kIp,         ///< 4 or 16 octets
  kName,       ///< what an administrator wrote
  kOwnName,    ///< the same, of this switch: may stand in other texts
  kTechnical,  ///< what the vendor wrote; names in it are replaced
  kTheirPort,  ///< the neighbour's description of its port: a port's name, or what an administrator wrote
               ///< there
  kPortName,   ///< the same, and aliases that equal it are no names
  kSubtype,    ///< of the LLDP identifier in the next column
  kChassis,
  kPort,
};
enum Index : int {
  kPlain,
  kMacLast,
  kMacFirst,  ///< a VLAN and a name follow
  kIpLast,
  kManagement,
};
constexpr std::size_t kMacOctets = 6;

struct Rule {
  std::string_view column;
  What what;
  Index index = kPlain;
};

// clang-format off
constexpr Rule kRules[] = {
    {"1.0.8802.1.1.2.1.3.1", What::kSubtype},       // lldpLocChassisIdSubtype
    {"1.0.8802.1.1.2.1.3.2", What::kChassis},
    {"1.0.8802.1.1.2.1.3.3", What::kOwnName},       // lldpLocSysName
    {"1.0.8802.1.1.2.1.3.4", What::kTechnical},
    {"1.0.8802.1.1.2.1.3.7.1.2", What::kSubtype},
    {"1.0.8802.1.1.2.1.3.7.1.3", What::kPort},
    {"1.0.8802.1.1.2.1.3.7.1.4", What::kTechnical},
    {"1.0.8802.1.1.2.1.3.8.1.3", What::kKeep, kManagement},
    {"1.0.8802.1.1.2.1.4.1.1.4", What::kSubtype},
    {"1.0.8802.1.1.2.1.4.1.1.5", What::kChassis},
    {"1.0.8802.1.1.2.1.4.1.1.6", What::kSubtype},
    {"1.0.8802.1.1.2.1.4.1.1.7", What::kPort},
    {"1.0.8802.1.1.2.1.4.1.1.8", What::kTheirPort},
    {"1.0.8802.1.1.2.1.4.1.1.9", What::kName},
    {"1.0.8802.1.1.2.1.4.1.1.10", What::kTechnical},
    {"1.0.8802.1.1.2.1.4.1.1.11", What::kKeep},
    {"1.0.8802.1.1.2.1.4.1.1.12", What::kKeep},
    {"1.0.8802.1.1.2.1.4.2.1.3", What::kKeep, kManagement},
    {"1.2.840.10006.300.43.1.2.1.1.12", What::kKeep},
    {"1.2.840.10006.300.43.1.2.1.1.13", What::kKeep},
    {"1.3.111.2.802.1.1.13.1.3.1", What::kSubtype},
    {"1.3.111.2.802.1.1.13.1.3.2", What::kChassis},
    {"1.3.111.2.802.1.1.13.1.4.1.1.5", What::kSubtype},
    {"1.3.111.2.802.1.1.13.1.4.1.1.6", What::kChassis},
    {"1.3.111.2.802.1.1.13.1.4.1.1.7", What::kSubtype},
    {"1.3.111.2.802.1.1.13.1.4.1.1.8", What::kPort},
    {"1.3.111.2.802.1.1.13.1.4.1.1.9", What::kTheirPort},
    {"1.3.111.2.802.1.1.13.1.4.1.1.10", What::kName},
    {"1.3.111.2.802.1.1.13.1.4.1.1.11", What::kTechnical},
    {"1.3.111.2.802.1.1.13.1.4.1.1.12", What::kKeep},
    {"1.3.111.2.802.1.1.13.1.4.1.1.13", What::kKeep},
    {"1.3.111.2.802.1.1.13.1.4.2.1.3", What::kKeep, kManagement},
    {"1.3.6.1.2.1.1.1", What::kTechnical},          // sysDescr
    {"1.3.6.1.2.1.1.2", What::kKeep},
    {"1.3.6.1.2.1.1.3", What::kKeep},
    {"1.3.6.1.2.1.1.4", What::kOwnName},            // sysContact
    {"1.3.6.1.2.1.1.5", What::kOwnName},            // sysName
    {"1.3.6.1.2.1.1.6", What::kOwnName},            // sysLocation
    {"1.3.6.1.2.1.1.7", What::kKeep},
    {"1.3.6.1.2.1.2.1", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.1", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.2", What::kPortName},       // ifDescr
    {"1.3.6.1.2.1.2.2.1.3", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.5", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.6", What::kMac},
    {"1.3.6.1.2.1.2.2.1.7", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.8", What::kKeep},
    {"1.3.6.1.2.1.2.2.1.9", What::kKeep},
    {"1.3.6.1.2.1.4.20.1.2", What::kKeep, kIpLast},
    {"1.3.6.1.2.1.4.22.1.2", What::kMac, kIpLast},
    {"1.3.6.1.2.1.4.35.1.4", What::kMac, kManagement},
    {"1.3.6.1.2.1.10.7.2.1.19", What::kKeep},
    {"1.3.6.1.2.1.17.1.1", What::kMac},             // dot1dBaseBridgeAddress
    {"1.3.6.1.2.1.17.1.2", What::kKeep},
    {"1.3.6.1.2.1.17.1.3", What::kKeep},
    {"1.3.6.1.2.1.17.1.4.1.1", What::kKeep},
    {"1.3.6.1.2.1.17.1.4.1.2", What::kKeep},
    {"1.3.6.1.2.1.17.2.5", What::kBridgeId},        // dot1dStpDesignatedRoot
    {"1.3.6.1.2.1.17.2.15.1.6", What::kBridgeId},
    {"1.3.6.1.2.1.17.2.15.1.8", What::kBridgeId},
    {"1.3.6.1.2.1.17.2", What::kKeep},
    {"1.3.6.1.2.1.17.4.1", What::kKeep},
    {"1.3.6.1.2.1.17.4.2", What::kKeep},
    {"1.3.6.1.2.1.17.4.3.1.1", What::kMac, kMacLast},
    {"1.3.6.1.2.1.17.4.3.1.2", What::kKeep, kMacLast},
    {"1.3.6.1.2.1.17.4.3.1.3", What::kKeep, kMacLast},
    {"1.3.6.1.2.1.17.7.1.1", What::kKeep},
    {"1.3.6.1.2.1.17.7.1.2.1", What::kKeep},
    {"1.3.6.1.2.1.17.7.1.2.2.1.1", What::kMac, kMacLast},
    {"1.3.6.1.2.1.17.7.1.2.2.1.2", What::kKeep, kMacLast},
    {"1.3.6.1.2.1.17.7.1.2.2.1.3", What::kKeep, kMacLast},
    {"1.3.6.1.2.1.17.7.1.4.3.1.1", What::kName},    // dot1qVlanStaticName
    {"1.3.6.1.2.1.17.7.1.4", What::kKeep},
    {"1.3.6.1.2.1.31.1.1.1.1", What::kPortName},    // ifName
    {"1.3.6.1.2.1.31.1.1.1.15", What::kKeep},
    {"1.3.6.1.2.1.31.1.1.1.18", What::kName},       // ifAlias
    {"1.3.6.1.2.1.31.1.2.1.3", What::kKeep},
    {"1.3.6.1.2.1.47.1.1.1.1.2", What::kTechnical},
    {"1.3.6.1.2.1.47.1.1.1.1.4", What::kKeep},
    {"1.3.6.1.2.1.47.1.1.1.1.5", What::kKeep},
    {"1.3.6.1.2.1.47.1.1.1.1.6", What::kKeep},
    {"1.3.6.1.2.1.47.1.1.1.1.7", What::kTechnical},
    {"1.3.6.1.2.1.47.1.2.1.1.4", What::kKeep},      // entLogicalCommunity, masked already
    {"1.3.6.1.2.1.47.1.3.2.1.2", What::kKeep},
    {"1.3.6.1.2.1.55.1.12.1.2", What::kMac, kManagement},
    {"1.3.6.1.2.1.105.1.1.1.3", What::kKeep},
    {"1.3.6.1.2.1.105.1.1.1.6", What::kKeep},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.3", What::kKeep},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.4", What::kIp},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.5", What::kTechnical},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.6", What::kName},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.7", What::kTechnical},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.8", What::kTechnical},
    {"1.3.6.1.4.1.9.9.23.1.2.1.1.9", What::kKeep},
    {"1.3.6.1.4.1.9.9.46.1.3.1.1.2", What::kKeep},
    {"1.3.6.1.4.1.9.9.46.1.3.1.1.3", What::kKeep},
    {"1.3.6.1.4.1.9.9.46.1.3.1.1.4", What::kName},
    {"1.3.6.1.4.1.9.9.46.1.6.1.1.5", What::kKeep},
    {"1.3.6.1.4.1.9.9.46.1.6.1.1.14", What::kKeep},
    {"1.3.6.1.4.1.9.9.68.1.2.2.1.2", What::kKeep},
    {"1.3.6.1.4.1.9.9.68.1.5.1.1.1", What::kKeep},
    {"1.3.6.1.4.1.9.9.98.1.1.1.1.8", What::kKeep},
    {"1.3.6.1.4.1.9.9.402.1.2.1.11", What::kKeep},
    {"1.3.6.1.4.1.9.10.86.1.1.3.1.3", What::kMac, kManagement},
    {"1.3.6.1.4.1.1916.1.13.2.1.3", What::kName, kMacLast},
    {"1.3.6.1.4.1.1916.1.13.2.1.4", What::kTechnical, kMacLast},
    {"1.3.6.1.4.1.1916.1.13.2.1.5", What::kKeep, kMacLast},
    {"1.3.6.1.4.1.1916.1.13.2.1.6", What::kKeep, kMacLast},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.3", What::kName},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.5", What::kIp},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.6", What::kTechnical},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.7", What::kTechnical},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.8", What::kTechnical},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.9", What::kTechnical},
    {"1.3.6.1.4.1.1991.1.1.3.20.1.2.1.1.10", What::kTechnical},
    {"1.3.6.1.4.1.2011.5.25.42.2.1.3.1.4", What::kKeep, kMacFirst},
    {"1.3.6.1.4.1.2636.3.40.1.5.1.5.1.2", What::kName},
    {"1.3.6.1.4.1.2636.3.40.1.5.1.5.1.5", What::kKeep},
    {"1.3.6.1.4.1.2636.3.48.1.3.1.1.2", What::kName},
    {"1.3.6.1.4.1.2636.3.48.1.3.1.1.3", What::kKeep},
    {"1.3.6.1.4.1.2636.3.48.1.3.1.1.5", What::kKeep},
    {"1.3.6.1.4.1.6486.800.1.2.1.8.1.1.1.1.3", What::kKeep, kMacLast},
    {"1.3.6.1.4.1.6486.801.1.2.1.8.1.1.8.1.7", What::kKeep, kMacLast},
    {"1.3.6.1.4.1.6527.3.1.2.4.2.4.1.5", What::kKeep, kMacLast},
    {"1.3.6.1.4.1.6527.3.1.2.4.2.4.1.6", What::kKeep, kMacLast},
};
// clang-format on

struct Known {
  Oid column;
  What what;
  Index index;
};

const std::vector<Known>& known_columns() {
  static const std::vector<Known> kKnown = [] {
    std::vector<Known> all;
    for (const Rule& r : kRules) all.push_back({Oid::parse(r.column).value_or(Oid()), r.what, r.index});
    return all;
  }();
  return kKnown;
}

/// The first that fits: the narrower rules stand before the wider.
const Known* rule_of(const Oid& name) {
  for (const Known& k : known_columns())
    if (k.column.is_prefix_of(name.view())) return &k;
  return nullptr;
}

std::uint64_t word_of(std::string_view text, std::size_t from) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 8 && from + i < text.size(); ++i)
    word |= std::uint64_t{static_cast<unsigned char>(text[from + i])} << (8 * i);
  return word;
}

/// SipHash-2-4 (Aumasson, Bernstein 2012): without the key nobody can try all addresses against a pseudonym.
std::uint64_t siphash(std::uint64_t k0, std::uint64_t k1, std::string_view text) {
  std::uint64_t v0 = k0 ^ 0x736f6d6570736575ULL, v1 = k1 ^ 0x646f72616e646f6dULL,
                v2 = k0 ^ 0x6c7967656e657261ULL, v3 = k1 ^ 0x7465646279746573ULL;
  const auto round = [&] {
    v0 += v1, v1 = std::rotl(v1, 13), v1 ^= v0, v0 = std::rotl(v0, 32);
    v2 += v3, v3 = std::rotl(v3, 16), v3 ^= v2;
    v0 += v3, v3 = std::rotl(v3, 21), v3 ^= v0;
    v2 += v1, v1 = std::rotl(v1, 17), v1 ^= v2, v2 = std::rotl(v2, 32);
  };
  const auto mix = [&](std::uint64_t word) {
    v3 ^= word;
    round(), round();
    v0 ^= word;
  };
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) mix(word_of(text, at));
  mix(word_of(text, at) | std::uint64_t{text.size() & 0xff} << 56);
  v2 ^= 0xff;
  round(), round(), round(), round();
  return v0 ^ v1 ^ v2 ^ v3;
}

std::optional<MacAddress> mac_of(std::string_view octets) {
  if (octets.size() != 6) return std::nullopt;
  std::uint64_t bits = 0;
  for (const char c : octets) bits = bits << 8 | static_cast<unsigned char>(c);
  return MacAddress{bits};
}
std::string octets_of(MacAddress mac) {
  const auto octets = mac.octets();
  return {octets.begin(), octets.end()};
}
std::optional<IpAddress> ip_of(std::string_view octets) {
  std::array<std::uint8_t, 16> bytes{};
  if (octets.size() != 4 && octets.size() != 16) return std::nullopt;
  std::copy(octets.begin(), octets.end(), bytes.begin());
  if (octets.size() == 4) return IpAddress::v4(std::span<const std::uint8_t, 4>(bytes.data(), 4));
  return IpAddress::v6(std::span<const std::uint8_t, 16>(bytes));
}
std::string octets_of(const IpAddress& ip) { return {ip.octets().begin(), ip.octets().end()}; }

bool is_netmask(std::uint32_t bits) { return std::countl_one(bits) + std::countr_zero(bits) >= 32; }

bool is_text(std::string_view octets) {
  return std::none_of(octets.begin(), octets.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 && c != '\t' && c != '\n' && c != '\r') || u == 0x7f;
  });
}

std::string trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == '\0' || std::isspace(static_cast<unsigned char>(text.back())) != 0))
    text.remove_suffix(1);
  return std::string(text);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Names that nobody chose: "default", "VLAN0010", "12".
bool says_nothing(std::string_view name) {
  std::string lower;
  for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  std::string_view rest = lower;
  if (rest == "default" || rest.ends_with("-default")) return true;
  for (const std::string_view start : {"vlan", "v"})
    if (rest.starts_with(start)) {
      rest.remove_prefix(start.size());
      break;
    }
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '_' || rest.front() == '-'))
    rest.remove_prefix(1);
  return std::all_of(rest.begin(), rest.end(), is_digit);
}

/// "payroll" of "payroll.example.net": what a device is called in its own texts. Empty: no such name.
std::string host_of(const std::string& name) {
  const std::size_t dot = name.find('.');
  if (dot == std::string::npos || dot < 3) return {};
  const auto of_a_name = [](char c) { return is_word(c) || c == '-' || c == '_' || c == '.'; };
  const std::string host = name.substr(0, dot);
  const bool plain_name = std::all_of(name.begin(), name.end(), of_a_name) &&
                          std::any_of(host.begin(), host.end(), [](char c) { return !is_digit(c); });
  return plain_name ? host : std::string();
}

/// "Gi1/0/24", "Port 3", "xe6.901": a word of letters, then numbers. Not "Dr. Smith's office", nor "Room 12".
bool looks_like_a_port(std::string_view text) {
  for (const std::string_view start : {"Port ", "port ", "Port: "})
    if (text.starts_with(start)) {
      text.remove_prefix(start.size());
      break;
    }
  const auto first =
      static_cast<std::size_t>(std::find_if(text.begin(), text.end(), is_digit) - text.begin());
  if (first == text.size()) return false;
  const auto letter = [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '-'; };
  const auto numbering = [](char c) { return is_digit(c) || c == '/' || c == '.' || c == ':'; };
  return std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(first), letter) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(first), text.end(), numbering);
}

}  // namespace

Anonymizer::Anonymizer(Key key, bool keep_vendors) : key_(key), keep_vendors_(keep_vendors) {}

std::uint64_t Anonymizer::hash(std::string_view what, std::uint64_t salt) const {
  return siphash(key_.k0 ^ salt, key_.k1, what);
}

MacAddress Anonymizer::of(MacAddress mac) {
  if (topology::address_kind(mac) != AddressKind::kStation) return mac;
  if (const auto it = macs_.find(mac); it != macs_.end()) return it->second;
  constexpr std::uint64_t kSalt = 0x6d61630000000000ULL, kVendor = 0xffff'ff00'0000ULL,
                          kIgUl = 0x0300'0000'0000ULL;
  const std::uint64_t keep = keep_vendors_ ? kVendor : kIgUl;
  for (std::uint64_t attempt = 0;; ++attempt) {
    const std::uint64_t random = hash(octets_of(mac), kSalt + attempt);
    const MacAddress other{(mac.bits() & keep) | (random & ~keep & 0xffff'ffff'ffffULL)};
    // Never an address that means something of itself, nor one that another station has or gets.
    if (other == mac || topology::address_kind(other) != AddressKind::kStation ||
        !taken_.insert(other).second)
      continue;
    return macs_.emplace(mac, other).first->second;
  }
}

std::uint8_t Anonymizer::octet(std::string_view prefix, std::uint8_t old, unsigned low, unsigned high) const {
  if (old < low || old > high) return old;
  // A shuffle of low..high of its own for every prefix: one to one, so subnets stay apart.
  std::vector<std::uint8_t> order;
  for (unsigned i = low; i <= high; ++i) order.push_back(static_cast<std::uint8_t>(i));
  constexpr std::uint64_t kSalt = 0x6970000000000000ULL;
  for (std::size_t i = order.size() - 1; i > 0; --i) {
    std::string what(prefix);
    what += static_cast<char>(i);
    std::swap(order[i], order[hash(what, kSalt) % (i + 1)]);
  }
  return order[old - low];
}

IpAddress Anonymizer::of(IpAddress ip) {
  if (ip.is_unspecified()) return ip;
  if (const auto it = ips_.find(ip); it != ips_.end()) return it->second;
  std::string octets = octets_of(ip);
  const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(octets[i]); };
  if (!ip.is_v6()) {
    const std::uint8_t first = at(0), second = at(1);
    if (first == 127 || first >= 224 || is_netmask(ip.v4_bits())) return ip;
    const std::string old = octets;
    std::size_t from = 1;
    if (first == 192 && second == 168) {
      from = 2;
    } else if (first == 172 && second >= 16 && second < 32) {
      octets[1] = static_cast<char>(octet("172", second, 16, 31));
      from = 2;
    } else if (first == 169 && second == 254) {
      from = 2;
    } else if (first != 10) {
      // Of a public address nothing stays; what comes looks like a public one.
      octets[0] = static_cast<char>(octet("", first, 11, 126));
      if (first > 126) octets[0] = static_cast<char>(octet("", first, 128, 168));
      if (first > 168) octets[0] = static_cast<char>(octet("", first, 173, 191));
      if (first > 191) octets[0] = static_cast<char>(octet("", first, 193, 223));
    }
    // At the end, .0 and .255 are networks and broadcasts in most nets, and stay.
    for (std::size_t i = from; i < 4; ++i)
      octets[i] =
          static_cast<char>(octet(std::string_view(old).substr(0, i), static_cast<std::uint8_t>(old[i]),
                                  i == 3 ? 1 : 0, i == 3 ? 254 : 255));
  } else {
    if (at(0) == 0xff || (ip.octets()[15] == 1 && std::count(octets.begin(), octets.end(), '\0') == 15))
      return ip;
    const std::string old = octets;
    const bool link_local = at(0) == 0xfe && (at(1) & 0xc0) == 0x80;
    const bool eui64 = at(11) == 0xff && at(12) == 0xfe;
    for (std::size_t i = link_local ? 2 : 0; i < 16; i += 2) {
      const std::string_view group = std::string_view(old).substr(i, 2);
      if (group == std::string_view("\0\0", 2)) continue;
      constexpr std::uint64_t kSalt = 0x6970763600000000ULL;
      const std::uint64_t random = hash(std::string_view(old).substr(0, i + 2), kSalt) % 0xffff + 1;
      // The first group keeps what makes it global or local.
      const auto high = static_cast<char>(random >> 8);
      octets[i] = i == 0 ? old[0] : high;
      octets[i + 1] = static_cast<char>(random & 0xff);
    }
    if (eui64) {
      std::string mac = old.substr(8, 3) + old.substr(13, 3);
      mac[0] = static_cast<char>(mac[0] ^ 2);
      mac = octets_of(of(*mac_of(mac)));
      mac[0] = static_cast<char>(mac[0] ^ 2);
      octets.replace(8, 8, mac.substr(0, 3) + "\xff\xfe" + mac.substr(3));
    }
  }
  return ips_.emplace(ip, *ip_of(octets)).first->second;
}

std::string Anonymizer::pseudonym(std::string_view name) const {
  constexpr std::uint64_t kSalt = 0x6e616d6500000000ULL;
  constexpr char kLetters[] = "bcdfghjklmnpqrstvwxz";
  std::string text = "n-";
  std::uint64_t random = hash(name, kSalt);
  for (int i = 0; i < 9; ++i, random /= 20) text += kLetters[random % 20];
  return text;
}

/// Addresses inside of a text; names are the callers' business.
std::string Anonymizer::free_text(const std::string& text) {
  constexpr std::size_t kLongest = 45;  // an IPv6 address that ends in a dotted quad
  const auto of_address = [](char c) {
    return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.' || c == '-';
  };
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    if (at == 0 || !is_word(text[at - 1]))
      while (end < text.size() && end - at < kLongest && of_address(text[end])) ++end;
    // The longest that is one: "0012.3456.789a", but also the beginning of "00123456789A:P1" and
    // "10.0.0.1:161".
    std::string to;
    for (; end > at; --end) {
      if (end < text.size() && is_word(text[end])) continue;
      if (!is_word(text[end - 1]) && text[end - 1] != ':') continue;
      const bool numbers_follow = end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1]);
      to = address_text(text.substr(at, end - at), numbers_follow);
      if (!to.empty()) break;
    }
    if (to.empty())
      out += text[at++];
    else
      out += to, at = end;
  }
  return out;
}

/// What stands for this address, in its own notation; empty when it is none.
std::string Anonymizer::address_text(std::string token, bool numbers_follow) {
  const auto digits = std::count_if(token.begin(), token.end(), is_word);
  const auto mac = MacAddress::parse(token);
  if (mac && digits == 12) {
    const bool upper = std::any_of(token.begin(), token.end(), [](char c) { return c >= 'A' && c <= 'F'; });
    const std::string to = of(*mac).to_string();
    std::size_t next = 0;
    for (char& c : token) {
      if (!is_word(c)) continue;
      while (to[next] == ':') ++next;
      const auto digit = static_cast<unsigned char>(to[next++]);
      c = static_cast<char>(upper ? std::toupper(digit) : digit);
    }
    return token;
  }
  if (numbers_follow) return {};  // a version, or an object identifier
  if (mac) return of(*mac).to_string();
  // Other dotted quads are versions, likelier than addresses.
  if (const auto ip = IpAddress::parse(token);
      ip && (ip->is_v6() || ips_.contains(*ip) || ip->v4_bits() >> 24 == 10 ||
             ip->v4_bits() >> 16 == 0xc0a8 || ip->v4_bits() >> 20 == 0xac1))
    return of(*ip).to_string();
  return {};
}

/// A bridge identifier in digits, "80 00 00 0D 4B CE 20 CD": its last six octets are an address.
std::string Anonymizer::bridge_text(std::string text) {
  std::vector<std::size_t> digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (std::isxdigit(static_cast<unsigned char>(text[i])) != 0)
      digits.push_back(i);
    else if (text[i] != ' ' && text[i] != ':' && text[i] != '\0')
      return free_text(text);
  }
  if (digits.size() != 16) return free_text(text);
  std::string address;
  for (std::size_t i = 4; i < 16; ++i) address += text[digits[i]];
  const std::string to = address_text(address, false);
  for (std::size_t i = 4; i < 16; ++i) text[digits[i]] = to[i - 4];
  return text;
}

/// Some agents give every interface its own name as an alias, and some administrators name an interface as a
/// VLAN or an alias: the former stays, the latter goes everywhere.
bool Anonymizer::keeps(std::string_view name) const {
  if (own_names_.contains(name)) return false;
  return says_nothing(name) || (technical_.contains(name) && looks_like_a_port(name));
}

std::string Anonymizer::name_text(const std::string& text) {
  const std::string name = trimmed(text);
  if (name.empty() || keeps(name)) return text;
  if (const std::string other = free_text(text); MacAddress::parse(name) || IpAddress::parse(name))
    return other;
  return pseudonym(name);
}

std::string Anonymizer::technical_text(const std::string& text) {
  if (!is_text(text)) return text;
  const std::string whole = trimmed(text);
  if (names_.contains(whole)) return name_text(text);
  std::string out = free_text(text);
  // Word by word, and this switch's own names wherever they stand.
  const auto replace = [&](const std::string& name) {
    const std::string other = pseudonym(name);
    for (std::size_t at = 0; (at = out.find(name, at)) != std::string::npos;) {
      const std::size_t end = at + name.size();
      const bool bounded = (at == 0 || !is_word(out[at - 1])) && (end == out.size() || !is_word(out[end]));
      if (bounded) out.replace(at, name.size(), other);
      at += bounded ? other.size() : 1;
    }
  };
  for (const std::string& name : own_names_)
    if (name.size() >= 3 && !keeps(name)) replace(name);
  std::set<std::string> words;
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t end = std::min(out.find_first_of(" \t\r\n,;()", at), out.size());
    if (end - at >= 4) words.insert(out.substr(at, end - at));
    // "VLAN - Guest WiFi": the name is the rest.
    if (out.size() - at >= 4) words.insert(trimmed(std::string_view(out).substr(at)));
    at = end + 1;
  }
  for (const std::string& word : words)
    if (names_.contains(word) && !keeps(word)) replace(word);
  return out;
}

std::string Anonymizer::identifier(const std::string& octets, std::uint32_t subtype, bool chassis) {
  constexpr std::uint32_t kMacChassis = 4, kMacPort = 3, kNetworkChassis = 5, kNetworkPort = 4, kAlias = 1;
  const std::string_view bare = octets.size() == 7 && octets.back() == '\0'
                                    ? std::string_view(octets).substr(0, 6)
                                    : std::string_view(octets);
  const bool says_mac = subtype == (chassis ? kMacChassis : kMacPort);
  if (bare.size() == 6 && (says_mac || !is_text(bare)))
    return octets_of(of(*mac_of(bare))) + octets.substr(6);
  const bool says_network = subtype == (chassis ? kNetworkChassis : kNetworkPort);
  if (!octets.empty() && (says_network || !is_text(octets)))  // a family octet, and the address
    if (const auto ip = ip_of(std::string_view(octets).substr(1))) return octets[0] + octets_of(of(*ip));
  if (!is_text(octets)) return {};
  if (MacAddress::parse(trimmed(octets)) || IpAddress::parse(trimmed(octets))) return free_text(octets);
  return chassis || subtype == kAlias ? name_text(octets) : technical_text(octets);
}

void Anonymizer::rewrite_index(Oid& name, std::size_t column, int how) {
  const OidView old = name.view();
  const OidView index = old.subspan(std::min(column, old.size()));
  std::vector<std::uint32_t> ids(old.begin(), old.end());
  const auto tail = [&](std::size_t count) {
    std::string octets;
    if (index.size() < count) return octets;
    for (const std::uint32_t id : index.last(count)) {
      if (id > 255) return std::string();
      octets += static_cast<char>(id);
    }
    return octets;
  };
  const auto put = [&](const std::string& octets) {
    for (std::size_t i = 0; i < octets.size(); ++i)
      ids[ids.size() - octets.size() + i] = static_cast<unsigned char>(octets[i]);
  };
  const auto before = [&](std::size_t count) {
    return index.size() > count ? index[index.size() - count - 1] : 0;
  };
  if (how == kMacFirst) {
    std::string octets;
    for (const std::uint32_t id : index.first(std::min(index.size(), kMacOctets)))
      octets += static_cast<char>(std::min(id, 255U));
    if (const auto mac = mac_of(octets)) {
      const auto to = of(*mac).octets();
      std::copy(to.begin(), to.end(), ids.begin() + static_cast<std::ptrdiff_t>(column));
    }
  } else if (how == kMacLast || (how == kManagement && before(6) == 6 && before(7) == 6)) {
    if (const auto mac = mac_of(tail(6))) put(octets_of(of(*mac)));
  } else if (how == kManagement && index.size() > 3 && index[2] + std::size_t{3} == index.size() &&
             ((index[1] == 3 && index[2] == 8) || (index[1] == 4 && index[2] == 20))) {
    // With a zone behind it, as routers list link-local addresses: InetAddressIPv4z and IPv6z.
    if (const auto ip = ip_of(tail(index[2]).substr(0, index[2] - 4))) put(octets_of(of(*ip)) + tail(4));
  } else if (how == kManagement && (before(16) == 16 || index.size() == 17)) {
    if (const auto ip = ip_of(tail(16))) put(octets_of(of(*ip)));
  } else if (how == kIpLast || how == kManagement) {
    if (const auto ip = ip_of(tail(4))) put(octets_of(of(*ip)));
  }
  name = Oid(OidView(ids));
}

void Anonymizer::learn(const RecordedVariable& v) {
  const Known* const rule = rule_of(v.name);
  if (rule == nullptr) return;
  const std::string text = trimmed(v.octets);
  switch (rule->what) {
    case What::kPortName:
      if (!text.empty()) technical_.insert(text);
      break;
    case What::kOwnName:
      if (!text.empty()) own_names_.insert(text);
      if (const auto host = host_of(text); !host.empty()) own_names_.insert(host);
      [[fallthrough]];
    case What::kName:
      if (!text.empty()) names_.insert(text);
      if (const auto host = host_of(text); !host.empty()) names_.insert(host);
      break;
    case What::kSubtype: {
      // The identifier stands in the next column, or is the next scalar.
      std::vector<std::uint32_t> ids(v.name.view().begin(), v.name.view().end());
      ++ids[rule->column.size() - 1];
      subtypes_[Oid(OidView(ids))] = static_cast<std::uint32_t>(v.integer);
      break;
    }
    case What::kIp:
      if (const auto ip = ip_of(v.octets)) of(*ip);
      break;
    default:
      break;
  }
  Oid name = v.name;
  rewrite_index(name, rule->column.size(), rule->index);
}

bool Anonymizer::rewrite(RecordedVariable& v) {
  const Known* const rule = rule_of(v.name);
  if (rule == nullptr) return false;
  // Huawei's virtual switch instances: "-" (a length and a character) where there is none, else what somebody
  // called it.
  constexpr std::size_t kVlanAndDash = 3;
  if (rule->index == kMacFirst && v.name.size() > rule->column.size() + kMacOctets + kVlanAndDash)
    return false;
  switch (rule->what) {
    case What::kKeep:
    case What::kSubtype:
      break;
    case What::kMac:
      if (const auto mac = mac_of(v.octets))
        v.octets = octets_of(of(*mac));
      else if (is_text(v.octets))
        v.octets = free_text(v.octets);
      else if (v.octets.size() == 7)
        v.octets = octets_of(of(*mac_of(v.octets.substr(0, 6)))) + v.octets.substr(6);
      else
        v.octets.clear();
      break;
    case What::kBridgeId:
      if (v.octets.size() == 8)
        v.octets = v.octets.substr(0, 2) + octets_of(of(*mac_of(v.octets.substr(2))));
      else
        v.octets = is_text(trimmed(v.octets)) ? bridge_text(v.octets) : std::string();
      break;
    case What::kIp:
      if (const auto ip = ip_of(v.octets))
        v.octets = octets_of(of(*ip));
      else
        v.octets = is_text(v.octets) ? free_text(v.octets) : std::string();
      break;
    case What::kName:
    case What::kOwnName:
      v.octets = name_text(v.octets);
      break;
    case What::kTheirPort:
      if (const std::string text = trimmed(v.octets);
          names_.contains(text) || !(technical_.contains(text) || looks_like_a_port(text))) {
        v.octets = name_text(v.octets);
        break;
      }
      [[fallthrough]];
    case What::kPortName:
    case What::kTechnical:
      v.octets = technical_text(v.octets);
      break;
    case What::kChassis:
    case What::kPort: {
      const auto subtype = subtypes_.find(v.name);
      v.octets = identifier(v.octets, subtype == subtypes_.end() ? 0 : subtype->second,
                            rule->what == What::kChassis);
      break;
    }
  }
  rewrite_index(v.name, rule->column.size(), rule->index);
  return true;
}

}  // namespace lanwarden::mibs
