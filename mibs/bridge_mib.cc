#include "mibs/bridge_mib.h"

#include <algorithm>

#include "mibs/octets.h"
#include "mibs/tables.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kScalars[] = {
    "1.3.6.1.2.1.17.1.1.0",  // dot1dBaseBridgeAddress
    "1.3.6.1.2.1.17.2.5.0",  // dot1dStpDesignatedRoot
    "1.3.6.1.2.1.17.2.6.0",  // dot1dStpRootCost
    "1.3.6.1.2.1.17.2.7.0",  // dot1dStpRootPort
};
constexpr std::string_view kBaseColumns[] = {"1.3.6.1.2.1.17.1.4.1.2"};  // dot1dBasePortIfIndex
constexpr std::string_view kFdbColumns[] = {
    "1.3.6.1.2.1.17.4.3.1.2",  // dot1dTpFdbPort
    "1.3.6.1.2.1.17.4.3.1.3",  // dot1dTpFdbStatus
};
constexpr std::string_view kFdbAddressColumn[] = {"1.3.6.1.2.1.17.4.3.1.1"};
constexpr std::string_view kStpColumns[] = {
    "1.3.6.1.2.1.17.2.15.1.3",   // dot1dStpPortState
    "1.3.6.1.2.1.17.2.15.1.4",   // dot1dStpPortEnable
    "1.3.6.1.2.1.17.2.15.1.5",   // dot1dStpPortPathCost
    "1.3.6.1.2.1.17.2.15.1.6",   // dot1dStpPortDesignatedRoot
    "1.3.6.1.2.1.17.2.15.1.8",   // dot1dStpPortDesignatedBridge
    "1.3.6.1.2.1.17.2.15.1.9",   // dot1dStpPortDesignatedPort
    "1.3.6.1.2.1.17.2.15.1.11",  // dot1dStpPortPathCost32
};

bool bridge_id(const Value& value, topology::BridgeId& out) {
  const auto id = value.type == Value::Type::kOctets ? bridge_id_of_octets(value.octets) : std::nullopt;
  if (id) out = *id;
  return id.has_value();
}

void add_scalar(Tables& t, const Cell& cell, const Value& value) {
  StpScalars& stp = t.stp[cell.context.value];
  switch (cell.column) {
    case 0:
      if (cell.context == topology::kNoVlan && value.type == Value::Type::kOctets)
        if (const auto mac = mac_of_octets(value.octets)) t.bridge_address = *mac;
      break;
    case 1:
      stp.has_root = bridge_id(value, stp.root) && !stp.root.address.is_zero();
      break;
    case 2:
      stp.root_cost = static_cast<std::uint32_t>(value.as_number());
      break;
    case 3:
      stp.root_port = static_cast<std::uint32_t>(value.as_number());
      break;
    default:
      break;
  }
}

void add_base_port(Tables& t, const Cell& cell, const Value& value) {
  const std::uint64_t ifindex = value.as_number();
  if (cell.index.size() == 1 && ifindex > 0 && ifindex <= 0x7fff'ffffU)
    t.base_ports.push_back({cell.context, topology::BridgePort{cell.index[0]},
                            topology::IfIndex{static_cast<std::uint32_t>(ifindex)}});
}

void add_fdb(Tables& t, const Cell& cell, const Value& value) {
  FdbRows& rows = t.bridge_fdb[cell.context.value];
  if (cell.column == 0)
    rows.add_port(0, cell.index, value);
  else
    rows.add_status(0, cell.index, value);
}

void add_fdb_address(Tables& t, const Cell& cell, const Value& value) {
  t.bridge_fdb[cell.context.value].add_address(0, cell.index, value);
}

void add_stp(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 1) return;
  StpRow& r = t.stp_ports[{cell.context.value, cell.index[0]}];
  switch (cell.column) {
    case 0:
      r.state = static_cast<std::uint8_t>(value.as_number());
      break;
    case 1:
      r.enabled = value.as_number() == 1;
      break;
    case 2:
      if (r.path_cost < 0xffff) r.path_cost = static_cast<std::uint32_t>(value.as_number());
      break;
    case 3:
      bridge_id(value, r.designated_root);
      break;
    case 4:
      bridge_id(value, r.designated_bridge);
      break;
    case 5:
      if (value.type == Value::Type::kOctets)
        r.designated_port = stp_port_of_octets(value.octets).value_or(0);
      break;
    case 6:
      // The older column ends at 65535 and stands for every cost above.
      if (const std::uint64_t cost = value.as_number(); cost > 0)
        r.path_cost = static_cast<std::uint32_t>(std::min<std::uint64_t>(cost, 0xffff'ffffU));
      break;
    default:
      break;
  }
}

}  // namespace

using topology::Table;
constexpr TableSpec kBridgeScalars{.table = Table::kStp,
                                   .name = "dot1dStp",
                                   .columns = kScalars,
                                   .add = add_scalar,
                                   .scalars = true,
                                   .per_vlan_context = true};
constexpr TableSpec kBasePortTable{.table = Table::kBasePorts,
                                   .name = "dot1dBasePortTable",
                                   .columns = kBaseColumns,
                                   .add = add_base_port,
                                   .per_vlan_context = true};
constexpr TableSpec kBridgeFdbTable{.table = Table::kBridgeFdb,
                                    .name = "dot1dTpFdbTable",
                                    .columns = kFdbColumns,
                                    .add = add_fdb,
                                    .per_vlan_context = true};
constexpr TableSpec kBridgeFdbAddresses{.table = Table::kBridgeFdb,
                                        .name = "dot1dTpFdbAddress",
                                        .columns = kFdbAddressColumn,
                                        .add = add_fdb_address,
                                        .wanted = [](const Tables& t) {
                                          const auto it = t.bridge_fdb.find(0);
                                          return it != t.bridge_fdb.end() && it->second.running_numbers();
                                        }};
constexpr TableSpec kStpPortTable{.table = Table::kStp,
                                  .name = "dot1dStpPortTable",
                                  .columns = kStpColumns,
                                  .add = add_stp,
                                  .per_vlan_context = true};

}  // namespace lanwarden::mibs
