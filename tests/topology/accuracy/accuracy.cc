// Prints how often the locator is right, over random buildings: `./dev accuracy`.
// accuracy [--worlds N] [--only TEXT] [--verbose]
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/topology/accuracy/cells.h"
#include "tests/topology/accuracy/measure.h"

using namespace lanwarden;
using namespace lanwarden::topology::accuracy;

namespace {
double percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}
}  // namespace

int main(int argc, char** argv) {
  unsigned worlds = 20;
  std::string only;
  bool verbose = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--worlds" && i + 1 < argc)
      worlds = static_cast<unsigned>(std::strtoul(argv[++i], nullptr, 10));
    else if (arg == "--only" && i + 1 < argc)
      only = argv[++i];
    else if (arg == "--verbose")
      verbose = true;
    else {
      std::fprintf(stderr, "usage: accuracy [--worlds N] [--only TEXT] [--verbose]\n");
      return 2;
    }
  }
  std::printf("%-62s %7s %6s %8s %8s %8s %8s %6s %6s %9s\n", "network", "links%", "false", "stations",
              "right%", "near%", "honest%", "wrong", "sure", ">=0.9 ok%");
  for (const Cell& cell : cells()) {
    if (!only.empty() && cell.name.find(only) == std::string::npos) continue;
    Tally tally;
    for (unsigned i = 0; i < worlds; ++i) {
      lab::WorldOptions options = cell.options;
      options.seed = 1000 + i;
      tally.add(measure(options));
    }
    std::printf("%-62s %7.2f %6llu %8llu %8.3f %8.3f %8.3f %6llu %6llu %9.3f\n", cell.name.c_str(),
                percent(tally.links_right, tally.links), static_cast<unsigned long long>(tally.links_false),
                static_cast<unsigned long long>(tally.stations), percent(tally.right, tally.stations),
                percent(tally.near, tally.stations), percent(tally.honest, tally.stations),
                static_cast<unsigned long long>(tally.wrong_edge),
                static_cast<unsigned long long>(tally.wrong_sure), percent(tally.sure_right, tally.sure));
    std::fflush(stdout);
    if (verbose)
      for (const std::string& x : tally.worst) std::printf("    %s\n", x.c_str());
  }
}
