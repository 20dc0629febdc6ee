#include "tests/topology/audit/plants.h"

#include <algorithm>
#include <stdexcept>

#include "tests/lab/world/tables.h"

namespace lanwarden::topology::audit {
namespace {

lab::World campus() {
  lab::WorldOptions o;
  o.seed = 20;
  o.switches = 200, o.hosts = 2400, o.lldp = 0.95, o.vlans = 4, o.lags = 12, o.rings = 20,
  o.unmanaged_leafs = 12;
  return lab::generate(o);
}

bool is_free(const lab::Port& p) {
  return !p.link && !p.trunk && p.type == 6 && p.aggregate == kNoInterface && p.bridge_port.value != 0;
}

}  // namespace

Plants::Plants() : world_(campus()) { reserve_spare_ports(); }

Plants::Snapshots Plants::poll(Time now) const {
  Snapshots all = polled(world_, now);
  for (const auto& edit : edits_) edit(all);
  return all;
}

void Plants::plant(Time when) {
  links();
  stations();
  lab::learn_tables(world_);
  switches(when);
  ports(when);
  link_ends();
  doubles();
  access();
  spanning_tree();
  std::sort(expected_.begin(), expected_.end());
}

// Somebody may plug a link in there later.
void Plants::reserve_spare_ports() {
  for (lab::NodeId n = 0; n < world_.switches.size(); ++n) {
    auto& ports = node(n).ports;
    const auto p = std::find_if(ports.begin(), ports.end(), is_free);
    if (p == ports.end()) continue;
    p->trunk = true;
    p->pvid = VlanId{1};
    p->voice = kNoVlan;
    spare_[n] = p->ifindex;
  }
}

lab::Port& Plants::port(const lab::End& end) {
  for (lab::Port& p : node(end.node).ports)
    if (p.ifindex == end.port) return p;
  throw std::runtime_error("no such port");
}

bool Plants::is_leaf(lab::NodeId n) const {
  return std::count_if(world_.cables.begin(), world_.cables.end(), [&](const lab::Cable& c) {
           return (c.a.node == n && world_.is_switch(c.b.node)) ||
                  (c.b.node == n && world_.is_switch(c.a.node));
         }) == 1;
}

bool Plants::is_plain(const lab::Cable& c) {
  return port(c.a).type == 6 && port(c.b).type == 6 && !c.second_leg;
}

PortName Plants::first(const lab::Cable& c) {
  return std::min(PortName{node(c.a.node).name, port(c.a).name},
                  PortName{node(c.b.node).name, port(c.b).name});
}

std::string Plants::words(const lab::Cable& c) {
  const PortName a{node(c.a.node).name, port(c.a).name}, b{node(c.b.node).name, port(c.b).name};
  return std::min(a, b).to_string() + " - " + std::max(a, b).to_string();
}

std::string Plants::leaf() {
  for (std::size_t n = world_.switches.size(); n-- > 1;)
    if (!touched_.contains(n) && is_leaf(static_cast<lab::NodeId>(n))) {
      touched_.insert(n);
      return node(n).name;
    }
  throw std::runtime_error("no leaf is left");
}

std::string Plants::free_port_of(const std::string& sw) {
  const auto& ports = node(world_.switch_named(sw)->value).ports;
  const auto p = std::find_if(ports.begin(), ports.end(), is_free);
  if (p == ports.end()) throw std::runtime_error("no free port on " + sw);
  return p->name;
}

Plants::At Plants::free_port() {
  const std::string sw = leaf();
  return {sw, free_port_of(sw)};
}

std::pair<Plants::At, std::uint32_t> Plants::used_port() {
  const auto truths = lab::truths(world_);
  for (std::uint32_t i = 0; i < world_.stations.size(); ++i) {
    const lab::Station& s = world_.stations[i];
    if (truths[i].verdict != Verdict::kEdge || !world_.is_switch(s.at.node)) continue;
    if (!touched_.insert(s.at.node).second) continue;
    return {{node(s.at.node).name, port(s.at).name}, i};
  }
  throw std::runtime_error("no used port is left");
}

lab::Cable& Plants::cable(const std::function<bool(const lab::Cable&)>& wanted) {
  for (lab::Cable& c : world_.cables) {
    if (!world_.is_switch(c.a.node) || !world_.is_switch(c.b.node) || !is_plain(c) || !wanted(c)) continue;
    if (!node(c.a.node).lldp || !node(c.b.node).lldp) continue;
    if (touched_.contains(c.a.node) || touched_.contains(c.b.node)) continue;
    touched_.insert(c.a.node), touched_.insert(c.b.node);
    return c;
  }
  throw std::runtime_error("no such cable");
}

void Plants::unplug(lab::Cable& c) {
  port(c.a).link = port(c.b).link = false;
  world_.cables.erase(world_.cables.begin() + (&c - world_.cables.data()));
}

void Plants::links() {
  {  // a leaf loses its only link
    lab::Cable& c = cable([&](const lab::Cable& x) { return !x.blocked && is_leaf(x.b.node); });
    expect("link-gone " + first(c).to_string() + " [" + words(c).substr(words(c).find(" - ") + 3) +
           "]: " + words(c) + " -> ");
    unplug(c);
  }
  {  // a ring is cut where STP had blocked it: the users notice nothing
    lab::Cable& c = cable([&](const lab::Cable& x) { return x.blocked; });
    expect("redundant-link-lost " + first(c).to_string() + " [" + words(c).substr(words(c).find(" - ") + 3) +
           "]: " + words(c) + " -> ");
    unplug(c);
  }
  {  // a leaf's uplink goes into another port of the switch above
    lab::Cable& c = cable(
        [&](const lab::Cable& x) { return !x.blocked && is_leaf(x.b.node) && spare_.contains(x.a.node); });
    const std::string was = words(c);
    const PortName at = first(c);
    port(c.a).link = false;
    c.a.port = spare_.at(c.a.node);
    port(c.a).link = true;
    expect("link-moved " + at.to_string() + " [" + was.substr(was.find(" - ") + 3) + "]: " + was + " -> " +
           words(c));
  }
  {  // a second link between two switches, which STP blocks
    lab::Cable& c = cable([&](const lab::Cable& x) {
      return !x.blocked && spare_.contains(x.a.node) && spare_.contains(x.b.node);
    });
    lab::Cable more = c;
    more.a.port = spare_.at(c.a.node), more.b.port = spare_.at(c.b.node);
    more.blocked = true;
    port(more.a).link = port(more.b).link = true;
    expect("link-new " + first(more).to_string() + " [" + words(more).substr(words(more).find(" - ") + 3) +
           "]:  -> " + words(more));
    world_.cables.push_back(more);
  }
}

void Plants::stations() {
  {  // somebody takes his machine to another office
    const auto [at, station] = used_port();
    const std::string there = leaf();
    lab::Switch& target = node(world_.switch_named(there)->value);
    const auto p = std::find_if(target.ports.begin(), target.ports.end(), is_free);
    if (p == target.ports.end()) throw std::runtime_error("no free port on " + there);
    lab::Station& s = world_.stations[station];
    port(s.at).link = false;
    p->link = true;
    p->pvid = s.vlan;
    s.at = {world_.switch_named(there)->value, p->ifindex};
    expect("station-moved " + there + " " + p->name + " [" + s.mac.to_string() + "]: " + at.words() + " -> " +
           there + " " + p->name);
  }
  {  // an unmanaged switch comes between a wall socket and its user, with four machines more
    const auto [at, station] = used_port();
    const lab::End socket = world_.stations[station].at;
    const auto box = static_cast<lab::NodeId>(world_.switches.size() + world_.boxes.size());
    world_.boxes.push_back({lab::BoxKind::kUnmanaged, "desk", false, std::nullopt});
    world_.cables.push_back({socket, {box, kNoInterface}});
    world_.stations[station].at = {box, kNoInterface};
    const VlanId vlan = world_.stations[station].vlan;
    for (unsigned i = 0; i < 4; ++i) {
      lab::Station more = world_.stations[station];
      more.mac = MacAddress(0x00163e000000ULL + i);
      more.vlan = vlan;
      more.former.reset();
      world_.stations.push_back(more);
    }
    std::sort(world_.stations.begin(), world_.stations.end(),
              [](const auto& a, const auto& b) { return a.mac < b.mac; });
    edit([=](Snapshots& all) { set_state(find(all, at.sw), at.port, OperStatus::kUp, kMonday + 2 * kHour); });
    expect("several-stations " + at.words() + ":  -> 5 stations");
  }
}

void Plants::switches(Time when) {
  const std::string silent = leaf(), renamed = leaf(), rebooted = leaf(), replaced = leaf();
  silent_.insert(silent);
  expect("switch-silent " + silent + ": answered -> silent");
  edit([=](Snapshots& all) { find(all, renamed).system_name = "attic"; });
  expect("switch-renamed " + renamed + ": " + renamed + " -> attic");
  edit([=](Snapshots& all) {
    SwitchSnapshot& s = find(all, rebooted);
    s.uptime_cs = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(s.time - when).count() / 10);
  });
  expect("switch-rebooted " + rebooted + ":  -> ");
  const MacAddress other(0x3c4a92000001ULL), was = node(world_.switch_named(replaced)->value).bridge_address;
  edit([=](Snapshots& all) { find(all, replaced).bridge_address = other; });
  expect("switch-replaced " + replaced + ": " + was.to_string() + " -> " + other.to_string());
  // Half of a module is gone.
  const At gone = free_port();
  edit([=](Snapshots& all) {
    std::erase_if(find(all, gone.sw).interfaces, [&](const Interface& i) { return i.name == gone.port; });
  });
  expect("port-gone " + gone.words() + ": " + gone.port + " -> ");
}

void Plants::ports(Time when) {
  const At slow = used_port().first, half = used_port().first, vlan = used_port().first, shut = free_port(),
           guarded = free_port(), flapping = used_port().first, bridge = used_port().first,
           strange = free_port();
  edit([=](Snapshots& all) { find(find(all, slow.sw), slow.port).speed_bps = 100'000'000; });
  expect("port-speed " + slow.words() + ": 1 Gbit/s -> 100 Mbit/s");
  edit([=](Snapshots& all) { find(find(all, half.sw), half.port).duplex = Duplex::kHalf; });
  expect("port-duplex " + half.words() + ": full -> half");
  const lab::Port& tagged = *node(world_.switch_named(vlan.sw)->value).port_named(vlan.port);
  const std::string voice = tagged.voice == kNoVlan ? "" : "; tagged " + std::to_string(tagged.voice.value);
  edit([=](Snapshots& all) {
    SwitchSnapshot& s = find(all, vlan.sw);
    Interface& i = find(s, vlan.port);
    for (Vlan& v : s.vlans)
      if (v.id == i.pvid) std::erase(v.untagged, i.ifindex);
    i.pvid = VlanId{1};
    for (Vlan& v : s.vlans)
      if (v.id == i.pvid)
        v.untagged.insert(std::lower_bound(v.untagged.begin(), v.untagged.end(), i.ifindex), i.ifindex);
  });
  expect("port-vlan " + vlan.words() + ": untagged " + std::to_string(tagged.pvid.value) + voice +
         " -> untagged 1" + voice);
  edit([=](Snapshots& all) { set_state(find(all, shut.sw), shut.port, OperStatus::kDown, when, true); });
  expect("port-shut " + shut.words() + ":  -> admin down");
  edit([=](Snapshots& all) { find(find(all, guarded.sw), guarded.port).error_disabled = true; });
  expect("error-disabled " + guarded.words() + ":  -> error-disabled");
  edit([=](Snapshots& all) {  // down and up again at each look
    SwitchSnapshot& s = find(all, flapping.sw);
    set_state(s, flapping.port, OperStatus::kUp, s.time - std::chrono::seconds(40));
  });
  expect("port-flapping " + flapping.words() + ":  -> 6 changes");
  const auto stranger = [](SwitchSnapshot& s, const std::string& at, const std::string& name) {
    Neighbor n;
    n.local_port = find(s, at).ifindex;
    n.local_port_text = at;
    n.chassis_mac = MacAddress(0x00116b000000ULL + name.size());
    n.chassis_id = n.chassis_mac->to_string();
    n.port_id = "1";
    n.system_name = name;
    n.capabilities = {static_cast<std::uint16_t>(Capability::kBridge), true};
    s.neighbors.push_back(n);
  };
  edit([=](Snapshots& all) { stranger(find(all, bridge.sw), bridge.port, "desk-switch"); });
  expect(
      "bridge-at-edge " + bridge.words() +
      " [LLDP bridge 'desk-switch' (00:11:6b:00:00:0b)]:  -> LLDP bridge 'desk-switch' (00:11:6b:00:00:0b)");
  edit([=](Snapshots& all) {
    SwitchSnapshot& s = find(all, strange.sw);
    set_state(s, strange.port, OperStatus::kUp, when);
    stranger(s, strange.port, "cellar");
  });
  expect("unknown-bridge " + strange.words() +
         " [LLDP bridge 'cellar' (00:11:6b:00:00:06)]:  -> LLDP bridge 'cellar' (00:11:6b:00:00:06)");
}

void Plants::link_ends() {
  {  // one end no longer carries VLAN 20
    lab::Cable& c = cable([&](const lab::Cable& x) { return !x.blocked; });
    const PortName at = first(c);
    const std::string other = words(c).substr(words(c).find(" - ") + 3);
    edit([=](Snapshots& all) {
      SwitchSnapshot& s = find(all, at.sw);
      for (Vlan& v : s.vlans)
        if (v.id == VlanId{20}) std::erase(v.tagged, find(s, at.port).ifindex);
    });
    expect("port-vlan " + at.to_string() +
           ": untagged 1; tagged 10, 20, 30, 40 -> untagged 1; tagged 10, 30, 40");
    expect("vlan-mismatch " + at.to_string() + " [" + other + "]:  -> " + at.to_string() +
           " untagged 1, tagged 10, 30, 40; " + other + " untagged 1, tagged 10, 20, 30, 40");
  }
  {  // one end was set to half duplex
    lab::Cable& c = cable([&](const lab::Cable& x) { return !x.blocked; });
    const PortName at = first(c);
    const std::string other = words(c).substr(words(c).find(" - ") + 3);
    edit([=](Snapshots& all) { find(find(all, at.sw), at.port).duplex = Duplex::kHalf; });
    expect("port-duplex " + at.to_string() + ": full -> half");
    expect("duplex-mismatch " + at.to_string() + " [" + other + "]:  -> " + at.to_string() + " half, " +
           other + " full");
  }
  {  // a member of an aggregate goes down
    for (const lab::Cable& c : world_.cables) {
      if (!world_.is_switch(c.a.node) || port(c.a).type != 161 || c.second_leg) continue;
      if (touched_.contains(c.a.node) || touched_.contains(c.b.node)) continue;
      touched_.insert(c.a.node), touched_.insert(c.b.node);
      const std::string sw = node(c.a.node).name, aggregate = port(c.a).name;
      const auto& ports = node(c.a.node).ports;
      const auto member = std::find_if(ports.begin(), ports.end(),
                                       [&](const lab::Port& p) { return p.aggregate == c.a.port; });
      const std::string down = member->name;
      edit([=](Snapshots& all) { find(find(all, sw), down).oper = OperStatus::kDown; });
      expect("aggregate-degraded " + sw + " " + aggregate + " [" + down + "]: 2 members -> 1 members");
      return;
    }
    throw std::runtime_error("no aggregate is left");
  }
}

void Plants::doubles() {
  {  // a machine was cloned, address and all
    const auto [at, station] = used_port();
    const At clone = free_port();
    const lab::Station s = world_.stations[station];
    edit([=, this](Snapshots& all) {
      SwitchSnapshot& sw = find(all, clone.sw);
      set_state(sw, clone.port, OperStatus::kUp, kMonday + kHour);
      const auto row = std::lower_bound(sw.fdb.begin(), sw.fdb.end(), s.mac,
                                        [](const FdbEntry& e, MacAddress mac) { return e.mac < mac; });
      FdbEntry own;
      own.mac = s.mac, own.vlan = s.vlan, own.port = find(sw, clone.port).ifindex;
      if (row != sw.fdb.end() && row->mac == s.mac)
        *row = own;
      else
        sw.fdb.insert(row, own);
    });
    const PortName a{at.sw, at.port}, b{clone.sw, clone.port};
    expect("duplicate-mac " + std::min(a, b).to_string() + " [" + s.mac.to_string() + "]:  -> " +
           std::min(a, b).to_string() + ", " + std::max(a, b).to_string());
  }
  {  // two have given themselves one address, and each router believes another
    const std::uint32_t one = used_port().second;
    std::uint32_t other = used_port().second;
    while (world_.stations[other].vlan != world_.stations[one].vlan) other = used_port().second;
    const lab::Station a = world_.stations[one], b = world_.stations[other];
    const std::string router = leaf();
    edit([=](Snapshots& all) { find(all, router).addresses = {{a.ip, b.mac, IfIndex{1}}}; });
    expect("duplicate-ip  [" + a.ip.to_string() + "]:  -> " + std::min(a.mac, b.mac).to_string() + ", " +
           std::max(a.mac, b.mac).to_string());
  }
}

void Plants::access() {
  const std::string open = leaf(), old = leaf();
  access_[open] = {"2c", true};
  access_[old] = {"1", false};
  expect("default-community " + open + ":  -> ");
  expect("snmp-v1 " + old + ":  -> SNMPv1");
}

// A switch at the edge takes over as the root of all.
void Plants::spanning_tree() {
  const std::string name = leaf();
  const lab::Switch &was = world_.switches[0], &now = node(world_.switch_named(name)->value);
  const BridgeId root{0, now.bridge_address};
  edit([=](Snapshots& all) {
    for (SwitchSnapshot& s : all) {
      for (StpBridge& b : s.stp) b.root = root;
      for (StpPort& p : s.stp_ports) p.designated_root = root;
    }
  });
  const auto words = [](const lab::Switch& s, unsigned priority) {
    return s.name + " (" + s.bridge_address.to_string() + "), priority " + std::to_string(priority);
  };
  expect("stp-root-changed " + name + " [" + was.bridge_address.to_string() + " " +
         now.bridge_address.to_string() + "]: " + words(was, was.stp_priority & 0xf000U) + " -> " +
         words(now, 0));
  expect("stp-root-placement " + name + " [" + now.bridge_address.to_string() + "]:  -> " + words(now, 0));
}

}  // namespace lanwarden::topology::audit
