// What detectors look things up by: a LAN, an address on it, a station on it; and how they begin a finding.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "analysis/bounded_table.h"
#include "analysis/finding.h"
#include "analysis/frame.h"

namespace lanwarden::analysis {

using topology::Duration;

/// One LAN as heard in one place: an interface or file, and a VLAN.
struct Lan {
  std::uint32_t source = 0;
  VlanId vlan;
  bool operator==(const Lan&) const = default;
  std::uint64_t hash() const { return mixed(source, vlan.value); }
};

struct AddressKey {
  Lan lan;
  std::uint32_t ip = 0;
  bool operator==(const AddressKey&) const = default;
  std::uint64_t hash() const { return mixed(lan.hash(), ip); }
};

struct Address6Key {
  Lan lan;
  IpAddress ip;
  bool operator==(const Address6Key&) const = default;
  std::uint64_t hash() const {
    std::uint64_t halves[2] = {0, 0};
    for (std::size_t i = 0; i < ip.octets().size(); ++i)
      halves[i / 8] = (halves[i / 8] << 8) | ip.octets()[i];
    return mixed(mixed(lan.hash(), halves[0]), halves[1]);
  }
};

struct StationKey {
  Lan lan;
  MacAddress mac;
  bool operator==(const StationKey&) const = default;
  std::uint64_t hash() const { return mixed(lan.hash(), mac.bits()); }
};

inline Lan lan_of(const Frame& frame) { return {frame.source, frame.vlan}; }
inline FrameRef ref_of(const Frame& frame) { return {frame.source, frame.number, frame.time}; }

inline bool is_station(MacAddress mac) {
  return topology::address_kind(mac) == topology::AddressKind::kStation;
}
inline bool is_unicast(MacAddress mac) { return !mac.is_group() && !mac.is_zero(); }
inline bool is_link_local_v4(std::uint32_t ip) { return ip >> 16 == 0xa9fe; }  // RFC 3927

/// Two ports of one card or one bond: a vendor numbers them consecutively, and a bond
/// may speak from either (Linux balance-alb, ARP flux).
inline bool are_siblings(MacAddress a, MacAddress b) {
  constexpr std::uint64_t kPorts = 4;
  const std::uint64_t low = std::min(a.bits(), b.bits()), high = std::max(a.bits(), b.bits());
  return a.oui() == b.oui() && high - low < kPorts;
}

/// Is `then` at most `most` before `now`? Not when it is later: another file may be older.
inline bool within(Time then, Time now, Duration most) { return now >= then && now - then <= most; }

/// Adds what is not in it yet, up to `most`. True when it was added.
template <class T>
bool add_new(std::vector<T>& list, const T& item, std::size_t most) {
  if (list.size() >= most || std::find(list.begin(), list.end(), item) != list.end()) return false;
  list.push_back(item);
  return true;
}

inline Finding finding_on(const Lan& lan, Time time, std::string_view kind, Severity severity,
                          MacAddress mac) {
  Finding finding;
  finding.time = time;
  finding.kind = kind;
  finding.severity = severity;
  finding.mac = mac;
  finding.vlan = lan.vlan;
  finding.source = lan.source;
  return finding;
}

inline std::string text_of(std::uint32_t ip) { return IpAddress::v4(ip).to_string(); }

}  // namespace lanwarden::analysis
