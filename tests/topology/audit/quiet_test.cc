// Half of an audit's worth: of an unchanged network it says nothing.
#include <catch2/catch.hpp>

#include "tests/lab/world/living_world.h"
#include "tests/lab/world/random.h"
#include "tests/topology/audit/building.h"

using namespace lanwarden;
using namespace lanwarden::topology::audit;
using topology::Completeness;
using topology::SwitchSnapshot;
using topology::Table;

namespace {

lab::WorldOptions campus(std::uint64_t seed) {
  lab::WorldOptions o;
  o.seed = seed;
  o.switches = 40, o.hosts = 600, o.lldp = 0.5, o.stp = 0.5;
  o.unmanaged_leafs = 8, o.unmanaged_middles = 2, o.access_points = 4, o.virtual_hosts = 3;
  o.phones = 0.2, o.vlans = 4, o.lags = 4, o.rings = 3;
  return o;
}

/// A table that a lost packet has cut short: what is left, and its state.
template <class T>
void cut(SwitchSnapshot& s, Table table, std::vector<T>& rows, lab::Random& random) {
  if (s.table(table).completeness != Completeness::kComplete) return;
  rows.resize(random.below(rows.size() + 1));
  s.table(table).completeness = Completeness::kPartial;
  s.table(table).cause = "no answer";
}

}  // namespace

TEST_CASE(
    "twenty polls of an unchanged campus, with ageing rows, lost packets and partial tables, give no "
    "finding") {
  for (const std::uint64_t seed : {1U, 2U, 3U, 13U}) {
    lab::LivingOptions life;
    life.moves = 0;
    life.broadcasts = 0.4, life.unicasts = 0.3, life.kept = 0.6, life.missing = 0.1;
    lab::LivingWorld world(campus(seed), life);
    lab::Random random(seed, 99);
    Auditor auditor;
    topology::Time now = kMonday;
    std::size_t partial = 0;
    for (int poll = 0; poll < 20; ++poll, now += std::chrono::minutes(10)) {
      if (poll > 0) world.step();
      auto snapshots = polled(world.world(), now);
      for (SwitchSnapshot& s : snapshots) {
        if (poll == 0 || !random.chance(0.15)) continue;
        ++partial;
        switch (random.below(6)) {
          case 0:
            cut(s, Table::kInterfaces, s.interfaces, random);
            break;
          case 1:
            cut(s, Table::kLldp, s.neighbors, random);
            break;
          case 2:
            cut(s, Table::kStp, s.stp_ports, random);
            break;
          case 3:
            cut(s, Table::kVlans, s.vlans, random);
            break;
          case 4:
            cut(s, Table::kAddresses, s.addresses, random);
            break;
          default:
            cut(s, Table::kQBridgeFdb, s.fdb, random);
            break;
        }
      }
      const Comparison c = auditor.audit(std::move(snapshots), now);
      INFO("seed " << seed << ", poll " << poll << "\n" << lines(c.fresh));
      if (poll == 0)
        CHECK(c.standing.empty());
      else
        CHECK(c.fresh.empty());
    }
    CHECK(partial > 60);
  }
}

TEST_CASE("the same poll looked at twice adds nothing") {
  const lab::World world = lab::generate(campus(4));
  const auto fabric = topology::infer(polled(world, kMonday));
  Circumstances around;
  around.now = kMonday;
  const Wiring once = remember({}, fabric, around);
  const Wiring twice = remember(once, fabric, around);
  CHECK(once.ports.size() > 500);
  CHECK(once.links.size() > 30);
  CHECK(once.stations.size() > 300);
  CHECK(once.ports == twice.ports);
  CHECK(once.links == twice.links);
  CHECK(once.switches == twice.switches);
  CHECK(once.stations == twice.stations);
}
