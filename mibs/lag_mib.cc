#include "mibs/lag_mib.h"

#include "mibs/tables.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kLagColumns[] = {
    "1.2.840.10006.300.43.1.2.1.1.12",  // dot3adAggPortSelectedAggID
    "1.2.840.10006.300.43.1.2.1.1.13",  // dot3adAggPortAttachedAggID
};
constexpr std::string_view kStackColumns[] = {"1.3.6.1.2.1.31.1.2.1.3"};       // ifStackStatus
constexpr std::string_view kPagpColumns[] = {"1.3.6.1.4.1.9.9.98.1.1.1.1.8"};  // pagpGroupIfIndex

void add_lag(Tables& t, const Cell& cell, const Value& value) {
  const std::uint64_t aggregate = value.as_number();
  if (cell.index.size() != 1 || aggregate == 0 || aggregate > 0x7fff'ffffU) return;
  (cell.column == 0 ? t.lag_selected : t.lag_attached)[cell.index[0]] = static_cast<std::uint32_t>(aggregate);
}

void add_stack(Tables& t, const Cell& cell, const Value& value) {
  // INDEX { higher, lower }; 0 is "nothing above" or "nothing below".
  if (cell.index.size() != 2 || cell.index[0] == 0 || cell.index[1] == 0 || value.is_exception()) return;
  t.if_stack.emplace_back(cell.index[0], cell.index[1]);
}

void add_pagp(Tables& t, const Cell& cell, const Value& value) {
  const std::uint64_t group = value.as_number();
  if (cell.index.size() == 1 && group > 0 && group <= 0x7fff'ffffU && group != cell.index[0])
    t.lag_attached.emplace(cell.index[0], static_cast<std::uint32_t>(group));
}

}  // namespace

using topology::Table;
constexpr TableSpec kLagPorts{
    .table = Table::kLag, .name = "dot3adAggPortTable", .columns = kLagColumns, .add = add_lag};
constexpr TableSpec kIfStack{
    .table = Table::kLag, .name = "ifStackTable", .columns = kStackColumns, .add = add_stack};
constexpr TableSpec kPagpGroups{.table = Table::kLag,
                                .name = "pagpEtherChannelTable",
                                .columns = kPagpColumns,
                                .add = add_pagp,
                                .wanted = [](const Tables& t) { return may_be(t, Vendor::kCisco); }};

}  // namespace lanwarden::mibs
