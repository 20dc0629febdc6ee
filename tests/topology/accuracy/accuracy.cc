// Prints how often the locator is right, over random buildings: `./dev accuracy`.
// accuracy [--worlds N] [--seed FIRST] [--only TEXT] [--living] [--verbose]; 1 when a bar is torn.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "tests/topology/accuracy/cells.h"
#include "tests/topology/accuracy/living.h"
#include "tests/topology/accuracy/measure.h"

using namespace lanwarden;
using namespace lanwarden::topology::accuracy;

namespace {

double percent(std::uint64_t part, std::uint64_t whole, double none = 100) {
  return whole == 0 ? none : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

/// Names of the bars that are torn.
std::string torn(const Tally& t, const Bars& bars) {
  std::string text;
  const auto add = [&](bool ok, const char* name) {
    if (!ok) text += (text.empty() ? "" : ", ") + std::string(name);
  };
  add(percent(t.links_right, t.links) >= bars.links, "links");
  add(percent(t.speaker_links_right, t.speaker_links) >= 99.9, "links of speakers");
  add(percent(t.links_false, t.links, 0) <= bars.false_links, "false links");
  add(percent(t.right, t.stations) >= bars.right, "right");
  add(percent(t.wrong_edge, t.stations, 0) <= bars.wrong, "wrong");
  add(t.wrong_sure == 0 || bars.wrong_may_be_sure, "wrong and sure");
  add(10 * t.sure_right >= 9 * t.sure, "calibration");
  return text;
}

void print_calibration(const Tally& all) {
  std::printf("\nWhere it names a place (edge, shared, segment), how often that is so:\n");
  std::printf("%-12s %10s %10s %10s %10s\n", "confidence", "mean", "given", "right", "right%");
  for (std::size_t i = 0; i < all.buckets.size(); ++i) {
    const Bucket& x = all.buckets[i];
    if (x.given == 0) continue;
    std::printf("%.1f to %.1f   %10.3f %10llu %10llu %10.3f\n", 0.1 * static_cast<double>(i),
                0.1 * static_cast<double>(i + 1), x.confidence / static_cast<double>(x.given),
                static_cast<unsigned long long>(x.given), static_cast<unsigned long long>(x.right),
                percent(x.right, x.given));
  }
}

/// How many rows are worse with history than without.
unsigned print_living(unsigned worlds, std::uint64_t seed, const std::string& only, bool verbose) {
  unsigned worse = 0;
  std::printf(
      "\nFive polls of a living network, 10 min apart, against the last of them alone; per cent of all "
      "stations "
      "in the row.\n%-58s %-22s %8s %17s %17s %9s %11s\n",
      "network", "stations", "", "right 1 -> 5", "wrong 1 -> 5", "sure", "remembered");
  for (const LivingCell& cell : living_cells()) {
    if (!only.empty() && cell.name.find(only) == std::string::npos) continue;
    LivingTally tally;
    for (unsigned i = 0; i < worlds; ++i) tally.add(measure_living(cell, seed + i));
    const auto row = [&](const char* which, const LivingTally::Answers& one,
                         const LivingTally::Answers& five) {
      const bool bad = five.wrong > one.wrong || five.wrong_sure > 0;
      worse += bad;
      std::printf("%-58s %-22s %8llu %7.2f -> %7.2f %7.3f -> %6.3f %9.2f %5llu/%5llu %s\n", cell.name.c_str(),
                  which, static_cast<unsigned long long>(one.stations), percent(one.right, one.stations),
                  percent(five.right, five.stations), percent(one.wrong, one.stations, 0),
                  percent(five.wrong, five.stations, 0), percent(five.sure, five.stations),
                  static_cast<unsigned long long>(five.remembered_right),
                  static_cast<unsigned long long>(five.remembered), bad ? "FAIL" : "pass");
    };
    row("all", tally.one, tally.five);
    row("moved in the meantime", tally.moved_one, tally.moved_five);
    row("not at their port now", tally.gone_one, tally.gone_five);
    std::fflush(stdout);
    if (verbose)
      for (const std::string& x : tally.worst) std::printf("    %s\n", x.c_str());
  }
  return worse;
}

}  // namespace

int main(int argc, char** argv) {
  unsigned worlds = 20;
  std::uint64_t seed = 1000;
  std::string only;
  bool verbose = false, living_only = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--worlds" && i + 1 < argc)
      worlds = static_cast<unsigned>(std::strtoul(argv[++i], nullptr, 10));
    else if (arg == "--seed" && i + 1 < argc)
      seed = std::strtoull(argv[++i], nullptr, 10);
    else if (arg == "--only" && i + 1 < argc)
      only = argv[++i];
    else if (arg == "--verbose")
      verbose = true;
    else if (arg == "--living")
      living_only = true;
    else {
      std::fprintf(stderr,
                   "usage: accuracy [--worlds N] [--seed FIRST] [--only TEXT] [--living] [--verbose]\n");
      return 2;
    }
  }
  if (living_only) return print_living(worlds, seed, only, verbose) == 0 ? 0 : 1;
  std::printf("%u worlds a row; per cent, of what is knowable. In brackets the bar.\n", worlds);
  std::printf("%-58s %14s %13s %8s %15s %6s %7s %15s %5s %6s\n", "network", "links", "false", "stations",
              "right", "near", "honest", "wrong", "sure", "");
  unsigned failed = 0;
  Tally all;
  for (const Cell& cell : cells()) {
    if (!only.empty() && cell.name.find(only) == std::string::npos) continue;
    Tally tally;
    for (unsigned i = 0; i < worlds; ++i) {
      lab::WorldOptions options = cell.options;
      options.seed = seed + i;
      tally.add(measure(options));
    }
    const std::string bad = torn(tally, cell.bars);
    failed += !bad.empty();
    std::printf(
        "%-58s %7.2f [%4.4g] %6.2f [%3.3g] %8llu %7.3f [%5.4g] %6.3f %7.3f %7.4f [%5.3g] %5.1f %6s%s\n",
        cell.name.c_str(), percent(tally.links_right, tally.links), cell.bars.links,
        percent(tally.links_false, tally.links, 0), cell.bars.false_links,
        static_cast<unsigned long long>(tally.stations), percent(tally.right, tally.stations),
        cell.bars.right, percent(tally.near, tally.stations), percent(tally.honest, tally.stations),
        percent(tally.wrong_edge, tally.stations, 0), cell.bars.wrong, percent(tally.sure, tally.stations),
        bad.empty() ? "pass" : "FAIL ", bad.c_str());
    std::fflush(stdout);
    if (verbose)
      for (const std::string& x : tally.worst) std::printf("    %s\n", x.c_str());
    all.add(tally);
  }
  print_calibration(all);
  failed += print_living(std::max(1U, worlds / 4), seed, only, verbose);
  std::printf("%s\n",
              failed == 0 ? "Every bar is reached." : (std::to_string(failed) + " rows tear a bar.").c_str());
  return failed == 0 ? 0 : 1;
}
