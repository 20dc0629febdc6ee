#include "tests/topology/audit/building.h"

#include <algorithm>
#include <stdexcept>

namespace lanwarden::topology::audit {

namespace {

/// What the lab's switches tell over SNMP and its snapshots leave out.
void add_port_details(const lab::Switch& sw, SwitchSnapshot& s) {
  for (std::size_t i = 0; i < sw.ports.size(); ++i) s.interfaces[i].duplex = Duplex::kFull;
  for (Vlan& v : s.vlans)
    for (const lab::Port& p : sw.ports) {  // sorted by ifIndex
      if (p.bridge_port.value == 0) continue;
      if (p.pvid == v.id)
        v.untagged.push_back(p.ifindex);
      else if (p.trunk || p.voice == v.id)
        v.tagged.push_back(p.ifindex);
    }
}

}  // namespace

std::vector<SwitchSnapshot> polled(const lab::World& world, Time now) {
  auto all = lab::snapshots(world, now);
  for (std::size_t n = 0; n < all.size(); ++n) {
    SwitchSnapshot& s = all[n];
    add_port_details(world.switches[n], s);
    const auto up = now - kMonday + std::chrono::hours(24 * 30);
    s.uptime_cs =
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(up).count() / 10);
  }
  return all;
}

SwitchSnapshot& find(std::vector<SwitchSnapshot>& all, std::string_view sw) {
  const auto it = std::find_if(all.begin(), all.end(), [&](const SwitchSnapshot& s) { return s.name == sw; });
  if (it == all.end()) throw std::runtime_error("no switch " + std::string(sw));
  return *it;
}

Interface& find(SwitchSnapshot& sw, std::string_view port) {
  const auto it = std::find_if(sw.interfaces.begin(), sw.interfaces.end(),
                               [&](const Interface& i) { return i.name == port; });
  if (it == sw.interfaces.end()) throw std::runtime_error("no port " + std::string(port) + " of " + sw.name);
  return *it;
}

void set_state(SwitchSnapshot& sw, std::string_view port, OperStatus oper, Time when, bool admin) {
  Interface& i = find(sw, port);
  i.oper = oper;
  if (admin) i.admin = oper;
  const auto ago = std::chrono::duration_cast<std::chrono::milliseconds>(sw.time - when).count() / 10;
  i.last_change_cs = static_cast<std::uint32_t>(sw.uptime_cs - static_cast<std::uint64_t>(ago));
}

std::string lines(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& f : findings)
    text += f.kind + " " + f.at.to_string() + (f.subject.empty() ? "" : " [" + f.subject + "]") + ": " +
            f.before + " -> " + f.after + "\n";
  return text;
}

Comparison Auditor::audit(std::vector<SwitchSnapshot> snapshots, Time now, Circumstances around) {
  around.now = terms.now = now;
  const Wiring before = known_;
  known_ = remember(std::move(known_), infer(std::move(snapshots)), around);
  return compare(before, known_, terms);
}

}  // namespace lanwarden::topology::audit
