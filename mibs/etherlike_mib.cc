#include "mibs/etherlike_mib.h"

#include "mibs/tables.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kColumns[] = {"1.3.6.1.2.1.10.7.2.1.19"};  // dot3StatsDuplexStatus

void add(Tables& t, const Cell& cell, const Value& value) {
  const std::uint64_t sent = value.as_number();
  // Kept apart from ifTable: a row here alone makes no interface.
  if (cell.index.size() == 1 && sent <= 3) t.duplex[cell.index[0]] = static_cast<std::uint8_t>(sent);
}

}  // namespace

constexpr TableSpec kDot3Stats{
    .table = topology::Table::kInterfaces, .name = "dot3StatsTable", .columns = kColumns, .add = add};

}  // namespace lanwarden::mibs
