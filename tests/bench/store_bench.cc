// The memory at size: store_bench [MILLIONS OF INTERVALS (10)]. Searches at ten million intervals have to be
// answered in 10 ms, an unchanged poll of 1,000 switches has to write fewer than 100 pages. Exit 1 when one
// has not.
#include <SQLiteCpp/SQLiteCpp.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "agent/store/sqlite_store.h"

using namespace lanwarden;
using namespace lanwarden::agent;
using topology::IfIndex;
using topology::Table;

namespace {

constexpr unsigned kSwitches = 1'000, kPorts = 48, kOnSwitch = 100, kStations = kSwitches * kOnSwitch;

Time at(std::int64_t minute) {
  return Time{std::chrono::seconds{1'800'000'000}} + std::chrono::minutes{minute};
}
/// Scattered as cards of some forty makers are.
MacAddress station(std::uint64_t n) {
  const std::uint64_t maker = 0x001000U + (n % 40) * 0x1357;
  return MacAddress{(maker << 24) | ((n * 2654435761U) & 0xffffffU)};
}

std::vector<SwitchSnapshot> campus(std::int64_t minute) {
  std::vector<SwitchSnapshot> all;
  for (unsigned s = 0; s < kSwitches; ++s) {
    SwitchSnapshot& one = all.emplace_back();
    one.name = "sw" + std::to_string(s);
    one.address = "10.0.0.1";
    one.time = at(minute);
    one.answered = true;
    one.uptime_cs = static_cast<std::uint64_t>(minute) * 6'000 + 1'000'000'000;
    for (auto& t : one.tables) t = {topology::Completeness::kComplete, 1234, ""};
    for (unsigned i = 1; i <= kPorts; ++i) {
      topology::Interface port;
      port.ifindex = IfIndex{i};
      port.name = "Gi1/0/" + std::to_string(i);
      one.interfaces.push_back(port);
    }
    for (unsigned i = 0; i < kOnSwitch; ++i)
      one.fdb.push_back({station(s * kOnSwitch + i), IfIndex{1 + i % kPorts}, {}, VlanId{1}});
    if (s % 100 == 0)  // ten routers of 10,000 addresses each
      for (unsigned i = 0; i < 100 * kOnSwitch; ++i)
        one.addresses.push_back(
            {IpAddress::v4(0x0a000000U + s * kOnSwitch + i), station(s * kOnSwitch + i), IfIndex{1}});
  }
  return all;
}

template <class T>
T must(StoreResult<T> result) {
  if (!result) {
    std::fprintf(stderr, "store_bench: %s\n", result.error().message.c_str());
    std::exit(2);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double seconds(const std::function<void()>& f) {
  const auto begin = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Past intervals as a year of polls leaves them: in the order in which they ended, of all stations alike.
void fill(const std::filesystem::path& file, std::uint64_t intervals) {
  SQLite::Database db(file.string(), SQLite::OPEN_READWRITE);
  std::string by_mac = db.execAndGet("SELECT sql FROM sqlite_schema WHERE name = 'fdb_past_mac'").getString();
  std::string by_port =
      db.execAndGet("SELECT sql FROM sqlite_schema WHERE name = 'fdb_past_port'").getString();
  db.exec("PRAGMA cache_size = -262144; BEGIN; DROP INDEX fdb_past_mac; DROP INDEX fdb_past_port");
  {
    SQLite::Statement add(db, "INSERT INTO fdb_past VALUES (?, 1, ?, ?, 1, 0, ?, ?, ?)");
    const std::int64_t year = 365 * 24 * 60;
    for (std::uint64_t n = 0; n < intervals; ++n) {
      const std::uint64_t who = (n * 7919) % kStations, sw = (who / kOnSwitch + n % 3) % kSwitches;
      const std::int64_t end =
          -year + static_cast<std::int64_t>(n * static_cast<std::uint64_t>(year) / intervals);
      add.bind(1, static_cast<std::int64_t>(station(who).bits()));
      add.bind(2, static_cast<std::int64_t>(sw + 1));
      add.bind(3, static_cast<std::int64_t>(sw * kPorts + 1 + n % kPorts));
      add.bind(4, at(end - 600).time_since_epoch().count());
      add.bind(5, at(end - 10).time_since_epoch().count());
      add.bind(6, at(end).time_since_epoch().count());
      add.exec();
      add.reset();
    }
  }
  db.exec(by_mac);
  db.exec(by_port);
  db.exec("COMMIT");
}

}  // namespace

int main(int argc, char** argv) {
  const double millions = argc > 1 ? std::stod(argv[1]) : 10;
  std::string folder = (std::filesystem::temp_directory_path() / "lanwarden-store-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return 2;
  const std::filesystem::path file = std::filesystem::path(folder) / "bench.db";
  bool good = true;
  {
    const auto store = must(open_sqlite_store(file, false));
    std::printf("first poll of %u switches, %u stations: %.1f s\n", kSwitches, kStations,
                seconds([&] { must(store->save_poll(campus(0))); }));
    std::vector<NameBinding> names;
    for (unsigned n = 0; n < kStations; ++n)
      names.push_back({station(n), "host-" + std::to_string(n) + ".example.net", NameSource::kDns, at(0)});
    std::printf("%zu names: %.1f s\n", names.size(), seconds([&] { must(store->save_names(names)); }));
  }
  std::printf("%.0f million intervals: %.1f s\n", millions,
              seconds([&] { fill(file, static_cast<std::uint64_t>(millions * 1e6)); }));

  {
    const auto store = must(open_sqlite_store(file, false));  // with an empty log
    const double took = seconds([&] { must(store->save_poll(campus(10))); });
    std::error_code ec;
    const auto log = std::filesystem::file_size(file.string() + "-wal", ec);
    const auto pages = ec || log < 32 ? 0 : (log - 32) / (4096 + 24);
    std::printf("unchanged poll of %u switches: %llu pages (bar: under 100), %.2f s\n", kSwitches,
                static_cast<unsigned long long>(pages), took);
    good = good && pages > 0 && pages < 100;
  }

  const auto store = must(open_sqlite_store(file, true));
  const auto pattern = [](const std::string& text) { return *MacPattern::parse(text); };
  const auto measure = [&](const char* what, const std::function<std::size_t(unsigned)>& ask) {
    std::vector<double> times;
    std::size_t found = 0;
    for (unsigned n = 0; n < 51; ++n)
      times.push_back(seconds([&] { found += ask(n * 1'931 % kStations); }) * 1e3);
    std::sort(times.begin(), times.end());
    const bool quick = times[25] < 10;
    std::printf("%-44s %8.3f ms median, %8.3f worst, %7.1f rows%s\n", what, times[25], times.back(),
                static_cast<double>(found) / 51, quick ? "" : "   OVER 10 ms");
    good = good && quick && found > 0;
  };
  const auto mac = [](unsigned n) { return station(n).to_string(); };
  measure("stations by the end (ce:20:cd)",
          [&](unsigned n) { return must(store->stations(pattern(mac(n).substr(9)), 10'000)).size(); });
  measure("stations by two octets at the end", [&](unsigned n) {
    return must(store->stations(pattern("xx:" + mac(n).substr(12)), 10'000)).size();
  });
  measure("stations by the maker (00:0d:4b:)",
          [&](unsigned n) { return must(store->stations(pattern(mac(n).substr(0, 9)), 10'000)).size(); });
  measure("stations by a wildcard (00:0d:xx:xx:20:xx)", [&](unsigned n) {
    return must(store->stations(pattern(mac(n).substr(0, 6) + "xx:xx:" + mac(n).substr(12, 2) + ":xx"),
                                10'000))
        .size();
  });
  measure("stations by a wildcard (xx:xx:4b:xx:xx:cd)", [&](unsigned n) {
    return must(store->stations(pattern("xx:xx:" + mac(n).substr(6, 2) + ":xx:xx:" + mac(n).substr(15)),
                                10'000))
        .size();
  });
  measure("a vendor of forty prefixes", [&](unsigned n) {
    std::size_t found = 0;
    for (unsigned k = 0; k < 40; ++k)
      found += must(store->stations(pattern(mac(n + k).substr(0, 9)), 250)).size();
    return found;
  });
  measure("where a station is now",
          [&](unsigned n) { return must(store->sightings(pattern(mac(n)), std::nullopt, 100)).size(); });
  measure("where it was half a year ago", [&](unsigned n) {
    return must(store->sightings(pattern(mac(n)), at(-180 * 24 * 60), 100)).size() + 1;
  });
  measure("everywhere it ever was",
          [&](unsigned n) { return must(store->history(station(n), Time{}, 1'000)).size(); });
  measure("what was ever on a port (1,000 rows)", [&](unsigned n) {
    return must(store->port_history("sw" + std::to_string(n % kSwitches), "Gi1/0/7", Time{}, 1'000)).size();
  });
  measure("how many were on a port half a year ago", [&](unsigned n) {
    return must(store->stations_on("sw" + std::to_string(n % kSwitches), "Gi1/0/7", at(-180 * 24 * 60))) + 1;
  });
  measure("who has an address",
          [&](unsigned n) { return must(store->bindings(IpAddress::v4(0x0a000000U + n))).size(); });
  measure("a station's addresses, ever",
          [&](unsigned n) { return must(store->address_history(station(n))).size(); });
  measure("a station by its name",
          [&](unsigned n) { return must(store->stations_named("host-" + std::to_string(n), 100)).size(); });
  measure("stations by a pattern of names (host-*99*)", [&](unsigned n) {
    return must(store->stations_named("host-*" + std::to_string(n % 100) + ".*", 10'000)).size();
  });
  std::printf("file: %.0f MB\n", static_cast<double>(std::filesystem::file_size(file)) / 1e6);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return good ? 0 : 1;
}
