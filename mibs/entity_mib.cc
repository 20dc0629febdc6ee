#include "mibs/entity_mib.h"

#include <algorithm>
#include <charconv>

#include "mibs/tables.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

constexpr std::string_view kAliasColumns[] = {"1.3.6.1.2.1.47.1.3.2.1.2"};  // entAliasMappingIdentifier
constexpr std::string_view kPhysicalColumns[] = {
    "1.3.6.1.2.1.47.1.1.1.1.4",  // entPhysicalContainedIn
    "1.3.6.1.2.1.47.1.1.1.1.5",  // entPhysicalClass
    "1.3.6.1.2.1.47.1.1.1.1.6",  // entPhysicalParentRelPos
    "1.3.6.1.2.1.47.1.1.1.1.7",  // entPhysicalName
};
constexpr std::string_view kCommunityColumns[] = {"1.3.6.1.2.1.47.1.2.1.1.4"};  // entLogicalCommunity

void add_alias(Tables& t, const Cell& cell, const Value& value) {
  // The value names ifIndex.N, 1.3.6.1.2.1.2.2.1.1.N; some agents name another column of ifTable.
  static constexpr std::uint32_t kIfEntry[] = {1, 3, 6, 1, 2, 1, 2, 2, 1};
  if (cell.index.size() != 2 || value.type != Value::Type::kOid || value.oid.size() != 11) return;
  for (std::size_t i = 0; i < 9; ++i)
    if (value.oid[i] != kIfEntry[i]) return;
  t.entity_aliases.emplace(value.oid[10], cell.index[0]);
}

void add_physical(Tables& t, const Cell& cell, const Value& value) {
  if (cell.index.size() != 1 || value.is_exception()) return;
  PhysicalRow& r = t.entity_physical[cell.index[0]];
  switch (cell.column) {
    case 0:
      r.contained_in = static_cast<std::uint32_t>(value.as_number());
      break;
    case 1:
      r.kind = static_cast<std::uint32_t>(value.as_number());
      break;
    case 2:
      if (value.type == Value::Type::kInteger && value.integer >= 0 && value.integer < 1'000'000)
        r.position = static_cast<std::int32_t>(value.integer);
      break;
    case 3:
      r.name = value.as_text();
      break;
    default:
      break;
  }
}

void add_community(Tables& t, const Cell&, const Value& value) {
  // "public@10" is VLAN 10's context; the same community over and over is none (aruba-logical-communities).
  const std::string text = value.as_text();
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos) return;
  std::uint32_t vid = 0;
  const char* const end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data() + at + 1, end, vid);
  if (error == std::errc{} && next == end && vid > 0 && vid <= 4094)
    t.logical_vlans.insert(static_cast<std::uint16_t>(vid));
}

}  // namespace

using topology::Table;
constexpr TableSpec kEntityAliases{
    .table = Table::kEntity, .name = "entAliasMappingTable", .columns = kAliasColumns, .add = add_alias};
constexpr TableSpec kEntityPhysical{.table = Table::kEntity,
                                    .name = "entPhysicalTable",
                                    .columns = kPhysicalColumns,
                                    .add = add_physical,
                                    .wanted = [](const Tables& t) {
                                      if (!t.asked.ended(kEntityAliases)) return false;
                                      // Cisco's power table names physical rows, which then are found by
                                      // their names.
                                      const bool power_names_rows = std::any_of(
                                          t.pse_ports.begin(), t.pse_ports.end(),
                                          [](const auto& p) { return p.second.physical_index != 0; });
                                      return !t.entity_aliases.empty() || power_names_rows;
                                    }};
constexpr TableSpec kLogicalCommunities{
    .table = Table::kEntity,
    .name = "entLogicalTable",
    .columns = kCommunityColumns,
    .add = add_community,
    .wanted = [](const Tables& t) { return may_have_logical_contexts(t); }};

}  // namespace lanwarden::mibs
