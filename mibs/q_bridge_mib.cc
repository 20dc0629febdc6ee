#include "mibs/q_bridge_mib.h"

#include "mibs/tables.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kFdbColumns[] = {
    "1.3.6.1.2.1.17.7.1.2.2.1.2",  // dot1qTpFdbPort
    "1.3.6.1.2.1.17.7.1.2.2.1.3",  // dot1qTpFdbStatus
};
constexpr std::string_view kFdbAddressColumn[] = {"1.3.6.1.2.1.17.7.1.2.2.1.1"};
constexpr std::string_view kVlanCurrentColumns[] = {
    "1.3.6.1.2.1.17.7.1.4.2.1.3",  // dot1qVlanFdbId
    "1.3.6.1.2.1.17.7.1.4.2.1.4",  // dot1qVlanCurrentEgressPorts
    "1.3.6.1.2.1.17.7.1.4.2.1.5",  // dot1qVlanCurrentUntaggedPorts
};
constexpr std::string_view kVlanNameColumns[] = {"1.3.6.1.2.1.17.7.1.4.3.1.1"};  // dot1qVlanStaticName
constexpr std::string_view kVlanStaticPortColumns[] = {
    "1.3.6.1.2.1.17.7.1.4.3.1.2",  // dot1qVlanStaticEgressPorts
    "1.3.6.1.2.1.17.7.1.4.3.1.4",  // dot1qVlanStaticUntaggedPorts
};
constexpr std::string_view kPvidColumns[] = {"1.3.6.1.2.1.17.7.1.4.5.1.1"};  // dot1qPvid

void add_fdb(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.empty()) return;
  // One sub-identifier alone is a running number over all databases.
  const bool alone = cell.index.size() == 1;
  const std::uint32_t fdb = alone ? 0 : cell.index[0];
  const OidView rest = alone ? cell.index : cell.index.subspan(1);
  if (cell.column == 0)
    t.q_bridge_fdb.add_port(fdb, rest, value);
  else
    t.q_bridge_fdb.add_status(fdb, rest, value);
}

void add_fdb_address(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.empty()) return;
  const bool alone = cell.index.size() == 1;
  t.q_bridge_fdb.add_address(alone ? 0 : cell.index[0], alone ? cell.index : cell.index.subspan(1), value);
}

void add_port_list(Tables& t, std::uint32_t vid, bool untagged, const Value& value) {
  // A port list beyond 8 KiB would number 65,536 ports: no switch has them.
  constexpr std::size_t kLongest = 8192;
  // No octets are no answer: only a list of zeros says that no port is in the VLAN.
  if (value.type != Value::Type::kOctets || value.octets.empty() || value.octets.size() > kLongest) return;
  VlanPortLists& lists = t.vlan_ports[static_cast<std::uint16_t>(vid)];
  (untagged ? lists.untagged : lists.egress).assign(value.octets.begin(), value.octets.end());
}

void add_vlan_current(Tables& t, const Cell& cell, const Value& value) {
  // INDEX { dot1qVlanTimeMark, dot1qVlanIndex }; agents without a TimeMark leave it out.
  if (cell.index.empty() || cell.index.size() > 2 || value.is_exception()) return;
  const std::uint32_t vid = cell.index.back();
  if (vid == 0 || vid > 4094) return;
  if (cell.column > 0) {
    add_port_list(t, vid, cell.column == 2, value);
    return;
  }
  const std::uint64_t fdb = value.as_number(~std::uint64_t{0});
  if (fdb <= 0xffff'ffffU) t.vlan_fdb[static_cast<std::uint16_t>(vid)] = static_cast<std::uint32_t>(fdb);
}

void add_vlan_static_ports(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 1 || cell.index[0] == 0 || cell.index[0] > 4094) return;
  add_port_list(t, cell.index[0], cell.column == 1, value);
}

void add_vlan_name(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 1 || cell.index[0] == 0 || cell.index[0] > 4094) return;
  t.vlan_names[static_cast<std::uint16_t>(cell.index[0])] = value.as_text();
}

void add_pvid(Tables& t, const Cell& cell, const Value& value) {
  const std::uint64_t vid = value.as_number();
  if (cell.index.size() == 1 && vid > 0 && vid <= 4094)
    t.pvids[cell.index[0]] = static_cast<std::uint16_t>(vid);
}

}  // namespace

using topology::Table;
constexpr TableSpec kQBridgeFdbTable{
    .table = Table::kQBridgeFdb, .name = "dot1qTpFdbTable", .columns = kFdbColumns, .add = add_fdb};
constexpr TableSpec kQBridgeFdbAddresses{
    .table = Table::kQBridgeFdb,
    .name = "dot1qTpFdbAddress",
    .columns = kFdbAddressColumn,
    .add = add_fdb_address,
    .wanted = [](const Tables& t) { return t.q_bridge_fdb.running_numbers(); }};
constexpr TableSpec kVlanCurrentTable{.table = Table::kVlans,
                                      .name = "dot1qVlanCurrentTable",
                                      .columns = kVlanCurrentColumns,
                                      .add = add_vlan_current};
constexpr TableSpec kVlanStaticTable{.table = Table::kVlans,
                                     .name = "dot1qVlanStaticTable",
                                     .columns = kVlanNameColumns,
                                     .add = add_vlan_name};
constexpr TableSpec kVlanStaticPorts{
    .table = Table::kVlans,
    .name = "dot1qVlanStaticEgressPorts",
    .columns = kVlanStaticPortColumns,
    .add = add_vlan_static_ports,
    .wanted = [](const Tables& t) {
      // Juniper has this table, and the names in one of its own.
      const bool has_vlans = !t.vlan_names.empty() || !t.juniper_tags.empty();
      return t.asked.ended(kVlanCurrentTable) && has_vlans && t.vlan_ports.empty();
    }};
constexpr TableSpec kPortVlanTable{
    .table = Table::kVlans, .name = "dot1qPortVlanTable", .columns = kPvidColumns, .add = add_pvid};

}  // namespace lanwarden::mibs
