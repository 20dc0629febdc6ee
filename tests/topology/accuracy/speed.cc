// How long inferring and locating take on large networks, from forwarding tables
// alone. speed [switches stations]…
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "tests/lab/world/world.h"
#include "topology/fabric.h"
#include "topology/locate.h"

using namespace lanwarden;

namespace {
double seconds(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}
}  // namespace

int main(int argc, char** argv) {
  std::vector<std::pair<unsigned, unsigned>> sizes;
  for (int i = 1; i + 1 < argc; i += 2)
    sizes.emplace_back(std::strtoul(argv[i], nullptr, 10), std::strtoul(argv[i + 1], nullptr, 10));
  if (sizes.empty()) sizes = {{100, 1000}, {300, 3000}, {1000, 10'000}};
  std::printf("%8s %8s %10s %9s %11s %12s\n", "switches", "stations", "rows", "infer s", "ns a row",
              "locate us");
  for (const auto& [switches, stations] : sizes) {
    lab::WorldOptions options;
    options.switches = switches;
    options.hosts = stations;
    options.lldp = options.stp = 0;
    const lab::World world = lab::generate(options);
    auto snapshots = lab::snapshots(world);
    std::size_t rows = 0;
    for (const auto& s : snapshots) rows += s.fdb.size();
    const auto start = std::chrono::steady_clock::now();
    const topology::Fabric fabric = topology::infer(std::move(snapshots));
    const double inferred = seconds(start);
    const auto then = std::chrono::steady_clock::now();
    std::size_t asked = 0;
    for (std::size_t i = 0; i < world.stations.size(); i += 1 + world.stations.size() / 200, ++asked) {
      const auto found = topology::stored_rows(fabric, world.stations[i].mac);
      (void)topology::locate(fabric, {world.stations[i].mac, found, {}});
    }
    std::printf("%8u %8u %10zu %9.3f %11.1f %12.1f\n", switches, stations, rows, inferred,
                1e9 * inferred / static_cast<double>(rows), 1e6 * seconds(then) / static_cast<double>(asked));
    std::fflush(stdout);
  }
}
