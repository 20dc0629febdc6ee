// Where a station is plugged in, from what the switches say about its address.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topology/fabric.h"

namespace lanwarden::topology {

/// The contract's verdicts. A wrong kEdge costs an outage; every other one a walk.
enum class Verdict : std::uint8_t {
  kEdge,
  kShared,
  kSegment,
  kBeyond,
  kAmbiguous,
  kInfrastructure,
  kUnknown
};
std::string_view to_string(
    Verdict verdict);  ///< "edge" "shared" "segment" "beyond" "ambiguous" "infrastructure" "unknown"

/// One switch's answer for one station: a row of its forwarding database, as it is now.
struct MacRow {
  SwitchId sw;
  IfIndex port;  ///< kNoInterface: "known, but on no port"
  VlanId vlan;
  FdbStatus status = FdbStatus::kLearned;
  Time seen{};  ///< when the switch said so
};

struct LocateQuery {
  MacAddress mac;
  std::span<const MacRow> rows;  ///< what the switches that answered hold of it
  std::span<const SwitchId>
      unanswered;  ///< switches that could not be asked this time: their silence means nothing
  bool live =
      false;  ///< the rows are newer than any poll, whatever the clock says: it may have been set back
};

/// Where a station was before.
struct FormerPlace {
  PortId port;
  Time last_seen{};
};

/// The answer, with its reasons.
struct Location {
  MacAddress mac;
  Verdict verdict = Verdict::kUnknown;
  double confidence = 0;       ///< 0..1: how often an answer with such evidence is right
  std::optional<PortId> port;  ///< the one port, for kEdge, kShared, kBeyond (and the switch itself has none
                               ///< for kInfrastructure)
  std::optional<SwitchId> sw;  ///< the switch; for kInfrastructure the owner
  VlanId vlan;
  std::vector<PortId> ports;  ///< kSegment: every known port facing it; kAmbiguous: candidates, likeliest
                              ///< first; else the one port
  std::size_t stations_on_port = 0;   ///< including this one
  std::optional<Time> seen;           ///< newest row that supports the verdict
  std::vector<std::string> evidence;  ///< sentences, strongest first
  /// The port is the last one known, as of `seen`: it does not hold the station any more (history.h).
  bool remembered = false;
  /// The edge port before this one; for kUnknown the last one known (history.h).
  std::optional<FormerPlace> former;
};

/// Rows of `mac` in the fabric's own snapshots: what a stored `where` starts from.
std::vector<MacRow> stored_rows(const Fabric& fabric, MacAddress mac);

/// Combines every switch's answer into one verdict. Never fails, never guesses.
Location locate(const Fabric& fabric, const LocateQuery& query);

}  // namespace lanwarden::topology
