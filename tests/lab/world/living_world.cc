#include "tests/lab/world/living_world.h"

#include <algorithm>

#include "tests/lab/world/random.h"
#include "tests/lab/world/tables.h"

namespace lanwarden::lab {

using topology::IfIndex;
using topology::kNoInterface;

namespace {

constexpr double kWithinSwitch = 0.1;
constexpr std::uint64_t kStream = 2'000'000;

WorldOptions healthy(WorldOptions o) {
  o.missing = o.stale = 0;
  return o;
}

}  // namespace

LivingWorld::LivingWorld(const WorldOptions& world, const LivingOptions& options)
    : world_(generate(healthy(world))), options_(options) {
  const auto hops = active_hops(world_);
  const std::size_t stations = world_.stations.size();
  parent_.assign(hops.size(), 0);
  std::vector<bool> seen(hops.size(), false);
  std::vector<NodeId> open{0};
  seen[0] = true;
  for (std::size_t i = 0; i < open.size(); ++i)
    for (const Hop& hop : hops[open[i]]) {
      if (seen[hop.to]) continue;
      seen[hop.to] = true;
      parent_[hop.to] = open[i];
      open.push_back(hop.to);
    }
  Random random(world.seed, kStream);
  for (NodeId n = 0; n < world_.switches.size(); ++n) {
    toward_.push_back(directions(hops, n));
    rows_.emplace_back(stations);
    ports_.emplace_back();
    for (const Port& p : world_.switches[n].ports)
      if (p.type == 6 && !p.trunk && p.aggregate == kNoInterface) ports_.back().push_back({n, p.ifindex});
  }
  for (std::uint32_t i = 0; i < stations; ++i)
    partner_.push_back(random.chance(0.7) ? 0 : world_.stations[random.below(stations)].at.node);
  since_move_.assign(stations, UINT32_MAX);
  for (NodeId n = 0; n < world_.switches.size(); ++n)
    for (std::uint32_t i = 0; i < stations; ++i) hear(n, i);
  read();
}

void LivingWorld::hear(NodeId sw, std::uint32_t station) {
  const Station& s = world_.stations[station];
  if (s.kind == StationKind::kSwitch && (s.at.node == sw || !world_.options.own_visible)) return;
  const IfIndex port = s.at.node == sw ? s.at.port : toward_[sw][s.at.node];
  if (port != kNoInterface) rows_[sw][station] = {port, true};
}

void LivingWorld::plug(const End& end, bool link) {
  for (Port& p : world_.switches[end.node].ports)
    if (p.ifindex == end.port) p.link = link;
}

void LivingWorld::move(std::uint32_t station) {
  Station& s = world_.stations[station];
  Random random(world_.options.seed, kStream + 1 + poll_ * world_.stations.size() + station);
  const bool was_on_switch = world_.is_switch(s.at.node);
  const bool stays = was_on_switch && random.chance(kWithinSwitch);
  for (int tries = 0; tries < 50; ++tries) {
    const auto& places = ports_[stays ? s.at.node : random.below(ports_.size())];
    if (places.empty()) continue;
    const End place = places[random.below(places.size())];
    const Port* port = world_.switches[place.node].port(place.port);
    if (port->link || port->pvid != s.vlan) continue;  // a free port of its VLAN
    s.former = s.at;
    s.at = place;
    since_move_[station] = 0;
    plug(place, true);
    if (!was_on_switch) return;
    // The link goes down, and with it every row of that port.
    plug(*s.former, false);
    for (Row& row : rows_[s.former->node])
      if (row.port == s.former->port) row = {};
    return;
  }
}

void LivingWorld::step() {
  ++poll_;
  for (std::uint32_t& polls : since_move_)
    if (polls != UINT32_MAX) ++polls;
  Random random(world_.options.seed, kStream + poll_ * 31'337);
  for (auto& rows : rows_)
    for (Row& row : rows) row.refreshed = false;
  for (std::uint32_t i = 0; i < world_.stations.size(); ++i) {
    const Station& s = world_.stations[i];
    if (s.kind != StationKind::kSwitch && random.chance(options_.moves)) move(i);
    const double talk = s.kind == StationKind::kSwitch ? 0 : random.unit();  // switches always talk
    if (talk < options_.broadcasts) {
      for (NodeId n = 0; n < world_.switches.size(); ++n) hear(n, i);
    } else if (talk < options_.broadcasts + options_.unicasts) {
      std::vector<NodeId> up, down;  // the ways of both to node 0 meet somewhere
      for (NodeId n = s.at.node; n != 0; n = parent_[n]) up.push_back(n);
      for (NodeId n = partner_[i]; n != 0; n = parent_[n]) down.push_back(n);
      up.push_back(0), down.push_back(0);
      while (up.size() > 1 && down.size() > 1 && up[up.size() - 2] == down[down.size() - 2])
        up.pop_back(), down.pop_back();
      for (const auto* way : {&up, &down})
        for (const NodeId n : *way)
          if (world_.is_switch(n)) hear(n, i);
    }
  }
  for (auto& rows : rows_)
    for (Row& row : rows)
      if (row.port != kNoInterface && !row.refreshed && !random.chance(options_.kept)) row = {};
  read();
}

void LivingWorld::read() {
  Random random(world_.options.seed, kStream + 7 + poll_ * 65'537);
  for (NodeId n = 0; n < world_.switches.size(); ++n) {
    auto& fdb = world_.switches[n].fdb;
    fdb.clear();
    for (std::uint32_t i = 0; i < world_.stations.size(); ++i) {
      if (world_.stations[i].kind == StationKind::kSwitch && world_.stations[i].at.node == n)
        fdb.push_back({i, kNoInterface, topology::FdbStatus::kSelf});
      else if (rows_[n][i].port != kNoInterface && !random.chance(options_.missing))
        fdb.push_back({i, rows_[n][i].port, topology::FdbStatus::kLearned});
    }
  }
}

}  // namespace lanwarden::lab
