#include "topology/switch_snapshot.h"

#include <algorithm>

namespace lanwarden::topology {
namespace {

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(x) == lower(y);
  });
}

}  // namespace

std::string_view to_string(FdbStatus status) {
  switch (status) {
    case FdbStatus::kLearned:
      return "learned";
    case FdbStatus::kSelf:
      return "self";
    case FdbStatus::kStatic:
      return "static";
    case FdbStatus::kOther:
      return "other";
  }
  return "other";
}

std::string_view to_string(NeighborProtocol protocol) {
  switch (protocol) {
    case NeighborProtocol::kLldp:
      return "lldp";
    case NeighborProtocol::kCdp:
      return "cdp";
    case NeighborProtocol::kFdp:
      return "fdp";
    case NeighborProtocol::kEdp:
      return "edp";
  }
  return "lldp";
}

std::string_view to_string(Table table) {
  static constexpr std::array<std::string_view, kTableCount> kNames = {
      "system", "interfaces", "base-ports", "fdb",       "q-fdb",      "vlans", "stp", "lldp",
      "cdp",    "lag",        "entity",     "addresses", "vendor-fdb", "power", "fdp", "edp"};
  return kNames[static_cast<std::size_t>(table)];
}

bool SwitchSnapshot::fdb_complete() const {
  bool any = false;
  for (const Table t : {Table::kBridgeFdb, Table::kQBridgeFdb, Table::kVendorFdb}) {
    const Completeness c = table(t).completeness;
    if (c == Completeness::kPartial) return false;
    any = any || c == Completeness::kComplete;
  }
  return answered && any;
}

const Interface* SwitchSnapshot::interface(IfIndex ifindex) const {
  const auto it = std::lower_bound(interfaces.begin(), interfaces.end(), ifindex,
                                   [](const Interface& i, IfIndex x) { return i.ifindex < x; });
  return it != interfaces.end() && it->ifindex == ifindex ? &*it : nullptr;
}

const Interface* SwitchSnapshot::interface_named(std::string_view wanted) const {
  if (wanted.empty()) return nullptr;
  const auto unique = [&](auto&& matches) -> const Interface* {
    const Interface* found = nullptr;
    for (const Interface& i : interfaces) {
      if (!matches(i)) continue;
      if (found != nullptr) return nullptr;
      found = &i;
    }
    return found;
  };
  for (const auto field : {&Interface::name, &Interface::descr, &Interface::alias})
    if (const Interface* i = unique([&](const Interface& x) { return x.*field == wanted; })) return i;
  for (const auto field : {&Interface::name, &Interface::descr, &Interface::alias})
    if (const Interface* i = unique([&](const Interface& x) { return same_ignoring_case(x.*field, wanted); }))
      return i;
  return nullptr;
}

}  // namespace lanwarden::topology
