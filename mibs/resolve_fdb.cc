#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>

#include "mibs/fdb_places.h"
#include "mibs/fdb_vlans.h"
#include "mibs/port_numbering.h"
#include "mibs/resolve.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

using topology::FdbDatabase;
using topology::FdbEntry;
using topology::FdbId;
using topology::FdbStatus;
using topology::IfIndex;
using topology::kNoVlan;
using topology::PortNumbering;
using topology::SwitchSnapshot;
using topology::Table;
using topology::VlanId;
using Rows = std::span<const FdbRows::Row>;

/// The forwarding rows of one table, ports decided.
struct Decoded {
  std::vector<FdbEntry> entries;
  std::size_t learned = 0, placed = 0;  ///< rows of stations, and how many of them have a port

  double quality() const {
    return learned == 0 ? 0 : static_cast<double>(placed) / static_cast<double>(learned);
  }
};

/// Ports by the number that was sent: thousands of rows name a few dozen.
class PortMemory {
 public:
  PortMemory(const SwitchSnapshot& s, const FdbDatabase& database) : s_(s), database_(database) {}
  IfIndex operator[](std::uint32_t sent) {
    Slot& slot = slots_[sent % slots_.size()];
    if (!slot.used || slot.sent != sent) slot = {sent, fdb_port(s_, database_, sent), true};
    return slot.port;
  }

 private:
  struct Slot {
    std::uint32_t sent = 0;
    IfIndex port;
    bool used = false;
  };
  const SwitchSnapshot& s_;
  const FdbDatabase& database_;
  std::array<Slot, 128> slots_{};
};

template <class VlanFor>
void decode(const SwitchSnapshot& s, const FdbDatabase& database, Rows rows, VlanFor vlan_for, Decoded& out) {
  out.entries.reserve(out.entries.size() + rows.size());
  PortMemory ports(s, database);
  std::uint32_t fdb = 0;
  std::optional<VlanId> vlan;
  for (const FdbRows::Row& r : rows) {
    if (!vlan || r.fdb != fdb) {
      fdb = r.fdb;
      vlan = vlan_for(r);
    }
    FdbEntry e;
    e.mac = topology::MacAddress{r.mac};
    e.status = fdb_status(r.status);
    e.port = ports[r.port];
    // A number that names no port is kept as it came, for whoever looks for the reason.
    const bool is_ifindex = database.ports == PortNumbering::kIfIndex && e.port != topology::kNoInterface;
    e.bridge_port = topology::BridgePort{is_ifindex ? 0 : r.port};
    e.vlan = *vlan;
    if (e.status != FdbStatus::kSelf) {
      ++out.learned;
      if (e.port != topology::kNoInterface) ++out.placed;
    }
    out.entries.push_back(e);
  }
}

/// Contexts that return the same table as another one: numbers of a copy name no VLAN
/// (nexus-repeats-contexts).
std::set<std::uint16_t> copied_contexts(Tables& t) {
  std::map<std::vector<std::pair<std::uint64_t, std::uint32_t>>, std::vector<std::uint16_t>> same;
  std::size_t with_rows = 0;
  for (auto& [context, rows] : t.bridge_fdb) {
    if (context == 0) continue;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> content;
    for (const FdbRows::Row& r : rows.finish())
      if (r.port != 0) content.emplace_back(r.mac, r.port);
    if (content.empty()) continue;
    ++with_rows;
    same[std::move(content)].push_back(context);
  }
  std::set<std::uint16_t> copies;
  for (const auto& [content, contexts] : same) {
    // The same one or two stations in two VLANs are a router on a trunk, not a copy.
    const bool all_alike = contexts.size() == with_rows && with_rows >= 2;
    const bool large = content.size() >= 4 && contexts.size() >= 2;
    const bool repeats_q_bridge = all_alike && content.size() == t.q_bridge_fdb.size();
    if (large || repeats_q_bridge || (all_alike && (content.size() >= 2 || with_rows >= 4)))
      copies.insert(contexts.begin(), contexts.end());
  }
  return copies;
}

/// Sorted by (mac, vlan, port), unique; rows that only repeat another with less in it are gone.
void tidy(std::vector<FdbEntry>& fdb) {
  const auto key = [](const FdbEntry& e) { return std::tuple(e.mac, e.vlan, e.port); };
  const auto less = [&](const FdbEntry& a, const FdbEntry& b) {
    if (a.mac != b.mac) return a.mac < b.mac;
    return std::tuple(a.vlan, a.port, a.status, a.bridge_port) <
           std::tuple(b.vlan, b.port, b.status, b.bridge_port);
  };
  if (!std::is_sorted(fdb.begin(), fdb.end(), less)) std::sort(fdb.begin(), fdb.end(), less);
  fdb.erase(
      std::unique(fdb.begin(), fdb.end(), [&](const auto& a, const auto& b) { return key(a) == key(b); }),
      fdb.end());
  // "Port 0" beside a place says nothing; a port number that could not be resolved is a second place.
  const auto unplaced = [](const FdbEntry& e) {
    return e.port == topology::kNoInterface && e.bridge_port.value == 0 && e.status != FdbStatus::kSelf;
  };
  std::vector<FdbEntry> kept;
  kept.reserve(fdb.size());
  for (auto first = fdb.begin(); first != fdb.end();) {
    auto last = first + 1;
    if (last == fdb.end() || last->mac != first->mac) {  // nearly all
      kept.push_back(*first);
      first = last;
      continue;
    }
    while (last != fdb.end() && last->mac == first->mac) ++last;
    for (auto e = first; e != last; ++e) {
      const bool repeated = std::any_of(first, last, [&](const FdbEntry& o) {
        if (e->vlan == kNoVlan && o.vlan != kNoVlan) return o.port == e->port || unplaced(*e);
        return e->vlan == o.vlan && unplaced(*e) && o.port != topology::kNoInterface;
      });
      if (!repeated) kept.push_back(*e);
    }
    first = last;
  }
  kept.shrink_to_fit();
  fdb = std::move(kept);
}

/// What is decided about each table, and the rows that follow from it.
class Resolver {
 public:
  Resolver(Tables& t, SwitchSnapshot& s) : t_(t), s_(s) {}
  void run();

 private:
  void number_ports();
  void settle_by_agreement();
  void explain_numbering(const char* table, const Numbering& n) const;
  void decode_bridge(const std::set<std::uint16_t>& copies);
  void choose_and_merge();
  void list_databases(const VlanOf& vlan_of, const std::set<std::uint16_t>& copies);
  void count_unreadable();

  Tables& t_;
  SwitchSnapshot& s_;
  Rows q_rows_;
  PortUse bridge_use_, q_use_;
  Numbering bridge_numbering_, q_numbering_;
  FdbDatabase bridge_form_, q_form_;
  Decoded bridge_, q_, vendor_;
  bool q_useless_ = false;
  bool vendor_alone_ = false;  ///< some station is in the vendor's table and in no other
};

void Resolver::number_ports() {
  for (auto& [context, rows] : t_.bridge_fdb) count_ports(bridge_use_, VlanId{context}, rows.finish());
  q_rows_ = t_.q_bridge_fdb.finish();
  count_ports(q_use_, kNoVlan, q_rows_);
  bridge_numbering_ = decide_numbering(s_, bridge_use_, t_.base_ports_partial);
  q_numbering_ = decide_numbering(s_, q_use_, t_.base_ports_partial);
  settle_by_agreement();
  explain_numbering("dot1dTpFdbPort", bridge_numbering_);
  explain_numbering("dot1qTpFdbPort", q_numbering_);
  if (!bridge_use_.empty() && !q_use_.empty() && bridge_numbering_.ports != q_numbering_.ports)
    decide(s_, "dot1q-holds-ifindex: the two tables of this agent number ports differently");
  bridge_form_.table = Table::kBridgeFdb;
  bridge_form_.ports = bridge_numbering_.ports;
  bridge_form_.shift = bridge_numbering_.shift;
  q_form_.table = Table::kQBridgeFdb;
  q_form_.ports = q_numbering_.ports;
  q_form_.shift = q_numbering_.shift;
  q_form_.length_byte = t_.q_bridge_fdb.length_bytes();
}

/// Where two readings of one table hit alike, the one under which both tables tell the same of a station is
/// right.
void Resolver::settle_by_agreement() {
  if (bridge_use_.empty() || q_use_.empty() || bridge_numbering_.doubtful == q_numbering_.doubtful) return;
  const auto bridge_places = [&](const Numbering& n) {
    Decoded d;
    FdbDatabase form;
    form.ports = n.ports;
    form.shift = n.shift;
    for (auto& [context, rows] : t_.bridge_fdb) {
      form.context = VlanId{context};
      decode(
          s_, form, rows.finish(), [](const auto&) { return kNoVlan; }, d);
    }
    return places_of(d.entries);
  };
  const auto q_places = [&](const Numbering& n) {
    Decoded d;
    FdbDatabase form;
    form.ports = n.ports;
    form.shift = n.shift;
    decode(
        s_, form, q_rows_, [](const auto&) { return kNoVlan; }, d);
    return places_of(d.entries);
  };
  const bool q_doubtful = q_numbering_.doubtful;
  Numbering& doubtful = q_doubtful ? q_numbering_ : bridge_numbering_;
  const Numbering other = other_reading(s_, q_doubtful ? q_use_ : bridge_use_, doubtful);
  const Places sure = q_doubtful ? bridge_places(bridge_numbering_) : q_places(q_numbering_);
  const Agreement now = agreement(q_doubtful ? q_places(doubtful) : bridge_places(doubtful), sure);
  const Agreement then = agreement(q_doubtful ? q_places(other) : bridge_places(other), sure);
  if (then.same > now.same * 2 && then.same >= 3) doubtful = other;
}

void Resolver::explain_numbering(const char* table, const Numbering& n) const {
  if (n.used == 0) return;
  const std::string hits = ratio(n.hits, n.used) + " numbers name a port that way";
  if (n.ports == PortNumbering::kShifted)
    decide(s_, std::string("shifted-base-ports: ") + table + " counts " + std::to_string(n.shift) +
                   " below the base-port table; " + hits);
  if (n.ports != PortNumbering::kIfIndex) return;
  if (s_.base_ports.empty())
    decide(s_, std::string("no-base-port-map: ") + table + " is read as an ifIndex; " + hits);
  else
    decide(s_, std::string("port-is-ifindex: ") + table + " holds an ifIndex; " + hits);
}

void Resolver::decode_bridge(const std::set<std::uint16_t>& copies) {
  bool copy_counted = false;
  for (auto& [context, rows] : t_.bridge_fdb) {
    const bool copy = copies.contains(context);
    if (copy && copy_counted) continue;
    copy_counted = copy_counted || copy;
    bridge_form_.context = VlanId{context};
    const VlanId vlan = copy ? kNoVlan : VlanId{context};
    decode(
        s_, bridge_form_, rows.finish(), [&](const auto&) { return vlan; }, bridge_);
  }
  if (!copies.empty())
    decide(s_, "nexus-repeats-contexts: " + std::to_string(copies.size()) +
                   " VLAN contexts return one table, counted once");
}

void Resolver::choose_and_merge() {
  const Places bridge = places_of(bridge_.entries);
  if (!q_.entries.empty() && bridge_.placed > 0) {
    const Places q = places_of(q_.entries);
    const Agreement a = agreement(bridge, q);
    const bool unplaced = q_.quality() < bridge_.quality() / 2;
    const bool contradicts =
        a.shared >= 4 && a.same * 2 < a.shared &&
        q_numbering_.hits * bridge_numbering_.used <= bridge_numbering_.hits * q_numbering_.used;
    q_useless_ = unplaced || contradicts;
    if (q_useless_)
      decide(s_, "q-bridge-answers-wrong: " +
                     (unplaced ? ratio(static_cast<unsigned>(q_.placed), static_cast<unsigned>(q_.learned)) +
                                     " of its rows name a port, BRIDGE-MIB's " +
                                     ratio(static_cast<unsigned>(bridge_.placed),
                                           static_cast<unsigned>(bridge_.learned))
                               : "it agrees with BRIDGE-MIB on " + ratio(a.same, a.shared) + " stations"));
  }

  s_.fdb = std::move(q_.entries);
  std::map<topology::MacAddress, std::set<VlanId>> q_vlans;
  if (q_useless_) {
    // Rows without a port may be right about the VLAN; rows that contradict are believed in nothing.
    for (const FdbEntry& e : s_.fdb)
      if (e.port == topology::kNoInterface) q_vlans[e.mac].insert(e.vlan);
    std::erase_if(s_.fdb, [&](const FdbEntry& e) {
      return has_station(bridge, e.mac) || e.port != topology::kNoInterface;
    });
  }
  // A station that the better table has keeps that table's places; the other adds the stations it lacks.
  const bool others = !bridge_.entries.empty() || !vendor_.entries.empty();
  const Places placed = others ? places_of(s_.fdb) : Places{};
  std::set<topology::MacAddress> own;
  if (others)
    for (const FdbEntry& e : s_.fdb)
      if (e.status == FdbStatus::kSelf) own.insert(e.mac);
  for (FdbEntry& e : bridge_.entries) {
    if (has_station(placed, e.mac) || (own.contains(e.mac) && e.port == topology::kNoInterface)) continue;
    if (e.vlan == kNoVlan)
      if (const auto known = q_vlans.find(e.mac); known != q_vlans.end() && known->second.size() == 1)
        e.vlan = *known->second.begin();
    s_.fdb.push_back(e);
  }
  for (const FdbEntry& e : vendor_.entries) {
    if (has_station(placed, e.mac)) continue;
    s_.fdb.push_back(e);
    vendor_alone_ = vendor_alone_ || !has_station(bridge, e.mac);
  }
  // A few dozen ports in thousands of rows; the slot remembers which was seen last of those that share it.
  std::array<IfIndex, 1024> ensured{};
  for (const FdbEntry& e : s_.fdb) {
    IfIndex& slot = ensured[e.port.value % ensured.size()];
    if (e.port == slot) continue;
    ensure_interface(s_, e.port);
    slot = e.port;
  }
  std::vector<FdbEntry>{}.swap(bridge_.entries);
  std::vector<FdbEntry>{}.swap(vendor_.entries);
  tidy(s_.fdb);
}

void Resolver::list_databases(const VlanOf& vlan_of, const std::set<std::uint16_t>& copies) {
  // Databases without a row now may have the station the next time; thousands of them are not asked each
  // time.
  constexpr std::size_t kMostDatabases = 256;
  std::vector<std::uint32_t> ids;
  std::set<std::uint32_t> listed;
  const auto list = [&](std::uint32_t id) {
    if (listed.insert(id).second) ids.push_back(id);
  };
  for (const FdbRows::Row& r : q_rows_)
    if (ids.empty() || ids.back() != r.fdb) list(r.fdb);
  const bool has_q = !ids.empty() || (bridge_.learned == 0 && !t_.vlan_fdb.empty());
  std::set<VlanId> in_use;
  for (const topology::Interface& i : s_.interfaces)
    if (i.pvid != kNoVlan) in_use.insert(i.pvid);
  const std::set<std::uint32_t> all = vlan_of.databases();
  for (const std::uint32_t id : all)
    if (in_use.contains(vlan_of(id))) list(id);
  for (const std::uint32_t id : all)
    if (ids.size() < kMostDatabases) list(id);

  if (has_q && !q_useless_ && !t_.q_bridge_fdb.running_numbers()) {
    for (const std::uint32_t id : ids) {
      FdbDatabase d = q_form_;
      d.id = FdbId{id};
      d.vlan = vlan_of(id);
      s_.databases.push_back(d);
      s_.fdb_ids.push_back(d.id);
      if (!vlan_of.identity()) s_.fdb_vlans.emplace_back(d.id, d.vlan);
    }
    std::sort(s_.fdb_ids.begin(), s_.fdb_ids.end());
    std::sort(s_.fdb_vlans.begin(), s_.fdb_vlans.end());
  }

  const auto add_bridge = [&](std::uint16_t context, const FdbRows* rows) {
    if (rows != nullptr && rows->running_numbers()) return;
    FdbDatabase d = bridge_form_;
    d.context = VlanId{context};
    d.vlan = VlanId{context};
    d.length_byte = rows != nullptr && rows->length_bytes();
    s_.databases.push_back(d);
  };
  const auto rows_of = [&](std::uint16_t context) -> const FdbRows* {
    const auto it = t_.bridge_fdb.find(context);
    return it == t_.bridge_fdb.end() ? nullptr : &it->second;
  };
  const FdbRows* const default_rows = rows_of(0);
  const bool contexts_asked = !t_.contexts.empty() && copies.empty();
  if (contexts_asked)
    for (const VlanId context : t_.contexts) add_bridge(context.value, rows_of(context.value));
  // An empty bridge may learn a station any time; one whose rows came from elsewhere would only seem to lack
  // it.
  const bool empty_bridge = s_.databases.empty() && s_.fdb.empty() && !s_.base_ports.empty();
  const bool bridge_answers = default_rows != nullptr || empty_bridge;
  if (bridge_answers && !(contexts_asked && default_rows == nullptr)) add_bridge(0, default_rows);

  // Where the vendor's table cannot be asked for one station, the silence of the others must not pass for
  // an answer.
  if (vendor_alone_ && !vendor_fdb_instance(VendorFdb{t_.vendor_fdb_table}, FdbId{}, {})) {
    s_.databases.clear();
    s_.fdb_ids.clear();
    s_.fdb_vlans.clear();
  }
  std::set<std::uint32_t> vendor_ids;
  for (const FdbRows::Row& r : t_.vendor_fdb.finish()) vendor_ids.insert(r.fdb);
  for (const std::uint32_t id : vendor_ids) {
    if (!vendor_fdb_instance(VendorFdb{t_.vendor_fdb_table}, FdbId{id}, {})) continue;
    FdbDatabase d;
    d.table = Table::kVendorFdb;
    d.vendor_table = t_.vendor_fdb_table;
    d.id = FdbId{id};
    d.ports = PortNumbering::kIfIndex;
    if (const auto vlan = t_.vendor_fdb_vlans.find(id); vlan != t_.vendor_fdb_vlans.end())
      d.vlan = VlanId{vlan->second};
    s_.databases.push_back(d);
  }
}

void Resolver::count_unreadable() {
  std::uint32_t bridge = 0;
  bool length_bytes = t_.q_bridge_fdb.length_bytes() && !t_.q_bridge_fdb.empty();
  bool running = t_.q_bridge_fdb.running_numbers();
  for (const auto& [context, rows] : t_.bridge_fdb) {
    bridge += rows.unreadable();
    length_bytes = length_bytes || (rows.length_bytes() && !rows.empty());
    running = running || rows.running_numbers();
  }
  if (length_bytes) decide(s_, "seven-byte-mac: the index carries a length byte in front of the address");
  if (running) decide(s_, "running-number-index: the address is read from column 1");
  const auto report = [&](const char* table, std::uint32_t n) {
    if (n > 0)
      s_.problems.push_back(std::string(table) + ": " + std::to_string(n) + " rows could not be read");
  };
  report("dot1dTpFdbTable", bridge);
  report("dot1qTpFdbTable", t_.q_bridge_fdb.unreadable());
  report("the vendor's forwarding table", t_.vendor_fdb.unreadable());
}

void Resolver::run() {
  number_ports();
  std::set<std::uint32_t> in_use;
  for (const FdbRows::Row& r : q_rows_)
    if (in_use.empty() || *in_use.rbegin() != r.fdb) in_use.insert(r.fdb);
  const VlanOf vlan_of(t_, s_, in_use);
  decode(
      s_, q_form_, q_rows_, [&](const FdbRows::Row& r) { return vlan_of(r.fdb); }, q_);
  const std::set<std::uint16_t> copies = copied_contexts(t_);
  decode_bridge(copies);
  FdbDatabase vendor_form;
  vendor_form.ports = PortNumbering::kIfIndex;
  decode(
      s_, vendor_form, t_.vendor_fdb.finish(),
      [&](const FdbRows::Row& r) {
        const auto vlan = t_.vendor_fdb_vlans.find(r.fdb);
        return vlan == t_.vendor_fdb_vlans.end() ? kNoVlan : VlanId{vlan->second};
      },
      vendor_);
  if (!vendor_.entries.empty()) decide(s_, "private-fdb: the vendor's own forwarding table has rows");
  choose_and_merge();
  list_databases(vlan_of, copies);
  count_unreadable();
}

}  // namespace

void resolve_fdb(Tables& t, SwitchSnapshot& s) { Resolver(t, s).run(); }

}  // namespace lanwarden::mibs
