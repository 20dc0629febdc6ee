#include "mibs/system.h"

#include "mibs/tables.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kColumns[] = {
    "1.3.6.1.2.1.1.1.0",  // sysDescr
    "1.3.6.1.2.1.1.2.0",  // sysObjectID
    "1.3.6.1.2.1.1.3.0",  // sysUpTime
    "1.3.6.1.2.1.1.5.0",  // sysName
    "1.3.6.1.2.1.1.6.0",  // sysLocation
};

void add(Tables& t, const Cell& cell, const Value& value) {
  System& s = t.system;
  switch (cell.column) {
    case 0:
      s.descr = value.as_text();
      break;
    case 1:
      if (value.type == Value::Type::kOid) s.object_id = Oid{value.oid};
      break;
    case 2:
      s.uptime_cs = value.as_number();
      break;
    case 3:
      s.name = value.as_text();
      break;
    case 4:
      s.location = value.as_text();
      break;
    default:
      break;
  }
}

}  // namespace

constexpr TableSpec kSystemGroup{.table = topology::Table::kSystem,
                                 .name = "system",
                                 .columns = kColumns,
                                 .add = add,
                                 .scalars = true,
                                 .of_routers = true};

}  // namespace lanwarden::mibs
