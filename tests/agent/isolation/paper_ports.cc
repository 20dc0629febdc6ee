#include "tests/agent/isolation/paper_ports.h"

#include <algorithm>
#include <stdexcept>

#include "agent/isolation/plan.h"

namespace lanwarden::agent::testing {

using topology::IfIndex;
using topology::VlanId;

namespace {

constexpr std::string_view kPvid = "dot1qPvid.", kEgress = "dot1qVlanStaticEgressPorts.",
                           kUntagged = "dot1qVlanStaticUntaggedPorts.";

std::optional<std::uint32_t> index_of(const std::string& name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  return static_cast<std::uint32_t>(std::stoul(name.substr(prefix.size())));
}

}  // namespace

PaperPorts::PaperPorts(const lab::World& world, lab::NodeId sw, VlanId quarantine)
    : quarantine_(quarantine), vlans_(world.vlans) {
  vlans_.push_back(quarantine);
  for (const lab::Port& p : world.switches[sw].ports) {
    State s{p.ifindex, p.bridge_port, {p.pvid, {}}, {}};
    for (const VlanId v : world.vlans)
      if (p.trunk || v == p.pvid || v == p.voice) s.at_first.member[v] = {true, v == p.pvid};
    s.now = s.at_first;
    ports_.push_back(std::move(s));
  }
}

const PaperPorts::State& PaperPorts::port_of(IfIndex port) const {
  for (const State& s : ports_)
    if (s.ifindex == port) return s;
  throw std::logic_error("no such port");
}

PaperPorts::State* PaperPorts::at(std::uint32_t bridge_port) {
  for (State& s : ports_)
    if (bridge_port != 0 && s.bridge_port.value == bridge_port) return &s;
  return nullptr;
}

std::optional<std::string> PaperPorts::vlan_value(const std::string& name) const {
  if (const auto port = index_of(name, kPvid)) {
    const State* s = at(*port);
    return s != nullptr ? std::optional(std::to_string(s->now.pvid.value)) : std::nullopt;
  }
  const auto egress = index_of(name, kEgress), untagged = index_of(name, kUntagged);
  if (!egress && !untagged) return std::nullopt;
  const VlanId vlan{static_cast<std::uint16_t>(egress ? *egress : *untagged)};
  if (std::find(vlans_.begin(), vlans_.end(), vlan) == vlans_.end()) return std::nullopt;
  std::string list;
  for (const State& s : ports_) {
    const auto in = s.now.member.find(vlan);
    if (s.bridge_port.value != 0 && in != s.now.member.end() &&
        (egress ? in->second.first : in->second.second))
      list = with_port(std::move(list), s.bridge_port.value, true);
  }
  return list;
}

std::optional<std::vector<PaperPorts::Touched>> PaperPorts::write_vlan(const std::string& name,
                                                                       const std::string& value) {
  if (!vlan_value(name)) return std::nullopt;
  std::vector<Touched> touched;
  if (const auto port = index_of(name, kPvid)) {
    State* s = at(*port);
    s->now.pvid = VlanId{static_cast<std::uint16_t>(std::stoul(value))};
    touched.push_back({s->ifindex, s->now.pvid == s->at_first.pvid});
    return touched;
  }
  const auto egress = index_of(name, kEgress), untagged = index_of(name, kUntagged);
  const VlanId vlan{static_cast<std::uint16_t>(egress ? *egress : *untagged)};
  for (State& s : ports_) {
    if (s.bridge_port.value == 0) continue;
    const auto of = [&](Vlans& v) -> bool& {
      std::pair<bool, bool>& member = v.member[vlan];
      return egress ? member.first : member.second;
    };
    const bool in = port_in(value, s.bridge_port.value);
    if (of(s.now) == in) continue;
    of(s.now) = in;
    touched.push_back({s.ifindex, in == of(s.at_first)});
  }
  return touched;
}

void PaperPorts::set_admin(IfIndex port, bool up) { port_of(port).admin = up; }

bool PaperPorts::untouched(IfIndex port) const {
  const State& s = port_of(port);
  if (!s.admin || s.now.pvid != s.at_first.pvid) return false;
  return std::all_of(vlans_.begin(), vlans_.end(), [&](VlanId vlan) {
    const auto member = [&](const Vlans& v) {
      const auto it = v.member.find(vlan);
      return it == v.member.end() ? std::pair{false, false} : it->second;
    };
    return member(s.now) == member(s.at_first);
  });
}

void PaperPorts::reset(IfIndex port) {
  State& s = port_of(port);
  s.admin = true;
  s.now = s.at_first;
}

void PaperPorts::reset_all() {
  for (State& s : ports_) reset(s.ifindex);
}

}  // namespace lanwarden::agent::testing
