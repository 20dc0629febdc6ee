#include "mibs/lldp_v2_mib.h"

#include "mibs/lldp_mib.h"
#include "mibs/tables.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kChassisScalars[] = {
    "1.3.111.2.802.1.1.13.1.3.1.0",  // lldpV2LocChassisIdSubtype
    "1.3.111.2.802.1.1.13.1.3.2.0",  // lldpV2LocChassisId
};
constexpr std::string_view kRemoteColumns[] = {
    "1.3.111.2.802.1.1.13.1.4.1.1.5",   // lldpV2RemChassisIdSubtype
    "1.3.111.2.802.1.1.13.1.4.1.1.6",   // lldpV2RemChassisId
    "1.3.111.2.802.1.1.13.1.4.1.1.7",   // lldpV2RemPortIdSubtype
    "1.3.111.2.802.1.1.13.1.4.1.1.8",   // lldpV2RemPortId
    "1.3.111.2.802.1.1.13.1.4.1.1.9",   // lldpV2RemPortDesc
    "1.3.111.2.802.1.1.13.1.4.1.1.10",  // lldpV2RemSysName
    "1.3.111.2.802.1.1.13.1.4.1.1.11",  // lldpV2RemSysDesc
    "1.3.111.2.802.1.1.13.1.4.1.1.12",  // lldpV2RemSysCapSupported
    "1.3.111.2.802.1.1.13.1.4.1.1.13",  // lldpV2RemSysCapEnabled
};
constexpr std::string_view kAddressColumns[] = {
    "1.3.111.2.802.1.1.13.1.4.2.1.3"};  // lldpV2RemManAddrIfSubtype

/// INDEX { TimeMark, ifIndex, destination address, remote index }
constexpr std::size_t kRowIndex = 4;

void add_chassis(Tables& t, const Cell& cell, const Value& value) {
  set_lldp_id(t.lldp_chassis, cell.column == 0, value);
}

void add_remote(Tables& t, const Cell& cell, const Value& value) {
  if (value.is_exception() || cell.index.size() != kRowIndex || cell.index[1] == 0) return;
  set_lldp_remote(t.lldp_v2_remotes[{cell.index.begin(), cell.index.end()}], cell.column, value);
}

void add_address(Tables& t, const Cell& cell, const Value& value) {
  if (value.is_exception() || cell.index.size() <= kRowIndex) return;
  const auto row = t.lldp_v2_remotes.find({cell.index.begin(), cell.index.begin() + kRowIndex});
  const auto ip = lldp_address_of_index(cell.index.subspan(kRowIndex));
  if (ip && row != t.lldp_v2_remotes.end()) row->second.management.push_back(*ip);
}

bool has_remotes(const Tables& t) { return t.asked.ended(kLldpV2Remotes) && !t.lldp_v2_remotes.empty(); }

}  // namespace

using topology::Table;
constexpr TableSpec kLldpV2Remotes{
    .table = Table::kLldp,
    .name = "lldpV2RemTable",
    .columns = kRemoteColumns,
    .add = add_remote,
    .wanted = [](const Tables& t) { return t.asked.ended(kLldpRemotes) && t.lldp_remotes.empty(); }};
constexpr TableSpec kLldpV2RemoteAddresses{.table = Table::kLldp,
                                           .name = "lldpV2RemManAddrTable",
                                           .columns = kAddressColumns,
                                           .add = add_address,
                                           .wanted = has_remotes};
constexpr TableSpec kLldpV2LocalChassis{.table = Table::kLldp,
                                        .name = "lldpV2LocChassisId",
                                        .columns = kChassisScalars,
                                        .add = add_chassis,
                                        .scalars = true,
                                        .wanted = [](const Tables& t) {
                                          return has_remotes(t) && t.asked.ended(kLldpLocalChassis) &&
                                                 t.lldp_chassis.octets.empty();
                                        }};

}  // namespace lanwarden::mibs
