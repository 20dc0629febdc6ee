#include "mibs/lldp_mib.h"

#include "mibs/octets.h"
#include "mibs/tables.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kChassisScalars[] = {
    "1.0.8802.1.1.2.1.3.1.0",  // lldpLocChassisIdSubtype
    "1.0.8802.1.1.2.1.3.2.0",  // lldpLocChassisId
};
constexpr std::string_view kLocalColumns[] = {
    "1.0.8802.1.1.2.1.3.7.1.2",  // lldpLocPortIdSubtype
    "1.0.8802.1.1.2.1.3.7.1.3",  // lldpLocPortId
    "1.0.8802.1.1.2.1.3.7.1.4",  // lldpLocPortDesc
};
constexpr std::string_view kLocalAddressColumns[] = {"1.0.8802.1.1.2.1.3.8.1.3"};  // lldpLocManAddrLen
constexpr std::string_view kRemoteColumns[] = {
    "1.0.8802.1.1.2.1.4.1.1.4",   // lldpRemChassisIdSubtype
    "1.0.8802.1.1.2.1.4.1.1.5",   // lldpRemChassisId
    "1.0.8802.1.1.2.1.4.1.1.6",   // lldpRemPortIdSubtype
    "1.0.8802.1.1.2.1.4.1.1.7",   // lldpRemPortId
    "1.0.8802.1.1.2.1.4.1.1.8",   // lldpRemPortDesc
    "1.0.8802.1.1.2.1.4.1.1.9",   // lldpRemSysName
    "1.0.8802.1.1.2.1.4.1.1.10",  // lldpRemSysDesc
    "1.0.8802.1.1.2.1.4.1.1.11",  // lldpRemSysCapSupported
    "1.0.8802.1.1.2.1.4.1.1.12",  // lldpRemSysCapEnabled
};
constexpr std::string_view kRemoteAddressColumns[] = {"1.0.8802.1.1.2.1.4.2.1.3"};  // lldpRemManAddrIfSubtype

void set(std::vector<std::uint8_t>& octets, const Value& value) {
  if (value.type == Value::Type::kOctets) octets.assign(value.octets.begin(), value.octets.end());
}

void add_chassis(Tables& t, const Cell& cell, const Value& value) {
  set_lldp_id(t.lldp_chassis, cell.column == 0, value);
}

void add_local(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 1 || value.is_exception()) return;
  LldpLocalPort& p = t.lldp_local[cell.index[0]];
  switch (cell.column) {
    case 0:
      p.id.subtype = static_cast<std::uint32_t>(value.as_number());
      break;
    case 1:
      set(p.id.octets, value);
      break;
    case 2:
      p.descr = value.as_text();
      break;
    default:
      break;
  }
}

void add_remote(Tables& t, const Cell& cell, const Value& value) {
  if (value.is_exception() || lldp_local_port(cell.index) == 0) return;
  set_lldp_remote(t.lldp_remotes[{cell.index.begin(), cell.index.end()}], cell.column, value);
}

void add_local_address(Tables& t, const Cell& cell, const Value& value) {
  if (value.is_exception()) return;
  if (const auto ip = lldp_address_of_index(cell.index)) t.own_ips.push_back(*ip);
}

void add_remote_address(Tables& t, const Cell& cell, const Value& value) {
  if (value.is_exception()) return;
  // The row's index comes first: three numbers, or two without a TimeMark.
  for (const std::size_t row : {std::size_t{3}, std::size_t{2}}) {
    if (cell.index.size() <= row) continue;
    const auto ip = lldp_address_of_index(cell.index.subspan(row));
    if (!ip) continue;
    t.lldp_addresses[{cell.index.begin(), cell.index.begin() + static_cast<std::ptrdiff_t>(row)}].push_back(
        *ip);
    return;
  }
}

}  // namespace

std::uint32_t lldp_local_port(OidView index) {
  if (index.size() == 3) return index[1];
  if (index.size() == 2) return index[0];
  return 0;
}

void set_lldp_id(LldpId& id, bool subtype, const Value& value) {
  if (subtype)
    id.subtype = static_cast<std::uint32_t>(value.as_number());
  else
    set(id.octets, value);
}

void set_lldp_remote(LldpRemote& r, std::size_t column, const Value& value) {
  switch (column) {
    case 0:
      r.chassis.subtype = static_cast<std::uint32_t>(value.as_number());
      break;
    case 1:
      set(r.chassis.octets, value);
      break;
    case 2:
      r.port.subtype = static_cast<std::uint32_t>(value.as_number());
      break;
    case 3:
      set(r.port.octets, value);
      break;
    case 4:
      r.port_descr = text_of_octets(value.octets);
      break;
    case 5:
      r.system_name = text_of_octets(value.octets);
      break;
    case 6:
      r.system_descr = text_of_octets(value.octets);
      break;
    case 7:
      r.supported = bits_of_octets(value.octets);
      break;
    case 8:
      r.capabilities = bits_of_octets(value.octets);
      r.capabilities_known = !value.octets.empty();
      break;
    default:
      break;
  }
}

std::optional<topology::IpAddress> lldp_address_of_index(OidView index) {
  if (index.size() < 5 || (index[0] != 1 && index[0] != 2)) return std::nullopt;
  const std::size_t length = index[0] == 1 ? 4 : 16;
  OidView address = index.subspan(1);
  if (address.size() == length + 1 && address[0] == length) address = address.subspan(1);
  if (address.size() != length) return std::nullopt;
  std::uint8_t octets[16];
  for (std::size_t i = 0; i < length; ++i) {
    if (address[i] > 255) return std::nullopt;
    octets[i] = static_cast<std::uint8_t>(address[i]);
  }
  return ip_of_octets({octets, length});
}

using topology::Table;
constexpr TableSpec kLldpLocalChassis{.table = Table::kLldp,
                                      .name = "lldpLocChassisId",
                                      .columns = kChassisScalars,
                                      .add = add_chassis,
                                      .scalars = true};
constexpr TableSpec kLldpLocalPorts{
    .table = Table::kLldp, .name = "lldpLocPortTable", .columns = kLocalColumns, .add = add_local};
constexpr TableSpec kLldpLocalAddresses{.table = Table::kLldp,
                                        .name = "lldpLocManAddrTable",
                                        .columns = kLocalAddressColumns,
                                        .add = add_local_address};
constexpr TableSpec kLldpRemotes{
    .table = Table::kLldp, .name = "lldpRemTable", .columns = kRemoteColumns, .add = add_remote};
constexpr TableSpec kLldpRemoteAddresses{.table = Table::kLldp,
                                         .name = "lldpRemManAddrTable",
                                         .columns = kRemoteAddressColumns,
                                         .add = add_remote_address};

}  // namespace lanwarden::mibs
