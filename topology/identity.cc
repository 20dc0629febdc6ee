#include "topology/identity.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace lanwarden::topology::detail {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& ch : out)
    if (ch >= 'A' && ch <= 'Z') ch = static_cast<char>(ch - 'A' + 'a');
  while (!out.empty() && (out.back() == ' ' || out.back() == '\0')) out.pop_back();
  return out;
}

template <class Map, class Key>
void add(Map& map, const Key& key, Node n) {
  const auto [it, fresh] = map.emplace(key, n);
  if (!fresh && it->second != n) it->second = kNoNode;  // a name that two switches bear names none
}

template <class Map, class Key>
Node look_up(const Map& map, const Key& key) {
  const auto it = map.find(key);
  return it == map.end() ? kNoNode : it->second;
}

/// "floor3.example.com" and "floor3" are one; "10.0.0.1" is no name with a domain.
std::string first_label(const std::string& name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return name;
  return name.substr(0, name.find('.'));
}

std::string_view host_of(std::string_view address) {
  if (!address.empty() && address[0] == '[') return address.substr(1, address.find(']') - 1);
  if (std::count(address.begin(), address.end(), ':') == 1) return address.substr(0, address.find(':'));
  return address;
}

}  // namespace

Identities::Identities(const Census& census) : c_(census) {
  std::map<std::string, Node, std::less<>> labels;
  for (Node n = 0; n < c_.size(); ++n) {
    const SwitchSnapshot& s = c_.snapshot(n);
    for (const std::string& name : {lower(s.name), lower(s.system_name)}) {
      if (name.empty()) continue;
      add(by_name_, name, n);
      add(labels, first_label(name), n);
    }
    if (!s.lldp_chassis_id.empty()) add(by_chassis_, lower(s.lldp_chassis_id), n);
    // A loopback address is every box's own.
    const auto add_ip = [&](const IpAddress& ip) {
      if (!ip.is_unspecified() && (ip.is_v6() || (ip.v4_bits() >> 24) != 127)) add(by_ip_, ip, n);
    };
    for (const IpAddress& ip : s.own_ips) add_ip(ip);
    if (const auto ip = IpAddress::parse(host_of(s.address))) add_ip(*ip);
  }
  for (const auto& [label, n] : labels) by_name_.emplace(label, n);
  for (const auto& [mac, n] : c_.own_addresses) add(by_mac_, mac, n);
}

Node Identities::of(MacAddress mac) const { return look_up(by_mac_, mac); }

Node Identities::of(const Neighbor& neighbor) const {
  if (neighbor.chassis_mac)
    if (const Node n = of(*neighbor.chassis_mac); n != kNoNode) return n;
  if (const Node n = look_up(by_chassis_, lower(neighbor.chassis_id)); n != kNoNode) return n;
  for (const IpAddress& ip : neighbor.management)
    if (const Node n = look_up(by_ip_, ip); n != kNoNode) return n;
  if (neighbor.port_mac)
    if (const Node n = of(*neighbor.port_mac); n != kNoNode) return n;
  // CDP's device id arrives as chassis id: "floor3.example.com", "SAL1234(floor3)".
  for (const std::string& name : {lower(neighbor.system_name), lower(neighbor.chassis_id)}) {
    if (name.empty()) continue;
    for (const std::string& tried : {name, first_label(name)})
      if (const Node n = look_up(by_name_, tried); n != kNoNode) return n;
    const auto open = name.find('('), close = name.find(')');
    if (open != std::string::npos && close != std::string::npos && close > open)
      if (const Node n = look_up(by_name_, name.substr(open + 1, close - open - 1)); n != kNoNode) return n;
  }
  return kNoNode;
}

LocalPort Identities::bridge_port(Node t, std::uint32_t number) const {
  if (number == 0) return kNoPort;
  for (const Interface& i : c_.snapshot(t).interfaces)
    if (i.bridge_port.value == number) return c_.local(t, i.ifindex);
  return kNoPort;
}

LocalPort Identities::port(Node t, const Neighbor& neighbor) const {
  const SwitchSnapshot& s = c_.snapshot(t);
  if (!s.answered) return kNoPort;
  if (const Interface* i = s.interface_named(neighbor.port_id)) return c_.local(t, i->ifindex);
  if (neighbor.port_mac) {
    // Many boxes give every port the bridge's address: it names one only when it is one's alone.
    const Interface* found = nullptr;
    bool several = false;
    for (const Interface& i : s.interfaces)
      if (i.address == *neighbor.port_mac) several = std::exchange(found, &i) != nullptr || several;
    if (found != nullptr && !several) return c_.local(t, found->ifindex);
  }
  if (const Interface* i = s.interface_named(neighbor.port_descr)) return c_.local(t, i->ifindex);
  std::uint32_t number = 0;
  const auto& id = neighbor.port_id;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  if (error == std::errc{} && end == id.data() + id.size() && !id.empty()) {
    if (s.interface(IfIndex{number}) != nullptr) return c_.local(t, IfIndex{number});
    return bridge_port(t, number);
  }
  return kNoPort;
}

}  // namespace lanwarden::topology::detail
