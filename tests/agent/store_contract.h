// What every store back end promises, as stories. A back end's test hands in a
// workshop that makes stores, and runs them all:
//
//   TEST_CASE("the SQLite store keeps the contract") {
//     for (const ContractCase& c : store_contract()) DYNAMIC_SECTION(c.name) { Workshop w; c.run(w); }
//   }
#pragma once

#include <memory>
#include <span>
#include <stdexcept>
#include <type_traits>

#include "agent/store/store.h"

namespace lanwarden::agent::testing {

/// Makes connections to one and the same memory, empty in the beginning.
class StoreWorkshop {
 public:
  virtual ~StoreWorkshop() = default;
  /// One more connection; those made before stay usable.
  virtual std::unique_ptr<Store> open() = 0;
};

struct ContractCase {
  const char* name;
  void (*run)(StoreWorkshop&);
};
std::span<const ContractCase> store_contract();
/// Of the journal of isolations and the audit trail: any IsolationJournal keeps it.
std::span<const ContractCase> isolation_contract();
std::span<const ContractCase> incident_contract();
/// Of single rows, read between two polls.
std::span<const ContractCase> rows_contract();
/// Of addresses, names, links, switches and ports over time.
std::span<const ContractCase> chronicle_contract();

// The world the stories play in.

inline Time at(int minutes) {
  return Time{std::chrono::seconds{1'800'000'000}} + std::chrono::minutes{minutes};
}  ///< minutes after an arbitrary noon
inline MacAddress mac(const char* text) { return *MacAddress::parse(text); }
MacPattern pattern(const char* text);

/// "floor3" with ports A1…A8 (ifIndex 1…8), polled whole, nothing in its table yet.
SwitchSnapshot polled_switch(const char* name, Time time);
/// Adds a learned row.
void learn(SwitchSnapshot& sw, const char* station, unsigned ifindex, unsigned vlan = 10);
/// The forwarding table was cut short.
void cut_short(SwitchSnapshot& sw);

/// The value, or a failed test that says why there is none.
template <class T>
T must(StoreResult<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace lanwarden::agent::testing
