#include "mibs/port_numbering.h"

#include <algorithm>

#include "mibs/resolve.h"

namespace lanwarden::mibs {
namespace {

using topology::FdbDatabase;
using topology::IfIndex;
using topology::PortNumbering;
using topology::SwitchSnapshot;
using topology::VlanId;

/// How well a station fits on that interface: not at all, hardly on a dead port, well on a live one.
unsigned plausibility(const SwitchSnapshot& s, IfIndex ifindex) {
  const topology::Interface* const i = ifindex == topology::kNoInterface ? nullptr : s.interface(ifindex);
  if (i == nullptr) return 0;
  constexpr std::uint32_t kLoopback = 24, kL2Vlan = 135, kL3Vlan = 136;
  if (i->type == kLoopback || i->type == kL2Vlan || i->type == kL3Vlan) return 1;
  switch (i->oper) {
    case topology::OperStatus::kUp:
      return 4;
    case topology::OperStatus::kDown:
      return 1;
    case topology::OperStatus::kUnknown:
      return 3;
  }
  return 0;
}

struct Score {
  std::uint64_t weight = 0;
  unsigned hits = 0;
};

Score score(const SwitchSnapshot& s, const PortUse& use, PortNumbering ports, std::int32_t shift) {
  // One uplink with a thousand rows says no more than a few ports with some.
  constexpr std::uint32_t kEnoughRows = 4;
  Score sum;
  FdbDatabase reading;
  reading.ports = ports;
  reading.shift = shift;
  for (const auto& [place, rows] : use) {
    reading.context = place.first;
    const unsigned fit = plausibility(s, fdb_port(s, reading, place.second));
    sum.weight += std::uint64_t{fit} * std::min(rows, kEnoughRows);
    if (fit > 0) ++sum.hits;
  }
  return sum;
}

Numbering reading_of(const SwitchSnapshot& s, const PortUse& use, PortNumbering ports) {
  Numbering n;
  n.ports = ports;
  n.used = static_cast<unsigned>(use.size());
  n.hits = score(s, use, ports, 0).hits;
  return n;
}

/// Every row of the base-port table says port = ifIndex, so nothing is decided by choosing between the two.
bool map_is_identity(const SwitchSnapshot& s) {
  return std::all_of(s.base_ports.begin(), s.base_ports.end(),
                     [](const topology::BasePort& p) { return p.port.value == p.ifindex.value; });
}

}  // namespace

void count_ports(PortUse& use, VlanId context, std::span<const FdbRows::Row> rows) {
  // Port numbers are small, nearly always.
  std::vector<std::uint32_t> small(4096);
  for (const FdbRows::Row& r : rows) {
    const topology::FdbStatus status = fdb_status(r.status);
    if (r.port == 0 || status == topology::FdbStatus::kSelf) continue;
    if (r.port < small.size())
      ++small[r.port];
    else
      ++use[{context, r.port}];
  }
  for (std::uint32_t port = 0; port < small.size(); ++port)
    if (small[port] != 0) use[{context, port}] += small[port];
}

Numbering decide_numbering(const SwitchSnapshot& s, const PortUse& use, bool map_is_partial) {
  Numbering best =
      reading_of(s, use, s.base_ports.empty() ? PortNumbering::kIfIndex : PortNumbering::kBridgePort);
  if (use.empty() || s.base_ports.empty()) return best;
  const Score as_bridge_port = score(s, use, PortNumbering::kBridgePort, 0);
  const Score as_ifindex = score(s, use, PortNumbering::kIfIndex, 0);
  // Where both hit, the standard's reading has the benefit of the doubt.
  constexpr auto clearly_more = [](const Score& a, const Score& b) { return a.weight * 5 > b.weight * 6; };
  const bool arithmetic_allowed = !map_is_partial || map_is_identity(s);
  std::uint64_t weight = as_bridge_port.weight;
  if (arithmetic_allowed && clearly_more(as_ifindex, as_bridge_port)) {
    best = reading_of(s, use, PortNumbering::kIfIndex);
    weight = as_ifindex.weight;
  }
  best.doubtful = !map_is_identity(s) && std::min(as_bridge_port.weight, as_ifindex.weight) * 5 > weight * 3;

  // Base ports counted from elsewhere (49153… on TP-Link) while the rows count from 1: believed only
  // when it explains the rows and nothing else does.
  std::uint32_t lowest = ~std::uint32_t{0};
  for (const topology::BasePort& p : s.base_ports) lowest = std::min(lowest, p.port.value);
  if (lowest > 1 && lowest <= 0x7fff'ffffU) {
    const auto shift = static_cast<std::int32_t>(lowest - 1);
    const Score shifted = score(s, use, PortNumbering::kShifted, shift);
    if (shifted.weight > weight * 2 && shifted.hits * 10 >= use.size() * 9) {
      best.ports = PortNumbering::kShifted;
      best.shift = shift;
      best.hits = shifted.hits;
      best.doubtful = false;
    }
  }
  return best;
}

Numbering other_reading(const SwitchSnapshot& s, const PortUse& use, const Numbering& first) {
  return reading_of(
      s, use, first.ports == PortNumbering::kIfIndex ? PortNumbering::kBridgePort : PortNumbering::kIfIndex);
}

}  // namespace lanwarden::mibs
