#include "tests/topology/drawing.h"

#include <algorithm>
#include <set>
#include <sstream>
#include <stdexcept>

namespace lanwarden::topology {
namespace {

struct End {
  std::string name;
  unsigned port = 0;  ///< 0: no switch
};
struct Cable {
  End a, b;
  bool blocked = false;
};

End end_of(const std::string& word) {
  const auto dot = word.find('.');
  if (dot == std::string::npos) return {word, 0};
  return {word.substr(0, dot), static_cast<unsigned>(std::stoul(word.substr(dot + 1)))};
}

bool is_hub(const std::string& name) { return name.starts_with("hub"); }

Interface interface(unsigned number) {
  Interface i;
  i.ifindex = IfIndex{number};
  i.name = std::to_string(number);
  i.descr = "port " + i.name;
  i.type = 6;
  i.admin = i.oper = OperStatus::kUp;
  i.bridge_port = BridgePort{number};
  return i;
}

void sort(SwitchSnapshot& s) {
  std::sort(s.fdb.begin(), s.fdb.end(), [](const FdbEntry& a, const FdbEntry& b) {
    return std::tie(a.mac, a.vlan, a.port) < std::tie(b.mac, b.vlan, b.port);
  });
}

}  // namespace

MacAddress Drawing::mac(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char ch : name) hash = (hash ^ static_cast<unsigned char>(ch)) * 0x100000001b3U;
  return MacAddress{0x001a4b000000U | (hash & 0xffffffU)};
}

Drawing::Drawing(std::string_view cables, bool own_addresses_visible) {
  std::vector<Cable> list;
  std::set<std::string> switches, stations;
  std::istringstream lines{std::string(cables)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string a, cable, b;
    if (!(words >> a >> cable >> b)) continue;
    list.push_back({end_of(a), end_of(b), cable == "-x-"});
    for (const End& end : {list.back().a, list.back().b})
      (end.port != 0 ? switches : stations).insert(end.name);
  }
  for (const std::string& name : switches) {
    SwitchSnapshot s;
    s.name = s.system_name = name;
    s.address = "192.0.2." + std::to_string(snapshots_.size() + 1);
    s.answered = true;
    s.bridge_address = mac(name);
    s.own_addresses = {mac(name)};
    s.lldp_chassis_id = mac(name).to_string();
    std::set<unsigned> ports;
    for (const Cable& c : list)
      for (const End& end : {c.a, c.b})
        if (end.name == name) ports.insert(end.port);
    for (const unsigned p : ports) s.interfaces.push_back(interface(p));
    s.table(Table::kBridgeFdb).completeness = Completeness::kComplete;
    snapshots_.push_back(std::move(s));
  }
  // From each station outward: whoever is reached learns the port it was reached by.
  std::set<std::string> speakers;
  for (const std::string& name : stations)
    if (!is_hub(name)) speakers.insert(name);
  if (own_addresses_visible) speakers.insert(switches.begin(), switches.end());
  for (const std::string& speaker : speakers) {
    std::vector<std::string> open{speaker};
    std::set<std::string> reached{speaker};
    for (std::size_t i = 0; i < open.size(); ++i) {
      for (const Cable& c : list) {
        for (const auto& [from, to] : {std::pair{c.a, c.b}, std::pair{c.b, c.a}}) {
          if (c.blocked || from.name != open[i] || !reached.insert(to.name).second) continue;
          if (to.port != 0) row(to.name, mac(speaker), to.port);
          if (to.port != 0 || is_hub(to.name)) open.push_back(to.name);
        }
      }
    }
  }
}

SwitchSnapshot& Drawing::operator[](const std::string& name) {
  for (SwitchSnapshot& s : snapshots_)
    if (s.name == name) return s;
  throw std::out_of_range("no switch " + name);
}

Drawing& Drawing::forget(const std::string& sw, std::string_view station) {
  std::erase_if((*this)[sw].fdb, [&](const FdbEntry& e) { return e.mac == mac(station); });
  return *this;
}

Drawing& Drawing::row(const std::string& sw, MacAddress station, unsigned port, FdbStatus status) {
  SwitchSnapshot& s = (*this)[sw];
  if (s.interface(IfIndex{port}) == nullptr) {
    s.interfaces.push_back(interface(port));
    std::sort(s.interfaces.begin(), s.interfaces.end(),
              [](const Interface& a, const Interface& b) { return a.ifindex < b.ifindex; });
  }
  s.fdb.push_back({station, IfIndex{port}, BridgePort{port}, kNoVlan, status});
  sort(s);
  return *this;
}

Drawing& Drawing::stale(const std::string& sw, std::string_view station, unsigned port) {
  return forget(sw, station).row(sw, mac(station), port);
}

Neighbor& Drawing::hears(const std::string& sw, unsigned at, const std::string& other,
                         const std::string& port, std::uint16_t capabilities) {
  Neighbor x;
  x.local_port = IfIndex{at};
  x.chassis_mac = mac(other);
  x.chassis_id = x.chassis_mac->to_string();
  x.port_id = port;
  x.system_name = other;
  x.capabilities = {capabilities, true};
  return (*this)[sw].neighbors.emplace_back(x);
}

Drawing& Drawing::lldp(const std::string& a, unsigned at_a, const std::string& b, unsigned at_b) {
  hears(a, at_a, b, std::to_string(at_b));
  hears(b, at_b, a, std::to_string(at_a));
  return *this;
}

Drawing& Drawing::silent(const std::string& sw) {
  SwitchSnapshot& s = (*this)[sw];
  SwitchSnapshot empty;
  empty.name = s.name;
  empty.address = s.address;
  s = empty;
  return *this;
}

Fabric Drawing::fabric(const std::vector<std::size_t>& order) const {
  std::vector<SwitchSnapshot> shuffled;
  for (const std::size_t i : order) shuffled.push_back(snapshots_[i]);
  return infer(std::move(shuffled));
}

std::string where(const Fabric& fabric, MacAddress mac) {
  const auto rows = stored_rows(fabric, mac);
  const Location found = locate(fabric, {mac, rows, {}});
  std::string text(to_string(found.verdict));
  if (found.verdict == Verdict::kInfrastructure && found.sw)
    return text + " " + fabric.snapshot(*found.sw).name;
  for (std::size_t i = 0; i < found.ports.size(); ++i)
    text.append(i == 0 ? " " : ", ").append(fabric.describe(found.ports[i]));
  return text;
}

std::string where(const Fabric& fabric, std::string_view station) {
  return where(fabric, Drawing::mac(station));
}

std::vector<std::string> links(const Fabric& fabric) {
  std::vector<std::string> out;
  for (const Link& x : fabric.links()) {
    std::string a = fabric.describe(x.a), b = fabric.describe(x.b);
    if (b < a) std::swap(a, b);
    out.push_back(a + (x.blocked ? " -x- " : " - ") + b);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> segments(const Fabric& fabric) {
  std::vector<std::string> out;
  for (const Segment& x : fabric.segments()) {
    std::vector<std::string> ports;
    for (const PortId& p : x.ports) ports.push_back(fabric.describe(p));
    std::sort(ports.begin(), ports.end());
    std::string text;
    for (const std::string& p : ports) text.append(text.empty() ? "" : ", ").append(p);
    out.push_back(text);
  }
  std::sort(out.begin(), out.end());
  return out;
}

PortId at(const Fabric& fabric, std::string_view sw, unsigned port) {
  return {fabric.switch_named(sw).value(), IfIndex{port}};
}

}  // namespace lanwarden::topology
