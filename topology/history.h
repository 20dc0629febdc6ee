// What earlier polls add to what the tables say now: a station that moved, one
// whose row is missing this time, one that fell silent.
#pragma once

#include <span>

#include "topology/locate.h"

namespace lanwarden::topology {

/// A row as polls saw it over time: from the first poll that had it to the last one.
struct PastRow {
  SwitchId sw;
  IfIndex port;
  VlanId vlan;
  FdbStatus status = FdbStatus::kLearned;
  Time from{}, last_seen{};
  bool ended = false;  ///< a later, whole table did not have it; false: it has not been looked for since
};

/// locate(), with earlier polls as witnesses. `past` may be in any order and hold what the rows of the query
/// hold, too; it is trusted for at most what it can know:
///  - a switch that changed its mind tells when the station moved; rows that are older than that and
///    contradict the newer ones are of the former place, which `Location::former` names;
///  - a row that is missing now counts as it was, if the station has not moved since and nothing that
///    is there now contradicts it;
///  - an edge port that no longer holds the station is named as the last one known, `Location::remembered`,
///    never with a confidence that an isolation would accept;
///  - a station that is in no table stays kUnknown; `Location::former` has the last place known.
/// With no `past` it is locate(fabric, query). Pure and deterministic as that is.
Location locate(const Fabric& fabric, const LocateQuery& query, std::span<const PastRow> past);

}  // namespace lanwarden::topology
