// The fabric kept from one process to the next: the same answers, or none.
#include "agent/locate/fabric_cache.h"

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "agent/locate/locator.h"
#include "tests/agent/store_scratch.h"
#include "tests/lab/world/world.h"
#include "topology/freeze.h"
#include "topology/locate.h"

using namespace lanwarden;
using agent::FabricCache;

namespace {

/// A campus with everything in it, and each station's rows.
struct Campus {
  std::vector<topology::SwitchSnapshot> snapshots;
  Campus() {
    lab::WorldOptions options;
    options.switches = 25;
    options.hosts = 400;
    options.unmanaged_leafs = 3;
    options.unmanaged_middles = 2;
    options.access_points = 2;
    options.virtual_hosts = 2;
    options.phones = 0.2;
    options.lldp = 0.5;
    options.stp = 0.5;
    options.vlans = 3;
    options.lags = 2;
    options.rings = 2;
    options.missing = 0.1;
    options.stale = 0.01;
    snapshots = lab::snapshots(lab::generate(options));
  }
};

struct Scratch {
  std::filesystem::path folder;
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "lanwarden-cache-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~Scratch() { std::filesystem::remove_all(folder); }
};

bool same(const topology::Location& a, const topology::Location& b) {
  return a.verdict == b.verdict && a.confidence == b.confidence && a.port == b.port && a.sw == b.sw &&
         a.ports == b.ports && a.stations_on_port == b.stations_on_port && a.evidence == b.evidence;
}

}  // namespace

TEST_CASE("a thawed fabric answers every question as the one it was frozen from", "[freeze]") {
  const Campus campus;
  const topology::Fabric fabric = topology::infer(campus.snapshots);
  const auto thawed = topology::thaw(topology::freeze(fabric));
  REQUIRE(thawed);
  REQUIRE(thawed->snapshots().size() == fabric.snapshots().size());
  CHECK(thawed->links().size() == fabric.links().size());
  CHECK(thawed->segments().size() == fabric.segments().size());
  std::size_t asked = 0;
  for (const topology::SwitchSnapshot& s : fabric.snapshots())
    for (const topology::FdbEntry& row : s.fdb) {
      const auto rows = topology::stored_rows(fabric, row.mac);
      REQUIRE(same(topology::locate(fabric, {row.mac, rows, {}}),
                   topology::locate(*thawed, {row.mac, rows, {}})));
      ++asked;
    }
  CHECK(asked > 1000);
  for (std::uint32_t i = 0; i < fabric.snapshots().size(); ++i) {
    const auto& was = fabric.snapshots()[i];
    const auto& is = thawed->snapshots()[i];
    CHECK(is.name == was.name);
    CHECK(is.time == was.time);
    CHECK(is.databases == was.databases);
    CHECK(is.fdb.empty());
    for (const topology::Interface& port : was.interfaces) {
      const topology::PortId id{topology::SwitchId{i}, port.ifindex};
      CHECK(thawed->role(id) == fabric.role(id));
      CHECK(thawed->describe(id) == fabric.describe(id));
      CHECK(thawed->explain(id).size() == fabric.explain(id).size());
    }
  }
}

TEST_CASE("what is not a whole frozen fabric is refused", "[freeze]") {
  const Campus campus;
  const std::string octets = topology::freeze(topology::infer(campus.snapshots));
  CHECK_FALSE(topology::thaw(""));
  CHECK_FALSE(topology::thaw("nonsense"));
  CHECK_FALSE(topology::thaw(octets + "x"));
  for (std::size_t size = 0; size < octets.size(); size += octets.size() / 97 + 1)
    CHECK_FALSE(topology::thaw(octets.substr(0, size)));
}

TEST_CASE("the cache is read for the same store and configuration only", "[freeze]") {
  const Campus campus;
  const Scratch scratch;
  const FabricCache cache(scratch.folder / "lanwarden.db-fabric");
  CHECK_FALSE(cache.read("one"));
  const topology::Fabric fabric = topology::infer(campus.snapshots);
  REQUIRE(cache.write("one", fabric, {campus.snapshots[0]}));
  CHECK_FALSE(cache.read("two"));
  CHECK_FALSE(cache.read("on"));
  const auto content = cache.read("one");
  REQUIRE(content);
  CHECK(content->fabric.links().size() == fabric.links().size());
  REQUIRE(content->routers.size() == 1);
  CHECK(content->routers[0].name == campus.snapshots[0].name);
  // Nothing lies about but the one file.
  CHECK(std::distance(std::filesystem::directory_iterator(scratch.folder), {}) == 1);
}

TEST_CASE("a damaged cache is none", "[freeze]") {
  const Campus campus;
  const Scratch scratch;
  const auto file = scratch.folder / "cache";
  const FabricCache cache(file);
  REQUIRE(cache.write("key", topology::infer(campus.snapshots), {}));
  std::string whole;
  {
    std::ifstream in(file, std::ios::binary);
    whole.assign(std::istreambuf_iterator<char>(in), {});
  }
  const auto put = [&](const std::string& octets) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << octets;
  };
  for (std::size_t at = 0; at < whole.size(); at += whole.size() / 61 + 1) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    put(damaged);
    CHECK_FALSE(cache.read("key"));
    put(whole.substr(0, at));
    CHECK_FALSE(cache.read("key"));
  }
  put(whole);
  CHECK(cache.read("key"));
}

TEST_CASE("a cache that cannot be written is no error", "[freeze]") {
  CHECK_FALSE(FabricCache("/proc/no/such/folder/cache").write("key", topology::infer({}), {}));
}

TEST_CASE("what was saved between reading and inferring is not hidden by the cache", "[freeze]") {
  const Campus campus;
  const Scratch scratch;
  agent::Config config;
  for (const topology::SwitchSnapshot& s : campus.snapshots) {
    agent::SwitchConfig& sw = config.switches.emplace_back();
    sw.name = s.name;
    sw.address = s.address;
  }
  const FabricCache cache(scratch.folder / "lanwarden.db-fabric");
  const auto store = agent::testing::must(agent::open_sqlite_store(scratch.folder / "lanwarden.db", false));
  REQUIRE(store->save_poll(campus.snapshots));
  agent::Locator slow(config, *store, nullptr, cache);
  REQUIRE(slow.load());
  topology::SwitchSnapshot later = campus.snapshots[0];
  later.time += std::chrono::hours(1);
  REQUIRE(store->save_poll({&later, 1}));
  slow.fabric();

  agent::Locator next(config, *store, nullptr, cache);
  REQUIRE(next.load_fabric());
  CHECK(next.fabric().snapshots()[0].time == later.time);
}
