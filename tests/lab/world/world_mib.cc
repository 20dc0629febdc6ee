#include "tests/lab/world/world_mib.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "tests/lab/world/mib_tables.h"

namespace lanwarden::lab {
namespace {

using topology::FdbStatus;
using topology::PortId;
using topology::SwitchId;
using topology::VlanId;

constexpr std::array<std::uint32_t, 9> kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
constexpr std::array<std::uint32_t, 10> kIfAdminStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 7};
constexpr std::array<std::uint32_t, 10> kBridgeFdbEntry{1, 3, 6, 1, 2, 1, 17, 4, 3, 1};
constexpr std::array<std::uint32_t, 12> kQBridgeFdbEntry{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1};
constexpr std::size_t kLongestName = 20;  // Q-BRIDGE: 12, column, FdbId, 6 octets

std::int64_t status_number(FdbStatus status) {  // dot1dTpFdbStatus, RFC 4188
  switch (status) {
    case FdbStatus::kLearned:
      return 3;
    case FdbStatus::kSelf:
      return 4;
    case FdbStatus::kStatic:
      return 5;
    case FdbStatus::kOther:
      return 1;
  }
  return 1;
}

}  // namespace

// Names are entry.column.[FdbId.]m.a.c.o.f.f; a place is column * rows + row.
struct WorldMib::Forwarding {
  const WorldMib& mib;
  std::span<const std::uint32_t> entry;
  std::span<const std::uint32_t> columns;  ///< ascending
  bool with_id;                            ///< Q-BRIDGE
  std::span<const std::uint32_t> rows;     ///< places in the switch's fdb, in order of the index

  std::size_t size() const { return columns.size() * rows.size(); }
  const LearnedRow& row(std::size_t place) const { return mib.sw_.fdb[rows[place % rows.size()]]; }
  const Station& station(const LearnedRow& r) const { return mib.live_.world().stations[r.station]; }

  OidView index_of(const LearnedRow& r, std::array<std::uint32_t, 7>& room) const {
    const Station& s = station(r);
    std::size_t n = 0;
    if (with_id) room[n++] = fdb_id(mib.live_.world(), mib.sw_, s.vlan).value;
    for (const std::uint8_t o : s.mac.octets()) room[n++] = o;
    return OidView(room).first(n);
  }

  /// The first place whose name comes after `after` (or is `after`, when `same`).
  std::size_t bound(OidView after, bool same) const {
    if (rows.empty() || !starts_with(after, entry)) return compare(after, entry) < 0 ? 0 : size();
    const OidView tail = after.subspan(entry.size());
    if (tail.empty()) return 0;
    const auto column =
        static_cast<std::size_t>(std::lower_bound(columns.begin(), columns.end(), tail[0]) - columns.begin());
    if (column == columns.size() || columns[column] != tail[0]) return column * rows.size();
    std::array<std::uint32_t, 7> room{};
    const auto at = std::partition_point(rows.begin(), rows.end(), [&](std::uint32_t i) {
      const auto order = compare(index_of(mib.sw_.fdb[i], room), tail.subspan(1));
      return same ? order < 0 : order <= 0;
    });
    return column * rows.size() + static_cast<std::size_t>(at - rows.begin());
  }

  bool visible(std::size_t place) const { return mib.live_.row_visible(mib.self_, row(place)); }

  OidView name(std::size_t place, std::array<std::uint32_t, kLongestName>& room) const {
    std::array<std::uint32_t, 7> index{};
    auto end = std::copy(entry.begin(), entry.end(), room.begin());
    *end++ = columns[place / rows.size()];
    const OidView tail = index_of(row(place), index);
    end = std::copy(tail.begin(), tail.end(), end);
    return OidView(room).first(static_cast<std::size_t>(end - room.begin()));
  }

  bool add(std::size_t place, VarBindSink& out) const {
    std::array<std::uint32_t, kLongestName> room{};
    const LearnedRow& r = row(place);
    const OidView oid = name(place, room);
    switch (columns[place / rows.size()]) {
      case 1: {
        const auto octets = station(r).mac.octets();
        return out.add(oid, Value::of_octets(std::span<const std::uint8_t>(octets)));
      }
      case 2: {
        const Port* p = mib.sw_.port(r.port);
        return out.add(oid, Value::of_integer(p == nullptr ? 0 : p->bridge_port.value));
      }
      default:
        return out.add(oid, Value::of_integer(status_number(r.status)));
    }
  }
};

WorldMib::WorldMib(LiveWorld& live, const SpanningTree& tree, NodeId sw, PortChanged changed)
    : live_(live), tree_(tree), self_(sw), sw_(live.world().switches[sw]), changed_(std::move(changed)) {}

WorldMib::~WorldMib() = default;

bool WorldMib::has_context(std::string_view context) const {
  if (context.empty()) return true;
  if (sw_.vendor != Vendor::kCisco) return false;
  std::uint16_t vlan = 0;
  const auto [end, error] = std::from_chars(context.data(), context.data() + context.size(), vlan);
  if (error != std::errc{} || end != context.data() + context.size()) return false;
  // IOS answers in the contexts of the token ring and FDDI defaults as well, with nothing in them.
  return (vlan >= 1002 && vlan <= 1005) ||
         std::binary_search(live_.world().vlans.begin(), live_.world().vlans.end(), VlanId{vlan});
}

void WorldMib::prepare_forwarding(Context& c, std::string_view name) {
  static constexpr std::array<std::uint32_t, 3> kBridgeColumns{1, 2, 3};
  static constexpr std::array<std::uint32_t, 2> kQBridgeColumns{2, 3};
  const World& world = live_.world();
  if (vlan_begins_.empty()) {
    std::vector<std::vector<std::uint32_t>> groups(world.vlans.size());
    for (std::uint32_t i = 0; i < sw_.fdb.size(); ++i) {
      const VlanId vlan = world.stations[sw_.fdb[i].station].vlan;
      const auto at = std::lower_bound(world.vlans.begin(), world.vlans.end(), vlan) - world.vlans.begin();
      if (at < static_cast<std::ptrdiff_t>(groups.size())) groups[static_cast<std::size_t>(at)].push_back(i);
    }
    by_vlan_.reserve(sw_.fdb.size());
    vlan_begins_.push_back(0);
    for (const auto& group : groups) {
      by_vlan_.insert(by_vlan_.end(), group.begin(), group.end());
      vlan_begins_.push_back(by_vlan_.size());
    }
  }
  const std::span<const std::uint32_t> all(by_vlan_);
  const auto add = [&](OidView entry, OidView columns, bool with_id, std::span<const std::uint32_t> rows) {
    c.forwarding.push_back(std::make_unique<Forwarding>(Forwarding{*this, entry, columns, with_id, rows}));
  };
  if (sw_.vendor == Vendor::kCisco) {
    VlanId vlan = kDefaultVlan;
    if (!name.empty()) std::from_chars(name.data(), name.data() + name.size(), vlan.value);
    const auto at = std::lower_bound(world.vlans.begin(), world.vlans.end(), vlan);
    if (at == world.vlans.end() || *at != vlan) return;
    const auto i = static_cast<std::size_t>(at - world.vlans.begin());
    add(kBridgeFdbEntry, kBridgeColumns, false,
        all.subspan(vlan_begins_[i], vlan_begins_[i + 1] - vlan_begins_[i]));
    return;
  }
  if (sw_.vendor == Vendor::kGeneric) {
    // BRIDGE-MIB is by MAC alone: the order the world's rows have.
    by_mac_.resize(sw_.fdb.size());
    for (std::uint32_t i = 0; i < by_mac_.size(); ++i) by_mac_[i] = i;
    add(kBridgeFdbEntry, kBridgeColumns, false, by_mac_);
  }
  add(kQBridgeFdbEntry, kQBridgeColumns, true, all);
}

WorldMib::Context& WorldMib::context(const Asked& asked, OidView name) {
  auto at = contexts_.find(asked.context);
  if (at == contexts_.end()) {
    at = contexts_.emplace(std::string(asked.context), Context{}).first;
    prepare_forwarding(at->second, asked.context);
  }
  Context& c = at->second;
  if (c.revision != live_.revision(self_)) {
    c.revision = live_.revision(self_);
    if (asked.context.empty()) {
      fill_default_context(live_, tree_, self_, c.table);
    } else {
      VlanId vlan;
      std::from_chars(asked.context.data(), asked.context.data() + asked.context.size(), vlan.value);
      fill_vlan_context(live_, tree_, self_, vlan, c.table);
    }
  }
  if (booted_.count() < 0) {
    booted_ = asked.now;
    ticks_at_boot_ = kOneMonth;
  }
  if (compare(name, kSysUpTime) <= 0) {
    using Ticks = std::chrono::duration<std::int64_t, std::centi>;
    const auto passed = std::chrono::duration_cast<Ticks>(asked.now - booted_).count();
    c.table.set(kSysUpTime, Value::of_timeticks(ticks_at_boot_ + static_cast<std::uint32_t>(passed)));
  }
  return c;
}

void WorldMib::get(const Asked& asked, OidView name, VarBindSink& out) {
  Context& c = context(asked, name);
  for (const auto& f : c.forwarding) {
    if (!starts_with(name, f->entry)) continue;
    const std::size_t place = f->bound(name, true);
    std::array<std::uint32_t, kLongestName> room{};
    if (place < f->size() && std::ranges::equal(f->name(place, room), name) && f->visible(place))
      f->add(place, out);
    else
      out.add(name, Value::exception(Tag::kNoSuchInstance));
    return;
  }
  if (const auto value = c.table.find(name)) {
    out.add(name, *value);
    return;
  }
  // RFC 3416 §4.2.1: noSuchInstance when the object type is here with other instances.
  const bool instance = name.size() > 10 && c.table.count_below(name.first(name.size() - 1)) > 0;
  out.add(name, Value::exception(instance ? Tag::kNoSuchInstance : Tag::kNoSuchObject));
}

// The rows of the table and of the forwarding tables do not mix: no other row
// lies below a forwarding table's entry. So they follow one another in runs.
void WorldMib::next(const Asked& asked, OidView after, std::size_t count, VarBindSink& out) {
  Context& c = context(asked, after);
  std::size_t row = c.table.upper_bound(after), left = count;
  const auto rows_until = [&](std::size_t end) {
    for (; row < end && left > 0; ++row, --left)
      if (!out.add_encoded(c.table.varbind(row))) left = 0;
  };
  for (const auto& f : c.forwarding) {
    rows_until(c.table.lower_bound(f->entry));
    for (std::size_t place = f->bound(after, false); place < f->size() && left > 0; ++place) {
      if (!f->visible(place)) continue;
      if (!f->add(place, out)) left = 0;
      if (left > 0) --left;
    }
    if (left == 0) return;
  }
  rows_until(c.table.size());
}

SetResult WorldMib::set(const Asked& asked, std::span<const Assignment> assignments) {
  static_cast<void>(asked);
  const auto port_of = [&](const Assignment& a) {
    return PortId{SwitchId{self_}, topology::IfIndex{a.name.back()}};
  };
  for (std::size_t i = 0; i < assignments.size(); ++i) {
    const Assignment& a = assignments[i];
    if (a.name.size() != kIfAdminStatus.size() + 1 || !starts_with(a.name, kIfAdminStatus))
      return {ErrorStatus::kNotWritable, i + 1};
    if (a.value.tag != Tag::kInteger) return {ErrorStatus::kWrongType, i + 1};
    if (a.value.integer != 1 && a.value.integer != 2) return {ErrorStatus::kWrongValue, i + 1};
    const Port* p = sw_.port(port_of(a).ifindex);
    if (p == nullptr) return {ErrorStatus::kNoCreation, i + 1};
    if (p->module == 0 && p->bridge_port.value == 0) return {ErrorStatus::kNotWritable, i + 1};
  }
  for (const Assignment& a : assignments) {
    const bool up = a.value.integer == 1;
    const bool was = live_.admin_up(port_of(a));
    live_.set_admin(port_of(a), up);
    if (changed_ && was != up) changed_(port_of(a), up);
  }
  return {};
}

void WorldMib::reboot(std::chrono::nanoseconds now) {
  booted_ = now;
  ticks_at_boot_ = 0;
}

}  // namespace lanwarden::lab
