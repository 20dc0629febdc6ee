#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "agent/store/sqlite_store.h"
#include "tests/daemon/site.h"
#include "tests/daemon/trials.h"

namespace lanwarden::daemon_test {
namespace {

using namespace std::chrono_literals;
using agent::Time;
using topology::MacAddress;

constexpr const char* kConfig = R"(
[poll]
every = "1h"

[isolation]
mode = "auto"
for = "1h"
per_hour = 100
)";

Time now() { return std::chrono::time_point_cast<topology::Duration>(std::chrono::system_clock::now()); }

struct Culprit {
  MacAddress mac;
  std::uint32_t ip = 0;
  topology::PortId port;
};

/// A station that is alone on its port: the clock.
std::optional<Culprit> pick(const lab::World& world) {
  const auto truths = lab::truths(world);
  for (std::size_t i = 0; i < truths.size(); ++i)
    if (truths[i].verdict == topology::Verdict::kEdge && world.stations[i].kind == lab::StationKind::kHost &&
        !world.stations[i].ip.is_v6())
      return Culprit{world.stations[i].mac, world.stations[i].ip.v4_bits(), truths[i].ports.front()};
  return std::nullopt;
}

double ms(topology::Duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

}  // namespace

Outcome reaction(unsigned switches, unsigned hosts, std::chrono::milliseconds away,
                 std::chrono::milliseconds limit, bool polled_before) {
  Outcome outcome;
  SiteOptions options;
  options.switches = switches;
  options.hosts = hosts;
  options.disk_mb = 64 + switches * (hosts + switches) / 2500;
  options.faults = "delay=" + std::to_string(away.count()) + "ms";
  options.config = kConfig;
  Site site(options);
  if (!site.missing().empty()) {
    outcome.skipped = site.missing();
    return outcome;
  }
  const auto problem = [&](std::string text) {
    outcome.problems.push_back(std::move(text));
    return outcome;
  };
  const auto culprit = pick(site.world().world());
  if (!culprit) return problem("this building has no station that is alone on its port");
  if (polled_before)
    if (const auto polled = site.lanwarden("poll"); polled.code != 0)
      return problem("the first poll failed: " + polled.errors);
  site.start();
  if (polled_before && !wait_for(60s, [&] {
        const json s = site.status();
        return s.is_object() && s["snmp"]["walking"] == 0 && s["interfaces"].size() == 1;
      }))
    return problem("the daemon does not come to rest");

  // A hundred virtual servers come up, one every ten milliseconds, and the clock has every address.
  std::atomic<bool> end{false};
  Time first{};
  std::atomic<bool> began{false};
  std::thread wire([&] {
    for (unsigned n = 0; n < 500 && !end; ++n) {
      const MacAddress server{0x005056000000U + n % 100};
      const std::uint32_t wanted = (culprit->ip & 0xffff0000U) | 0x0000f000U | (n % 100);
      site.send(lab::arp_probe(server, wanted, true));
      if (n == 0) {
        first = now();
        began = true;
      }
      site.send(lab::arp_reply(culprit->mac, wanted, server, 0));
      std::this_thread::sleep_for(10ms);
    }
  });
  Time down{};
  const bool shut = wait_for(
      30s,
      [&] {
        bool up = true;
        site.agents().locked([&] { up = site.world().live().admin_up(culprit->port); });
        if (!up) down = now();
        return !up;
      },
      1ms);
  std::this_thread::sleep_for(500ms);  // what the daemon still writes
  end = true;
  wire.join();
  site.stop();
  if (!shut || !began) return problem("the port is still up: " + site.log());

  auto store = agent::open_sqlite_store(site.store(), {});
  if (!store) return problem(store.error().message);
  const auto incidents = (*store)->incidents(true);
  if (!incidents) return problem(incidents.error().message);
  for (const agent::Incident& i : *incidents) {
    if (i.mac != culprit->mac) continue;
    outcome.measured.push_back(
        fmt::format("  {:8.1f} ms  found: {} by the detector", ms(i.opened - first), i.kind));
    for (const agent::IncidentEvent& e : i.events)
      outcome.measured.push_back(fmt::format("  {:8.1f} ms  {}: {}", ms(e.time - first), to_string(e.state),
                                             e.text.substr(0, e.text.find('\n')).substr(0, 90)));
  }
  const double took = ms(down - first);
  outcome.measured.push_back(fmt::format("  {:8.1f} ms  the port is down, at its switch", took));
  if (limit.count() > 0 && took > static_cast<double>(limit.count()))
    problem(fmt::format("{:.0f} ms from the first bogus answer to the port down; the bar is {} ms", took,
                        limit.count()));
  return outcome;
}

}  // namespace lanwarden::daemon_test
