#include "topology/census_update.h"

#include <algorithm>
#include <tuple>

namespace lanwarden::topology::detail {
namespace {

/// Gives the rows of all switches the numbers that `number` says, from station `first` on.
void renumber(Census& c, Station first, const std::vector<Station>& number) {
  for (auto& rows : c.rows) {
    auto row = std::lower_bound(rows.begin(), rows.end(), first,
                                [](const Row& r, Station m) { return r.station < m; });
    for (; row != rows.end(); ++row) row->station = number[row->station];
  }
}

void insert_stations(Census& c, CensusLedger& ledger, std::span<const MacAddress> macs,
                     std::vector<Station>& came) {
  if (macs.empty()) return;
  std::vector<Station> number(c.stations.size());
  std::vector<MacAddress> merged;
  merged.reserve(c.stations.size() + macs.size());
  auto next = macs.begin();
  for (Station m = 0; m < c.stations.size(); ++m) {
    for (; next != macs.end() && *next < c.stations[m]; ++next) {
      came.push_back(static_cast<Station>(merged.size()));
      merged.push_back(*next);
    }
    number[m] = static_cast<Station>(merged.size());
    merged.push_back(c.stations[m]);
  }
  for (; next != macs.end(); ++next) {
    came.push_back(static_cast<Station>(merged.size()));
    merged.push_back(*next);
  }
  renumber(c, came.front(), number);
  c.stations = std::move(merged);
  make_room(c.weight, came, std::uint8_t{kStationWeight});
  make_room(c.vlan, came, std::uint16_t{0});
  make_room(c.owner, came, kNoNode);
  make_room(c.places, came, {});
  make_room(ledger.rows, came, 0U);
  make_room(ledger.with_vlan, came, 0U);
  make_room(ledger.disputed, came, std::uint8_t{0});
}

/// What makes a switch another one, or its ports: not what happens on them.
bool same_box(const SwitchSnapshot& a, const SwitchSnapshot& b) {
  if (a.name != b.name || a.address != b.address || a.answered != b.answered ||
      a.bridge_address != b.bridge_address || a.system_name != b.system_name ||
      a.lldp_chassis_id != b.lldp_chassis_id || a.own_ips != b.own_ips ||
      a.interfaces.size() != b.interfaces.size())
    return false;
  for (std::size_t i = 0; i < a.interfaces.size(); ++i) {
    const Interface &x = a.interfaces[i], &y = b.interfaces[i];
    if (x.ifindex != y.ifindex || x.aggregate != y.aggregate || x.bridge_port != y.bridge_port ||
        x.name != y.name || x.descr != y.descr || x.alias != y.alias || x.address != y.address)
      return false;
  }
  return true;
}

std::vector<MacAddress> sorted_own(const SwitchSnapshot& s) {
  auto own = own_addresses_of(s);
  std::sort(own.begin(), own.end());
  own.erase(std::unique(own.begin(), own.end()), own.end());
  return own;
}

/// Addresses of other switches' blocks that this table names, whatever the row says of them.
std::vector<MacAddress> from_blocks(const SwitchSnapshot& s, Node n,
                                    std::span<const std::pair<std::uint64_t, Node>> blocks) {
  std::vector<MacAddress> found;
  if (blocks.empty()) return found;
  for (const FdbEntry& e : s.fdb) {
    const std::uint64_t base = e.mac.bits() / kAddressBlock * kAddressBlock;
    const auto it = std::lower_bound(blocks.begin(), blocks.end(), std::pair{base, Node{0}});
    if (it != blocks.end() && it->first == base && it->second != n) found.push_back(e.mac);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

bool is_own(const Census& c, MacAddress mac) {
  const auto it = std::lower_bound(c.own_addresses.begin(), c.own_addresses.end(), std::pair{mac, Node{0}});
  return it != c.own_addresses.end() && it->first == mac;
}

/// Whether the switches' own addresses stay what they were.
bool same_own_addresses(const Census& c, const CensusLedger& ledger, Node n, const SwitchSnapshot& before,
                        const SwitchSnapshot& after) {
  if (sorted_own(before) != sorted_own(after)) return false;
  const auto blocks = address_blocks(c);
  const auto was = from_blocks(before, n, blocks), is = from_blocks(after, n, blocks);
  for (const MacAddress mac : is)
    if (!std::binary_search(was.begin(), was.end(), mac) && !is_own(c, mac)) return false;
  for (const MacAddress mac : was) {
    if (std::binary_search(is.begin(), is.end(), mac)) continue;
    // Known from a block by somebody else as well: the owner itself and one more.
    const Station m = c.find(mac);
    if (m == kNoStation || ledger.rows[m] < 3) return false;
  }
  return true;
}

/// The VLAN of all rows of a station that name one.
std::uint16_t vlan_of(const Census& c, MacAddress mac) {
  std::uint16_t known = 0;
  for (Node n = 0; n < c.size(); ++n) {
    const SwitchSnapshot& s = c.snapshot(n);
    auto e = std::lower_bound(s.fdb.begin(), s.fdb.end(), mac,
                              [](const FdbEntry& a, MacAddress b) { return a.mac < b; });
    for (; s.answered && e != s.fdb.end() && e->mac == mac; ++e) {
      if (e->status != FdbStatus::kLearned || e->port == kNoInterface || e->vlan == kNoVlan ||
          e->vlan.value == known || c.local(n, e->port) == kNoPort)
        continue;
      const Interface* i = s.interface(c.folded(n, e->port));
      if (i != nullptr && i->oper == OperStatus::kDown && i->aggregate == kNoInterface) continue;
      if (known != 0) return kSeveralVlans;
      known = e->vlan.value;
    }
  }
  return known;
}

class Changer {
 public:
  Changer(Census& census, CensusLedger& ledger, Node n) : c_(census), ledger_(ledger), n_(n) {
    change_.sw = n;
  }

  bool possible(const SwitchSnapshot& before, const SwitchSnapshot& after, std::string& why) {
    if (!same_box(before, after) || !after.answered || ports_of(c_, n_, after) != c_.ports[n_]) {
      why = "another box or other ports";
      return false;
    }
    if (!same_own_addresses(c_, ledger_, n_, before, after)) {
      why = "the switches' own addresses have changed";
      return false;
    }
    was_ = raw_rows(c_, n_, before), is_ = raw_rows(c_, n_, after);
    for (auto* rows : {&was_, &is_})
      std::stable_sort(rows->begin(), rows->end(), [](const RawRow& a, const RawRow& b) {
        return std::tie(a.mac, a.vlan, a.port) < std::tie(b.mac, b.vlan, b.port);
      });
    // An own address that the first switch learns, or the last one forgets, gains or loses its owner's row.
    for (const RawRow& r : is_)
      if (is_own(c_, r.mac) && c_.find(r.mac) == kNoStation) return why = "a new own address is seen", false;
    std::size_t mine = 0;
    for (std::size_t i = 0; i < was_.size(); ++i) {
      mine = i > 0 && was_[i].mac == was_[i - 1].mac ? mine + 1 : 1;
      const bool still = std::binary_search(is_.begin(), is_.end(), was_[i],
                                            [](const RawRow& a, const RawRow& b) { return a.mac < b.mac; });
      if (still || !is_own(c_, was_[i].mac)) continue;
      if (ledger_.rows[c_.find(was_[i].mac)] <= mine) return why = "an own address is seen no more", false;
    }
    return true;
  }

  TableChange run() {
    std::vector<MacAddress> fresh;
    for (const RawRow& r : is_)
      if ((fresh.empty() || fresh.back() != r.mac) && c_.find(r.mac) == kNoStation) fresh.push_back(r.mac);
    insert_stations(c_, ledger_, fresh, change_.came);
    count_raw();
    replace_rows();
    return std::move(change_);
  }

 private:
  void count_raw() {
    const auto less = [](const RawRow& a, const RawRow& b) {
      return std::tie(a.mac, a.vlan) < std::tie(b.mac, b.vlan);
    };
    for (auto a = was_.begin(), b = is_.begin(); a != was_.end() || b != is_.end();) {
      const MacAddress mac = b == is_.end() || (a != was_.end() && a->mac < b->mac) ? a->mac : b->mac;
      const Station m = c_.find(mac);
      std::uint16_t vlan = c_.vlan[m];
      bool went = false, came = false;  // rows that name a VLAN
      const bool had_rows = a != was_.end() && a->mac == mac;
      while ((a != was_.end() && a->mac == mac) || (b != is_.end() && b->mac == mac)) {
        const bool more_was = a != was_.end() && a->mac == mac, more_is = b != is_.end() && b->mac == mac;
        if (more_was && more_is && !less(*a, *b) && !less(*b, *a)) {
          ++a, ++b;
        } else if (more_was && (!more_is || less(*a, *b))) {
          --ledger_.rows[m];
          if (a->vlan != kNoVlan) --ledger_.with_vlan[m], went = true;
          ++a;
        } else {
          ++ledger_.rows[m];
          if (b->vlan != kNoVlan) {
            ++ledger_.with_vlan[m], came = true;
            if (vlan != b->vlan.value) vlan = vlan == 0 ? b->vlan.value : kSeveralVlans;
          }
          ++b;
        }
      }
      if (had_rows && ledger_.rows[m] == 0) change_.gone.push_back(m);
      // One VLAN stays that one as long as anybody names it.
      if (went && (came || c_.vlan[m] == kSeveralVlans))
        vlan = vlan_of(c_, mac);
      else if (ledger_.with_vlan[m] == 0)
        vlan = 0;
      if (vlan == c_.vlan[m]) continue;
      change_.vlan_before.emplace_back(m, c_.vlan[m]);
      c_.vlan[m] = vlan;
    }
  }

  void replace_rows() {
    std::vector<Row> rows;
    rows.reserve(is_.size());
    Station m = 0;
    for (const RawRow& r : is_) {
      while (c_.stations[m] < r.mac) ++m;
      rows.push_back({m, r.port});
    }
    std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
      return std::tie(a.station, a.port) < std::tie(b.station, b.port);
    });
    std::vector<Station> own;
    for (const auto& [mac, node] : c_.own_addresses)
      if (node == n_)
        if (const Station s = c_.find(mac); s != kNoStation) own.push_back(s);
    std::vector<Row> settled = settled_rows(c_, n_, rows, own, ledger_.disputed);
    auto a = c_.rows[n_].begin(), b = settled.begin();
    const auto a_end = c_.rows[n_].end(), b_end = settled.end();
    while (a != a_end || b != b_end) {
      if (b == b_end || (a != a_end && a->station < b->station)) {
        note({a->station, a->port, kNoPort}), ++a;
      } else if (a == a_end || b->station < a->station) {
        note({b->station, kNoPort, b->port}), ++b;
      } else {
        if (a->port != b->port) note({a->station, a->port, b->port});
        ++a, ++b;
      }
    }
    c_.rows[n_] = std::move(settled);
    count_rows(c_, n_);
  }

  void note(const RowChange& x) {
    change_.rows.push_back(x);
    auto& places = c_.places[x.station];
    const auto it =
        std::lower_bound(places.begin(), places.end(), n_, [](const Place& p, Node n) { return p.sw < n; });
    if (x.before == kNoPort)
      places.insert(it, {n_, x.after});
    else if (x.after == kNoPort)
      places.erase(it);
    else
      it->port = x.after;
  }

  Census& c_;
  CensusLedger& ledger_;
  const Node n_;
  std::vector<RawRow> was_, is_;  ///< by address, VLAN, port
  TableChange change_;
};

}  // namespace

std::optional<TableChange> change_table(Census& c, CensusLedger& ledger, Node n, const SwitchSnapshot& before,
                                        std::string& why) {
  Changer changer(c, ledger, n);
  if (!changer.possible(before, c.snapshot(n), why)) return std::nullopt;
  return changer.run();
}

void drop_stations(Census& c, CensusLedger& ledger, std::span<const Station> gone) {
  if (gone.empty()) return;
  std::vector<Station> number(c.stations.size());
  auto next = gone.begin();
  for (Station m = 0; m < number.size(); ++m) {
    number[m] = m - static_cast<Station>(next - gone.begin());
    if (next != gone.end() && *next == m) ++next;
  }
  renumber(c, gone.front(), number);
  close_up(c.stations, gone);
  close_up(c.weight, gone);
  close_up(c.vlan, gone);
  close_up(c.owner, gone);
  close_up(c.places, gone);
  close_up(ledger.rows, gone);
  close_up(ledger.with_vlan, gone);
  close_up(ledger.disputed, gone);
}

}  // namespace lanwarden::topology::detail
