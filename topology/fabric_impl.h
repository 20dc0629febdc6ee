// Internal to the room: what a Fabric holds.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "topology/census.h"
#include "topology/claims.h"
#include "topology/fabric.h"
#include "topology/facing.h"

namespace lanwarden::topology {

namespace detail {

/// Below this share of dissenting rows the tables contradict each other nowhere that matters.
inline constexpr double kClean = 0.0005;

inline constexpr std::uint32_t kNoGroup = 0xffff'ffff;

/// A switch and one of its ports.
struct Port {
  Node sw;
  LocalPort port;
  auto operator<=>(const Port&) const = default;
};

/// How well a place explains the rows.
struct Score {
  std::uint32_t agree = 0, dissent = 0, unsure = 0;
};
/// Ports that have nothing managed between them: a cable has two, an unmanaged
/// piece of network two or more.
struct Group {
  std::vector<Port> ports;           ///< sorted
  std::vector<MacAddress> stations;  ///< sorted: seen from two of its ports at least
  bool segment = false;
  double weight = 0;  ///< stations expected on it, from those that all its ports see
};

/// A link that neighbour protocols or STP tell of.
struct ToldLink {
  Port a, b;  ///< a < b
  std::vector<Source> via;
  bool mutual = false;   ///< both ends tell of each other
  bool blocked = false;  ///< carries no stations
  std::vector<Witness> witnesses;
  bool second_leg = false;  ///< of a shared aggregate: no part of the tree
};

/// An aggregate of one switch whose legs end at two others (MLAG). The first leg is part of the tree; the
/// second carries the same stations.
struct SharedAggregate {
  Port first, second;  ///< the peers' ports
  Port aggregate;
};

/// A port of s that has stations of t, and must lead there (lone_ways.h).
struct LoneWay {
  Node s, t;
  LocalPort port;
  MacAddress witness;  ///< one of those stations
};

/// What the fabric's own stations tell of how rows get lost and old here, and of
/// where stations are usually plugged in. All shares 0..1, none exactly 0.
struct Habits {
  double stale = 0.001;                   ///< share of rows that point to a former place
  double stale_again = 0.001;             ///< the same of a station that is known to have moved
  double missing = 0;                     ///< share of all rows, as if each switch had to know every station
  double shared = 0.01;                   ///< share of stations that share their port with one other
  double shared_else = 0.01;              ///< the same without one pair: none vouches for itself
  std::vector<double> lost;               ///< [node] share of its own stations whose row it lacks
  std::vector<std::uint32_t> stations;    ///< [node] at its edge ports
  std::vector<std::uint32_t> edge_ports;  ///< [node] ports that face no switch, in use or not
  std::vector<std::uint32_t> used_ports;  ///< [node] of these with a station
  std::vector<std::uint32_t> free_ports;  ///< [node] of these with a link and no station in sight
  std::vector<std::uint32_t> lone_ports;  ///< [node] of these with one station
  std::vector<double> homeless;  ///< [node] stations that must be here although it does not hold them
  std::vector<double> one_more;  ///< [node] how well one more of these fits its free ports; 1: as well as not
  double risk = 0.02;            ///< an answer that names a port may be wrong so often
  std::vector<double> taken;     ///< [node] how well it fits that one of its lone ports is rightly taken
};

}  // namespace detail

struct Fabric::Impl {
  std::vector<SwitchSnapshot> snapshots;
  detail::Census census;
  detail::Claims claims;
  detail::Facing facing;                         ///< toward: final, of all evidence
  detail::Directions tables_only;                ///< as the forwarding tables alone tell
  detail::Views views;                           ///< of facing.toward
  std::vector<std::vector<std::uint8_t>> faces;  ///< [node][port] leads to a polled switch
  std::vector<detail::Group> groups;
  std::vector<std::vector<std::uint32_t>> group_of;  ///< [node][port] or kNoGroup
  std::vector<detail::ToldLink> told;
  std::vector<detail::SharedAggregate> shared;
  std::vector<detail::LoneWay> lone_ways;  ///< not in a frozen fabric
  std::vector<std::vector<std::uint32_t>>
      visitors;  ///< [node][port] stations it holds that are, or may be, at home elsewhere
  std::vector<std::vector<std::uint32_t>> located;  ///< [node][port] stations whose place this is, or may be
  double noise = 0;                                 ///< share of forwarding rows that dissent
  detail::Habits habits;

  std::vector<Link> links;
  std::vector<Segment> segments;
  std::vector<UnknownBridge> unknown_bridges;
  std::vector<std::string> contradictions;
  std::vector<std::vector<PortRole>> roles;               ///< [node][port]
  std::vector<std::vector<MacAddress>> stations;          ///< [node] by port, then address
  std::vector<std::vector<std::uint32_t>> first_station;  ///< [node][port], one more at the end

  /// Where VLANs have trees of their own: [VLAN id] the number of its tree; this one is number 0. Empty: one
  /// for all.
  std::vector<std::uint8_t> tree_of_vlan;
  std::vector<Impl> other_trees;  ///< number 1 and up, without snapshots of their own

  /// For who infers.
  static Fabric fabric(std::unique_ptr<Impl> impl) { return Fabric(std::move(impl)); }
  static Impl& of(Fabric& fabric) { return *fabric.impl_; }

  const Impl& tree(std::size_t number) const { return number == 0 ? *this : other_trees[number - 1]; }
  std::string describe(detail::Node n, detail::LocalPort p) const;
  const detail::PortHints& hints(detail::Node n, detail::LocalPort p) const { return claims.hints[n][p]; }
};

namespace detail {

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

}  // namespace detail
}  // namespace lanwarden::topology
