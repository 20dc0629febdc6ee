// What a daemon tells people of itself, on a channel that a program at the other end really receives; and
// what switches tell it.
#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <utility>
#include <vector>

#include "tests/agent/store_scratch.h"
#include "tests/daemon/site.h"
#include "tests/daemon/trouble_maker.h"

using namespace lanwarden::daemon_test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// Where the pager keeps what it was told, a JSON document a line: not on the disk that gets full.
struct Pager {
  Pager() {
    std::ofstream(folder.path() / "page")
        << "#!/bin/sh\ncat >> " << (folder.path() / "told").string() << "\n";
    fs::permissions(folder.path() / "page", fs::perms::owner_all);
  }

  std::string config() const {
    return fmt::format(
        "\n[[notify]]\nname = \"pager\"\ntype = \"command\"\ncommand = [\"{}\"]\ndigest_above = 0\n",
        (folder.path() / "page").string());
  }
  /// The events that were told so far, in order.
  std::vector<json> told() const {
    std::vector<json> all;
    std::ifstream in(folder.path() / "told");
    for (std::string line; std::getline(in, line);)
      if (json j = json::parse(line, nullptr, false); j.is_object()) all.push_back(std::move(j));
    return all;
  }
  std::size_t times(std::string_view event) const {
    std::size_t n = 0;
    for (const json& j : told()) n += j.value("event", "") == event ? 1 : 0;
    return n;
  }

  lanwarden::agent::testing::ScratchFolder folder;
};

SiteOptions small(const std::string& config) {
  SiteOptions options;
  options.switches = 6;
  options.hosts = 30;
  options.config = config;
  return options;
}

/// False: there can be no such place, and the test says that it is skipped.
bool possible(const Site& site) {
  if (site.missing().empty()) return true;
  WARN("SKIPPED: " + site.missing());
  return false;
}

}  // namespace

TEST_CASE("the interface goes away and comes back: the log says so, and people are told, once each",
          "[told]") {
  const Pager pager;
  Site site(small(pager.config()));
  if (!possible(site)) return;
  site.start();
  REQUIRE(
      wait_for(30s, [&] { return site.log().find("info listening interface=near0") != std::string::npos; }));
  REQUIRE(std::system("ip link set near0 down") == 0);
  const bool told = wait_for(20s, [&] { return pager.times("interface-lost") > 0; });
  INFO(site.log());
  REQUIRE(told);
  CHECK(site.log().find("error not-listening interface=near0") != std::string::npos);
  CHECK(wait_for(10s, [&] { return site.status()["interfaces"][0]["listening"] == false; }));
  REQUIRE(std::system("ip link set near0 up; ip link set far0 up") == 0);
  REQUIRE(wait_for(30s, [&] { return pager.times("interface-back") > 0; }));
  CHECK(wait_for(10s, [&] { return site.status()["interfaces"][0]["listening"] == true; }));
  CHECK(site.stop() == 0);
  CHECK(pager.times("interface-lost") == 1);
  CHECK(pager.times("interface-back") == 1);
  for (const json& j : pager.told())
    if (j.value("event", "") == "interface-lost")
      CHECK(j.value("text", "").find("near0") != std::string::npos);
}

TEST_CASE("the store's disk is full: people are told past the store, and that it works again", "[told]") {
  const Pager pager;
  Site site(small(pager.config()));
  if (!possible(site)) return;
  site.start();
  REQUIRE(wait_for(30s, [&] { return site.status()["snmp"]["walks"].get<int>() >= 6; }));
  site.fill_disk();
  INFO(site.log());
  {
    TroubleMaker trouble(site, 3, 500ms, 1s);  // something to be written
    REQUIRE(wait_for(60s, [&] { return pager.times("store-failed") > 0; }));
  }
  CHECK(pager.told().front().value("severity", "") == "critical");
  site.free_disk();
  CHECK(wait_for(60s, [&] { return pager.times("store-works") > 0; }));
  CHECK(wait_for(20s, [&] { return pager.times("open") > 0; }));  // what waited was written, and is told
  CHECK(site.stop() == 0);
  CHECK(site.log().find("not-stored") == std::string::npos);
}

TEST_CASE("a switch says that it has learned the culprit anew: it is located again, and nobody else is",
          "[told]") {
  Site site(
      small("[traps]\nlisten = \"127.0.0.1:1162\"\n\n[poll]\nevery = \"1h\"\n\n"
            "[isolation]\nmode = \"auto\"\nfor = \"1h\"\n"));
  if (!possible(site)) return;
  site.start();
  REQUIRE(wait_for(30s, [&] { return site.status()["snmp"]["walks"].get<int>() >= 6; }));
  lanwarden::topology::MacAddress culprit;
  {
    TroubleMaker trouble(site, 3, 2s, 500ms);
    REQUIRE(wait_for(30s, [&] {
      return site.lanwarden("incidents --json").out.find("\"state\":\"isolated\"") != std::string::npos;
    }));
    culprit = trouble.culprits().front();
  }
  INFO(site.log());
  REQUIRE(wait_for(30s, [&] { return site.log().find("state=verified") != std::string::npos; }));
  const auto hunts = [&] { return site.status()["snmp"]["hunts"].get<int>(); };
  const auto taken = [&] { return site.status()["snmp"]["notifications"].get<int>(); };
  const int before = hunts();
  site.learned(2, lanwarden::topology::MacAddress{0x00a000000001U});
  REQUIRE(wait_for(10s, [&] { return taken() == 1; }));
  site.learned(2, culprit);
  REQUIRE(wait_for(10s, [&] { return taken() == 2; }));
  CHECK(wait_for(20s, [&] { return hunts() > before; }));
  CHECK(hunts() == before + 1);
  CHECK(site.stop() == 0);
}

TEST_CASE("a station tells its name on the wire: the daemon keeps it, and the prompt takes it", "[told]") {
  Site site(small(""));
  if (!possible(site)) return;
  site.start();
  REQUIRE(wait_for(30s, [&] { return site.status()["snmp"]["walks"].get<int>() >= 6; }));
  const auto& world = site.world().world();
  const auto& station = world.stations[alone_on_their_port(world).front()];
  // An mDNS answer (RFC 6762 §6): laser-9.local has the station's own address.
  lanwarden::lab::Frame said = {0,   0,   0x84, 0,    0,   0,   0,   1, 0,   0,   0,   0,   7,
                                'l', 'a', 's',  'e',  'r', '-', '9', 5, 'l', 'o', 'c', 'a', 'l',
                                0,   0,   1,    0x80, 1,   0,   0,   0, 120, 0,   4};
  const std::uint32_t ip = station.ip.v4_bits();
  for (int shift = 24; shift >= 0; shift -= 8) said.push_back(static_cast<std::uint8_t>(ip >> shift));
  site.send(lanwarden::lab::udp_frame(station.mac, lanwarden::topology::MacAddress{0x01005e0000fbU}, ip,
                                      0xe00000fbU, 5353, 5353, said));
  INFO(site.log());
  // Handed over every ten seconds.
  CHECK(wait_for(30s, [&] {
    return site.lanwarden("history laser-9").out.find("called laser-9 (mdns)") != std::string::npos;
  }));
  const auto where = site.lanwarden("where laser-9 --json");
  CHECK(where.code == 0);
  CHECK(where.out.find(station.mac.to_string()) != std::string::npos);
  CHECK(where.out.find("\"edge\"") != std::string::npos);
  CHECK(site.stop() == 0);
}
