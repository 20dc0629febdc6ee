// What collecting costs, and how long it takes, against peers that ask the same agents in the same run.
//
//   poll_bench [SCENARIO…]     cpu far campus where prompt loss memory; all when none is named
#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "snmp/collector.h"
#include "tests/bench/agents.h"
#include "tests/bench/peers.h"

namespace {

using namespace lanwarden;
using bench::Agents;
using bench::Measured;
using Clock = std::chrono::steady_clock;
using topology::Table;

double since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

bool all_well = true;
/// `value` against the bar of the collector's design: at most, or at least.
void bar(const char* what, double value, double limit, bool at_most) {
  const bool met = at_most ? value <= limit : value >= limit;
  std::printf("  %-44s %10.3f   bar: %s %.3g   %s\n", what, value, at_most ? "at most" : "at least", limit,
              met ? "met" : "NOT MET");
}
void complete(std::uint64_t rows, std::uint64_t expected) {
  if (rows == expected) return;
  std::printf("  INCOMPLETE: %llu rows where %llu are\n", static_cast<unsigned long long>(rows),
              static_cast<unsigned long long>(expected));
  all_well = false;
}

void best(Measured& so_far, const Measured& m) {
  if (so_far.cpu == 0 || m.cpu < so_far.cpu) so_far = m;
}

Measured print(const char* what, const Measured& m) {
  std::printf("  %-44s %7.3f s wall %7.3f s CPU %9llu rows  %6.2f M rows, %6.2f M variables a CPU-second\n",
              what, m.wall, m.cpu, static_cast<unsigned long long>(m.rows), m.rows_per_cpu() / 1e6,
              m.variables_per_cpu() / 1e6);
  return m;
}

Measured poll(snmp::Collector& collector, const char* what,
              std::vector<topology::SwitchSnapshot>* last = nullptr) {
  const auto began = Clock::now();
  const double before = bench::cpu_seconds(RUSAGE_SELF);
  snmp::Progress asked;
  std::vector<const topology::SwitchSnapshot*> pointers;
  if (last != nullptr)
    for (const auto& s : *last) pointers.push_back(&s);
  auto snapshots = collector.poll(
      {}, [&](const snmp::Progress& p) { asked = p; }, pointers);
  Measured m;
  m.wall = since(began);
  m.cpu = bench::cpu_seconds(RUSAGE_SELF) - before;
  for (const auto& s : snapshots) m.rows += s.fdb.size();
  m.variables = 2 * m.rows;
  if (last != nullptr) *last = std::move(snapshots);
  print(what, m);
  std::printf("  %-44s %llu requests\n", "", static_cast<unsigned long long>(asked.requests));
  return m;
}

constexpr const char* kPortColumn = ".1.3.6.1.2.1.17.7.1.2.2.1.2";
constexpr const char* kStatusColumn = ".1.3.6.1.2.1.17.7.1.2.2.1.3";

/// Rows per CPU-second, no delay: what the processor does for one row.
void cpu() {
  std::printf("cpu: 200 switches x 5,000 rows of dot1qTpFdbTable, no delay\n");
  const Agents agents(bench::table_agents(200, 5000, {}));
  snmp::Collector collector(agents.targets(8));
  // By turns, and the best of each: whatever else the machine does hits all alike.
  Measured ours, two, one;
  for (int turn = 0; turn < 4; ++turn) {
    best(ours, poll(collector, "lanwarden (port, status, snapshot)"));
    complete(ours.rows, 1'000'000);
    best(two, print("barest Net-SNMP loop, the same two columns",
                    bench::barest_loop(agents.addresses(), {kPortColumn, kStatusColumn}, 64)));
    best(one, print("barest Net-SNMP loop, port column only, 50",
                    bench::barest_loop(agents.addresses(), {kPortColumn}, 50)));
  }
  const Measured walk = bench::snmpbulkwalk(agents.addresses(), kPortColumn, 2);
  print("snmpbulkwalk -Cr50, port column only", walk);
  bar("rows a CPU-second / barest loop, same columns", ours.rows_per_cpu() / two.rows_per_cpu(), 0.8, false);
  bar("variables a CPU-second / barest, one column", ours.variables_per_cpu() / one.variables_per_cpu(), 0.8,
      false);
  std::printf("  %-44s %10.3f\n", "rows a CPU-second / snmpbulkwalk",
              ours.rows_per_cpu() / walk.rows_per_cpu());
  const std::vector<std::string> few(agents.addresses().begin(), agents.addresses().begin() + 10);
  if (const auto perl = bench::perl_bulkwalk(few)) {
    print("Perl bulkwalk as SNMP::Info does (10 switches)", *perl);
    complete(perl->rows, 50'000);
    bar("rows a CPU-second / SNMP::Info's bulkwalk", ours.rows_per_cpu() / perl->rows_per_cpu(), 30, false);
  } else {
    std::printf("  SKIPPED: Net-SNMP's Perl binding is not installed (libsnmp-perl)\n");
  }
}

/// Round trips count: the same tables 20 ms away.
void far() {
  std::printf("far: 200 switches x 5,000 rows, 20 ms away, in_flight 8\n");
  const Agents agents(bench::table_agents(200, 5000, "delay=20ms"));
  // As one process after the other, which know of each other through the store.
  std::vector<topology::SwitchSnapshot> last;
  snmp::Collector one(agents.targets(8)), another(agents.targets(8));
  const Measured first = poll(one, "lanwarden, first poll", &last);
  const Measured second = poll(another, "lanwarden, second poll (partitions known)", &last);
  poll(another, "lanwarden, third poll (windows open, too)", &last);
  complete(first.rows, 1'000'000);
  complete(second.rows, 1'000'000);
  bar("first poll, seconds", first.wall, 2.3, true);
  bar("second poll, seconds", second.wall, 0.6, true);
  const std::vector<std::string> few(agents.addresses().begin(), agents.addresses().begin() + 16);
  const Measured walk = bench::snmpbulkwalk(few, kPortColumn, 16);
  print("snmpbulkwalk -Cr50, 16 switches side by side", walk);
}

/// Everything a poll collects, a large campus.
void campus() {
  constexpr unsigned kInFlight = 4;
  constexpr double kRoundTrip = 0.020;
  std::printf("campus: 1,000 switches x 1,000 stations, 20 ms away, in_flight %u, every table\n", kInFlight);
  const Agents agents(bench::campus_agents(1000, 1000, "delay=20ms"));
  // The lab makes a switch's tables when it is first asked for them: that is not to be measured.
  snmp::Collector(agents.targets(kInFlight)).poll({});
  snmp::Collector collector(agents.targets(kInFlight));
  for (const char* what : {"first", "second"}) {
    snmp::Progress last;
    const auto began = Clock::now();
    const double before = bench::cpu_seconds(RUSAGE_SELF);
    const auto snapshots = collector.poll({}, [&](const snmp::Progress& p) { last = p; });
    const double wall = since(began), used = bench::cpu_seconds(RUSAGE_SELF) - before;
    std::uint64_t rows = 0, whole = 0;
    for (const auto& s : snapshots) rows += s.fdb.size(), whole += s.answered && s.fdb_complete() ? 1 : 0;
    const double requests = static_cast<double>(last.requests);
    // Neither the switches' windows nor the limit over all let requests leave faster.
    const double bound =
        std::max(requests / 1000 / kInFlight, requests / snmp::Limits{}.concurrency) * kRoundTrip;
    std::printf("  %s poll: %.3f s wall, %.3f s CPU, %llu requests, %llu FDB rows, %llu switches whole\n",
                what, wall, used, static_cast<unsigned long long>(last.requests),
                static_cast<unsigned long long>(rows), static_cast<unsigned long long>(whole));
    complete(whole, 1000);
    bar("wall / bound of round trips and window", wall / bound, 1.5, true);
  }
}

void where() {
  std::printf("where: 1,000 switches x 1,000 rows, 20 ms away\n");
  const Agents agents(bench::table_agents(1000, 1000, "delay=20ms"));
  snmp::Collector collector(agents.targets(4));
  const auto known = collector.poll({});
  const auto mac = known.front().fdb.at(500).mac;
  for (int i = 0; i < 3; ++i) {
    const auto began = Clock::now();
    const auto answer = collector.where(mac, known);
    const double wall = since(began);
    std::printf("  one station: %zu switches asked, %zu rows, %zu failed\n", answer.asked, answer.rows.size(),
                answer.failed.size());
    complete(answer.rows.size(), 1000);
    bar("seconds (3 round trips + 50 ms)", wall, 0.110, true);
  }
}

std::filesystem::path program;  ///< lanwarden, beside this one

/// The command itself, process start and reading of what was known included.
void prompt() {
  std::printf("prompt: lanwarden where, 1,000 switches x 1,000 stations, 20 ms away\n");
  const Agents agents(bench::campus_agents(1000, 1000, "delay=20ms"));
  std::string name = (std::filesystem::temp_directory_path() / "lanwarden-bench-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  {
    std::ofstream config(folder / "lanwarden.toml");
    config << "[[credential]]\nname = \"ro\"\nversion = \"2c\"\ncommunity = \"public\"\n";
    for (std::size_t i = 0; i < agents.addresses().size(); ++i)
      config << "[[switch]]\nname = \"sw" << i << "\"\naddress = \"" << agents.addresses()[i]
             << "\"\ncredential = \"ro\"\n";
  }
  const std::string command = program.string() + " -q -c " + (folder / "lanwarden.toml").string() + " ";
  const bool polled = std::system((command + "poll > /dev/null").c_str()) == 0;
  std::string mac;
  {
    const std::string fdb = (folder / "fdb").string();
    const bool listed = std::system((command + "fdb sw0 --json > " + fdb).c_str()) == 0;
    std::ifstream rows(fdb);
    for (std::string row; listed && mac.empty() && std::getline(rows, row);)
      if (const auto at = row.find("\"learned\""); at != std::string::npos)
        mac = row.substr(row.find("\"mac\":\"") + 7, 17);
  }
  complete(polled && !mac.empty() ? 1 : 0, 1);
  std::vector<double> walls;
  for (int i = 0; i < 9; ++i) {
    const auto began = Clock::now();
    const bool found = std::system((command + "where " + mac + " --json > /dev/null").c_str()) == 0;
    walls.push_back(since(began));
    complete(found ? 1 : 0, 1);
  }
  std::sort(walls.begin(), walls.end());
  std::printf("  lanwarden where %s: %.3f s at best, %.3f s median of %zu\n", mac.c_str(), walls.front(),
              walls[walls.size() / 2], walls.size());
  bar("seconds, median (3 round trips + 50 ms)", walls[walls.size() / 2], 0.110, true);
  std::filesystem::remove_all(folder);
}

void loss() {
  double without = 0;
  for (const char* share : {"0", "0.01", "0.1"}) {
    std::printf("loss: 200 switches x 5,000 rows, 20 ms away, in_flight 8, loss %s each way\n", share);
    const Agents agents(bench::table_agents(200, 5000, std::string("delay=20ms,loss=") + share));
    snmp::Collector collector(agents.targets(8));
    const Measured first = poll(collector, "lanwarden, first poll");
    const Measured second = poll(collector, "lanwarden, second poll");
    complete(first.rows, 1'000'000);
    complete(second.rows, 1'000'000);
    if (without == 0) {
      without = first.wall;
      continue;
    }
    bar("wall / wall without loss", first.wall / without, std::strcmp(share, "0.01") == 0 ? 2 : 5, true);
  }
}

double resident_mb() {
  std::ifstream status("/proc/self/statm");
  double size = 0, resident = 0;
  status >> size >> resident;
  return resident * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

void memory() {
  for (const unsigned rows : {50U, 2000U}) {
    std::printf("memory: 3,000 switches x %u rows\n", rows);
    const Agents agents(bench::table_agents(3000, rows, {}));
    malloc_trim(0);
    const double before = resident_mb();
    snmp::Collector collector(agents.targets(4));
    const auto began = Clock::now();
    const auto snapshots = collector.poll({});
    std::uint64_t held = 0;
    for (const auto& s : snapshots) held += s.fdb.size();
    complete(held, std::uint64_t{3000} * rows);
    const double peak = resident_mb() - before;
    malloc_trim(0);
    const double after = resident_mb() - before;
    std::printf("  %.2f s; resident %.1f MB right after the poll, %.1f MB trimmed; rows held %llu\n",
                since(began), peak, after, static_cast<unsigned long long>(held));
    const double besides = 3000 * 65536.0;
    if (rows < 100)
      bar("octets a switch", after * 1e6 / 3000, 65536, true);
    else
      bar("octets a row, 64 KiB a switch besides", (after * 1e6 - besides) / static_cast<double>(held), 100,
          true);
    std::printf("  %-44s %10.3f\n", "octets a row, all told", after * 1e6 / static_cast<double>(held));
  }
}

std::string machine() {
  std::ifstream info("/proc/cpuinfo");
  std::string line, model = "unknown processor";
  while (std::getline(info, line))
    if (line.starts_with("model name")) {
      model = line.substr(line.find(':') + 2);
      break;
    }
  return model + ", " + std::to_string(std::thread::hardware_concurrency()) + " processors";
}

struct Scenario {
  const char* name;
  void (*run)();
};
constexpr Scenario kScenarios[] = {{"cpu", cpu},       {"far", far},   {"campus", campus}, {"where", where},
                                   {"prompt", prompt}, {"loss", loss}, {"memory", memory}};

}  // namespace

int main(int argc, char** argv) {
  program = std::filesystem::absolute(argv[0]).parent_path() / "lanwarden";
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::printf("poll_bench on %s\n", machine().c_str());
  for (int i = 1; i < argc; ++i)
    if (std::none_of(std::begin(kScenarios), std::end(kScenarios),
                     [&](const Scenario& s) { return std::strcmp(s.name, argv[i]) == 0; })) {
      std::fprintf(stderr,
                   "poll_bench: no scenario \"%s\"; there are: cpu far campus where prompt loss memory\n",
                   argv[i]);
      return 2;
    }
  for (const Scenario& s : kScenarios) {
    const bool named =
        std::any_of(argv + 1, argv + argc, [&](const char* a) { return std::strcmp(a, s.name) == 0; });
    if (argc == 1 || named) s.run();
  }
  return all_well ? 0 : 1;
}
