// What inferring a fabric and locating in it cost on large networks, from forwarding tables alone:
// `./dev bench topology`, or topology_speed [switches stations]…
// Seconds are of the processor, of one core. The peer, in the same run on the same tables: every pair of
// switches compared in full (Lowekamp's rule without the root that makes it sparse), timed on twenty of the
// switches against all others.
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/lab/world/world.h"
#include "tests/topology/table_changes.h"
#include "topology/inference.h"
#include "topology/locate.h"

using namespace lanwarden;

namespace {

double now() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// Most memory this process ever had, in MiB.
double peak() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::string processor() {
  std::ifstream in("/proc/cpuinfo");
  for (std::string line; std::getline(in, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown processor";
}

/// A switch as the peer wants it: stations and ports as small numbers, once for all pairs.
struct Numbered {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> rows;  ///< station, port; by station
  std::size_t ports = 0;
};

std::vector<Numbered> number(const std::vector<topology::SwitchSnapshot>& snapshots) {
  std::vector<topology::MacAddress> all;
  for (const auto& s : snapshots)
    for (const topology::FdbEntry& e : s.fdb) all.push_back(e.mac);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  std::vector<Numbered> out(snapshots.size());
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    const topology::SwitchSnapshot& s = snapshots[i];
    out[i].ports = s.interfaces.size();
    auto station = all.begin();
    for (const topology::FdbEntry& e : s.fdb) {
      if (e.port == topology::kNoInterface) continue;
      station = std::lower_bound(station, all.end(), e.mac);
      const topology::Interface* port = s.interface(e.port);
      out[i].rows.emplace_back(station - all.begin(), port - s.interfaces.data());
    }
  }
  return out;
}

/// The fewest violations of any two ports of these switches. `held`: [station] a's port and one, or 0.
std::uint32_t compare(const std::vector<std::uint32_t>& held, std::size_t ports_a, const Numbered& b,
                      std::vector<std::uint32_t>& matrix) {
  matrix.assign(ports_a * b.ports, 0);
  std::vector<std::uint32_t> rows(ports_a, 0), columns(b.ports, 0);
  std::uint32_t total = 0;
  for (const auto& [station, q] : b.rows) {
    if (held[station] == 0) continue;
    const std::uint32_t p = held[station] - 1;
    ++matrix[p * b.ports + q], ++rows[p], ++columns[q], ++total;
  }
  std::uint32_t best = total;
  for (std::size_t p = 0; p < ports_a; ++p)
    for (std::size_t q = 0; q < b.ports && rows[p] > 0; ++q)
      best = std::min(best, total - rows[p] - columns[q] + matrix[p * b.ports + q]);
  return best;
}

/// Seconds that all pairs would take; the sum keeps the compiler from leaving them out.
double all_pairs(const std::vector<topology::SwitchSnapshot>& snapshots, std::uint64_t& sum) {
  constexpr std::size_t kSwitches = 20;
  const std::vector<Numbered> switches = number(snapshots);
  std::uint32_t stations = 0;
  for (const Numbered& s : switches)
    if (!s.rows.empty()) stations = std::max(stations, s.rows.back().first + 1);
  std::vector<std::uint32_t> held(stations, 0), matrix;
  const std::size_t n = switches.size(), step = std::max<std::size_t>(1, n / kSwitches);
  const double start = now();
  std::size_t done = 0;
  for (std::size_t a = 0; a < n; a += step) {
    for (const auto& [station, port] : switches[a].rows) held[station] = port + 1;
    for (std::size_t b = 0; b < n; ++b)
      if (a != b) sum += compare(held, switches[a].ports, switches[b], matrix), ++done;
    for (const auto& [station, port] : switches[a].rows) held[station] = 0;
  }
  const auto pairs = static_cast<double>(n * (n - 1) / 2);
  return (now() - start) * pairs / static_cast<double>(std::max<std::size_t>(1, done));
}

lab::WorldOptions campus(unsigned switches, unsigned stations, double missing, double stale) {
  lab::WorldOptions options;
  options.switches = switches;
  options.hosts = stations;
  options.lldp = options.stp = 0;
  options.missing = missing;
  options.stale = stale;
  return options;
}

void measure(unsigned switches, unsigned stations, double missing, double stale) {
  std::vector<topology::MacAddress> macs;
  std::vector<topology::SwitchSnapshot> snapshots;
  {
    const lab::World world = lab::generate(campus(switches, stations, missing, stale));
    for (std::size_t i = 0; i < world.stations.size(); i += 1 + world.stations.size() / 200)
      macs.push_back(world.stations[i].mac);
    snapshots = lab::snapshots(world);
  }
  std::size_t rows = 0;
  for (const auto& s : snapshots) rows += s.fdb.size();
  std::uint64_t sum = 0;
  // The peer keeps tables of its own; where they would be gigabytes, it is left out.
  const double naive = switches > 1000 ? 0 : all_pairs(snapshots, sum);
  double start = now();
  const topology::Fabric fabric = topology::infer(std::move(snapshots));
  const double inferred = now() - start;
  std::vector<std::vector<topology::MacRow>> found;
  for (const topology::MacAddress mac : macs) found.push_back(topology::stored_rows(fabric, mac));
  start = now();
  for (std::size_t i = 0; i < macs.size(); ++i) (void)topology::locate(fabric, {macs[i], found[i], {}});
  const double located = (now() - start) / static_cast<double>(macs.size());
  std::printf("%8u %8u %7.0f%% %5.0f%% %10zu %9.3f %9.1f %10.2f %9.0f %8.1f %6.1f\n", switches, stations,
              100 * missing, 100 * stale, rows, inferred, 1e9 * inferred / static_cast<double>(rows),
              1e3 * located, peak(), naive, naive / inferred);
  std::fflush(stdout);
  if (sum == ~std::uint64_t{0}) std::printf("\n");
}

/// Each happening, many times, at switches all over the network.
void measure_updates(unsigned switches, unsigned stations, double missing, double stale) {
  constexpr unsigned kTimes = 20;
  topology::Inference inference(lab::snapshots(lab::generate(campus(switches, stations, missing, stale))));
  lab::Random dice(1);
  for (const topology::Happening what : topology::kOrdinary) {
    double sum = 0, most = 0, whole = 0;
    unsigned followed = 0;
    for (unsigned i = 0; i < kTimes; ++i) {
      const auto all = inference.fabric().snapshots();
      const auto sw = static_cast<std::uint32_t>(dice.below(all.size()));
      topology::SwitchSnapshot next = topology::happen(what, all, sw, dice);
      const double start = now();
      const auto update = inference.update(topology::SwitchId{sw}, std::move(next));
      const double took = now() - start;
      if (update.whole) {
        whole += took;
        continue;
      }
      ++followed, sum += took, most = std::max(most, took);
    }
    std::printf("%8u %8u %7.0f%% %5.0f%% %10s %9u %9u %10.1f %9.1f %9.2f\n", switches, stations,
                100 * missing, 100 * stale, std::string(to_string(what)).c_str(), kTimes, followed,
                followed == 0 ? 0 : 1e3 * sum / followed, 1e3 * most,
                followed == kTimes ? 0 : whole / (kTimes - followed));
    std::fflush(stdout);
  }
  std::printf("%50s peak %.0f MiB\n", "", peak());
}

/// Each in a process of its own: then its peak of memory is its own.
void apart(void (*measure)(unsigned, unsigned, double, double), unsigned switches, unsigned stations,
           double missing, double stale) {
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    measure(switches, stations, missing, stale);
    std::fflush(stdout);
    _exit(0);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) std::printf("failed\n");
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::pair<unsigned, unsigned>> sizes;
  for (int i = 1; i + 1 < argc; i += 2)
    sizes.emplace_back(std::strtoul(argv[i], nullptr, 10), std::strtoul(argv[i + 1], nullptr, 10));
  const bool all = sizes.empty();
  if (all) sizes = {{100, 1000}, {300, 3000}, {1000, 10'000}, {3000, 30'000}};
  std::printf("%s, one core; forwarding tables alone, no LLDP, no STP; processor time\n",
              processor().c_str());
  std::printf("%8s %8s %8s %6s %10s %9s %9s %10s %9s %8s %6s\n", "switches", "stations", "missing", "stale",
              "rows", "infer s", "ns a row", "locate ms", "peak MiB", "peer s", "ratio");
  for (const auto& [switches, stations] : sizes) apart(measure, switches, stations, 0, 0);
  if (all) {
    apart(measure, 1000, 10'000, 0.2, 0);
    apart(measure, 1000, 10'000, 0.2, 0.02);
  }
  std::printf("peer: every pair of switches compared in full, from twenty of them against all others\n\n");
  std::printf(
      "After one switch's new table, inferred again (Inference::update): what only follows, and what makes "
      "the whole anew\n%8s %8s %8s %6s %10s %9s %9s %10s %9s %9s\n",
      "switches", "stations", "missing", "stale", "station", "times", "followed", "mean ms", "most ms",
      "whole s");
  if (all) sizes = {{1000, 10'000}};
  for (const auto& [switches, stations] : sizes)
    for (const double dirt : {0.0, 1.0}) apart(measure_updates, switches, stations, 0.2 * dirt, 0.02 * dirt);
}
