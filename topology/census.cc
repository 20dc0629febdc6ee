#include "topology/census.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

namespace lanwarden::topology::detail {
namespace {

/// MAC → small number, in the order of arrival. Open addressing: a large campus
/// asks ten million times, and std::unordered_map would be half of the run time.
class Numbering {
 public:
  Numbering() : slots_(1U << 12, kNoStation) {}
  /// The tables are sorted and know mostly the same stations: whoever came after the
  /// last one in the table before, comes next.
  Station add_after(Station last, MacAddress mac) {
    if (last != kNoStation) {
      const Station guess = after_[last];
      if (guess != kNoStation && macs_[guess] == mac) return guess;
    }
    const Station found = add(mac);
    if (last != kNoStation) after_[last] = found;
    return found;
  }
  const std::vector<MacAddress>& macs() const { return macs_; }
  void seen_in(Station m, VlanId vlan) {
    ++rows_[m];
    with_vlan_[m] += vlan != kNoVlan;
    std::uint16_t& known = vlans_[m];
    if (vlan == kNoVlan || known == vlan.value) return;
    known = known == 0 ? vlan.value : kSeveralVlans;
  }
  std::uint16_t vlan(Station m) const { return vlans_[m]; }
  std::uint32_t rows(Station m) const { return rows_[m]; }
  std::uint32_t with_vlan(Station m) const { return with_vlan_[m]; }

 private:
  Station add(MacAddress mac) {
    if (2 * macs_.size() >= slots_.size()) grow();
    std::size_t i = slot(mac);
    while (slots_[i] != kNoStation) {
      if (macs_[slots_[i]] == mac) return slots_[i];
      i = (i + 1) & (slots_.size() - 1);
    }
    slots_[i] = static_cast<Station>(macs_.size());
    macs_.push_back(mac);
    after_.push_back(kNoStation);
    vlans_.push_back(0), rows_.push_back(0), with_vlan_.push_back(0);
    return slots_[i];
  }
  std::size_t slot(MacAddress mac) const { return std::hash<MacAddress>{}(mac) & (slots_.size() - 1); }
  void grow() {
    slots_.assign(2 * slots_.size(), kNoStation);
    for (Station m = 0; m < macs_.size(); ++m) {
      std::size_t i = slot(macs_[m]);
      while (slots_[i] != kNoStation) i = (i + 1) & (slots_.size() - 1);
      slots_[i] = m;
    }
  }
  std::vector<Station> slots_;
  std::vector<MacAddress> macs_;
  std::vector<Station> after_;
  std::vector<std::uint16_t> vlans_;
  std::vector<std::uint32_t> rows_, with_vlan_;
};

void order_switches(Census& c) {
  const auto n = static_cast<std::uint32_t>(c.snapshots.size());
  std::vector<std::uint32_t> order(n);
  std::iota(order.begin(), order.end(), 0U);
  const auto key = [&](std::uint32_t i) {
    const SwitchSnapshot& s = c.snapshots[i];
    return std::tie(s.name, s.address, s.bridge_address, s.system_name);
  };
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return key(a) < key(b); });
  c.node_of.resize(n);
  for (const std::uint32_t i : order) {
    c.node_of[i] = static_cast<Node>(c.id_of.size());
    c.id_of.emplace_back(i);
  }
}

void collect_members(Census& c, Node n) {
  const SwitchSnapshot& s = c.snapshot(n);
  if (!s.answered) return;
  for (const Interface& i : s.interfaces)
    if (i.aggregate != kNoInterface && i.aggregate != i.ifindex)
      c.members[n].emplace_back(i.ifindex, i.aggregate);
  std::sort(c.members[n].begin(), c.members[n].end());
}

/// Where a switch does not tell its interfaces' addresses: what others hold from the
/// block that its bridge address begins. Vendors give a box a block, aligned, and each
/// port the address of its number; BPDUs come from these.
void add_block_addresses(Census& c) {
  const auto blocks = address_blocks(c);
  if (blocks.empty()) return;
  for (Node n = 0; n < c.size(); ++n)
    for (const FdbEntry& e : c.snapshot(n).fdb) {
      const std::uint64_t base = e.mac.bits() / kAddressBlock * kAddressBlock;
      const auto it = std::lower_bound(blocks.begin(), blocks.end(), std::pair{base, Node{0}});
      if (it != blocks.end() && it->first == base && it->second != n)
        c.own_addresses.emplace_back(e.mac, it->second);
    }
}

void collect_own_addresses(Census& c) {
  for (Node n = 0; n < c.size(); ++n)
    for (const MacAddress mac : own_addresses_of(c.snapshot(n))) c.own_addresses.emplace_back(mac, n);
  add_block_addresses(c);
  std::sort(c.own_addresses.begin(), c.own_addresses.end());
  c.own_addresses.erase(std::unique(c.own_addresses.begin(), c.own_addresses.end()), c.own_addresses.end());
}

/// Ports whose learned rows say nothing about now: the link is down.
std::vector<std::uint8_t> dead_ports(const Census& c, Node n, const SwitchSnapshot& s) {
  std::vector<std::uint8_t> dead(c.port_limit(n), 0);
  for (const Interface& i : s.interfaces)
    if (i.oper == OperStatus::kDown && i.aggregate == kNoInterface) dead[c.local(n, i.ifindex)] = 1;
  return dead;
}

/// Calls take(mac, vlan, port) for each row that can bear witness.
template <class Take>
void each_row(const Census& c, Node n, const SwitchSnapshot& s, const Scope* scope, const Take& take) {
  if (!s.answered) return;
  const auto dead = dead_ports(c, n, s);
  struct Cached {
    IfIndex ifindex;
    LocalPort port = kNoPort;
  };
  std::array<Cached, 256> cache{};
  for (const FdbEntry& e : s.fdb) {
    if (e.status != FdbStatus::kLearned || e.port == kNoInterface) continue;
    if (address_kind(e.mac) != AddressKind::kStation && !c.owner_of(e.mac)) continue;
    if (scope != nullptr && !scope->has(e)) continue;
    Cached& hit = cache[e.port.value & 255U];
    if (hit.ifindex != e.port) hit = {e.port, c.local(n, e.port)};
    if (hit.port == kNoPort || dead[hit.port]) continue;
    take(e.mac, e.vlan, hit.port);
  }
}

void collect_rows(Census& c, Node n, Numbering& numbering, const Scope* scope) {
  auto& rows = c.rows[n];
  rows.reserve(c.snapshot(n).fdb.size() + 4);
  Station last = kNoStation;
  each_row(c, n, c.snapshot(n), scope, [&](MacAddress mac, VlanId vlan, LocalPort port) {
    last = numbering.add_after(last, mac);
    numbering.seen_in(last, vlan);
    rows.push_back({last, port});
  });
}

/// Gives the stations their final, sorted numbers; makes rows unique.
void number_stations(Census& c, const Numbering& numbering, CensusLedger* ledger) {
  const auto& macs = numbering.macs();
  std::vector<Station> order(macs.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](Station a, Station b) { return macs[a] < macs[b]; });
  std::vector<Station> number(macs.size());
  c.stations.reserve(macs.size());
  for (const Station old : order) {
    number[old] = static_cast<Station>(c.stations.size());
    c.stations.push_back(macs[old]);
    c.vlan.push_back(numbering.vlan(old));
    if (ledger == nullptr) continue;
    ledger->rows.push_back(numbering.rows(old));
    ledger->with_vlan.push_back(numbering.with_vlan(old));
  }
  for (auto& rows : c.rows) {
    for (Row& r : rows) r.station = number[r.station];
    const auto less = [](const Row& a, const Row& b) {
      return std::tie(a.station, a.port) < std::tie(b.station, b.port);
    };
    if (!std::is_sorted(rows.begin(), rows.end(), less)) std::sort(rows.begin(), rows.end(), less);
  }
}

void settle_rows(Census& c, CensusLedger* ledger) {
  const std::size_t stations = c.stations.size();
  c.weight.assign(stations, kStationWeight);
  c.owner.assign(stations, kNoNode);
  std::vector<std::uint8_t> disputed(stations, 0);
  std::vector<std::vector<Station>> own(c.size());
  for (const auto& [mac, node] : c.own_addresses) {
    const Station m = c.find(mac);
    if (m == kNoStation) continue;  // nobody sees it: no witness
    if (c.owner[m] != kNoNode) disputed[m] = 1;
    c.owner[m] = node;
    c.weight[m] = kOwnAddressWeight;
    own[node].push_back(m);
  }
  for (Node n = 0; n < c.size(); ++n) c.rows[n] = settled_rows(c, n, c.rows[n], own[n], disputed);
  if (ledger != nullptr) ledger->disputed = std::move(disputed);
}

}  // namespace

std::vector<std::pair<std::uint64_t, Node>> address_blocks(const Census& c) {
  std::vector<std::pair<std::uint64_t, Node>> blocks;
  for (Node n = 0; n < c.size(); ++n) {
    const SwitchSnapshot& s = c.snapshot(n);
    const std::uint64_t base = s.bridge_address.bits();
    if (!s.answered || base == 0 || base % kAddressBlock != 0) continue;
    const bool told = std::any_of(s.interfaces.begin(), s.interfaces.end(),
                                  [](const Interface& i) { return !i.address.is_zero(); });
    if (!told) blocks.emplace_back(base, n);
  }
  std::sort(blocks.begin(), blocks.end());
  return blocks;
}

std::vector<MacAddress> own_addresses_of(const SwitchSnapshot& s) {
  std::vector<MacAddress> own;
  if (!s.answered) return own;
  const auto add = [&](MacAddress mac) {
    if (address_kind(mac) == AddressKind::kStation) own.push_back(mac);
  };
  // What a switch calls its bridge address is its own, even with the group bit set (it happens).
  if (!s.bridge_address.is_zero() && !s.bridge_address.is_broadcast()) own.push_back(s.bridge_address);
  for (const MacAddress mac : s.own_addresses) add(mac);
  for (const Interface& i : s.interfaces) add(i.address);
  for (const FdbEntry& e : s.fdb)
    if (e.status == FdbStatus::kSelf) add(e.mac);
  return own;
}

std::vector<IfIndex> ports_of(const Census& c, Node n, const SwitchSnapshot& s) {
  std::vector<IfIndex> ports;
  if (!s.answered) return ports;
  const auto add = [&](IfIndex i) {
    if (i != kNoInterface) ports.push_back(c.folded(n, i));
  };
  for (const Interface& i : s.interfaces) add(i.ifindex);
  IfIndex last = kNoInterface;
  for (const FdbEntry& e : s.fdb)
    if (e.port != last) add(last = e.port);
  for (const Neighbor& x : s.neighbors) add(x.local_port);
  for (const StpPort& x : s.stp_ports) add(x.port);
  std::sort(ports.begin(), ports.end());
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  // A switch has hundreds of ports; a hostile table may name millions.
  if (ports.size() > 60'000) ports.resize(60'000);
  return ports;
}

std::vector<RawRow> raw_rows(const Census& c, Node n, const SwitchSnapshot& s) {
  std::vector<RawRow> rows;
  rows.reserve(s.fdb.size());
  each_row(c, n, s, nullptr, [&](MacAddress mac, VlanId vlan, LocalPort port) {
    rows.push_back({mac, vlan, port});
  });
  return rows;
}

// The owner's own row is "on the switch itself"; nobody's witness is an address that two switches claim.
std::vector<Row> settled_rows(const Census& c, Node n, std::span<const Row> rows,
                              std::span<const Station> own, std::span<const std::uint8_t> disputed) {
  std::vector<Row> settled;
  settled.reserve(rows.size() + own.size());
  auto mine = own.begin();
  const auto add_own_below = [&](Station limit) {
    for (; mine != own.end() && *mine < limit; ++mine)
      if (!disputed[*mine]) settled.push_back({*mine, kSelf});
  };
  for (std::size_t i = 0; i < rows.size();) {
    std::size_t end = i + 1;
    bool conflict = false;
    for (; end < rows.size() && rows[end].station == rows[i].station; ++end)
      conflict |= rows[end].port != rows[i].port;
    const Station m = rows[i].station;
    add_own_below(m);
    if (!conflict && !disputed[m] && c.owner[m] != n) settled.push_back(rows[i]);
    i = end;
  }
  add_own_below(kNoStation);
  return settled;
}

void count_rows(Census& c, Node n) {
  auto &all = c.rows_at[n], &stations = c.stations_at[n];
  all.assign(c.port_limit(n), 0), stations.assign(c.port_limit(n), 0);
  for (const Row& r : c.rows[n]) {
    ++all[r.port];
    stations[r.port] += r.port != kSelf && c.owner[r.station] == kNoNode;
  }
}

void index_places(Census& c) {
  std::vector<std::uint32_t> count(c.stations.size(), 0);
  for (const auto& rows : c.rows)
    for (const Row& r : rows) ++count[r.station];
  c.places.assign(c.stations.size(), {});
  for (Station m = 0; m < count.size(); ++m) c.places[m].reserve(count[m]);
  c.rows_at.resize(c.size()), c.stations_at.resize(c.size());
  for (Node n = 0; n < c.size(); ++n) {
    for (const Row& r : c.rows[n]) c.places[r.station].push_back({n, r.port});
    count_rows(c, n);
  }
}

Station Census::find(MacAddress mac) const {
  const auto it = std::lower_bound(stations.begin(), stations.end(), mac);
  return it != stations.end() && *it == mac ? static_cast<Station>(it - stations.begin()) : kNoStation;
}

IfIndex Census::folded(Node n, IfIndex ifindex) const {
  const auto& list = members[n];
  for (int depth = 0; depth < 4; ++depth) {  // an aggregate of aggregates; never a loop
    const auto it = std::lower_bound(list.begin(), list.end(), std::pair{ifindex, kNoInterface});
    if (it == list.end() || it->first != ifindex) break;
    ifindex = it->second;
  }
  return ifindex;
}

LocalPort Census::local(Node n, IfIndex ifindex) const {
  ifindex = folded(n, ifindex);
  const auto it = std::lower_bound(ports[n].begin(), ports[n].end(), ifindex);
  if (it == ports[n].end() || *it != ifindex) return kNoPort;
  return static_cast<LocalPort>(it - ports[n].begin() + kFirstPort);
}

std::optional<Node> Census::owner_of(MacAddress mac) const {
  const auto it = std::lower_bound(own_addresses.begin(), own_addresses.end(), std::pair{mac, Node{0}});
  if (it == own_addresses.end() || it->first != mac) return std::nullopt;
  if (it + 1 != own_addresses.end() && (it + 1)->first == mac) return std::nullopt;
  return it->second;
}

bool Scope::has(const FdbEntry& e) const {
  if (e.vlan != kNoVlan) return has(e.vlan);
  const Station m = all.find(e.mac);
  const std::uint16_t vlan = m == kNoStation ? 0 : all.vlan[m];
  return has(VlanId{vlan == kSeveralVlans ? std::uint16_t{0} : vlan});
}

Census take_census(std::span<const SwitchSnapshot> snapshots, const Scope* scope, CensusLedger* ledger) {
  Census c;
  c.snapshots = snapshots;
  order_switches(c);
  c.ports.resize(c.size());
  c.members.resize(c.size());
  c.rows.resize(c.size());
  for (Node n = 0; n < c.size(); ++n) {
    collect_members(c, n);
    c.ports[n] = ports_of(c, n, c.snapshot(n));
  }
  collect_own_addresses(c);
  Numbering numbering;
  for (Node n = 0; n < c.size(); ++n) collect_rows(c, n, numbering, scope);
  number_stations(c, numbering, ledger);
  settle_rows(c, ledger);
  index_places(c);
  return c;
}

}  // namespace lanwarden::topology::detail
