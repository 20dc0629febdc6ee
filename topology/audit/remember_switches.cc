// What is known of the switches themselves.
#include <chrono>

#include "topology/audit/memory.h"

namespace lanwarden::topology::audit::detail {
namespace {

using namespace std::chrono_literals;

/// sysUpTime counts hundredths of a second in 32 bits (RFC 3418): it begins anew after 497 days.
constexpr std::uint64_t kUptimeWrap = std::uint64_t{1} << 32U;
/// As much may a clock, an agent's counter or a late answer differ.
constexpr Duration kClockSlack = 2min;
/// As much longer may one walk take than another: a snapshot's time is the end of its walk, sysUpTime is read
/// at its beginning.
constexpr Duration kLongWalk = 15min;

Time boot_time(const SwitchSnapshot& s, std::uint64_t uptime_cs) {
  return s.time - std::chrono::duration_cast<Duration>(std::chrono::milliseconds(uptime_cs * 10));
}

/// The boot that was known, unless this answer tells of one since `polled`, the poll before.
Time booted(const SwitchSnapshot& s, Time known, Time polled) {
  if (s.uptime_cs == 0) return known;  // not told
  const Time boot = boot_time(s, s.uptime_cs);
  if (known == Time{}) return boot;
  // A box that had been up for longer than that when it was polled last cannot have booted meanwhile.
  if (boot <= known + kClockSlack || boot < polled - kLongWalk) return known;
  for (std::uint64_t uptime = s.uptime_cs + kUptimeWrap; boot_time(s, uptime) >= known - kLongWalk;
       uptime += kUptimeWrap)
    if (boot_time(s, uptime) <= known + kLongWalk) return known;
  return boot;
}

void take(WiredSwitch& known, const SwitchSnapshot& s, Time polled) {
  known.address = s.address;
  if (!s.system_name.empty()) known.system_name = s.system_name;
  if (!s.object_id.empty()) known.object_id = s.object_id;
  if (!s.bridge_address.is_zero()) known.bridge = s.bridge_address;
  known.booted = booted(s, known.booted, polled);
  known.silent_since.reset();
  if (s.table(Table::kStp).completeness == Completeness::kComplete) {
    known.roots.clear();
    for (const StpBridge& b : s.stp)
      if (!b.root.address.is_zero()) known.roots[b.vlan] = b.root;
  }
  if (s.table(Table::kVlans).completeness == Completeness::kComplete) {
    known.vlans.clear();
    for (const Vlan& v : s.vlans) known.vlans.push_back(v.id);
  }
}

}  // namespace

void remember_switches(Wiring& known, const Poll& poll) {
  std::set<std::string> present;
  for (std::uint32_t i = 0; i < poll.fresh.size(); ++i) {
    const SwitchSnapshot& s = poll.fabric.snapshots()[i];
    present.insert(s.name);
    // One that never answered is known by its name alone: it is not silent since, it was never heard.
    WiredSwitch& w = known.switches[s.name];
    if (poll.fresh[i]) {
      const auto polled = known.polled.find(s.name);
      take(w, s, polled == known.polled.end() ? Time{} : polled->second);
    }
    if (w.address.empty()) w.address = s.address;
    if (poll.around.silent.contains(s.name) && !w.silent_since) w.silent_since = poll.around.now;
    if (const auto access = poll.around.access.find(s.name); access != poll.around.access.end()) {
      w.snmp_version = access->second.version;
      w.default_community = access->second.default_community;
    }
  }
  // What the configuration no longer names is not the audit's any more.
  std::erase_if(known.switches, [&](const auto& x) { return !present.contains(x.first); });
  std::erase_if(known.ports, [&](const auto& x) { return !present.contains(x.first.sw); });
  std::erase_if(known.links, [&](const auto& x) {
    return !present.contains(x.first.first.sw) || !present.contains(x.first.second.sw);
  });
  std::erase_if(known.polled, [&](const auto& x) { return !present.contains(x.first); });
}

}  // namespace lanwarden::topology::audit::detail
