// Recordings of real switches, served as agents: polled without an error, and no row fewer than Net-SNMP's
// own walk brings.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "tests/lab/agent/recording.h"
#include "tests/snmp/fleet.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
using lanwarden::topology::Completeness;
using lanwarden::topology::Table;
namespace lab = lanwarden::lab;

namespace {

std::vector<lab::Recording> recordings() {
  const char* shared = std::getenv("LANWARDEN_SHARED");
  const std::filesystem::path folder =
      (shared != nullptr ? std::filesystem::path(shared)
                         : std::filesystem::path(LANWARDEN_SOURCE_DIR) / "../shared") /
      "walks/devices";
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    WARN("SKIPPED: no recordings at " << folder << " (set LANWARDEN_SHARED)");
    return {};
  }
  auto loaded = lab::load_recordings(folder);
  REQUIRE(loaded.has_value());
  return std::move(*loaded);
}

/// Rows of each column below `entry`, as `snmpbulkwalk` prints them.
std::array<std::size_t, 10> bulkwalk(const std::string& address, const std::string& entry) {
  const std::string command =
      "MIBS= MIBDIRS= snmpbulkwalk -v2c -c public -On -Cr50 -Cc -t 5 " + address + " " + entry + " 2>&1";
  std::array<std::size_t, 10> rows{};
  FILE* out = ::popen(command.c_str(), "r");
  REQUIRE(out != nullptr);
  std::array<char, 4096> line{};
  const std::string prefix = "." + entry + ".";
  while (std::fgets(line.data(), static_cast<int>(line.size()), out) != nullptr) {
    const std::string text = line.data();
    if (!text.starts_with(prefix) || text.find("No Such") != std::string::npos) continue;
    const auto column = std::strtoul(text.c_str() + prefix.size(), nullptr, 10);
    if (column < rows.size()) ++rows[column];
  }
  ::pclose(out);
  return rows;
}

struct Recorded {
  Fleet fleet;
  std::vector<std::size_t> contexts;  ///< of each

  bool load() {
    for (lab::Recording& r : recordings()) {
      contexts.push_back(r.view->contexts().size());
      fleet.add(r.name, r.view);
    }
    return !contexts.empty();
  }
};

}  // namespace

TEST_CASE("recordings: every real device is polled without an error") {
  Recorded real;
  if (!real.load()) return;
  auto collector = real.fleet.collector();
  const auto snapshots = collector.poll({});
  for (const auto& [id, failure] : collector.failures()) CHECK(failure.detail.empty());
  for (const auto& s : snapshots) {
    CAPTURE(s.name);
    CHECK(s.answered);
    CAPTURE(all_text(s));
    // VLANs that were not recorded have no context there.
    for (const auto& table : s.tables)
      CHECK(
          (table.completeness != Completeness::kPartial || table.cause == "no answer in the VLAN's context"));
  }
}

TEST_CASE("recordings: as many forwarding rows as snmpbulkwalk brings from the same agents") {
  if (::access("/usr/bin/snmpbulkwalk", X_OK) != 0) {
    WARN("SKIPPED: no snmpbulkwalk here (package snmp)");
    return;
  }
  Recorded real;
  if (!real.load()) return;
  auto collector = real.fleet.collector();
  const auto snapshots = collector.poll({});
  std::size_t rows = 0;
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    const auto& s = snapshots[i];
    CAPTURE(s.name);
    const auto q = bulkwalk(s.address, "1.3.6.1.2.1.17.7.1.2.2.1");
    CHECK(s.table(Table::kQBridgeFdb).rows >= std::max(q[2], q[3]));
    CHECK(s.table(Table::kQBridgeFdb).rows <= std::max({q[1], q[2], q[3]}));
    rows += q[2];
    if (real.contexts[i] > 1) continue;  // rows of its contexts are counted with the others
    const auto d = bulkwalk(s.address, "1.3.6.1.2.1.17.4.3.1");
    CHECK(s.table(Table::kBridgeFdb).rows >= std::max(d[2], d[3]));
    CHECK(s.table(Table::kBridgeFdb).rows <= std::max({d[1], d[2], d[3]}));
    rows += d[2];
  }
  CHECK(rows > 1000);
}
