// A fabric that follows its polls is, after each, the one that would have been inferred anew.
#include <catch2/catch.hpp>

#include <map>
#include <string>

#include "tests/lab/world/world.h"
#include "tests/topology/table_changes.h"
#include "topology/freeze.h"
#include "topology/inference.h"

using namespace lanwarden;
using namespace lanwarden::topology;

namespace {

lab::WorldOptions network(std::uint64_t seed) {
  lab::Random dice(seed, 77);
  lab::WorldOptions o;
  o.seed = seed;
  o.switches = static_cast<unsigned>(2 + dice.below(30));
  o.hosts = o.switches * static_cast<unsigned>(2 + dice.below(18));
  o.shape = dice.chance(0.5) ? lab::Shape::kCampus : lab::Shape::kRandom;
  constexpr lab::Spread kSpreads[] = {lab::Spread::kAccess, lab::Spread::kEven, lab::Spread::kUneven};
  o.spread = kSpreads[dice.below(std::size(kSpreads))];
  o.lldp = dice.chance(0.5) ? 0 : dice.unit();
  o.stp = dice.chance(0.5) ? 0 : dice.unit();
  if (dice.chance(0.6)) o.missing = 0.3 * dice.unit();
  if (dice.chance(0.5)) o.stale = 0.04 * dice.unit();
  if (dice.chance(0.3)) o.unmanaged_leafs = 3, o.unmanaged_middles = 2;
  if (dice.chance(0.3)) o.access_points = 2, o.virtual_hosts = 2, o.phones = 0.3;
  if (dice.chance(0.4)) o.vlans = 3;
  if (dice.chance(0.2)) o.lags = 2, o.rings = 1;
  if (dice.chance(0.1)) o.mlags = 1;
  if (dice.chance(0.1)) o.vlans = 4, o.vlan_trees = 2, o.rings = 3;
  o.own_visible = dice.chance(0.8);
  return o;
}

/// The first thing that shows in which two fabrics differ; empty: nothing.
std::string difference(const Fabric& a, const Fabric& b) {
  if (a.links().size() != b.links().size()) return "links";
  for (std::size_t i = 0; i < a.links().size(); ++i) {
    if (a.links()[i].a != b.links()[i].a || a.links()[i].b != b.links()[i].b) return "a link";
    if (a.links()[i].confidence != b.links()[i].confidence) return "the confidence of a link";
  }
  if (a.segments().size() != b.segments().size()) return "segments";
  for (std::uint32_t s = 0; s < a.snapshots().size(); ++s)
    for (const Interface& i : a.snapshots()[s].interfaces) {
      const PortId p{SwitchId{s}, i.ifindex};
      if (a.role(p) != b.role(p)) return "the role of " + a.describe(p);
      const auto x = a.stations(p), y = b.stations(p);
      if (!std::equal(x.begin(), x.end(), y.begin(), y.end())) return "the stations of " + a.describe(p);
    }
  return {};
}

}  // namespace

TEST_CASE("after each poll of one switch the fabric is as if inferred anew, to the octet") {
  std::map<std::string, unsigned> reasons;
  std::uint64_t followed = 0, whole = 0;
  const std::uint64_t seed = 31'000;
  for (std::uint64_t world = 0; world < 60; ++world) {
    const lab::WorldOptions options = network(seed + world);
    std::vector<SwitchSnapshot> snapshots = lab::snapshots(lab::generate(options));
    lab::Random dice(seed + world, 78);
    Inference inference(snapshots);
    REQUIRE(freeze(inference.fabric()) == freeze(infer(snapshots)));
    for (int step = 0; step < 14; ++step) {
      const auto sw = static_cast<std::uint32_t>(dice.below(snapshots.size()));
      const auto what = dice.chance(0.9) ? kOrdinary[dice.below(std::size(kOrdinary))]
                                         : static_cast<Happening>(dice.below(10));
      snapshots[sw] = happen(what, snapshots, sw, dice);
      const Inference::Update update = inference.update(SwitchId{sw}, snapshots[sw]);
      const Fabric anew = infer(snapshots);
      INFO("world " << world << ", step " << step << ": " << to_string(what) << " at " << snapshots[sw].name
                    << (update.whole ? ", whole: " + update.why : ", followed"));
      // What a frozen fabric does not keep: the stations of ports that lead to switches.
      CHECK(difference(inference.fabric(), anew).empty());
      CHECK(freeze(inference.fabric()) == freeze(anew));
      if (update.whole) ++reasons[update.why];
    }
    followed += inference.followed(), whole += inference.whole();
  }
  for (const auto& [why, times] : reasons) UNSCOPED_INFO(times << " times whole: " << why);
  INFO(followed << " followed, " << whole << " whole");
  CHECK(followed > 2 * whole);
}
