// The targeted question: one station, every filtering database, one round trip.
#include <algorithm>
#include <tuple>

#include "mibs/poll.h"
#include "mibs/resolve.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

using topology::FdbDatabase;
using topology::FdbStatus;
using topology::MacAddress;
using topology::MacRow;
using topology::SwitchSnapshot;
using topology::Table;

Oid fdb_instance(const FdbDatabase& d, std::uint32_t column, MacAddress mac) {
  Oid oid = d.table == Table::kQBridgeFdb ? Oid{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, column, d.id.value}
                                          : Oid{1, 3, 6, 1, 2, 1, 17, 4, 3, 1, column};
  std::uint32_t tail[7] = {6};
  const auto octets = mac.octets();
  std::copy(octets.begin(), octets.end(), tail + 1);
  return oid + (d.length_byte ? OidView(tail) : OidView(tail).subspan(1));
}

/// What is asked, database by database: the port, and the status where the table has one.
struct Question {
  const FdbDatabase* database;
  std::size_t port;
  std::size_t status;  ///< equal to `port` when there is none
};
template <class Each>
void for_each_question(const SwitchSnapshot& known, MacAddress mac, Each each) {
  std::size_t variable = 0;
  for (const FdbDatabase& d : known.databases) {
    if (d.table == Table::kVendorFdb) {
      auto oid = vendor_fdb_instance(VendorFdb{d.vendor_table}, d.id, mac);
      if (!oid) continue;
      each(Question{&d, variable, variable}, std::move(*oid), Oid{});
      variable += 1;
    } else {
      each(Question{&d, variable, variable + 1}, fdb_instance(d, 2, mac), fdb_instance(d, 3, mac));
      variable += 2;
    }
  }
}

}  // namespace

std::vector<WhereVariable> where_request(const SwitchSnapshot& known, MacAddress mac) {
  std::vector<WhereVariable> variables;
  variables.reserve(known.databases.size() * 2);
  for_each_question(known, mac, [&](const Question& a, Oid port, Oid status) {
    const std::string context =
        a.database->context == topology::kNoVlan ? std::string() : std::to_string(a.database->context.value);
    variables.push_back({std::move(port), context});
    if (a.status != a.port) variables.push_back({std::move(status), context});
  });
  return variables;
}

std::vector<MacRow> where_rows(const SwitchSnapshot& known, topology::SwitchId sw, MacAddress mac,
                               std::span<const WhereVariable> asked, std::span<const WhereValue> answers,
                               topology::Time now) {
  std::vector<const Value*> by_variable(asked.size(), nullptr);
  for (const WhereValue& a : answers)
    if (a.variable < by_variable.size() && !a.value.is_exception()) by_variable[a.variable] = &a.value;

  std::vector<MacRow> rows;
  for_each_question(known, mac, [&](const Question& a, const Oid&, const Oid&) {
    if (std::max(a.port, a.status) >= by_variable.size()) return;
    const Value* const port = by_variable[a.port];
    const Value* const status = a.status != a.port ? by_variable[a.status] : nullptr;
    if (port == nullptr && status == nullptr) return;
    const std::uint64_t sent_port = port != nullptr ? port->as_number() : 0;
    const std::uint64_t sent_status =
        status != nullptr ? status->as_number(FdbRows::kNoStatus) : std::uint64_t{FdbRows::kNoStatus};
    MacRow row;
    row.sw = sw;
    row.vlan = a.database->vlan;
    row.status =
        fdb_status(static_cast<std::uint8_t>(std::min<std::uint64_t>(sent_status, FdbRows::kNoStatus)));
    row.seen = now;
    if (sent_port <= 0xffff'ffffU)
      row.port = fdb_port(known, *a.database, static_cast<std::uint32_t>(sent_port));
    // Port 0 is "known, but not learned here": an answer only when it says that the address is the switch's
    // own.
    if (sent_port == 0 && row.status != FdbStatus::kSelf) return;
    rows.push_back(row);
  });
  // BRIDGE-MIB repeats without a VLAN what Q-BRIDGE told with one.
  std::stable_sort(rows.begin(), rows.end(), [](const MacRow& a, const MacRow& b) {
    return std::tuple(a.vlan == topology::kNoVlan, a.vlan, a.port, a.status) <
           std::tuple(b.vlan == topology::kNoVlan, b.vlan, b.port, b.status);
  });
  std::vector<MacRow> result;
  for (const MacRow& r : rows) {
    const bool told = std::any_of(result.begin(), result.end(), [&](const MacRow& k) {
      return k.port == r.port && (k.vlan == r.vlan || r.vlan == topology::kNoVlan);
    });
    const bool placed_elsewhere = r.port == topology::kNoInterface && r.status != FdbStatus::kSelf &&
                                  std::any_of(result.begin(), result.end(), [](const MacRow& k) {
                                    return k.port != topology::kNoInterface;
                                  });
    if (!told && !placed_elsewhere) result.push_back(r);
  }
  return result;
}

}  // namespace lanwarden::mibs
