#include "agent/isolation/plan.h"

#include <fmt/format.h>

#include <algorithm>

namespace lanwarden::agent {
namespace {

using snmp::Variable;
namespace objects = snmp::objects;
using topology::VlanId;

constexpr const char *kUp = "1", *kDown = "2";      // ifAdminStatus, RFC 2863
constexpr const char *kPowered = "1", *kCut = "2";  // TruthValue, RFC 2579

VariableChange change_of(Variable variable, std::string before, std::string after, std::uint32_t bit = 0) {
  return {std::move(variable.oid), std::move(variable.name), variable.syntax,
          std::move(before),       std::move(after),         bit};
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 0;
}

tl::unexpected<std::string> impossible(std::string why) { return tl::make_unexpected(std::move(why)); }

using Readings = std::vector<std::optional<std::string>>;
using Changes = std::vector<VariableChange>;

topology::Result<Changes, std::string> plan_quarantine(const PlanQuestion& q, const Readings& r,
                                                       std::size_t at) {
  if (!q.quarantine) return impossible("isolation.quarantine_vlan is not set");
  if (q.port.bridge_port.value == 0) return impossible("the port's number as a bridge port is not known");
  const std::uint32_t bit = q.port.bridge_port.value;
  const auto& base = r[at++];
  if (base != std::to_string(q.port.ifindex.value))
    return impossible(fmt::format("bridge port {} is {} now, not ifIndex {}", bit,
                                  base ? "ifIndex " + *base : "nothing", q.port.ifindex.value));
  const auto& pvid = r[at++];
  if (!pvid) return impossible("the switch has no dot1qPvid for it");
  const std::string wanted = std::to_string(q.quarantine->value);
  if (*pvid == wanted) return impossible("it is in VLAN " + wanted + " already");

  Changes leave, join;
  bool known = false;
  for (const VlanId vlan : q.vlans) {
    const auto& egress = r[at++];
    const auto& untagged = r[at++];
    const bool quarantine = vlan == *q.quarantine;
    known = known || (quarantine && egress && untagged);
    const auto change = [&](Changes& to, const Variable& variable, const std::optional<std::string>& list,
                            bool in) {
      if (list && port_in(*list, bit) != in)
        to.push_back(change_of(variable, *list, with_port(*list, bit, in), bit));
    };
    // A port must be in no VLAN's untagged list without being in its egress list (RFC 4363).
    if (quarantine) {
      change(join, objects::vlan_egress(vlan), egress, true);
      change(join, objects::vlan_untagged(vlan), untagged, true);
    } else {
      change(leave, objects::vlan_untagged(vlan), untagged, false);
      change(leave, objects::vlan_egress(vlan), egress, false);
    }
  }
  if (!known) return impossible("the switch has no VLAN " + wanted + "; make it there first");
  constexpr std::size_t kMostLists = 24;  // one message
  if (leave.size() > kMostLists)
    return impossible(fmt::format("it is in {} VLANs: that is no station's port", leave.size() / 2));
  // Into the new one first: there is no moment in which the switch puts the port where it likes.
  Changes all = std::move(join);
  all.push_back(change_of(objects::pvid(q.port.bridge_port), *pvid, wanted));
  all.insert(all.end(), leave.begin(), leave.end());
  return all;
}

}  // namespace

PortNumbers numbers_of(const topology::Interface& port) { return {port.ifindex, port.bridge_port, {}}; }

std::vector<Variable> readings_for(const PlanQuestion& q) {
  std::vector<Variable> list;
  if (q.mark) list.push_back(objects::if_alias(q.port.ifindex));
  switch (q.way) {
    case IsolationWay::kAdminDown:
      list.push_back(objects::if_admin_status(q.port.ifindex));
      break;
    case IsolationWay::kPowerCycle:
      list.push_back(objects::pse_admin_enable(q.port.pse));
      break;
    case IsolationWay::kQuarantine:
      list.push_back(objects::base_port_ifindex(q.port.bridge_port));
      list.push_back(objects::pvid(q.port.bridge_port));
      for (const VlanId vlan : q.vlans) {
        list.push_back(objects::vlan_egress(vlan));
        list.push_back(objects::vlan_untagged(vlan));
      }
      break;
  }
  return list;
}

topology::Result<Changes, std::string> plan(const PlanQuestion& q, const Readings& r) {
  Changes changes;
  std::size_t at = 0;
  const std::size_t mark = at;
  if (q.mark) ++at;
  switch (q.way) {
    case IsolationWay::kAdminDown:
      if (!r[at]) return impossible("the switch has no ifAdminStatus for it");
      if (*r[at] != kUp) return impossible("its ifAdminStatus is not up(1) but " + *r[at]);
      changes.push_back(change_of(objects::if_admin_status(q.port.ifindex), kUp, kDown));
      break;
    case IsolationWay::kPowerCycle:
      if (q.port.pse == snmp::PsePlace{}) return impossible("it feeds no device, as far as the switch tells");
      if (!r[at]) return impossible("the switch has no pethPsePortAdminEnable for it");
      if (*r[at] != kPowered) return impossible("its power is switched off already");
      changes.push_back(change_of(objects::pse_admin_enable(q.port.pse), kPowered, kCut));
      break;
    case IsolationWay::kQuarantine: {
      auto quarantine = plan_quarantine(q, r, at);
      if (!quarantine) return quarantine;
      changes = std::move(*quarantine);
      break;
    }
  }
  // Last: a switch that refuses the mark has shut the port already.
  if (q.mark && r[mark] && *r[mark] != q.mark_text)
    changes.push_back(change_of(objects::if_alias(q.port.ifindex), *r[mark], q.mark_text));
  return changes;
}

std::optional<snmp::Varbind> write_for(const VariableChange& change, Towards towards,
                                       const std::string& current) {
  const std::string& goal = towards == Towards::kBefore ? change.before : change.after;
  if (change.bit == 0) {
    if (current == goal) return std::nullopt;
    return snmp::Varbind{variable_of(change), goal};
  }
  const bool in = port_in(goal, change.bit);
  if (port_in(current, change.bit) == in) return std::nullopt;
  return snmp::Varbind{variable_of(change), with_port(current, change.bit, in)};
}

Standing standing(const VariableChange& change, const std::optional<std::string>& current) {
  if (!current) return Standing::kUnknown;
  if (change.bit != 0)
    return port_in(*current, change.bit) == port_in(change.after, change.bit) ? Standing::kAfter
                                                                              : Standing::kBefore;
  if (*current == change.after) return Standing::kAfter;
  return *current == change.before ? Standing::kBefore : Standing::kForeign;
}

Variable variable_of(const VariableChange& change) { return {change.oid, change.name, change.syntax}; }

std::optional<Changes> renumbered(const Changes& changes, const PortNumbers& now) {
  Changes moved = changes;
  for (VariableChange& c : moved) {
    Variable v;
    if (c.name.starts_with("ifAdminStatus.")) {
      v = objects::if_admin_status(now.ifindex);
    } else if (c.name.starts_with("ifAlias.")) {
      v = objects::if_alias(now.ifindex);
    } else if (c.name.starts_with("pethPsePortAdminEnable.")) {
      if (now.pse == snmp::PsePlace{}) return std::nullopt;
      v = objects::pse_admin_enable(now.pse);
    } else {
      if (now.bridge_port.value == 0) return std::nullopt;
      if (c.bit == 0) {
        v = objects::pvid(now.bridge_port);
      } else {
        // The lists themselves are the VLAN's; only whose bit is ours has changed.
        const bool before = port_in(c.before, c.bit), after = port_in(c.after, c.bit);
        c.before = with_port(c.before, now.bridge_port.value, before);
        c.after = with_port(c.after, now.bridge_port.value, after);
        c.bit = now.bridge_port.value;
        continue;
      }
    }
    c.oid = v.oid;
    c.name = v.name;
  }
  return moved;
}

std::string to_string(const snmp::Varbind& v) {
  return fmt::format("{} {} {}", v.variable.oid, v.variable.syntax, v.value);
}

std::string describe(const VariableChange& c) {
  const auto word = [&](const std::string& value) -> std::string {
    if (c.name.starts_with("ifAdminStatus."))
      return value == kUp ? "up(1)" : value == kDown ? "down(2)" : value;
    if (c.name.starts_with("pethPsePortAdminEnable."))
      return value == kPowered ? "true(1)" : value == kCut ? "false(2)" : value;
    return c.syntax == 's' ? "\"" + value + "\"" : value;
  };
  return fmt::format("{} = {}, was {}", c.name, word(c.after), word(c.before));
}

bool port_in(std::string_view hex, std::uint32_t port) {
  if (port == 0) return false;
  const std::size_t place = (port - 1) / 4;
  if (place >= hex.size()) return false;
  return ((digit(hex[place]) >> (3 - (port - 1) % 4)) & 1) != 0;
}

std::string with_port(std::string hex, std::uint32_t port, bool in) {
  if (port == 0) return hex;
  const std::size_t place = (port - 1) / 4;
  if (place >= hex.size()) {
    if (!in) return hex;
    hex.resize((place / 2 + 1) * 2, '0');
  }
  const int bit = 1 << (3 - (port - 1) % 4);
  const int value = in ? digit(hex[place]) | bit : digit(hex[place]) & ~bit;
  hex[place] = "0123456789abcdef"[value];
  return hex;
}

}  // namespace lanwarden::agent
