// Polling against snmpbulkwalk: the same agents, the same table, one run.
//
//   poll_bench [--switches N] [--rows R] [--delay D] [--loss L] [--in-flight W] [--walk-at-once P]
//
// The agents run in a process of their own, so that CPU seconds are the client's alone.
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "snmp/collector.h"
#include "tests/lab/agent/agent_server.h"
#include "tests/lab/agent/table_mib.h"

namespace {

namespace lab = lanwarden::lab;
namespace snmp = lanwarden::snmp;
using Seconds = std::chrono::duration<double>;

struct Options {
  unsigned switches = 200, rows = 5000, in_flight = 8, at_once = 2;
  std::string delay = "0ms", loss = "0";
};

constexpr std::uint16_t kPort = 21161;
constexpr unsigned kPorts = 48;

std::string address_of(unsigned i) {
  return "127.11." + std::to_string(i / 250) + "." + std::to_string(1 + i % 250);
}

std::shared_ptr<lab::TableMib> table(unsigned rows) {
  auto mib = std::make_shared<lab::TableMib>();
  lab::Table& t = mib->table();
  t.set(lab::Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}, lab::Value::of_octets("bench"));
  t.set(lab::Oid{1, 3, 6, 1, 2, 1, 1, 5, 0}, lab::Value::of_octets("bench"));
  for (unsigned p = 1; p <= kPorts; ++p)
    t.set(lab::Oid{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2, p}, lab::Value::of_integer(static_cast<int>(p)));
  for (const std::uint32_t column : {2U, 3U})
    for (unsigned n = 0; n < rows; ++n)
      t.set(
          lab::Oid{
              1,      3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, column, 1, 0, 13, 75, (n >> 16) & 255, (n >> 8) & 255,
              n & 255},
          lab::Value::of_integer(column == 2 ? static_cast<int>(1 + n % kPorts) : 3));
  return mib;
}

/// Serves until it is killed. Says one octet into `ready` when it listens.
[[noreturn]] void serve(const Options& o, int ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  lab::AgentServer server;
  const auto faults = lab::Faults::parse("delay=" + o.delay + ",loss=" + o.loss);
  if (!faults) {
    std::fprintf(stderr, "poll_bench: %s\n", faults.error().cause.c_str());
    _exit(2);
  }
  const auto mib = table(o.rows);
  for (unsigned i = 0; i < o.switches; ++i) {
    lab::AgentConfig config;
    config.name = "sw" + std::to_string(i);
    config.address = address_of(i);
    config.port = kPort;
    config.view = mib;
    config.faults = *faults;
    if (const auto added = server.add(std::move(config)); !added) {
      std::fprintf(stderr, "poll_bench: %s\n", added.error().c_str());
      _exit(3);
    }
  }
  [[maybe_unused]] const auto said = ::write(ready, "r", 1);
  while (true) server.poll_once(std::chrono::nanoseconds(-1));
}

double cpu(int who) {
  rusage usage{};
  getrusage(who, &usage);
  auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Measured {
  double wall = 0, cpu = 0;
  std::uint64_t rows = 0;
};

void print(const char* what, const Measured& m) {
  std::printf("  %-34s %8.3f s wall  %8.3f s CPU  %9llu rows  %8.2f M rows per CPU-second\n", what, m.wall,
              m.cpu, static_cast<unsigned long long>(m.rows), static_cast<double>(m.rows) / m.cpu / 1e6);
}

Measured poll(snmp::Collector& collector, const char* what) {
  const auto began = std::chrono::steady_clock::now();
  const double before = cpu(RUSAGE_SELF);
  const auto snapshots = collector.poll({});
  Measured m{Seconds(std::chrono::steady_clock::now() - began).count(), cpu(RUSAGE_SELF) - before, 0};
  for (const auto& s : snapshots) m.rows += s.table(lanwarden::topology::Table::kQBridgeFdb).rows;
  print(what, m);
  return m;
}

/// snmpbulkwalk over all switches, `at_once` processes side by side: the port column and the status column,
/// as a poll asks for.
Measured bulkwalk(const Options& o) {
  const auto began = std::chrono::steady_clock::now();
  const double before = cpu(RUSAGE_CHILDREN);
  Measured m;
  std::vector<FILE*> running;
  auto drain = [&](FILE* out) {
    std::array<char, 1 << 16> text{};
    while (const std::size_t got = std::fread(text.data(), 1, text.size(), out))
      m.rows += static_cast<std::uint64_t>(std::count(text.data(), text.data() + got, '\n'));
    ::pclose(out);
  };
  for (unsigned i = 0; i < o.switches; ++i) {
    const std::string command = "MIBS= MIBDIRS= exec snmpbulkwalk -v2c -c public -On -Oq -Cr50 -t 1 -r 5 " +
                                address_of(i) + ":" + std::to_string(kPort) + " 1.3.6.1.2.1.17.7.1.2.2.1";
    running.push_back(::popen(command.c_str(), "r"));
    if (running.size() >= o.at_once) {
      drain(running.front());
      running.erase(running.begin());
    }
  }
  for (FILE* out : running) drain(out);
  m.rows /= 2;  // two columns a row
  m.wall = Seconds(std::chrono::steady_clock::now() - began).count();
  m.cpu = cpu(RUSAGE_CHILDREN) - before;
  print("snmpbulkwalk -Cr50", m);
  return m;
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

bool read_options(int argc, char** argv, Options& o) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (i + 1 == argc) return false;
    const std::string value = argv[++i];
    if (name == "--delay") {
      o.delay = value;
    } else if (name == "--loss") {
      o.loss = value;
    } else {
      const auto number = static_cast<unsigned>(std::strtoul(value.c_str(), nullptr, 10));
      if (name == "--switches")
        o.switches = number;
      else if (name == "--rows")
        o.rows = number;
      else if (name == "--in-flight")
        o.in_flight = number;
      else if (name == "--walk-at-once")
        o.at_once = std::max(1U, number);
      else
        return false;
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  Options o;
  if (!read_options(argc, argv, o)) {
    std::fprintf(stderr,
                 "usage: poll_bench [--switches N] [--rows R] [--delay 20ms] [--loss 0.01] [--in-flight W] "
                 "[--walk-at-once P]\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  std::printf(
      "poll_bench on %s\n  %u switches x %u rows of dot1qTpFdbTable, delay %s, loss %s, in_flight %u\n",
      machine().c_str(), o.switches, o.rows, o.delay.c_str(), o.loss.c_str(), o.in_flight);

  int ready[2] = {-1, -1};
  if (::pipe(ready) != 0) return 3;
  const pid_t agents = ::fork();
  if (agents == 0) serve(o, ready[1]);
  ::close(ready[1]);
  char octet = 0;
  if (::read(ready[0], &octet, 1) != 1) return 3;

  std::vector<snmp::Target> targets;
  for (unsigned i = 0; i < o.switches; ++i) {
    snmp::Target t;
    t.name = "sw" + std::to_string(i);
    t.address = address_of(i) + ":" + std::to_string(kPort);
    t.read.name = "ro";
    t.read.community = snmp::Secret(std::string("public"));
    t.in_flight = o.in_flight;
    targets.push_back(t);
  }
  snmp::Collector collector(targets);
  const Measured first = poll(collector, "lanwarden, first poll");
  const Measured second = poll(collector, "lanwarden, second poll");

  const auto known = collector.poll({});
  const auto asked = std::chrono::steady_clock::now();
  const auto answer =
      collector.where(lanwarden::topology::MacAddress::parse("00:0d:4b:00:00:07").value(), known);
  std::printf("  %-34s %8.3f s wall, %zu switches asked, %zu rows\n", "lanwarden, where (one station)",
              Seconds(std::chrono::steady_clock::now() - asked).count(), answer.asked, answer.rows.size());

  const Measured walk = bulkwalk(o);
  const std::uint64_t expected = std::uint64_t{o.switches} * o.rows;
  std::printf("  ratio, rows per CPU-second: %.1f x snmpbulkwalk (second poll); wall: %.2f x as fast\n",
              static_cast<double>(second.rows) / second.cpu / (static_cast<double>(walk.rows) / walk.cpu),
              walk.wall / second.wall);
  ::kill(agents, SIGTERM);
  ::waitpid(agents, nullptr, 0);
  const bool complete = first.rows == expected && second.rows == expected;
  if (!complete) std::printf("  INCOMPLETE: %llu rows expected\n", static_cast<unsigned long long>(expected));
  return complete ? 0 : 1;
}
