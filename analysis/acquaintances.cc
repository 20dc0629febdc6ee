#include "analysis/acquaintances.h"

#include <algorithm>
#include <utility>

#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {
namespace {

// Names that differ in case are one.
std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = name.size();
  for (const char c : name)
    hash = mixed(hash, static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c));
  return hash;
}

}  // namespace

std::uint64_t Acquaintances::AddressKey::hash() const {
  std::uint64_t hash = mac.bits();
  for (const std::uint8_t octet : ip.octets()) hash = mixed(hash, octet);
  return hash;
}

void Acquaintances::on_frame(const Frame& frame) {
  if (const Arp* arp = frame.arp()) {
    if (arp->is_request() && frame.dst.is_group() && frame.src == arp->sender_mac)
      has_address(frame.src, arp->sender_ip, frame.time);
    return;
  }
  if (const NeighborDiscovery* nd = frame.nd()) {
    if (nd->type == NdType::kNeighborSolicitation && nd->link_layer == frame.src)
      has_address(frame.src, frame.ip_header.source, frame.time);
    return;
  }
  if (const Dhcp* dhcp = frame.dhcp(); dhcp && dhcp->from_server && dhcp->type == DhcpType::kAck)
    has_address(dhcp->client, dhcp->your_ip, frame.time);
  for (const HeardName& heard : heard_names(frame)) has_name(heard, frame.time);
}

AcquaintanceNews Acquaintances::take() { return std::exchange(news_, {}); }

void Acquaintances::has_address(MacAddress mac, const IpAddress& ip, Time now) {
  if (ip.is_unspecified() || !is_station(mac) || news_.size() == kMostNews) return;
  const auto [told, is_new] = addresses_.obtain({mac, ip});
  if (!is_new && within(told, now, kAgain)) return;
  told = now;
  news_.addresses.push_back({mac, ip, now});
}

void Acquaintances::has_name(const HeardName& heard, Time now) {
  if (!is_station(heard.mac) || news_.size() == kMostNews) return;
  Names& names = names_.obtain({heard.mac, heard.source}).first;
  if (names.too_many) return;
  const std::uint64_t hash = hash_of(heard.name);
  const auto begin = names.of.begin(), end = begin + static_cast<std::ptrdiff_t>(names.size);
  auto one = std::find_if(begin, end, [&](const Names::One& n) { return n.hash == hash; });
  if (one != end) {
    if (within(one->told, now, kAgain)) return;
    one->told = now;
  } else if (names.size < kMostNames) {
    names.of[names.size++] = {hash, now};
  } else {
    names.too_many = true;
    return;
  }
  news_.names.push_back({heard, now});
  has_address(heard.mac, heard.ip, now);
}

}  // namespace lanwarden::analysis
