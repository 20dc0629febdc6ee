#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "tests/lab/world/plan.h"
#include "tests/lab/world/ports.h"
#include "tests/lab/world/random.h"
#include "tests/lab/world/tables.h"
#include "tests/lab/world/world.h"

namespace lanwarden::lab {
namespace {

using topology::IfIndex;
using topology::IpAddress;
using topology::kNoInterface;
using topology::MacAddress;
using topology::VlanId;

constexpr std::uint32_t kVmwareOui = 0x005056, kPhoneOui = 0x0004f2, kAccessPointOui = 0x000b86,
                        kServerOui = 0x0025b5, kCompaqOui = 0x0008c7;
constexpr std::array<std::uint32_t, 6> kDesktopOuis = {0x001a4b, 0x3c970e, 0xd4bed9,
                                                       0x8cec4b, 0xf8bc12, 0x54ee75};
constexpr MacAddress kClock{0x000d4bce20cd};

/// What a port of a switch is wanted for, before it has a number.
struct Want {
  enum class What : std::uint8_t { kStation, kCable, kSilent } what = What::kSilent;
  std::uint32_t index = 0;  // station or cable
  bool side_a = false;      // which end of the cable
  bool aggregate = false;   // two members
};

class Builder {
 public:
  explicit Builder(const WorldOptions& options) : options_(options), random_(options.seed, 2) {
    world_.options = options;
  }

  World run() {
    plan_ = plan_switches(options_);
    make_vlans();
    make_switches();
    connect_switches();
    add_rings();
    choose_trees(world_);
    hosts_left_ = options_.hosts;
    if (options_.story == Story::kClock) add_cast();
    add_boxes();
    add_hosts();
    add_silent_ports();
    add_switch_addresses();
    number_ports();
    choose_former_places(world_);
    sort_stations();
    learn_tables(world_);
    return std::move(world_);
  }

 private:
  void make_vlans() {
    if (options_.vlans <= 1) {
      world_.vlans = {VlanId{1}};
      return;
    }
    world_.vlans.push_back(VlanId{1});
    for (unsigned i = 1; i <= std::min(400U, options_.vlans); ++i)
      world_.vlans.push_back(VlanId{static_cast<std::uint16_t>(10 * i)});
  }
  std::size_t user_vlans() const { return std::max<std::size_t>(1, world_.vlans.size() - 1); }
  VlanId user_vlan(std::size_t i) const {
    return world_.vlans.size() == 1 ? world_.vlans[0] : world_.vlans[1 + i % user_vlans()];
  }
  VlanId some_vlan() { return user_vlan(random_.below(user_vlans())); }
  VlanId first_vlan() const { return user_vlan(0); }

  void make_switches() {
    const std::size_t n = plan_.size();
    std::vector<std::uint32_t> blocks(4096);  // 4,096 addresses for each box, in no order
    std::iota(blocks.begin(), blocks.end(), 0U);
    random_.shuffle(blocks);
    for (std::size_t i = 0; i < n; ++i) {
      Switch s;
      s.name = plan_[i].name;
      s.vendor = plan_[i].vendor;
      s.tier = plan_[i].tier;
      s.location = plan_[i].location;
      s.address = "127.0." + std::to_string(1 + i / 250) + "." + std::to_string(1 + i % 250) + ":" +
                  std::to_string(options_.udp_port);
      s.ip = IpAddress::v4((options_.loopback_management ? 0x7f000100U : 0x0a000000U) +
                           static_cast<std::uint32_t>((i / 250) << 8U | (i % 250 + 1)));
      s.descr = descr_of(s.vendor);
      s.object_id = object_id_of(s.vendor);
      s.bridge_address = MacAddress{(std::uint64_t{oui_of(s.vendor)} + i / blocks.size()) << 24U |
                                    blocks[i % blocks.size()] << 12U};
      s.stp_priority = i == 0 ? 4096 : 32768;
      s.router = i == 0;
      world_.switches.push_back(std::move(s));
    }
    const auto speakers = [&](double share) {  // nested: a larger share keeps the speakers of a smaller one
      std::vector<std::size_t> order(n);
      std::iota(order.begin(), order.end(), std::size_t{0});
      random_.shuffle(order);
      order.resize(std::min(n, static_cast<std::size_t>(std::lround(share * static_cast<double>(n)))));
      return order;
    };
    for (const auto i : speakers(options_.lldp)) world_.switches[i].lldp = true;
    for (const auto i : speakers(options_.stp)) world_.switches[i].stp = true;
    wants_uplink_.resize(n);
    wants_edge_.resize(n);
  }

  NodeId add_box(BoxKind kind, std::string name) {
    world_.boxes.push_back({kind, std::move(name), false, std::nullopt});
    return static_cast<NodeId>(world_.switches.size() + world_.boxes.size() - 1);
  }

  void add_cable(NodeId a, NodeId b, bool aggregate = false, bool blocked = false, bool shared = false) {
    const auto index = static_cast<std::uint32_t>(world_.cables.size());
    world_.cables.push_back({{a, kNoInterface}, {b, kNoInterface}, blocked});
    for (const bool side_a : {true, false}) {
      const NodeId node = side_a ? a : b;
      if (world_.is_switch(node))
        wants_uplink_[node].push_back({Want::What::kCable, index, side_a, aggregate || (shared && !side_a)});
    }
  }
  // The aggregate is the other cable's: its port is known once that one has its own.
  void add_second_leg(NodeId peer, const Cable& first) {
    const auto index = static_cast<std::uint32_t>(world_.cables.size());
    Cable leg{{peer, kNoInterface}, first.b, false};
    leg.second_leg = true;
    world_.cables.push_back(leg);
    wants_uplink_[peer].push_back({Want::What::kCable, index, true, false});
  }

  void connect_switches() {
    const auto n = static_cast<unsigned>(plan_.size());
    std::vector<bool> behind_box(n, false);
    std::vector<unsigned> children(n - 1);
    std::iota(children.begin(), children.end(), 1U);
    random_.shuffle(children);
    unsigned middles = 0;
    for (const unsigned c : children) {
      if (middles == options_.unmanaged_middles) break;
      if (behind_box[c]) continue;
      const unsigned parent = plan_[c].parent;
      const NodeId box = add_box(BoxKind::kUnmanaged, "middle" + std::to_string(++middles));
      world_.boxes.back().passes_lldp = options_.middles_pass_lldp;
      middles_.push_back(box);
      add_cable(parent, box);
      add_cable(box, c);
      behind_box[c] = true;
      for (const unsigned sibling : children) {  // some segments join three or four switches
        if (behind_box[sibling] || plan_[sibling].parent != parent || !random_.chance(0.25)) continue;
        add_cable(box, sibling);
        behind_box[sibling] = true;
        if (random_.chance(0.5)) break;
      }
    }
    const auto peers = choose_peers(children, behind_box);
    unsigned lags = 0;
    for (const unsigned c : children) {
      if (behind_box[c]) continue;
      const bool shared = peers[c] != 0;
      add_cable(plan_[c].parent, c, !shared && lags < options_.lags, false, shared);
      lags += shared ? 0 : 1;
    }
    for (const unsigned c : children)
      if (peers[c] != 0)
        for (std::size_t i = 0, known = world_.cables.size(); i < known; ++i)
          if (world_.cables[i].b.node == c && !world_.cables[i].second_leg)
            add_second_leg(peers[c], Cable(world_.cables[i]));
  }

  // For a switch that hangs from two at once, the second one: another child of its parent. 0: none.
  std::vector<unsigned> choose_peers(const std::vector<unsigned>& children,
                                     const std::vector<bool>& behind_box) const {
    std::vector<unsigned> peer(plan_.size(), 0);
    std::vector<bool> used = behind_box;
    unsigned made = 0;
    for (const unsigned c : children) {
      const unsigned parent = plan_[c].parent;
      if (made == options_.mlags) break;
      if (used[c] || used[parent]) continue;
      for (const unsigned sibling : children) {
        if (sibling == c || used[sibling] || plan_[sibling].parent != parent) continue;
        peer[c] = sibling;
        used[c] = used[parent] = used[sibling] = true;
        ++made;
        break;
      }
    }
    return peer;
  }

  topology::BridgeId bridge_id(unsigned sw) const {
    return {world_.switches[sw].stp_priority, world_.switches[sw].bridge_address};
  }

  // A second way that the spanning tree must have refused: never a better one than
  // the way that carries the traffic.
  void add_rings() {
    const auto n = static_cast<unsigned>(plan_.size());
    std::unordered_set<std::uint64_t> taken;
    for (unsigned made = 0, tries = 0; made < options_.rings && tries < 200 * options_.rings && n > 2;
         ++tries) {
      auto a = static_cast<unsigned>(random_.below(n));
      auto b = static_cast<unsigned>(random_.below(n));
      if (plan_[a].depth > plan_[b].depth ||
          (plan_[a].depth == plan_[b].depth && bridge_id(b) < bridge_id(a)))
        std::swap(a, b);
      if (a == b || b == 0 || plan_[b].parent == a) continue;
      const bool same_depth = plan_[a].depth == plan_[b].depth;
      const bool uncle = plan_[a].depth + 1 == plan_[b].depth && bridge_id(plan_[b].parent) < bridge_id(a);
      if (!same_depth && !uncle) continue;
      if (!taken.insert(std::uint64_t{a} << 32U | b).second) continue;
      add_cable(a, b, false, true);
      ++made;
    }
  }

  MacAddress fresh_mac(std::uint32_t oui) {
    for (;;) {
      const MacAddress mac{std::uint64_t{oui} << 24U | random_.below(1U << 24U)};
      if (macs_.insert(mac.bits()).second) return mac;
    }
  }

  IpAddress fresh_ip(VlanId vlan) {
    const auto place = static_cast<std::uint32_t>(std::find(world_.vlans.begin(), world_.vlans.end(), vlan) -
                                                  world_.vlans.begin());
    next_ip_.resize(world_.vlans.size(), 10);
    if (options_.story == Story::kClock && vlan == first_vlan())
      return IpAddress::v4(0xc0a80100U +
                           next_ip_[place]++);  // 192.168.1.10 …, beside the servers' 192.168.0.x
    return IpAddress::v4(0x0a010000U + (place << 16U) + next_ip_[place]++);
  }

  std::uint32_t add_station(StationKind kind, MacAddress mac, IpAddress ip, VlanId vlan, std::string name,
                            NodeId node) {
    macs_.insert(mac.bits());
    world_.stations.push_back({mac, ip, vlan, kind, std::move(name), {node, kNoInterface}, std::nullopt});
    return static_cast<std::uint32_t>(world_.stations.size() - 1);
  }
  std::uint32_t add_station(StationKind kind, std::uint32_t oui, VlanId vlan, const std::string& stem,
                            NodeId node) {
    const MacAddress mac = fresh_mac(oui);
    const IpAddress ip = fresh_ip(vlan);
    return add_station(kind, mac, ip, vlan, stem + std::to_string(world_.stations.size() + 1), node);
  }
  std::uint32_t add_desktop(VlanId vlan, NodeId node) {
    return add_station(StationKind::kHost, kDesktopOuis[random_.below(kDesktopOuis.size())], vlan, "pc",
                       node);
  }
  void plug_in(std::uint32_t station, NodeId sw) {
    wants_edge_[sw].push_back({Want::What::kStation, station, false, false});
  }
  void plug_box_in(NodeId sw, NodeId box) {
    const auto index = static_cast<std::uint32_t>(world_.cables.size());
    world_.cables.push_back({{sw, kNoInterface}, {box, kNoInterface}, false});
    wants_edge_[sw].push_back({Want::What::kCable, index, true, false});
  }

  void add_cast() {
    const auto named = [&](const std::string& name) { return world_.switch_named(name)->value; };
    const VlanId vlan = first_vlan();
    clock_switch_ = named("floor3");
    plug_in(
        add_station(StationKind::kClock, kClock, IpAddress::v4(0xc0a8004dU), vlan, "clock", clock_switch_),
        clock_switch_);
    std::uint32_t vm_ip = 0xc0a8000aU;  // 192.168.0.10 …: the address of the story comes first
    for (unsigned h = 0; h < 12; ++h) {
      const NodeId box = add_box(BoxKind::kVirtualHost, "esx" + std::to_string(h + 1));
      plug_box_in(named("server" + std::to_string(h % 4 + 1)), box);
      world_.boxes.back().station = add_station(StationKind::kVirtualHost, kServerOui, vlan, "esx", box);
      for (unsigned v = 0; v < 10; ++v) {
        if (vm_ip == 0xc0a8004dU) ++vm_ip;  // the clock's own
        add_station(StationKind::kVirtualMachine, fresh_mac(kVmwareOui), IpAddress::v4(vm_ip++), vlan,
                    "vm" + std::to_string(h * 10 + v + 1), box);
      }
    }
    // 36 cards, of which six pairs are teams: a team's cards have neighbouring addresses.
    for (unsigned card = 0; card < 36; ++card) {
      const NodeId sw = named("server" + std::to_string(card % 4 + 1));
      const std::string name = "compaq" + std::to_string(card + 1);
      const bool second = card < 12 && card % 2 == 1;
      MacAddress mac = second ? MacAddress{world_.stations.back().mac.bits() + 1} : fresh_mac(kCompaqOui);
      while (!second && (mac.bits() & 0xffU) == 0xffU) mac = fresh_mac(kCompaqOui);
      plug_in(add_station(StationKind::kCompaq, mac, fresh_ip(vlan), vlan, name, sw), sw);
    }
    for (unsigned host = 1; host <= 2; ++host) {  // Microsoft NLB: 02, host number, cluster address
      const NodeId sw = named("server" + std::to_string(host));
      const MacAddress mac{0x0200c0a803c8ULL | std::uint64_t{host} << 32U};
      plug_in(add_station(StationKind::kNlb, mac, fresh_ip(vlan), vlan, "nlb" + std::to_string(host), sw),
              sw);
    }
  }

  bool take_hosts(unsigned count) {
    if (hosts_left_ < count) return false;
    hosts_left_ -= count;
    return true;
  }

  NodeId some_switch(Tier wanted) {  // of this tier if there is one
    std::vector<NodeId> fitting;
    for (NodeId i = 0; i < world_.switches.size(); ++i)
      if (world_.switches[i].tier == wanted) fitting.push_back(i);
    return fitting.empty() ? static_cast<NodeId>(random_.below(world_.switches.size()))
                           : fitting[random_.below(fitting.size())];
  }

  void add_boxes() {
    for (unsigned i = 0; i < options_.unmanaged_leafs; ++i) {
      const auto count = static_cast<unsigned>(random_.between(2, 6));
      if (!take_hosts(count)) break;
      const NodeId box = add_box(BoxKind::kUnmanaged, "leaf" + std::to_string(i + 1));
      plug_box_in(some_switch(Tier::kAccess), box);
      const VlanId vlan = some_vlan();
      for (unsigned h = 0; h < count; ++h) add_desktop(vlan, box);
    }
    for (const NodeId box : middles_) {
      const auto count = static_cast<unsigned>(random_.below(4));
      if (!take_hosts(count)) break;
      for (unsigned h = 0; h < count; ++h) add_desktop(world_.vlans[0], box);  // untagged on a trunk
    }
    for (unsigned i = 0; i < options_.access_points; ++i) {
      const auto count = static_cast<unsigned>(random_.between(1, 8));
      if (!take_hosts(count + 1)) break;
      const NodeId box = add_box(BoxKind::kAccessPoint, "ap" + std::to_string(i + 1));
      plug_box_in(some_switch(Tier::kAccess), box);
      const VlanId vlan = some_vlan();
      world_.boxes.back().station = add_station(StationKind::kAccessPoint, kAccessPointOui, vlan, "ap", box);
      for (unsigned h = 0; h < count; ++h) add_desktop(vlan, box);
    }
    for (unsigned i = 0; i < options_.virtual_hosts; ++i) {
      const auto count = static_cast<unsigned>(random_.between(2, 12));
      if (!take_hosts(count + 1)) break;
      const NodeId box = add_box(BoxKind::kVirtualHost, "hypervisor" + std::to_string(i + 1));
      plug_box_in(some_switch(Tier::kServer), box);
      const VlanId vlan = some_vlan();
      world_.boxes.back().station =
          add_station(StationKind::kVirtualHost, kServerOui, vlan, "hypervisor", box);
      for (unsigned h = 0; h < count; ++h)
        add_station(StationKind::kVirtualMachine, kVmwareOui, vlan, "vm", box);
    }
  }

  std::vector<double> switch_weights() {
    std::vector<double> weights(world_.switches.size(), 1.0);
    if (options_.spread == Spread::kAccess)
      for (std::size_t i = 0; i < weights.size(); ++i)
        if (world_.switches[i].tier != Tier::kAccess) weights[i] = 0.1;
    if (options_.spread == Spread::kUneven)
      for (double& w : weights) {
        const double u = random_.unit();
        w = random_.chance(0.1) ? 0.0 : u * u * u;
      }
    if (std::accumulate(weights.begin(), weights.end(), 0.0) <= 0) weights[0] = 1;
    return weights;
  }

  void add_hosts() {
    std::vector<double> upto = switch_weights();
    std::partial_sum(upto.begin(), upto.end(), upto.begin());
    for (unsigned h = 0; h < hosts_left_; ++h) {
      std::size_t sw = h % upto.size();
      if (options_.spread != Spread::kEven) {
        const auto it = std::upper_bound(upto.begin(), upto.end(), random_.unit() * upto.back());
        sw = std::min<std::size_t>(static_cast<std::size_t>(it - upto.begin()), upto.size() - 1);
      }
      const auto node = static_cast<NodeId>(sw);
      const VlanId vlan = some_vlan();
      if (world_.switches[sw].lldp && options_.phones > 0 && random_.chance(options_.phones)) {
        const NodeId box = add_box(BoxKind::kPhone, "phone" + std::to_string(world_.boxes.size() + 1));
        plug_box_in(node, box);
        world_.boxes.back().station =
            add_station(StationKind::kPhone, kPhoneOui, user_vlan(user_vlans() - 1), "phone", box);
        add_desktop(vlan, box);
        continue;
      }
      const bool server = world_.switches[sw].tier != Tier::kAccess;
      const std::uint32_t station =
          server ? add_station(StationKind::kServer, kServerOui, vlan, "srv", node) : add_desktop(vlan, node);
      plug_in(station, node);
    }
  }

  void add_silent_ports() {
    for (std::size_t i = 0; i < wants_edge_.size(); ++i) {
      const std::size_t used = wants_edge_[i].size();
      for (std::size_t k = 0; k < used + 8; ++k)
        if (random_.chance(options_.silent_ports)) wants_edge_[i].push_back({});
    }
  }

  void add_switch_addresses() {
    for (NodeId i = 0; i < world_.switches.size(); ++i) {
      const Switch& s = world_.switches[i];
      add_station(StationKind::kSwitch, s.bridge_address, s.ip, world_.vlans[0], s.name, i);
    }
  }

  void number_ports() {
    vlan_at_.assign(world_.switches.size() + world_.boxes.size(), world_.vlans[0]);
    for (const Station& s : world_.stations) vlan_at_[s.at.node] = s.vlan;
    for (NodeId i = 0; i < world_.switches.size(); ++i) {
      Switch& s = world_.switches[i];
      unsigned uplinks = 0, aggregates = 0;
      for (const Want& w : wants_uplink_[i]) {
        uplinks += w.aggregate ? 2 : 1;
        aggregates += w.aggregate ? 1 : 0;
      }
      const auto edge_wants = static_cast<unsigned>(wants_edge_[i].size());
      const unsigned edge = sold_ports(s.vendor, std::max(8U, edge_wants + edge_wants / 8 + 2));
      s.ports = make_ports(s.vendor, s.bridge_address, edge, uplinks + 1, aggregates);
      for (Port& p : s.ports) p.pvid = user_vlan(0);
      assign_edge_ports(i, edge);
      assign_uplinks(i, edge, edge + uplinks + 1);
      if (s.router)
        for (const VlanId vlan : world_.vlans) s.ports.push_back(make_vlan_interface(s.bridge_address, vlan));
      std::sort(s.ports.begin(), s.ports.end(),
                [](const Port& a, const Port& b) { return a.ifindex < b.ifindex; });
    }
    for (Cable& leg : world_.cables)
      if (leg.second_leg)
        for (const Cable& first : world_.cables)
          if (!first.second_leg && !first.blocked && first.b.node == leg.b.node) leg.b.port = first.b.port;
  }

  void assign_edge_ports(NodeId node, unsigned edge) {
    std::vector<unsigned> slots(edge);
    std::iota(slots.begin(), slots.end(), 0U);
    random_.shuffle(slots);
    if (options_.story == Story::kClock && node == clock_switch_) {  // the clock: module A, port 1
      const auto first = std::find(slots.begin(), slots.end(), 0U);
      std::iter_swap(slots.begin(), first);  // it was the first to be plugged in here
    }
    for (std::size_t k = 0; k < wants_edge_[node].size(); ++k) {
      const Want& want = wants_edge_[node][k];
      Port& p = world_.switches[node].ports[slots[k]];
      p.link = true;
      if (want.what == Want::What::kStation) {
        Station& station = world_.stations[want.index];
        station.at.port = p.ifindex;
        p.pvid = station.vlan;
        p.alias = station.kind == StationKind::kHost ? "" : station.name;
      } else if (want.what == Want::What::kCable) {
        Cable& cable = world_.cables[want.index];
        (want.side_a ? cable.a : cable.b).port = p.ifindex;
        p.pvid = vlan_at_[cable.b.node];
        const Box& box = world_.box(cable.b.node);
        p.alias = box.name;
        if (box.kind == BoxKind::kPhone && world_.stations[*box.station].vlan != p.pvid)
          p.voice = world_.stations[*box.station].vlan;
      }
    }
  }

  void assign_uplinks(NodeId node, unsigned first, unsigned first_aggregate) {
    std::vector<Port>& ports = world_.switches[node].ports;
    unsigned next = first, next_aggregate = first_aggregate;
    for (const Want& want : wants_uplink_[node]) {
      Cable& cable = world_.cables[want.index];
      const NodeId other = want.side_a ? cable.b.node : cable.a.node;
      const std::string alias =
          "to " + (world_.is_switch(other) ? world_.switches[other].name : world_.box(other).name);
      const auto use = [&](Port& p) {
        p.link = p.trunk = true;
        p.pvid = world_.vlans[0];
        p.alias = alias;
      };
      Port* end = nullptr;
      if (want.aggregate) {
        Port& aggregate = ports[next_aggregate++];
        use(aggregate);
        for (int member = 0; member < 2; ++member) {
          Port& p = ports[next++];
          use(p);
          p.aggregate = aggregate.ifindex;
          p.bridge_port = topology::BridgePort{0};
        }
        end = &aggregate;
      } else {
        end = &ports[next++];
        use(*end);
      }
      (want.side_a ? cable.a : cable.b).port = end->ifindex;
    }
  }

  void sort_stations() {
    std::vector<std::uint32_t> order(world_.stations.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](auto a, auto b) { return world_.stations[a].mac < world_.stations[b].mac; });
    std::vector<std::uint32_t> now_at(order.size());
    std::vector<Station> sorted;
    sorted.reserve(order.size());
    for (const std::uint32_t old : order) {
      now_at[old] = static_cast<std::uint32_t>(sorted.size());
      sorted.push_back(std::move(world_.stations[old]));
    }
    world_.stations = std::move(sorted);
    for (Box& box : world_.boxes)
      if (box.station) box.station = now_at[*box.station];
  }

  const WorldOptions options_;
  Random random_;
  World world_;
  std::vector<PlannedSwitch> plan_;
  std::vector<std::vector<Want>> wants_uplink_, wants_edge_;
  std::vector<NodeId> middles_;
  std::vector<VlanId> vlan_at_;  // per node: the untagged VLAN of a box's stations
  std::vector<std::uint32_t> next_ip_;
  std::unordered_set<std::uint64_t> macs_;
  NodeId clock_switch_ = 0;
  unsigned hosts_left_ = 0;
};

}  // namespace

World generate(const WorldOptions& options) { return Builder(options).run(); }

}  // namespace lanwarden::lab
