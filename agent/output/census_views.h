// The heartbeat census as a table for people and as JSON.
#pragma once

#include <string>
#include <vector>

#include "agent/output/views.h"
#include "analysis/heartbeat_census.h"

namespace lanwarden::agent {

/// What was heard: rows, the costliest first, and what they are shares of.
struct CensusReport {
  struct Place {
    std::string name;  ///< interface or file
    analysis::HeartbeatCensus::Totals totals;
  };
  std::vector<analysis::CensusRow> rows;
  std::vector<Place> places;  ///< by RawFrame::source
};

/// {"places": [{"interface","broadcast","multicast","seconds"}], "heartbeats": [{…}]}; a heartbeat has the
/// evidence fields of `heartbeat-broadcast`, and name, vendor, interface, vlan, first_seen, last_seen,
/// stations.
Json to_json(const CensusReport& report, const VendorNames& vendors);

/// For a terminal of `width` columns; 0: as wide as it is. With `verbose`, every station.
std::string to_text(const CensusReport& report, const VendorNames& vendors, const Console& console,
                    std::size_t width, bool verbose);

}  // namespace lanwarden::agent
