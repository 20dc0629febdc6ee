#include "tests/lab/world/mib_tables.h"

#include <algorithm>

namespace lanwarden::lab {
namespace {

using topology::MacAddress;
using topology::PortId;
using topology::SwitchId;
using topology::VlanId;

const Oid kMib2{1, 3, 6, 1, 2, 1};
const Oid kIfEntry{1, 3, 6, 1, 2, 1, 2, 2, 1};

std::string octets_of(MacAddress mac) {
  const auto o = mac.octets();
  return {o.begin(), o.end()};
}
Value mac_value(MacAddress mac) { return Value::of_octets(octets_of(mac)); }
std::string bridge_id(topology::BridgeId id) {
  return std::string{static_cast<char>(id.priority >> 8), static_cast<char>(id.priority & 0xff)} +
         octets_of(id.address);
}
Oid index_of(const topology::IpAddress& ip) { return {ip.octets().begin(), ip.octets().end()}; }

/// One column after the other, as the rows must come.
class Writer {
 public:
  Writer(const LiveWorld& live, const SpanningTree& tree, NodeId self, Table& table)
      : live_(live),
        world_(live.world()),
        tree_(tree),
        self_(self),
        sw_(world_.switches[self]),
        table_(table) {}

  void lldp();
  void lag();
  void system();
  void interfaces();
  void addresses();
  void base(std::optional<VlanId> context);
  void stp(std::optional<VlanId> context);
  void q_bridge();
  void if_mib();
  void entity();
  void cisco();

 private:
  void put(const Oid& name, const Value& value) { table_.set(name, value); }
  template <class List, class Index, class Make>
  void column(const Oid& entry, std::uint32_t number, const List& list, Index&& index, Make&& make) {
    for (const auto& item : list) put(entry + number + OidView(index(item)), make(item));
  }
  template <class Make>
  void port_column(const Oid& entry, std::uint32_t number, Make&& make) {
    for (const Port& p : sw_.ports) put(entry + number + p.ifindex.value, make(p));
  }
  bool oper_up(const Port& p) const { return live_.oper_up({SwitchId{self_}, p.ifindex}); }
  bool admin_up(const Port& p) const { return live_.admin_up({SwitchId{self_}, p.ifindex}); }
  /// By bridge port number.
  std::vector<const Port*> bridge_ports(std::optional<VlanId> context) const {
    std::vector<const Port*> ports;
    for (const Port& p : sw_.ports)
      if (p.bridge_port.value != 0 && (!context || carries(p, *context))) ports.push_back(&p);
    std::sort(ports.begin(), ports.end(),
              [](const Port* a, const Port* b) { return a->bridge_port < b->bridge_port; });
    return ports;
  }
  std::string port_list(VlanId vlan, bool untagged) const;
  void lldp_remotes();

  const LiveWorld& live_;
  const World& world_;
  const SpanningTree& tree_;
  NodeId self_;
  const Switch& sw_;
  Table& table_;
};

/// LLDP's BITS count from the most significant bit.
std::string capability_bits(std::uint16_t capabilities) {
  std::uint8_t bits = 0;
  for (unsigned i = 0; i < 8; ++i)
    if ((capabilities >> i) & 1U) bits = static_cast<std::uint8_t>(bits | 0x80U >> i);
  return std::string(1, static_cast<char>(bits));
}

/// The port id this vendor sends: interfaceName(5), local(7) or macAddress(3), IEEE 802.1AB.
std::pair<int, std::string> lldp_port_id(const Switch& sw, const Port& p) {
  if (sw.vendor == Vendor::kProcurve) return {7, std::to_string(p.ifindex.value)};
  if (sw.vendor == Vendor::kGeneric) return {3, octets_of(p.address)};
  return {5, p.name};
}

void Writer::lldp() {
  if (!sw_.lldp) return;
  const Oid local{1, 0, 8802, 1, 1, 2, 1, 3};
  put(local + 1 + 0, Value::of_integer(4));  // macAddress
  put(local + 2 + 0, mac_value(sw_.bridge_address));
  put(local + 3 + 0, Value::of_octets(sw_.name));
  put(local + 4 + 0, Value::of_octets(sw_.descr));
  const std::string capabilities = capability_bits(sw_.router ? 0x14 : 0x04);
  put(local + 5 + 0, Value::of_octets(capabilities));
  put(local + 6 + 0, Value::of_octets(capabilities));
  std::vector<const Port*> ports;
  for (const Port& p : sw_.ports)
    if (p.lldp_port != 0) ports.push_back(&p);
  std::sort(ports.begin(), ports.end(),
            [](const Port* a, const Port* b) { return a->lldp_port < b->lldp_port; });
  const Oid entry = local + 7 + 1;
  const auto index = [](const Port* p) { return Oid{p->lldp_port}; };
  column(entry, 2, ports, index,
         [&](const Port* p) { return Value::of_integer(lldp_port_id(sw_, *p).first); });
  column(entry, 3, ports, index,
         [&](const Port* p) { return Value::of_octets(lldp_port_id(sw_, *p).second); });
  column(entry, 4, ports, index,
         [&](const Port* p) { return Value::of_octets(sw_.vendor == Vendor::kCisco ? p->descr : p->name); });
  lldp_remotes();
}

void Writer::lldp_remotes() {
  struct Remote {
    Oid index;  // TimeMark, local port, running number
    topology::Neighbor neighbor;
    int port_subtype;
    std::string port_id;
  };
  std::vector<Remote> remotes;
  for (topology::Neighbor& n : lldp_neighbors(world_, self_)) {
    if (!live_.oper_up({SwitchId{self_}, n.local_port})) continue;
    const Port* mine = sw_.port(n.local_port);
    if (mine == nullptr) continue;
    Remote r{{0, mine->lldp_port, static_cast<std::uint32_t>(remotes.size() + 1)}, n, 5, n.port_id};
    if (n.port_mac) {
      r.port_subtype = 3;
      r.port_id = octets_of(*n.port_mac);
    } else if (std::all_of(r.port_id.begin(), r.port_id.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      r.port_subtype = 7;
    }
    remotes.push_back(std::move(r));
  }
  std::sort(remotes.begin(), remotes.end(),
            [](const Remote& a, const Remote& b) { return a.index < b.index; });
  const Oid entry{1, 0, 8802, 1, 1, 2, 1, 4, 1, 1};
  const auto index = [](const Remote& r) { return r.index; };
  const auto text = [&](std::uint32_t number, auto&& member) {
    column(entry, number, remotes, index, [&](const Remote& r) { return Value::of_octets(member(r)); });
  };
  column(entry, 4, remotes, index, [](const Remote&) { return Value::of_integer(4); });
  text(5, [](const Remote& r) { return octets_of(*r.neighbor.chassis_mac); });
  column(entry, 6, remotes, index, [](const Remote& r) { return Value::of_integer(r.port_subtype); });
  text(7, [](const Remote& r) { return r.port_id; });
  text(8, [](const Remote& r) { return r.neighbor.port_descr; });
  text(9, [](const Remote& r) { return r.neighbor.system_name; });
  text(10, [](const Remote& r) { return r.neighbor.system_descr; });
  text(11, [](const Remote& r) { return capability_bits(r.neighbor.capabilities.bits); });
  text(12, [](const Remote& r) { return capability_bits(r.neighbor.capabilities.bits); });
  const Oid management{1, 0, 8802, 1, 1, 2, 1, 4, 2, 1};
  const auto address = [](const Remote& r) {
    return r.index + Oid{1, 4} + index_of(r.neighbor.management.at(0));
  };
  column(management, 3, remotes, address, [](const Remote&) { return Value::of_integer(2); });  // ifIndex
  column(management, 4, remotes, address, [](const Remote&) { return Value::of_integer(1); });
}

void Writer::lag() {
  std::vector<const Port*> aggregates, members;
  for (const Port& p : sw_.ports) {
    if (p.type == 161) aggregates.push_back(&p);
    if (p.aggregate != topology::kNoInterface) members.push_back(&p);
  }
  const Oid lag{1, 2, 840, 10006, 300, 43, 1};
  const auto index = [](const Port* p) { return Oid{p->ifindex.value}; };
  column(lag + Oid{1, 1, 1}, 2, aggregates, index, [](const Port* p) { return mac_value(p->address); });
  const auto attached = [](const Port* p) { return Value::of_integer(p->aggregate.value); };
  for (const std::uint32_t number : {12U, 13U}) column(lag + Oid{2, 1, 1}, number, members, index, attached);
}

void Writer::system() {
  const Oid system = kMib2 + 1;
  put(system + 1 + 0, Value::of_octets(sw_.descr));
  put(system + 2 + 0, Value::of_oid(*parse_oid(sw_.object_id)));
  put(system + 3 + 0, Value::of_timeticks(kOneMonth));
  put(system + 4 + 0, Value::of_octets("the lab"));
  put(system + 5 + 0, Value::of_octets(sw_.name));
  put(system + 6 + 0, Value::of_octets(sw_.location));
  put(system + 7 + 0, Value::of_integer(sw_.router ? 6 : 2));
}

void Writer::interfaces() {
  put(kMib2 + 2 + 1 + 0, Value::of_integer(static_cast<std::int64_t>(sw_.ports.size())));
  const Oid& e = kIfEntry;
  port_column(e, 1, [](const Port& p) { return Value::of_integer(p.ifindex.value); });
  port_column(e, 2, [](const Port& p) { return Value::of_octets(p.descr); });
  port_column(e, 3, [](const Port& p) { return Value::of_integer(p.type); });
  port_column(e, 4, [](const Port&) { return Value::of_integer(1500); });
  port_column(e, 5, [](const Port& p) {  // RFC 2863: the greatest number when it does not fit
    return Value::of_gauge32(static_cast<std::uint32_t>(std::min<std::uint64_t>(p.speed_bps, UINT32_MAX)));
  });
  port_column(e, 6, [](const Port& p) { return mac_value(p.address); });
  port_column(e, 7, [&](const Port& p) { return Value::of_integer(admin_up(p) ? 1 : 2); });
  port_column(e, 8, [&](const Port& p) { return Value::of_integer(oper_up(p) ? 1 : 2); });
  port_column(e, 9, [](const Port&) { return Value::of_timeticks(4200); });
}

void Writer::addresses() {
  const auto interface = [&] {
    for (const Port& p : sw_.ports)
      if (p.type == 53) return p.ifindex.value;
    return std::uint32_t{0};
  };
  const Oid own = index_of(sw_.ip), entry = kMib2 + Oid{4, 20, 1};
  put(entry + 1 + own, Value::of_ip(sw_.ip.v4_bits()));
  put(entry + 2 + own, Value::of_integer(interface()));
  put(entry + 3 + own, Value::of_ip(0xffff0000));
  if (!sw_.router) return;
  std::vector<std::pair<Oid, const Station*>> known;  // everybody talks to the router
  for (const Station& s : world_.stations)
    if (s.mac != sw_.bridge_address) known.push_back({Oid{16'777'216U + s.vlan.value} + index_of(s.ip), &s});
  std::sort(known.begin(), known.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  const Oid media = kMib2 + Oid{4, 22, 1};
  const auto index = [](const auto& k) -> const Oid& { return k.first; };
  column(media, 1, known, index, [](const auto& k) { return Value::of_integer(k.first.front()); });
  column(media, 2, known, index, [](const auto& k) { return mac_value(k.second->mac); });
  column(media, 3, known, index, [](const auto& k) { return Value::of_ip(k.second->ip.v4_bits()); });
  column(media, 4, known, index, [](const auto&) { return Value::of_integer(3); });  // dynamic
}

void Writer::base(std::optional<VlanId> context) {
  const auto ports = bridge_ports(context);
  const Oid base = kMib2 + 17 + 1;
  put(base + 1 + 0, mac_value(sw_.bridge_address));
  put(base + 2 + 0, Value::of_integer(static_cast<std::int64_t>(ports.size())));
  put(base + 3 + 0, Value::of_integer(2));  // transparent-only
  const auto index = [](const Port* p) { return Oid{p->bridge_port.value}; };
  const Oid entry = base + 4 + 1;
  column(entry, 1, ports, index, [](const Port* p) { return Value::of_integer(p->bridge_port.value); });
  column(entry, 2, ports, index, [](const Port* p) { return Value::of_integer(p->ifindex.value); });
  column(entry, 3, ports, index, [](const Port*) { return Value::of_oid(Oid{0, 0}); });
}

void Writer::stp(std::optional<VlanId> context) {
  if (!sw_.stp) return;
  const Oid stp = kMib2 + 17 + 2;
  const Port* root_port = sw_.port(tree_.root_port[self_]);
  const Switch& root = world_.switches[0];
  put(stp + 1 + 0, Value::of_integer(3));  // ieee8021d
  put(stp + 2 + 0, Value::of_integer(sw_.stp_priority));
  put(stp + 3 + 0, Value::of_timeticks(360'000));
  put(stp + 4 + 0, Value::of_counter32(1));
  put(stp + 5 + 0, Value::of_octets(bridge_id({root.stp_priority, root.bridge_address})));
  put(stp + 6 + 0, Value::of_integer(tree_.root_cost[self_]));
  put(stp + 7 + 0, Value::of_integer(root_port == nullptr ? 0 : root_port->bridge_port.value));
  struct Row {
    std::uint32_t number;
    topology::StpPort port;
    bool up;
  };
  std::vector<Row> rows;
  for (const topology::StpPort& r : stp_ports(world_, tree_, self_)) {
    const Port* p = sw_.port(r.port);
    if (!context || carries(*p, *context)) rows.push_back({p->bridge_port.value, r, oper_up(*p)});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.number < b.number; });
  const auto index = [](const Row& r) { return Oid{r.number}; };
  const auto integer = [&](std::uint32_t number, auto&& member) {
    column(stp + 15 + 1, number, rows, index,
           [&](const Row& r) { return Value::of_integer(static_cast<std::int64_t>(member(r))); });
  };
  const auto octets = [&](std::uint32_t number, auto&& member) {
    column(stp + 15 + 1, number, rows, index, [&](const Row& r) { return Value::of_octets(member(r)); });
  };
  integer(1, [](const Row& r) { return r.number; });
  integer(2, [](const Row&) { return 128; });
  integer(3,
          [](const Row& r) { return r.up ? static_cast<int>(r.port.state) : 1; });  // disabled(1) … broken(6)
  integer(4, [](const Row& r) { return r.port.enabled ? 1 : 2; });
  integer(5, [](const Row& r) { return r.port.path_cost; });
  octets(6, [](const Row& r) { return bridge_id(r.port.designated_root); });
  integer(7, [&](const Row& r) {
    return r.port.port == tree_.root_port[self_] ? tree_.root_cost[self_] - r.port.path_cost
                                                 : tree_.root_cost[self_];
  });
  octets(8, [](const Row& r) { return bridge_id(r.port.designated_bridge); });
  octets(9, [](const Row& r) {
    return std::string{static_cast<char>(r.port.designated_port >> 8),
                       static_cast<char>(r.port.designated_port)};
  });
  column(stp + 15 + 1, 10, rows, index, [](const Row&) { return Value::of_counter32(1); });
}

/// PortList, RFC 4363: the first bit is port 1.
std::string Writer::port_list(VlanId vlan, bool untagged) const {
  std::string list;
  for (const Port& p : sw_.ports) {
    if (p.bridge_port.value == 0 || !(untagged ? p.pvid == vlan : carries(p, vlan))) continue;
    const std::size_t bit = p.bridge_port.value - 1;
    if (list.size() <= bit / 8) list.resize(bit / 8 + 1, '\0');
    list[bit / 8] = static_cast<char>(static_cast<unsigned char>(list[bit / 8]) | 0x80U >> bit % 8);
  }
  return list;
}

void Writer::q_bridge() {
  const Oid q = kMib2 + 17 + 7 + 1;
  put(q + 1 + 1 + 0, Value::of_integer(1));
  put(q + 1 + 2 + 0, Value::of_integer(4094));
  put(q + 1 + 3 + 0, Value::of_gauge32(256));
  put(q + 1 + 4 + 0, Value::of_gauge32(static_cast<std::uint32_t>(world_.vlans.size())));
  const Oid current = q + Oid{4, 2, 1};  // index: TimeMark, VLAN
  const std::uint32_t mark = sw_.vendor == Vendor::kAruba ? 4200 : 0;
  const auto marked = [&](VlanId v) { return Oid{mark, v.value}; };
  column(current, 3, world_.vlans, marked,
         [&](VlanId v) { return Value::of_gauge32(fdb_id(world_, sw_, v).value); });
  column(current, 4, world_.vlans, marked, [&](VlanId v) { return Value::of_octets(port_list(v, false)); });
  column(current, 5, world_.vlans, marked, [&](VlanId v) { return Value::of_octets(port_list(v, true)); });
  column(current, 6, world_.vlans, marked, [](VlanId) { return Value::of_integer(2); });  // permanent
  const auto plain = [](VlanId v) { return Oid{v.value}; };
  const Oid fixed = q + Oid{4, 3, 1};
  column(fixed, 1, world_.vlans, plain,
         [](VlanId v) { return Value::of_octets("vlan" + std::to_string(v.value)); });
  column(fixed, 2, world_.vlans, plain, [&](VlanId v) { return Value::of_octets(port_list(v, false)); });
  column(fixed, 4, world_.vlans, plain, [&](VlanId v) { return Value::of_octets(port_list(v, true)); });
  column(fixed, 5, world_.vlans, plain, [](VlanId) { return Value::of_integer(1); });
  column(
      q + Oid{4, 5, 1}, 1, bridge_ports(std::nullopt),
      [](const Port* p) { return Oid{p->bridge_port.value}; },
      [](const Port* p) { return Value::of_gauge32(p->pvid.value); });
}

void Writer::if_mib() {
  const Oid e = kMib2 + Oid{31, 1, 1, 1};
  port_column(e, 1, [](const Port& p) { return Value::of_octets(p.name); });
  port_column(e, 15, [](const Port& p) {
    return Value::of_gauge32(static_cast<std::uint32_t>(p.speed_bps / 1'000'000));
  });
  port_column(e, 18, [](const Port& p) { return Value::of_octets(p.alias); });
  std::vector<Oid> stacked;  // higher, lower
  for (const Port& p : sw_.ports)
    if (p.aggregate != topology::kNoInterface) stacked.push_back({p.aggregate.value, p.ifindex.value});
  std::sort(stacked.begin(), stacked.end());
  column(
      kMib2 + Oid{31, 1, 2, 1}, 3, stacked, [](const Oid& o) -> const Oid& { return o; },
      [](const Oid&) { return Value::of_integer(1); });
}

void Writer::entity() {
  if (sw_.vendor != Vendor::kProcurve) return;
  struct Part {
    std::uint32_t index, in;
    int kind;  // PhysicalClass: chassis(3), module(9), port(10)
    std::uint32_t position;
    std::string name;
    std::uint32_t ifindex;
  };
  std::vector<Part> parts{{1, 0, 3, 0, "chassis", 0}};
  for (const Port& p : sw_.ports) {
    if (p.module == 0) continue;
    if (p.position == 1)
      parts.push_back({100 + p.module, 1, 9, p.module, "module " + p.name.substr(0, p.name.find('1')), 0});
    parts.push_back({1000 + p.ifindex.value, 100 + p.module, 10, p.position,
                     "port " + std::to_string(p.position), p.ifindex.value});
  }
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) { return a.index < b.index; });
  const auto index = [](const Part& p) { return Oid{p.index}; };
  const Oid entry = kMib2 + Oid{47, 1, 1, 1, 1};
  column(entry, 2, parts, index, [](const Part& p) { return Value::of_octets(p.name); });
  column(entry, 4, parts, index, [](const Part& p) { return Value::of_integer(p.in); });
  column(entry, 5, parts, index, [](const Part& p) { return Value::of_integer(p.kind); });
  column(entry, 6, parts, index, [](const Part& p) { return Value::of_integer(p.position); });
  column(entry, 7, parts, index, [](const Part& p) { return Value::of_octets(p.name); });
  for (const Part& p : parts)
    if (p.ifindex != 0)
      put(kMib2 + Oid{47, 1, 3, 2, 1, 2} + p.index + 0, Value::of_oid(kIfEntry + 1 + p.ifindex));
}

void Writer::cisco() {
  const Oid vlans{1, 3, 6, 1, 4, 1, 9, 9, 46, 1, 3, 1, 1};  // vtpVlanEntry; index: domain 1, VLAN
  struct Vlan {
    std::uint32_t id;
    int kind;  // ethernet(1); the token ring and FDDI defaults nobody can delete
  };
  std::vector<Vlan> all;
  for (const VlanId v : world_.vlans) all.push_back({v.value, 1});
  for (std::uint32_t i = 0; i < 4; ++i) all.push_back({1002 + i, static_cast<int>(2 + i)});
  std::sort(all.begin(), all.end(), [](const Vlan& a, const Vlan& b) { return a.id < b.id; });
  const auto index = [](const Vlan& v) { return Oid{1, v.id}; };
  column(vlans, 2, all, index, [](const Vlan&) { return Value::of_integer(1); });  // operational
  column(vlans, 3, all, index, [](const Vlan& v) { return Value::of_integer(v.kind); });
  column(vlans, 4, all, index, [](const Vlan& v) { return Value::of_octets("vlan" + std::to_string(v.id)); });
  const Oid trunks{1, 3,  6, 1, 4, 1, 9,
                   9, 46, 1, 6, 1, 1};  // vlanTrunkPortEntry: native VLAN, trunking(1) or not(2)
  std::vector<const Port*> ports;
  for (const Port& p : sw_.ports)
    if (p.bridge_port.value != 0 || p.aggregate != topology::kNoInterface) ports.push_back(&p);
  const auto ifindex = [](const Port* p) { return Oid{p->ifindex.value}; };
  column(trunks, 5, ports, ifindex,
         [](const Port* p) { return Value::of_integer(p->trunk ? p->pvid.value : 1); });
  column(trunks, 14, ports, ifindex, [](const Port* p) { return Value::of_integer(p->trunk ? 1 : 2); });
  for (const Port& p : sw_.ports)  // vmVlan: access ports only
    if (p.module != 0 && !p.trunk)
      put(Oid{1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 2, 2, 1, 2} + p.ifindex.value, Value::of_integer(p.pvid.value));
  for (const Port& p : sw_.ports)  // vmVoiceVlanId
    if (p.voice != topology::kNoVlan)
      put(Oid{1, 3, 6, 1, 4, 1, 9, 9, 68, 1, 5, 1, 1, 1} + p.ifindex.value, Value::of_integer(p.voice.value));
}

}  // namespace

bool carries(const Port& port, VlanId vlan) { return port.trunk || port.pvid == vlan || port.voice == vlan; }

void fill_default_context(const LiveWorld& live, const SpanningTree& tree, NodeId sw, Table& table) {
  table.clear();
  Writer w(live, tree, sw, table);
  const bool contexts = live.world().switches[sw].vendor == Vendor::kCisco;
  const std::optional<VlanId> context = contexts ? std::optional(kDefaultVlan) : std::nullopt;
  w.lldp();
  w.lag();
  w.system();
  w.interfaces();
  w.addresses();
  w.base(context);
  w.stp(context);
  if (!contexts) w.q_bridge();
  w.if_mib();
  w.entity();
  if (contexts) w.cisco();
}

void fill_vlan_context(const LiveWorld& live, const SpanningTree& tree, NodeId sw, VlanId vlan,
                       Table& table) {
  table.clear();
  Writer w(live, tree, sw, table);
  w.system();
  w.base(vlan);
  w.stp(vlan);
}

}  // namespace lanwarden::lab
