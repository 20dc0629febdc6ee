#include <algorithm>

#include "topology/audit/memory.h"

namespace lanwarden::topology::audit {
namespace detail {
namespace {

// IANAifType-MIB
constexpr std::uint32_t kIeee8023adLag = 161;

/// A port that a cable can be plugged into, or an aggregate of such.
bool is_wired(const Interface& i) {
  constexpr std::uint32_t kCable[] = {6,  26,  62,
                                      69, 117, kIeee8023adLag};  // Ethernet, old and new names of it
  return i.bridge_port.value != 0 ||
         std::find(std::begin(kCable), std::end(kCable), i.type) != std::end(kCable);
}

}  // namespace

const PortName* Poll::name(PortId port) const {
  const auto& of_switch = names[port.sw.value];
  const auto it = of_switch.find(port.ifindex);
  return it == of_switch.end() ? nullptr : &it->second;
}

Poll look_at(const Wiring& known, const Fabric& fabric, const Circumstances& around) {
  const auto all = fabric.snapshots();
  Poll poll{fabric, around, known.empty(), std::vector<bool>(all.size()), {}};
  poll.names.resize(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    const SwitchSnapshot& s = all[i];
    const auto last = known.polled.find(s.name);
    poll.fresh[i] = s.answered && !around.silent.contains(s.name) &&
                    (last == known.polled.end() || last->second < s.time);
    for (const Interface& port : s.interfaces)
      if (is_wired(port)) poll.names[i].emplace(port.ifindex, PortName{s.name, port.name});
  }
  return poll;
}

}  // namespace detail

Wiring remember(Wiring known, const Fabric& fabric, const Circumstances& circumstances) {
  const detail::Poll poll = detail::look_at(known, fabric, circumstances);
  const Wiring before = known;
  detail::remember_switches(known, poll);
  detail::remember_ports(known, before, poll);
  detail::remember_links(known, before, poll);
  detail::remember_stations(known, poll);
  for (std::uint32_t i = 0; i < poll.fresh.size(); ++i)
    if (poll.fresh[i]) known.polled[fabric.snapshots()[i].name] = fabric.snapshots()[i].time;
  known.time = std::max(known.time, circumstances.now);
  return known;
}

}  // namespace lanwarden::topology::audit
