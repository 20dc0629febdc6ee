// The simulated building: managed switches, the boxes nobody manages, the
// cables between them, and the stations; with the forwarding tables its bridges
// would have learned, and the truth.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topology/ids.h"
#include "topology/ip_address.h"
#include "topology/locate.h"
#include "topology/mac_address.h"
#include "topology/switch_snapshot.h"
#include "topology/time.h"

namespace lanwarden::lab {

/// How the managed switches hang together.
enum class Shape : std::uint8_t {
  kCampus,  ///< core, distribution, access floors, a few daisy chains
  kRandom,  ///< a random tree
  kChain,
  kStar,
};

/// Where stations are plugged in.
enum class Spread : std::uint8_t {
  kAccess,  ///< on access switches, one in ten on the others (servers)
  kEven,    ///< the same number on every switch
  kUneven,  ///< a few switches have most, some have none
};

enum class Missing : std::uint8_t {
  kUniform,  ///< each row is absent with the given probability
  kByPath,   ///< that share of the stations never broadcasts: only the switches on the way to its one partner
             ///< know it
};

enum class Story : std::uint8_t {
  kNone,
  kClock,  ///< 40 switches; the clock on floor3 A1, 120 virtual machines on the server switches, Compaq
           ///< teams, an NLB pair
};

/// What to build. Everything has a value that gives a healthy building.
struct WorldOptions {
  std::uint64_t seed = 1;
  unsigned switches = 20;
  unsigned hosts = 200;  ///< stations besides the switches' own addresses, all of them, wherever they are
  Shape shape = Shape::kCampus;
  Spread spread = Spread::kAccess;
  unsigned unmanaged_leafs = 0;  ///< unmanaged switches at an edge port, 2 to 6 of the hosts behind each
                                 ///< (fewer boxes if hosts run out)
  unsigned unmanaged_middles =
      0;  ///< unmanaged segments between managed switches, 0 to 3 of the hosts on each
  bool middles_pass_lldp = false;  ///< whether those forward LLDP frames (cheap ones do)
  unsigned access_points = 0;      ///< each with itself and up to 8 hosts behind one port
  unsigned virtual_hosts = 0;      ///< each with itself and up to 12 hosts behind one port
  double phones = 0;   ///< share of the hosts on an LLDP switch's edge port that sit behind a phone (an
                       ///< additional station)
  double lldp = 1;     ///< share of switches that speak LLDP
  double stp = 1;      ///< share of switches whose STP tables can be read
  unsigned vlans = 1;  ///< 1: everything in VLAN 1. Else VLANs 10, 20, … for hosts and 1 for management
  unsigned lags = 0;   ///< links between switches that are aggregates of two
  unsigned rings = 0;  ///< additional links, blocked by STP
  /// Spanning trees that the VLANs are spread over, in turn, as PVST and MSTP do: where a ring is cut,
  /// differs. 1: one tree for all. At most 8; shows only with rings and several VLANs.
  unsigned vlan_trees = 1;
  unsigned mlags = 0;  ///< aggregates that go to two switches at once, which are peers (MLAG, vPC)
  double missing = 0;  ///< share of forwarding rows that are absent
  Missing missing_by = Missing::kUniform;
  double stale = 0;  ///< share of forwarding rows that point where the station was before
  double moved = 1;  ///< share of the stations that ever moved: the stale rows are theirs, each station's to
                     ///< its one former place
  bool own_visible = true;         ///< whether other switches learned the switches' own addresses
  double silent_ports = 0.03;      ///< share of ports with a link but no station that was ever heard
  Story story = Story::kNone;      ///< overrides switches (40) and adds its cast to `hosts`
  std::uint16_t udp_port = 16100;  ///< where the simulated agents listen
  bool loopback_management =
      false;  ///< the management addresses they tell are those they answer at, 127.0.x.y, not 10.0.x.y
};

/// How the box numbers and names things, and which tables it has.
enum class Vendor : std::uint8_t {
  kCisco,     ///< "Gi1/0/3", ifIndex 10103; one forwarding table per VLAN, in community@vlan contexts; no
              ///< Q-BRIDGE
  kProcurve,  ///< modules: "A1", ifIndex 1; Q-BRIDGE whose FdbIds are no VLAN ids
  kAruba,     ///< "1/1/5"; Q-BRIDGE
  kGeneric,   ///< "swp5"; Q-BRIDGE and BRIDGE-MIB
};

/// A node of the building: switches first (0 .. switches-1), then boxes.
using NodeId = std::uint32_t;

struct Port {
  topology::IfIndex ifindex;
  topology::BridgePort
      bridge_port;  ///< never equal to the ifindex; 0: member of an aggregate, or a VLAN interface
  std::string name, descr, alias;
  unsigned module = 0;     ///< 1-based module or stack member; 0 when it is no physical port
  unsigned position = 0;   ///< 1-based, within the module
  std::uint32_t type = 6;  ///< ifType
  std::uint64_t speed_bps = 1'000'000'000;
  topology::MacAddress address;
  topology::VlanId pvid;
  topology::VlanId voice;       ///< tagged besides, for a phone; kNoVlan: none
  bool trunk = false;           ///< carries every VLAN
  bool link = false;            ///< something is plugged in
  topology::IfIndex aggregate;  ///< kNoInterface when no member
  std::uint32_t lldp_port =
      0;  ///< lldpLocPortNum: neither ifIndex nor bridge port; 0 for aggregates and VLAN interfaces
};

/// A row of a forwarding database. Ordered by station is ordered by MAC.
struct LearnedRow {
  std::uint32_t station;   ///< index in World::stations
  topology::IfIndex port;  ///< kNoInterface for the switch's own address
  topology::FdbStatus status = topology::FdbStatus::kLearned;
};

enum class Tier : std::uint8_t { kCore, kDistribution, kServer, kAccess };

struct Switch {
  std::string name;
  std::string address;  ///< "127.0.x.y:port"
  Vendor vendor = Vendor::kGeneric;
  Tier tier = Tier::kAccess;
  std::string descr, object_id, location;
  topology::MacAddress bridge_address;
  topology::IpAddress ip;
  std::uint16_t stp_priority = 32768;
  bool lldp = false;
  bool stp = false;             ///< whether the STP tables can be read (it runs everywhere)
  bool router = false;          ///< has the stations' addresses in its ARP table
  std::vector<Port> ports;      ///< sorted by ifindex
  std::vector<LearnedRow> fdb;  ///< sorted by station, unique

  const Port* port(topology::IfIndex ifindex) const;  ///< nullptr when there is none
  const Port* port_named(std::string_view name) const;
};

enum class BoxKind : std::uint8_t { kUnmanaged, kAccessPoint, kVirtualHost, kPhone };
struct Box {
  BoxKind kind = BoxKind::kUnmanaged;
  std::string name;
  bool passes_lldp = false;
  std::optional<std::uint32_t> station;  ///< the box's own address, when it has one
};

struct End {
  NodeId node = 0;
  topology::IfIndex port;  ///< kNoInterface on a box; the aggregate on a LAG
  auto operator<=>(const End&) const = default;
};
struct Cable {
  End a, b;                      ///< a is nearer to the STP root
  bool blocked = false;          ///< by STP, at b
  std::uint8_t other_trees = 0;  ///< bit k: blocked in tree k, of those besides the first
  /// The second leg of an aggregate that two switches share: b is the aggregate, whose first leg is another
  /// cable. Frames to what is behind b leave a here, all others take the link between the peers.
  bool second_leg = false;
  bool blocked_in(unsigned tree) const { return tree == 0 ? blocked : (other_trees >> tree & 1U) != 0; }
};

enum class StationKind : std::uint8_t {
  kHost,
  kServer,
  kVirtualMachine,
  kPhone,
  kAccessPoint,
  kVirtualHost,
  kClock,
  kCompaq,
  kNlb,
  kSwitch,
};
struct Station {
  topology::MacAddress mac;
  topology::IpAddress ip;
  topology::VlanId vlan;
  StationKind kind = StationKind::kHost;
  std::string name;
  End at;                     ///< the switch port, or the box; a switch's own address: the switch, no port
  std::optional<End> former;  ///< where it was before it moved
};

/// What an all-knowing answer would be.
struct Truth {
  topology::Verdict verdict = topology::Verdict::kUnknown;  ///< kEdge, kShared, kSegment or kInfrastructure
  std::vector<topology::PortId>
      ports;              ///< the one port; every port facing the segment; none for kInfrastructure
  topology::SwitchId sw;  ///< the port's switch (the first one's on a segment), or the owner
};
struct TrueLink {
  topology::PortId a, b;     ///< a < b; aggregates for a LAG
  bool blocked = false;      ///< in every tree
  bool through_box = false;  ///< an unmanaged box without stations is in between: nobody can know
};
struct TrueSegment {
  std::vector<topology::PortId> ports;  ///< sorted
  std::vector<std::uint32_t> stations;  ///< indices in World::stations, sorted
};

struct World {
  WorldOptions options;
  std::vector<topology::VlanId> vlans;  ///< sorted
  std::vector<Switch> switches;         ///< index = SwitchId
  std::vector<Box> boxes;               ///< node = switches.size() + index
  std::vector<Cable> cables;
  std::vector<Station> stations;  ///< sorted by MAC, unique

  bool is_switch(NodeId node) const { return node < switches.size(); }
  const Box& box(NodeId node) const { return boxes[node - switches.size()]; }
  std::optional<std::uint32_t> station_with(topology::MacAddress mac) const;
  std::optional<std::uint32_t> station_of_kind(StationKind kind) const;  ///< the first
  std::optional<topology::SwitchId> switch_named(std::string_view name) const;
  unsigned trees() const;
  /// The tree of a VLAN, from 0.
  unsigned tree_of(topology::VlanId vlan) const;
  /// The ports of managed switches that face this box, sorted; blocked cables left out.
  std::vector<topology::PortId> ports_facing(NodeId box) const;
};

/// Deterministic: the same options give the same world on every machine.
/// Impossible wishes are cut down (more rings than pairs of switches, say).
World generate(const WorldOptions& options);

Truth truth_of(const World& world, std::uint32_t station);
std::vector<Truth> truths(const World& world);               ///< for every station, faster than one by one
std::vector<TrueLink> true_links(const World& world);        ///< sorted
std::vector<TrueSegment> true_segments(const World& world);  ///< sorted by ports
/// The row of this station on this switch; nullptr when it has none.
const LearnedRow* row_of(const Switch& sw, std::uint32_t station);

/// What a perfect poll of every switch would give, without any UDP: sorted and
/// complete as switch_snapshot.h says. SwitchId{i} is world.switches[i].
std::vector<topology::SwitchSnapshot> snapshots(const World& world, topology::Time now = {});
topology::SwitchSnapshot snapshot_of(const World& world, std::size_t sw, topology::Time now = {});

/// dot1qFdbId of a VLAN on this switch.
topology::FdbId fdb_id(const World& world, const Switch& sw, topology::VlanId vlan);
/// "module A port 1"; empty for what is no physical port.
std::string physical_name(const Switch& sw, const Port& port);

/// The spanning tree as this world's switches run it; SwitchId 0 is the root.
struct SpanningTree {
  std::vector<std::uint32_t> root_cost;      ///< per switch
  std::vector<topology::IfIndex> root_port;  ///< per switch; kNoInterface at the root
};
SpanningTree spanning_tree(const World& world, unsigned tree = 0);
/// The STP rows of one switch: every bridge port.
std::vector<topology::StpPort> stp_ports(const World& world, const SpanningTree& tree, std::size_t sw);
/// The same of one VLAN, where VLANs have trees of their own.
std::vector<topology::StpPort> stp_ports_of(const World& world, const SpanningTree& tree, std::size_t sw,
                                            topology::VlanId vlan);
/// What LLDP hears at each physical port of this switch, sorted by local port. Empty when it does not speak
/// LLDP.
std::vector<topology::Neighbor> lldp_neighbors(const World& world, std::size_t sw);

std::string_view to_word(StationKind kind);
std::string_view to_word(topology::Verdict verdict);  ///< the contract's words

}  // namespace lanwarden::lab
