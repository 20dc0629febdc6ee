#include "mibs/extreme_edp_mib.h"

#include "mibs/fdb_rows.h"
#include "mibs/octets.h"
#include "mibs/tables.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kColumns[] = {
    "1.3.6.1.4.1.1916.1.13.2.1.3",  // extremeEdpNeighborName
    "1.3.6.1.4.1.1916.1.13.2.1.4",  // extremeEdpNeighborSoftwareVersion
    "1.3.6.1.4.1.1916.1.13.2.1.5",  // extremeEdpNeighborSlot
    "1.3.6.1.4.1.1916.1.13.2.1.6",  // extremeEdpNeighborPort
};

void add(Tables& t, const Cell& cell, const Value& value) {
  // The longest: ifIndex, a length, eight octets.
  if (cell.index.empty() || cell.index.size() > 10 || cell.index[0] == 0 || value.is_exception()) return;
  EdpRow& r = t.edp[{cell.index.begin(), cell.index.end()}];
  switch (cell.column) {
    case 0:
      r.name = text_of_octets(value.octets);
      break;
    case 1:
      r.version = text_of_octets(value.octets);
      break;
    case 2:
      r.slot = static_cast<std::uint32_t>(value.as_number());
      break;
    case 3:
      r.port = static_cast<std::uint32_t>(value.as_number());
      break;
    default:
      break;
  }
}

}  // namespace

topology::MacAddress edp_neighbor_address(OidView index) {
  constexpr std::size_t kIfIndexAndId = 9;
  const bool with_length = index.size() == kIfIndexAndId + 1 && index[1] == 8;
  if (!with_length && index.size() != kIfIndexAndId) return {};
  const auto found = mac_of_index(index.last(6));
  return found ? found->mac : topology::MacAddress{};
}

constexpr TableSpec kEdpTable{.table = topology::Table::kEdp,
                              .name = "extremeEdpTable",
                              .columns = kColumns,
                              .add = add,
                              .wanted = [](const Tables& t) { return may_be(t, Vendor::kExtreme); }};

}  // namespace lanwarden::mibs
