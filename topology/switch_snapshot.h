// What one switch said in one poll: the noun that snmp produces, the store
// keeps and topology reasons about. Vendor deviations are already resolved
// (that is the mibs room's work): every port here is an ifIndex.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "topology/ids.h"
#include "topology/ip_address.h"
#include "topology/mac_address.h"
#include "topology/time.h"

namespace lanwarden::topology {

enum class OperStatus : std::uint8_t { kUnknown, kUp, kDown };
enum class Duplex : std::uint8_t { kUnknown, kHalf, kFull };
/// Whether a port feeds its device (POWER-ETHERNET-MIB). kOff: it can, and does not now.
/// kUnknown: it cannot, or the agent's rows could not be told to be of this port.
enum class Poe : std::uint8_t { kUnknown, kOff, kDelivering };

/// One row of ifTable/ifXTable (RFC 2863), with what other tables say of the port.
struct Interface {
  IfIndex ifindex;
  std::string name;        ///< ifName; ifDescr, or "port N", where the agent has no ifName. Never empty.
  std::string descr;       ///< ifDescr
  std::string alias;       ///< ifAlias: what the administrator wrote
  std::string physical;    ///< ENTITY-MIB: "module A port 1"; empty when unknown
  std::uint32_t type = 0;  ///< ifType (6 ethernetCsmacd, 161 ieee8023adLag, 53 propVirtual, …); 0 unknown
  std::uint64_t speed_bps = 0;  ///< 0 unknown
  OperStatus admin = OperStatus::kUnknown;
  OperStatus oper = OperStatus::kUnknown;
  MacAddress address;                ///< ifPhysAddress; zero when none
  VlanId pvid;                       ///< dot1qPvid; kNoVlan when unknown
  IfIndex aggregate;                 ///< the aggregate this port is a member of; kNoInterface when none
  BridgePort bridge_port;            ///< 0: not a bridge port, or unknown
  Duplex duplex = Duplex::kUnknown;  ///< EtherLike-MIB
  Poe poe = Poe::kUnknown;
  bool error_disabled = false;  ///< the switch itself has shut it (CISCO-ERR-DISABLE-MIB)
  /// ifLastChange: sysUpTime (hundredths of a second) when the port came into its present
  /// state. 0: before the agent started, or unknown.
  std::uint32_t last_change_cs = 0;
};

/// RFC 4188 dot1dTpFdbStatus, folded. kStatic is mgmt(5) and vendors' 6: configured,
/// so it stays even when the port is dead.
enum class FdbStatus : std::uint8_t { kLearned, kSelf, kStatic, kOther };
std::string_view to_string(FdbStatus status);  ///< "learned" "self" "static" "other"

/// One row of a forwarding database. 24 bytes: a large campus has millions.
struct FdbEntry {
  MacAddress mac;
  IfIndex port;            ///< kNoInterface: the row maps to no port ("port 0": not learned here)
  BridgePort bridge_port;  ///< as the agent numbered it; 0 when it used an ifIndex
  VlanId vlan;             ///< kNoVlan when the agent has one FDB for all (BRIDGE-MIB)
  FdbStatus status = FdbStatus::kLearned;
  bool operator==(const FdbEntry&) const = default;
};

/// IEEE 802.1D bridge identifier: priority (with system id extension) and address.
struct BridgeId {
  std::uint16_t priority = 0;
  MacAddress address;
  constexpr auto operator<=>(const BridgeId&) const = default;
};

enum class StpState : std::uint8_t {
  kUnknown,
  kDisabled,
  kBlocking,
  kListening,
  kLearning,
  kForwarding,
  kBroken
};

/// One row of dot1dStpPortTable. Per VLAN where the switch runs one tree per VLAN.
struct StpPort {
  IfIndex port;
  VlanId vlan;  ///< kNoVlan: the common tree
  StpState state = StpState::kUnknown;
  bool enabled = false;  ///< dot1dStpPortEnable
  BridgeId designated_root;
  BridgeId designated_bridge;
  std::uint16_t designated_port =
      0;  ///< as sent: priority and port number; low 12 bits are the number (low 8 before 802.1t)
  std::uint32_t path_cost = 0;
};

struct StpBridge {
  VlanId vlan;    ///< kNoVlan: the common tree
  BridgeId root;  ///< dot1dStpDesignatedRoot
  std::uint32_t root_cost = 0;
  IfIndex root_port;  ///< kNoInterface when this bridge is the root
};

enum class NeighborProtocol : std::uint8_t { kLldp, kCdp, kFdp, kEdp };
std::string_view to_string(NeighborProtocol protocol);  ///< "lldp" "cdp" "fdp" "edp"

/// IEEE 802.1AB system capabilities, as enabled by the neighbour (CDP's are mapped onto them).
enum class Capability : std::uint16_t {
  kOther = 1U << 0,
  kRepeater = 1U << 1,
  kBridge = 1U << 2,
  kWlanAccessPoint = 1U << 3,
  kRouter = 1U << 4,
  kTelephone = 1U << 5,
  kDocsis = 1U << 6,
  kStation = 1U << 7,
};
struct Capabilities {
  std::uint16_t bits = 0;
  bool known = false;  ///< absent is not "none"
  bool has(Capability c) const { return (bits & static_cast<std::uint16_t>(c)) != 0; }
};

/// What a port heard from the device at the other end (lldpRemTable, cdpCacheTable, …).
struct Neighbor {
  NeighborProtocol protocol = NeighborProtocol::kLldp;
  IfIndex local_port;                     ///< resolved; kNoInterface when it could not be
  std::string local_port_text;            ///< what the agent called it, for messages
  std::string chassis_id;                 ///< as text: a MAC with colons, an address, or a name
  std::optional<MacAddress> chassis_mac;  ///< when the chassis id is a MAC, in whatever shape
  std::string port_id;                    ///< as text
  std::optional<MacAddress> port_mac;     ///< when the port id is a MAC
  std::string port_descr;
  std::string system_name;
  std::string system_descr;
  Capabilities capabilities;
  std::vector<IpAddress> management;
};

/// One row of ipNetToMediaTable / ipNetToPhysicalTable: ARP and ND as a router knows them.
struct AddressEntry {
  IpAddress ip;
  MacAddress mac;
  IfIndex port;
  auto operator<=>(const AddressEntry&) const = default;
};

/// One VLAN the switch knows (dot1qVlanStaticName, vtpVlanName), and the ports that are in it
/// (dot1qVlanCurrentEgressPorts or, without it, dot1qVlanStaticEgressPorts; on Cisco trunks and vmVlan).
struct Vlan {
  VlanId id;
  std::string name;  ///< empty when the agent has none
  /// Sorted, unique, no port in both. A port in neither is not in the VLAN when any VLAN of the
  /// switch has ports; when none has, the agent does not tell.
  std::vector<IfIndex> tagged;
  std::vector<IfIndex> untagged;
};

/// One row of dot1dBasePortTable: which interface a bridge port is. Cisco's differ by VLAN context.
struct BasePort {
  VlanId context;  ///< kNoVlan: the default context
  BridgePort port;
  IfIndex ifindex;
  constexpr auto operator<=>(const BasePort&) const = default;
};

/// The tables a poll asks for. One noun for "what was collected, and is it whole?".
enum class Table : std::uint8_t {
  kSystem,
  kInterfaces,
  kBasePorts,
  kBridgeFdb,
  kQBridgeFdb,
  kVlans,
  kStp,
  kLldp,
  kCdp,
  kLag,
  kEntity,
  kAddresses,
  kVendorFdb,
  kPower,
  kFdp,
  kEdp,
};
inline constexpr std::size_t kTableCount = 16;
std::string_view to_string(Table table);  ///< "system" "interfaces" "base-ports" "fdb" "q-fdb" …

/// Of a table that is read in several requests (columns, VLAN contexts), the worst of them counts: one that
/// lost something makes it kPartial. An empty walk that ended in order is kAbsent: SNMP cannot tell "no such
/// table" from "no row". One exception: a bridge (it has base ports) both of whose forwarding tables are
/// empty knows no station, and its kBridgeFdb is kComplete with 0 rows.
enum class Completeness : std::uint8_t {
  kNotAsked,
  kAbsent,    ///< not one row, and the agent ended in order
  kComplete,  ///< walked to its end
  kPartial,   ///< something was lost: deadline, row cap, OID not increasing, silence. "Not in it" means
              ///< nothing.
};

struct TableState {
  Completeness completeness = Completeness::kNotAsked;
  std::uint32_t rows = 0;
  std::string cause;  ///< for kPartial: why, in words for people
};

/// What the port column of a forwarding table holds. BRIDGE-MIB says a bridge port; agents differ.
enum class PortNumbering : std::uint8_t {
  kBridgePort,  ///< dot1dBasePort, as RFC 4188 and 4363 say
  kIfIndex,     ///< an ifIndex
  kShifted,     ///< a bridge port minus FdbDatabase::shift
};

/// One filtering database as one agent numbers it: everything that is needed to
/// ask for one station in it, and to read the answer by the rule the poll found.
struct FdbDatabase {
  Table table = Table::kBridgeFdb;  ///< kBridgeFdb, kQBridgeFdb or kVendorFdb
  FdbId id;        ///< the first index of dot1qTpFdbTable (or of the vendor's table); 0 for kBridgeFdb
  VlanId vlan;     ///< what its rows are reported under; kNoVlan when unknown
  VlanId context;  ///< the VLAN context to ask in; kNoVlan: the default context
  PortNumbering ports = PortNumbering::kBridgePort;
  std::uint8_t vendor_table = 0;  ///< kVendorFdb: which one (mibs/vendors.h)
  bool length_byte = false;       ///< the address in the index follows a length octet
  std::int32_t shift = 0;         ///< kShifted: bridge port = sent port + shift
  bool operator==(const FdbDatabase&) const = default;
};

/// What was learned of an agent's way to answer, so that the next poll asks it right from the start.
struct AgentManners {
  std::uint32_t bulk_variables = 0;  ///< variables one GETBULK may ask for; 0: not known yet
  std::uint32_t bulk_failed_at = 0;  ///< the least number that failed; 0: none did
  std::uint32_t window = 0;          ///< requests at once that it answered quickly
  bool no_get_bulk = false;          ///< GETBULK failed where GETNEXT worked
  /// Where to cut a large table so that its parts can be walked side by side: names of rows, by which the
  /// last walk falls into parts of equal size.
  struct Cuts {
    std::string table;    ///< "dot1qTpFdbTable"
    std::string context;  ///< the VLAN context; empty: the default one
    std::uint32_t rows = 0;
    std::vector<std::vector<std::uint32_t>> indexes;  ///< ascending; empty: this agent wants it in one piece
    bool operator==(const Cuts&) const = default;
  };
  std::vector<Cuts> cuts;  ///< sorted by (table, context)
  bool operator==(const AgentManners&) const = default;
};

/// Everything one switch said, with how much of it is whole.
struct SwitchSnapshot {
  std::string name;       ///< as configured: the switch's identity everywhere
  std::string address;    ///< as configured, host or host:port
  Time time{};            ///< when the poll of this switch ended
  bool answered = false;  ///< false: nothing but name, address and `problems` is valid

  std::string system_name;  ///< sysName
  std::string system_descr;
  std::string location;         ///< sysLocation
  std::string object_id;        ///< sysObjectID, dotted without a leading dot
  std::uint64_t uptime_cs = 0;  ///< sysUpTime, hundredths of a second

  MacAddress bridge_address;  ///< dot1dBaseBridgeAddress; zero when unknown
  std::vector<MacAddress>
      own_addresses;               ///< sorted, unique: bridge, interface, LLDP chassis and self-row addresses
  std::string lldp_chassis_id;     ///< lldpLocChassisId as text, as neighbours will name it
  std::vector<IpAddress> own_ips;  ///< management addresses it is known by

  std::vector<Interface> interfaces;  ///< sorted by ifindex, unique
  std::vector<FdbEntry> fdb;          ///< sorted by (mac, vlan, port), unique
  std::vector<FdbId> fdb_ids;         ///< every filtering database that a targeted GET has to name
  std::vector<std::pair<FdbId, VlanId>> fdb_vlans;  ///< sorted; empty: FdbId = VLAN id
  std::vector<FdbDatabase>
      databases;  ///< what a targeted question asks, most likely first; empty: none is known
  std::vector<BasePort>
      base_ports;  ///< sorted by (context, port); a context's rows only where they differ from the default's
  std::vector<Vlan> vlans;  ///< sorted by id, unique
  std::vector<StpBridge> stp;
  std::vector<StpPort> stp_ports;
  std::vector<Neighbor> neighbors;
  std::vector<AddressEntry> addresses;  ///< ARP and ND

  std::array<TableState, kTableCount> tables;
  std::vector<std::string> problems;  ///< each problem once, with its cause, for people
  /// How each deviation of this agent was decided, "port-is-ifindex: why", for `check --explain`.
  std::vector<std::string> decisions;
  AgentManners manners;

  const TableState& table(Table t) const { return tables[static_cast<std::size_t>(t)]; }
  TableState& table(Table t) { return tables[static_cast<std::size_t>(t)]; }
  /// Whether a station absent from `fdb` is known to be absent from the switch: at least one forwarding
  /// table (BRIDGE-MIB, Q-BRIDGE-MIB, the vendor's) was walked to its end, and none is partial. So an absent
  /// Q-BRIDGE beside a whole BRIDGE-MIB is complete, and so is a vendor's table alone; one VLAN context that
  /// is silent, a list of contexts that was cut, or a table that ran empty since the last poll is not.
  bool fdb_complete() const;
  /// nullptr when there is no such interface. O(log n).
  const Interface* interface(IfIndex ifindex) const;
  /// By ifName first, then ifDescr, then alias, exact case first; nullptr when none or not unique.
  const Interface* interface_named(std::string_view name) const;
};

}  // namespace lanwarden::topology
