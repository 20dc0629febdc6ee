// Internal to the room. What the switches answered about one station, sorted by what it is worth.
#pragma once

#include <optional>
#include <vector>

#include "topology/fabric_impl.h"
#include "topology/locate.h"

namespace lanwarden::topology::detail {

struct Asked {
  const Fabric::Impl& f;
  const LocateQuery& query;
  std::vector<bool> silent;       ///< [node] did not answer, now or at the last poll
  std::vector<Place> places;      ///< sorted by switch, then port
  std::vector<Place> dead;        ///< rows on ports that are down now
  std::vector<MacRow> fixed;      ///< static entries
  std::vector<MacRow> strangers;  ///< on ports that were not there at the last poll
  std::optional<Time> seen;       ///< the newest of the places
  std::vector<std::string> remarks;

  Asked(const Fabric::Impl& fabric, const LocateQuery& asked);
  /// Whether this switch holds the station.
  bool holds(Node n) const;
  /// The ports where the fabric has counted this very station.
  std::vector<Port> counted() const;

 private:
  void gather();
  bool of_a_dead_port(const MacRow& row, Node n) const;
};

}  // namespace lanwarden::topology::detail
