// What is known of each port: its state, what it carries, what is behind it.
#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <span>

#include "topology/audit/memory.h"
#include "topology/fabric_impl.h"

namespace lanwarden::topology::audit::detail {
namespace {

using topology::detail::kNoPort;
using topology::detail::PortHints;

/// So many complete polls must not show any more what was seen on a port that stayed up.
constexpr unsigned kPollsToForget = 3;
/// A station and its telephone.
constexpr unsigned kUsual = 2;
constexpr Duration kDay = std::chrono::hours(24);
/// Stations behind an unmanaged switch speak in turns: only after so long without them is it taken away,
/// unless the port goes down.
constexpr Duration kCrowdStays = 14 * kDay;

bool is_same_change(Time a, Time b) { return std::chrono::abs(a - b) <= std::chrono::seconds(30); }
bool has_turned(OperStatus was, OperStatus is) {
  return was != OperStatus::kUnknown && is != OperStatus::kUnknown && was != is;
}

/// The newest first, each once.
void merge_changes(std::vector<Time>& known, std::span<const Time> more) {
  known.insert(known.end(), more.begin(), more.end());
  std::sort(known.begin(), known.end(), std::greater<>());
  known.erase(std::unique(known.begin(), known.end(), is_same_change), known.end());
  if (known.size() > kRememberedChanges) known.resize(kRememberedChanges);
}

void take_state(WiredPort& known, const Interface& i, const SwitchSnapshot& s, bool is_new) {
  known.admin = i.admin;
  known.error_disabled = i.error_disabled;
  const bool turned = !is_new && has_turned(known.oper, i.oper);
  if (i.oper != OperStatus::kUnknown) known.oper = i.oper;
  Time changed = last_change(i, s, known.changed);
  if (turned && changed == known.changed) changed = s.time;
  if (changed == known.changed) return;
  known.changed = changed;
  // Whatever happened before the first look, nobody saw it.
  if (!is_new) merge_changes(known.changes, std::array{changed});
}

void take_vlans(WiredPort& known, const Interface& i, const SwitchSnapshot& s) {
  if (i.pvid != kNoVlan) known.pvid = i.pvid;
  if (s.table(Table::kVlans).completeness != Completeness::kComplete) return;
  const bool told = std::any_of(s.vlans.begin(), s.vlans.end(),
                                [](const Vlan& v) { return !v.tagged.empty() || !v.untagged.empty(); });
  if (!told) return;
  known.vlans_known = true;
  known.tagged.clear(), known.untagged.clear();
  for (const Vlan& v : s.vlans) {
    if (std::binary_search(v.tagged.begin(), v.tagged.end(), i.ifindex)) known.tagged.push_back(v.id);
    if (std::binary_search(v.untagged.begin(), v.untagged.end(), i.ifindex)) known.untagged.push_back(v.id);
  }
}

void take_speed(WiredPort& known, const Interface& i) {
  // Down, agents tell the slowest speed, or the fastest, or nothing.
  if (i.oper != OperStatus::kUp) return;
  if (i.speed_bps != 0) known.speed_bps = i.speed_bps;
  if (i.duplex != Duplex::kUnknown) known.duplex = i.duplex;
}

void take_bridge(WiredPort& known, const PortHints& hints, const SwitchSnapshot& s) {
  if (!hints.unknown_bridge.empty() && !hints.unanswered) {
    known.bridge = hints.unknown_bridge;
    known.bridge_unheard = 0;
  } else if (!known.bridge.empty()) {
    const bool could_tell = s.table(Table::kLldp).completeness != Completeness::kPartial &&
                            s.table(Table::kCdp).completeness != Completeness::kPartial &&
                            s.table(Table::kStp).completeness != Completeness::kPartial;
    if (could_tell) ++known.bridge_unheard;
    if (known.oper == OperStatus::kDown || known.bridge_unheard >= kPollsToForget)
      known.bridge.clear(), known.bridge_unheard = 0;
  }
}

void take_stations(WiredPort& known, const PortHints& hints, unsigned stations, const SwitchSnapshot& s) {
  if (known.oper == OperStatus::kDown) {
    known.stations = 0;
    known.several_since.reset(), known.several_seen.reset();
    known.was_edge = false;
    return;
  }
  const bool explained = hints.access_point || hints.hypervisor;
  if (stations > kUsual && !explained) {
    known.stations = std::max(known.stations, stations);  // one more or less is no news
    if (!known.several_since) known.several_since = s.time;
    if (!known.several_seen || s.time - *known.several_seen > kDay) known.several_seen = s.time;
    return;
  }
  if (known.several_since && !explained && s.time - *known.several_seen < kCrowdStays) return;
  known.several_since.reset(), known.several_seen.reset();
  if (s.fdb_complete() || stations > known.stations) known.stations = stations;
}

}  // namespace

void remember_ports(Wiring& known, const Wiring& before, const Poll& poll) {
  const Fabric::Impl& f = poll.fabric.impl();
  for (std::uint32_t i = 0; i < poll.fresh.size(); ++i) {
    if (!poll.fresh[i]) continue;
    const SwitchSnapshot& s = poll.fabric.snapshots()[i];
    const auto node = f.census.node_of[i];
    for (const auto& [ifindex, name] : poll.names[i]) {
      const Interface& port = *s.interface(ifindex);
      const bool is_new = !before.ports.contains(name);
      WiredPort& w = known.ports[name];
      if (is_new) w.first_seen = s.time;
      take_state(w, port, s, is_new);
      if (const auto more = poll.around.changes.find(name); more != poll.around.changes.end())
        merge_changes(w.changes, more->second);
      take_speed(w, port);
      take_vlans(w, port, s);
      w.aggregate.clear();
      if (port.aggregate != kNoInterface)
        if (const Interface* whole = s.interface(port.aggregate); whole != nullptr) w.aggregate = whole->name;
      const auto local = f.census.local(node, ifindex);
      // A member's stations and neighbours are its aggregate's.
      if (local == kNoPort || f.census.ifindex(node, local) != ifindex) continue;
      const PortHints& hints = f.hints(node, local);
      take_bridge(w, hints, s);
      const PortRole role = poll.fabric.role({SwitchId{i}, ifindex});
      take_stations(w, hints,
                    role == PortRole::kEdge || role == PortRole::kShared ? f.located[node][local] : 0, s);
      if (role == PortRole::kEdge || role == PortRole::kShared) w.was_edge = true;
      if (role != PortRole::kUnknown) w.role = role;
    }
    if (s.table(Table::kInterfaces).completeness != Completeness::kComplete) continue;
    std::set<std::string_view> present;
    for (const auto& [ifindex, name] : poll.names[i]) present.insert(name.port);
    for (auto it = known.ports.lower_bound({s.name, ""}); it != known.ports.end() && it->first.sw == s.name;)
      it = present.contains(it->first.port) ? std::next(it) : known.ports.erase(it);
  }
}

}  // namespace lanwarden::topology::audit::detail

namespace lanwarden::topology::audit {

Time last_change(const Interface& port, const SwitchSnapshot& sw, Time known) {
  // From the agent's start, in sysUpTime's hundredths; 0 and what lies ahead mean nothing.
  if (port.last_change_cs == 0 || port.last_change_cs > sw.uptime_cs) return known;
  const auto ago = std::chrono::milliseconds((sw.uptime_cs - port.last_change_cs) * 10);
  const Time told = std::chrono::floor<std::chrono::seconds>(sw.time - ago);
  return detail::is_same_change(told, known) ? known : told;
}

void PortWatch::see(const SwitchSnapshot& sw) {
  if (!sw.answered) return;
  for (const Interface& i : sw.interfaces) {
    const PortName name{sw.name, i.name};
    const auto [at, is_new] = last_.try_emplace(name);
    Last& last = at->second;
    const bool turned = detail::has_turned(last.oper, i.oper);
    if (i.oper != OperStatus::kUnknown) last.oper = i.oper;
    Time changed = last_change(i, sw, last.changed);
    if (turned && changed == last.changed) changed = sw.time;
    if (changed == last.changed) continue;
    last.changed = changed;
    if (is_new) continue;
    auto& times = changes_[name];
    times.insert(times.begin(), changed);
    if (times.size() > kRememberedChanges) times.resize(kRememberedChanges);
  }
}

}  // namespace lanwarden::topology::audit
