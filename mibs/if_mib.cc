#include "mibs/if_mib.h"

#include "mibs/tables.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kIfColumns[] = {
    "1.3.6.1.2.1.2.2.1.2",  // ifDescr
    "1.3.6.1.2.1.2.2.1.3",  // ifType
    "1.3.6.1.2.1.2.2.1.5",  // ifSpeed
    "1.3.6.1.2.1.2.2.1.6",  // ifPhysAddress
    "1.3.6.1.2.1.2.2.1.7",  // ifAdminStatus
    "1.3.6.1.2.1.2.2.1.8",  // ifOperStatus
    "1.3.6.1.2.1.2.2.1.9",  // ifLastChange
};
constexpr std::string_view kIfXColumns[] = {
    "1.3.6.1.2.1.31.1.1.1.1",   // ifName
    "1.3.6.1.2.1.31.1.1.1.15",  // ifHighSpeed
    "1.3.6.1.2.1.31.1.1.1.18",  // ifAlias
};

IfRow* row(Tables& t, const Cell& cell) {
  if (cell.index.size() != 1 || cell.index[0] == 0) return nullptr;
  return &t.interfaces[cell.index[0]];
}

void add_if(Tables& t, const Cell& cell, const Value& value) {
  IfRow* const r = row(t, cell);
  if (r == nullptr) return;
  switch (cell.column) {
    case 0:
      r->descr = value.as_text();
      break;
    case 1:
      r->type = static_cast<std::uint32_t>(value.as_number());
      break;
    case 2:
      r->speed_bps = value.as_number();
      break;
    case 3:
      if (value.type == Value::Type::kOctets && value.octets.size() == 6)
        r->address = topology::MacAddress{value.octets.first<6>()};
      break;
    case 4:
      r->admin = static_cast<std::uint8_t>(value.as_number());
      break;
    case 5:
      r->oper = static_cast<std::uint8_t>(value.as_number());
      break;
    case 6:
      r->last_change_cs = static_cast<std::uint32_t>(value.as_number());
      break;
    default:
      break;
  }
}

void add_ifx(Tables& t, const Cell& cell, const Value& value) {
  IfRow* const r = row(t, cell);
  if (r == nullptr) return;
  switch (cell.column) {
    case 0:
      r->name = value.as_text();
      break;
    case 1:
      r->high_speed_mbps = value.as_number();
      break;
    case 2:
      r->alias = value.as_text();
      break;
    default:
      break;
  }
}

}  // namespace

constexpr TableSpec kIfTable{.table = topology::Table::kInterfaces,
                             .name = "ifTable",
                             .columns = kIfColumns,
                             .add = add_if,
                             .of_routers = true};
constexpr TableSpec kIfXTable{.table = topology::Table::kInterfaces,
                              .name = "ifXTable",
                              .columns = kIfXColumns,
                              .add = add_ifx,
                              .of_routers = true};

std::string interface_name(std::string_view if_name, std::string_view if_descr, topology::IfIndex ifindex) {
  if (!if_name.empty()) return std::string(if_name);
  if (!if_descr.empty()) return std::string(if_descr);
  return "port " + std::to_string(ifindex.value);
}

}  // namespace lanwarden::mibs
