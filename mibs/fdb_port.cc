// What the status and the port of one forwarding row mean, once its table's numbering is decided: shared by
// the poll and the targeted question.
#include <algorithm>

#include "mibs/resolve.h"
#include "mibs/vendors.h"

namespace lanwarden::mibs {
namespace {

using topology::FdbDatabase;
using topology::FdbStatus;
using topology::IfIndex;
using topology::PortNumbering;
using topology::SwitchSnapshot;

bool is_aggregate_of_any(const SwitchSnapshot& s, IfIndex ifindex) {
  const topology::Interface* const i = s.interface(ifindex);
  if (i == nullptr) return false;
  if (i->type == kIfTypeAggregate) return true;
  return std::any_of(s.interfaces.begin(), s.interfaces.end(),
                     [&](const topology::Interface& m) { return m.aggregate == ifindex; });
}

}  // namespace

FdbStatus fdb_status(std::uint8_t sent) {
  switch (sent) {
    case FdbRows::kNoStatus:  // columns-disagree: a row without status is learned
    case 3:
      return FdbStatus::kLearned;
    case 4:
      return FdbStatus::kSelf;
    case 5:
    case 6:
      return FdbStatus::kStatic;
    default:
      return FdbStatus::kOther;
  }
}

IfIndex fdb_port(const SwitchSnapshot& s, const FdbDatabase& database, std::uint32_t sent) {
  if (sent == 0) return topology::kNoInterface;
  switch (database.ports) {
    case PortNumbering::kBridgePort: {
      if (const auto found = base_port(s.base_ports, database.context, sent)) return *found;
      if (const auto aggregate = alcatel_aggregate(s, sent)) return *aggregate;
      return is_aggregate_of_any(s, IfIndex{sent}) ? IfIndex{sent} : topology::kNoInterface;
    }
    case PortNumbering::kShifted: {
      const std::int64_t port = std::int64_t{sent} + database.shift;
      if (port <= 0 || port > 0x7fff'ffff) return topology::kNoInterface;
      return base_port(s.base_ports, database.context, static_cast<std::uint32_t>(port))
          .value_or(topology::kNoInterface);
    }
    case PortNumbering::kIfIndex: {
      if (const auto aggregate = alcatel_aggregate(s, sent)) return *aggregate;
      return port_of_ifindex(s, sent);
    }
  }
  return topology::kNoInterface;
}

}  // namespace lanwarden::mibs
