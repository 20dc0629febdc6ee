// Prints how the lab's troubles are heard: `./dev recall`. recall [--seeds N] [--only NAME]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/analysis/recall/measure.h"

using namespace lanwarden;
using namespace lanwarden::analysis::recall;

namespace {

// As long as nobody puts it right: what is found only after a quarter of an hour is found all the same.
constexpr std::chrono::minutes kPatience{30};

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

void row(const std::vector<lab::World>& worlds, const lab::TroubleName& trouble, double unseen, bool mirror) {
  std::vector<double> seconds, frames;
  std::size_t found = 0, named = 0, others = 0;
  std::string example;
  for (const lab::World& world : worlds) {
    Ask ask;
    ask.unseen = unseen;
    ask.patience = kPatience;
    ask.traffic.seed = world.options.seed;
    ask.traffic.mirror = mirror;
    ask.traffic.trouble_at = std::chrono::seconds(30);
    ask.traffic.boots_within = std::chrono::seconds(150);
    const Result r = measure(world, trouble, ask);
    found += r.found;
    named += r.right_culprit;
    if (r.found) {
      seconds.push_back(r.seconds);
      frames.push_back(static_cast<double>(r.frames));
    }
    others += r.bystanders.size();
    if (example.empty() && !r.bystanders.empty()) example = r.bystanders.front();
  }
  std::printf("%-16s %-22s %6s %5.0f %% %5zu of %-3zu %5zu %9.1f %7.0f   %4zu %s\n",
              std::string(trouble.name).c_str(), std::string(trouble.kinds.front()).c_str(),
              mirror ? "mirror" : "port", 100 * unseen, found, worlds.size(), named, median(seconds),
              median(frames), others, example.c_str());
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  unsigned seeds = 5;
  std::string only;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--seeds" && i + 1 < argc)
      seeds = static_cast<unsigned>(std::strtoul(argv[++i], nullptr, 10));
    else if (arg == "--only" && i + 1 < argc)
      only = argv[++i];
    else {
      std::fprintf(stderr, "usage: recall [--seeds N] [--only NAME]\n");
      return 2;
    }
  }
  std::vector<lab::World> worlds;
  for (unsigned s = 0; s < seeds; ++s) {
    lab::WorldOptions o;
    o.seed = 700 + s;
    o.hosts = 300;
    worlds.push_back(lab::generate(o));
  }
  std::printf(
      "%u buildings of 300 hosts a row, three minutes each, and on until it is found, half an hour at most; "
      "the trouble begins after 30 s\n",
      seeds);
  std::printf("%-16s %-22s %6s %7s %10s %6s %9s %7s   %s\n", "trouble", "kind", "heard", "unseen", "found",
              "named", "median s", "frames", "other warnings");
  for (const lab::TroubleName& trouble : lab::troubles()) {
    if (!only.empty() && trouble.name != only) continue;
    for (const double unseen : {0.0, 0.5, 0.9}) row(worlds, trouble, unseen, true);
    row(worlds, trouble, 0, false);
  }
  return 0;
}
