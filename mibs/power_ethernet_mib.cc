#include "mibs/power_ethernet_mib.h"

#include "mibs/tables.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kColumns[] = {
    "1.3.6.1.2.1.105.1.1.1.3",  // pethPsePortAdminEnable
    "1.3.6.1.2.1.105.1.1.1.6",  // pethPsePortDetectionStatus
};
constexpr std::string_view kCiscoColumns[] = {"1.3.6.1.4.1.9.9.402.1.2.1.11"};  // cpeExtPsePortEntPhyIndex

void add(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 2 || value.is_exception()) return;
  PsePort& p = t.pse_ports[{cell.index[0], cell.index[1]}];
  const std::uint64_t sent = value.as_number();
  if (cell.column == 0) p.enabled = sent != 2;  // TruthValue
  if (cell.column == 1 && sent <= 6) p.detection = static_cast<std::uint8_t>(sent);
}

void add_cisco(Tables& t, const Cell& cell, const Value& value) {
  const std::uint64_t physical = value.as_number();
  if (cell.index.size() != 2 || physical == 0 || physical > 0x7fff'ffffU) return;
  const auto port = t.pse_ports.find({cell.index[0], cell.index[1]});
  if (port != t.pse_ports.end()) port->second.physical_index = static_cast<std::uint32_t>(physical);
}

}  // namespace

using topology::Table;
constexpr TableSpec kPsePorts{
    .table = Table::kPower, .name = "pethPsePortTable", .columns = kColumns, .add = add};
constexpr TableSpec kCiscoPsePorts{.table = Table::kPower,
                                   .name = "cpeExtPsePortTable",
                                   .columns = kCiscoColumns,
                                   .add = add_cisco,
                                   .wanted = [](const Tables& t) {
                                     return may_be(t, Vendor::kCisco) && t.asked.ended(kPsePorts) &&
                                            !t.pse_ports.empty();
                                   }};

}  // namespace lanwarden::mibs
