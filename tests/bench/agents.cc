#include "tests/bench/agents.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <set>

#include "tests/lab/agent/table_mib.h"
#include "tests/lab/world/served_world.h"
#include "tests/lab/world/world.h"

namespace lanwarden::bench {
namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  _exit(3);
}

lab::Faults faults_of(const std::string& text) {
  const auto faults = lab::Faults::parse(text);
  if (!faults) give_up(faults.error().cause);
  return *faults;
}

std::string address_of(unsigned i) {
  return "127.11." + std::to_string(i / 250) + "." + std::to_string(1 + i % 250);
}

std::shared_ptr<lab::TableMib> table(unsigned rows) {
  auto mib = std::make_shared<lab::TableMib>();
  lab::Table& t = mib->table();
  t.set(lab::Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}, lab::Value::of_octets("bench"));
  t.set(lab::Oid{1, 3, 6, 1, 2, 1, 1, 2, 0},
        lab::Value::of_oid(lab::Oid{1, 3, 6, 1, 4, 1, 11, 2, 3, 7, 11, 160}));
  t.set(lab::Oid{1, 3, 6, 1, 2, 1, 1, 5, 0}, lab::Value::of_octets("bench"));
  for (unsigned p = 1; p <= 48; ++p)
    t.set(lab::Oid{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2, p}, lab::Value::of_integer(static_cast<int>(p)));
  // A few vendors, each with addresses all over its range.
  std::set<std::uint64_t> macs;
  std::uint64_t state = 1;
  constexpr std::uint64_t kVendors[] = {0x000d4b, 0x0002a5, 0x3c970e, 0xb827eb, 0xf4f26d};
  while (macs.size() < rows) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    macs.insert(kVendors[(state >> 60) % 5] << 24 | ((state >> 33) & 0xffffff));
  }
  for (const std::uint32_t column : {2U, 3U}) {
    unsigned n = 0;
    for (const std::uint64_t mac : macs) {
      const auto octet = [mac = mac](int i) {
        return static_cast<std::uint32_t>((mac >> (40 - 8 * i)) & 255);
      };
      t.set(lab::Oid{1, 3, 6,      1, 2,        1,        17,       7,        1,        2,
                     2, 1, column, 1, octet(0), octet(1), octet(2), octet(3), octet(4), octet(5)},
            lab::Value::of_integer(column == 2 ? static_cast<int>(1 + n++ % 48) : 3));
    }
  }
  return mib;
}

}  // namespace

Agents::Agents(const std::function<void(lab::AgentServer&)>& fill) {
  int said[2] = {-1, -1};
  if (::pipe(said) != 0) give_up("no pipe");
  child_ = ::fork();
  if (child_ < 0) give_up("no process for the agents");
  if (child_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    lab::AgentServer server;
    fill(server);
    std::string text;
    for (lab::AgentId i = 0; i < server.size(); ++i) text += server.endpoint(i).to_string() + "\n";
    text += "\n";
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t n = ::write(said[1], text.data() + at, text.size() - at);
      if (n <= 0) _exit(3);
      at += static_cast<std::size_t>(n);
    }
    while (true) server.poll_once(std::chrono::nanoseconds(-1));
  }
  ::close(said[1]);
  std::string line;
  char c = 0;
  while (::read(said[0], &c, 1) == 1) {
    if (c != '\n') {
      line += c;
    } else if (line.empty()) {
      ::close(said[0]);
      return;
    } else {
      addresses_.push_back(std::move(line));
      line.clear();
    }
  }
  give_up("the agents could not be set up");
}

Agents::~Agents() {
  ::kill(child_, SIGTERM);
  ::waitpid(child_, nullptr, 0);
}

std::vector<snmp::Target> Agents::targets(unsigned in_flight) const {
  std::vector<snmp::Target> targets;
  for (const std::string& address : addresses_) {
    snmp::Target t;
    t.name = "sw" + std::to_string(targets.size());
    t.address = address;
    t.read.name = "ro";
    t.read.community = snmp::Secret(std::string("public"));
    t.in_flight = in_flight;
    targets.push_back(std::move(t));
  }
  return targets;
}

std::function<void(lab::AgentServer&)> table_agents(unsigned switches, unsigned rows,
                                                    const std::string& faults) {
  return [=](lab::AgentServer& server) {
    const auto mib = table(rows);
    for (unsigned i = 0; i < switches; ++i) {
      lab::AgentConfig config;
      config.name = "sw" + std::to_string(i);
      config.address = address_of(i);
      config.view = mib;
      config.faults = faults_of(faults);
      if (const auto added = server.add(std::move(config)); !added) give_up(added.error());
    }
  };
}

std::function<void(lab::AgentServer&)> campus_agents(unsigned switches, unsigned stations,
                                                     const std::string& faults) {
  return [=](lab::AgentServer& server) {
    lab::WorldOptions options;
    options.switches = switches;
    options.hosts = stations;
    options.own_visible = false;  // else each switch has a row for every other, too
    options.udp_port = static_cast<std::uint16_t>(20'000 + ::getpid() % 20'000);
    // Lives as long as the child: the server uses it until the end.
    auto* world = new lab::ServedWorld(lab::generate(options));
    lab::WorldService service;
    service.faults = faults_of(faults);
    if (const auto served = world->serve(server, service); !served) give_up(served.error());
  };
}

}  // namespace lanwarden::bench
