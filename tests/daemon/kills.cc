#include <fmt/format.h>

#include <random>
#include <thread>

#include "agent/store/sqlite_store.h"
#include "tests/daemon/site.h"
#include "tests/daemon/trials.h"
#include "tests/daemon/trouble_maker.h"

namespace lanwarden::daemon_test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kConfig = R"(
[poll]
every = "2s"
fastest = "1s"

[isolation]
mode = "auto"
for = "1s"
longest = "2s"
per_hour = 1000

[incidents]
close_after = "5s"
)";

/// Ports of flesh that are shut now.
std::size_t shut_ports(Site& site) {
  std::size_t shut = 0;
  site.agents().locked([&] {
    const lab::World& world = site.world().world();
    for (std::uint32_t sw = 0; sw < world.switches.size(); ++sw)
      for (const lab::Port& port : world.switches[sw].ports) {
        const topology::PortId id{topology::SwitchId{sw}, port.ifindex};
        shut += site.world().live().admin_up(id) ? 0 : 1;
      }
  });
  return shut;
}

}  // namespace

Outcome kills(unsigned times, std::uint64_t seed) {
  Outcome outcome;
  SiteOptions options;
  options.switches = 12;
  options.hosts = 120;
  options.config = kConfig;
  Site site(options);
  if (!site.missing().empty()) {
    outcome.skipped = site.missing();
    return outcome;
  }
  std::mt19937_64 random(seed);
  const auto problem = [&](std::string text) {
    outcome.problems.push_back(std::move(text));
    return outcome;
  };
  const std::size_t shut_before = shut_ports(site);
  std::size_t most_shut = 0;
  {
    TroubleMaker trouble(site, seed, 300ms, 400ms);
    for (unsigned n = 1; n <= times; ++n) {
      site.start_at_once();
      std::this_thread::sleep_for(std::chrono::milliseconds{random() % 1000});
      if (!site.alive()) return problem(fmt::format("before kill {} it ended by itself: {}", n, site.log()));
      most_shut = std::max(most_shut, shut_ports(site) - shut_before);
      site.kill();
      if (n % 20 != 0) continue;
      if (const auto said = site.lanwarden("incidents --json"); said.code != 0)
        return problem(fmt::format("after kill {} the store cannot be read: exit {}", n, said.code));
    }
  }
  // Nobody makes trouble any more: every port opens in its time, every switch has its turn.
  site.start();
  const bool opened = wait_for(60s, [&] {
    if (shut_ports(site) != shut_before) return false;
    const json s = site.status();
    return s.is_object() && s["isolations"].empty();
  });
  const bool walked = wait_for(30s, [&] {
    const json s = site.status();
    if (!s.is_object()) return false;
    for (const json& sw : s["switches"])
      if (sw["walks"] == 0 || sw.contains("error")) return false;
    return true;
  });
  const int code = site.stop();
  if (!opened) problem(fmt::format("{} ports stay shut", shut_ports(site) - shut_before));
  if (!walked) problem("some switches are not walked any more");
  if (code != 0) problem(fmt::format("the last stop: exit code {}", code));
  auto store = agent::open_sqlite_store(site.store(), {});
  if (!store) return problem(store.error().message);
  const auto incidents = (*store)->incidents(false);
  const auto isolations = (*store)->isolations(false);
  if (!incidents || !isolations) return problem("the store cannot be read");
  outcome.measured.push_back(
      fmt::format("  killed {} times; {} incidents, {} isolations, at most {} ports shut when "
                  "it was killed; {} are shut in the end",
                  times, incidents->size(), isolations->size(), most_shut, shut_ports(site) - shut_before));
  return outcome;
}

}  // namespace lanwarden::daemon_test
