// The fabric: switches, the links between their ports, the unmanaged segments,
// and which port of each switch leads to which other switch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "topology/ids.h"
#include "topology/mac_address.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::topology {

enum class PortRole : std::uint8_t { kUnused, kEdge, kShared, kUplink, kSegment, kUnknown };
std::string_view to_string(
    PortRole role);  ///< the contract's words: "edge" "shared" "uplink" "segment" "unknown" "unused"

/// Where a piece of evidence comes from.
enum class Source : std::uint8_t { kLldp, kCdp, kStp, kFdb };
std::string_view to_string(Source source);  ///< "lldp" "cdp" "stp" "fdb"

/// One piece of evidence for or against a link, in words an administrator would use.
struct Witness {
  Source source;
  bool supports = true;
  std::string text;  ///< "core Gi1/0/24 hears floor3 A24 (LLDP)"
};

/// Two polled switches, port to port. A LAG is one link between the aggregates.
struct Link {
  PortId a, b;              ///< a < b
  std::vector<Source> via;  ///< sorted, unique, not empty
  double confidence = 0;    ///< 0..1
  bool blocked = false;     ///< kept redundant by STP: carries no stations now
  std::vector<Witness> witnesses;
};

/// An unmanaged piece of network (a hub, unmanaged switches) between known ports, at least two.
struct Segment {
  std::vector<PortId> ports;         ///< sorted: every polled port that faces it
  std::vector<MacAddress> stations;  ///< sorted: seen to be on it
  std::vector<Witness> witnesses;
};

/// A bridge that is not polled or did not answer, known by its LLDP/CDP, its
/// BPDUs or by inference: what lies behind `port` is beyond our sight.
struct UnknownBridge {
  PortId port;
  std::string description;  ///< "LLDP bridge 'sw-attic' (00:11:…)"
};

/// Immutable; safe to share between threads. Deterministic: the same snapshots
/// in any order give the same fabric up to the renumbering of SwitchId.
class Fabric {
 public:
  Fabric();
  ~Fabric();
  Fabric(Fabric&&) noexcept;
  Fabric& operator=(Fabric&&) noexcept;

  /// SwitchId{i} is snapshots()[i]: the order infer() was given.
  std::span<const SwitchSnapshot> snapshots() const;
  const SwitchSnapshot& snapshot(SwitchId sw) const;
  std::optional<SwitchId> switch_named(std::string_view name) const;
  /// The switch that owns this address (bridge, interface or self row).
  std::optional<SwitchId> owner_of(MacAddress mac) const;

  std::span<const Link> links() const;  ///< sorted by (a, b)
  std::span<const Segment> segments() const;
  std::span<const UnknownBridge> unknown_bridges() const;

  /// The aggregate for a LAG member, else the port itself.
  PortId port_of(SwitchId sw, IfIndex ifindex) const;
  PortRole role(PortId port) const;
  /// Whether `port` leads to another polled switch, directly or through a segment.
  bool faces_switch(PortId port) const;
  /// The unknown bridge behind this port, or nullptr.
  const UnknownBridge* unknown_bridge(PortId port) const;
  /// The port of `from` behind which `to` lies; nullopt when unknown or unconnected.
  std::optional<IfIndex> direction(SwitchId from, SwitchId to) const;
  /// Learned stations on this port as of the snapshots, switches' own and group addresses left out; sorted.
  std::span<const MacAddress> stations(PortId port) const;
  /// Contradictions that were outvoted, one sentence each.
  std::span<const std::string> contradictions() const;
  /// The witnesses for and against what this port is thought to be.
  std::vector<Witness> explain(PortId port) const;
  /// "floor3 A1"
  std::string describe(PortId port) const;

  struct Impl;  ///< internal to the room: infer() fills it, locate() reads it
  const Impl& impl() const { return *impl_; }

 private:
  friend Fabric infer(std::vector<SwitchSnapshot> snapshots);
  friend std::optional<Fabric> thaw(std::string_view octets);
  explicit Fabric(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// Infers the fabric from any mixture of LLDP, CDP, STP and forwarding tables.
/// Never fails: switches that did not answer stand alone. Method: infer.cc.
Fabric infer(std::vector<SwitchSnapshot> snapshots);

}  // namespace lanwarden::topology
