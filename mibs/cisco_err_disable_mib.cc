#include "mibs/cisco_err_disable_mib.h"

#include "mibs/tables.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kColumns[] = {"1.3.6.1.4.1.9.9.548.1.3.1.1.2"};  // cErrDisableIfStatusCause

// By (ifIndex, VLAN): VLAN 0 is the whole port; one VLAN of a port that works is no port that is shut.
void add(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 2 || cell.index[1] != 0 || value.is_exception()) return;
  t.error_disabled.insert(cell.index[0]);
}

}  // namespace

constexpr TableSpec kCiscoErrDisabled{.table = topology::Table::kInterfaces,
                                      .name = "cErrDisableIfStatusTable",
                                      .columns = kColumns,
                                      .add = add,
                                      .wanted = [](const Tables& t) { return may_be(t, Vendor::kCisco); }};

}  // namespace lanwarden::mibs
