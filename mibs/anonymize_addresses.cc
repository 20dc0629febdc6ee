// What stands for an address or a name: by a keyed hash, so that the same is the same everywhere.
#include <algorithm>
#include <bit>

#include "mibs/anonymize.h"
#include "mibs/anonymize_octets.h"

namespace lanwarden::mibs {

using namespace anonymizing;
using topology::AddressKind;

namespace {

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

bool is_netmask(std::uint32_t bits) { return std::countl_one(bits) + std::countr_zero(bits) >= 32; }

}  // namespace

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

}  // namespace lanwarden::mibs
