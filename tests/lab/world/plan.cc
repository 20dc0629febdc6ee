#include "tests/lab/world/plan.h"

#include <algorithm>

namespace lanwarden::lab {
namespace {

Vendor some_vendor(Random& random, Tier tier) {
  const auto dice = random.below(10);
  if (tier == Tier::kCore || tier == Tier::kDistribution) return dice < 6 ? Vendor::kCisco : Vendor::kAruba;
  if (dice < 3) return Vendor::kCisco;
  if (dice < 6) return Vendor::kProcurve;
  if (dice < 8) return Vendor::kAruba;
  return Vendor::kGeneric;
}

class Planner {
 public:
  explicit Planner(const WorldOptions& options) : options_(options), random_(options.seed, 1) {}

  std::vector<PlannedSwitch> run() {
    const unsigned count = std::max(1U, options_.switches);
    if (options_.story == Story::kClock)
      story();
    else if (options_.shape == Shape::kCampus)
      campus(count);
    else
      plain(count);
    for (PlannedSwitch& s : plan_)
      if (&s != plan_.data()) s.depth = plan_[s.parent].depth + 1;
    return std::move(plan_);
  }

 private:
  unsigned add(std::string name, std::string location, Tier tier, unsigned parent) {
    plan_.push_back({std::move(name), std::move(location), tier, some_vendor(random_, tier), parent, 0});
    return static_cast<unsigned>(plan_.size() - 1);
  }

  void plain(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      unsigned parent = 0;
      if (options_.shape == Shape::kChain) parent = i == 0 ? 0 : i - 1;
      if (options_.shape == Shape::kRandom) parent = i == 0 ? 0 : static_cast<unsigned>(random_.below(i));
      add("sw" + std::to_string(i + 1), "room " + std::to_string(i + 1), Tier::kAccess, parent);
    }
  }

  void campus(unsigned count) {
    const unsigned cores = 1 + std::min(3U, count / 400);
    for (unsigned i = 0; i < cores; ++i)
      add(i == 0 ? "core" : "core" + std::to_string(i + 1), "data centre", Tier::kCore, i == 0 ? 0 : i - 1);
    const unsigned distributions = count >= 30 ? std::max(2U, count / 12) : count >= 6 ? 2 : 0;
    for (unsigned i = 0; i < distributions; ++i)
      add("dist" + std::to_string(i + 1), "building " + std::to_string(i + 1), Tier::kDistribution,
          i % cores);
    std::vector<std::vector<unsigned>> floors(std::max(1U, distributions));
    for (unsigned i = 0; plan_.size() < count; ++i) {
      const unsigned building = i % static_cast<unsigned>(floors.size());
      std::vector<unsigned>& here = floors[building];
      const unsigned floor = static_cast<unsigned>(here.size()) + 1;
      unsigned parent = distributions == 0 ? 0 : cores + building;
      // One floor in six had no fibre of its own: it hangs from the one below.
      if (!here.empty() && random_.below(6) == 0) parent = here.back();
      const std::string name = distributions > 5
                                   ? "b" + std::to_string(building + 1) + "-floor" + std::to_string(floor)
                                   : "floor" + std::to_string(i + 1);
      here.push_back(add(name,
                         "building " + std::to_string(building + 1) + ", floor " + std::to_string(floor),
                         Tier::kAccess, parent));
    }
  }

  // Forty switches: a core, the server room, five risers with the floors.
  void story() {
    add("core", "data centre", Tier::kCore, 0);
    for (unsigned i = 1; i <= 4; ++i)
      add("server" + std::to_string(i), "data centre, rack " + std::to_string(i), Tier::kServer, 0);
    for (unsigned i = 1; i <= 5; ++i)
      add("dist" + std::to_string(i), "riser " + std::to_string(i), Tier::kDistribution, 0);
    for (unsigned i = 1; i <= 30; ++i) {
      const unsigned parent = 5 + (i - 1) / 6;
      const unsigned self =
          add("floor" + std::to_string(i), "floor " + std::to_string(i), Tier::kAccess, parent);
      if (i == 3) plan_[self].vendor = Vendor::kProcurve;  // the story's switch has modules
    }
  }

  const WorldOptions& options_;
  Random random_;
  std::vector<PlannedSwitch> plan_;
};

}  // namespace

std::vector<PlannedSwitch> plan_switches(const WorldOptions& options) { return Planner(options).run(); }

}  // namespace lanwarden::lab
