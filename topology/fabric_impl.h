// Internal to the room: what a Fabric holds.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "topology/census.h"
#include "topology/claims.h"
#include "topology/fabric.h"
#include "topology/facing.h"

namespace lanwarden::topology {

namespace detail {

inline constexpr std::uint32_t kNoGroup = 0xffff'ffff;

/// A switch and one of its ports.
struct Port {
  Node sw;
  LocalPort port;
  auto operator<=>(const Port&) const = default;
};

/// Ports that have nothing managed between them: a cable has two, an unmanaged
/// piece of network two or more.
struct Group {
  std::vector<Port> ports;           ///< sorted
  std::vector<MacAddress> stations;  ///< sorted: seen from two of its ports at least
  bool segment = false;
};

/// A link that neighbour protocols or STP tell of.
struct ToldLink {
  Port a, b;  ///< a < b
  std::vector<Source> via;
  bool mutual = false;   ///< both ends tell of each other
  bool blocked = false;  ///< carries no stations
  std::vector<Witness> witnesses;
};

}  // namespace detail

struct Fabric::Impl {
  std::vector<SwitchSnapshot> snapshots;
  detail::Census census;
  detail::Claims claims;
  detail::Facing facing;                         ///< toward: final, of all evidence
  detail::Directions tables_only;                ///< as the forwarding tables alone tell
  std::vector<std::vector<std::uint8_t>> faces;  ///< [node][port] leads to a polled switch
  std::vector<detail::Group> groups;
  std::vector<std::vector<std::uint32_t>> group_of;  ///< [node][port] or kNoGroup
  std::vector<detail::ToldLink> told;
  std::vector<std::vector<std::uint32_t>> located;  ///< [node][port] stations whose place this is, or may be
  double noise = 0;                                 ///< share of forwarding rows that dissent

  std::vector<Link> links;
  std::vector<Segment> segments;
  std::vector<UnknownBridge> unknown_bridges;
  std::vector<std::string> contradictions;
  std::vector<std::vector<PortRole>> roles;               ///< [node][port]
  std::vector<std::vector<MacAddress>> stations;          ///< [node] by port, then address
  std::vector<std::vector<std::uint32_t>> first_station;  ///< [node][port], one more at the end

  std::string describe(detail::Node n, detail::LocalPort p) const;
  const detail::PortHints& hints(detail::Node n, detail::LocalPort p) const { return claims.hints[n][p]; }
};

namespace detail {

/// How well a place explains the rows.
struct Score {
  std::uint32_t agree = 0, dissent = 0, unsure = 0;
};
/// A place a station may be at: an edge port, or (with `group`) a piece of network between switches.
struct Spot {
  Port at;
  std::uint32_t group = kNoGroup;
  Score score;
};
/// Counting stops when dissent exceeds `most`: the place is out of the race.
Score score(const Fabric::Impl& f, std::span<const Place> rows, const Spot& spot, std::uint32_t most);
/// The places these rows speak for, likeliest first: edge ports that hold the
/// station, and groups which two switches see it on. Those with more dissent than `slack` above the best are
/// left out.
std::vector<Spot> spots(const Fabric::Impl& f, std::span<const Place> rows, std::uint32_t slack);

/// What the forwarding tables tell, stations that contradict the rest left aside.
void infer_from_tables(Fabric::Impl& f);
/// Protocol links, checked against the tables; final directions; groups.
void join_evidence(Fabric::Impl& f);
/// Where each station is; from it segments, roles, links.
void describe_fabric(Fabric::Impl& f);

}  // namespace detail
}  // namespace lanwarden::topology
