// Large tables in parts: cut where the last walk says, whole whatever happens in between.
#include "snmp/partition.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/snmp/fleet.h"

using namespace lanwarden::snmp;
using namespace lanwarden::snmp::testing;
namespace lab = lanwarden::lab;
using lanwarden::mibs::Oid;
using lanwarden::topology::Completeness;
using lanwarden::topology::Table;

namespace {

RowSample sample_of(std::uint32_t from, std::uint32_t to) {
  RowSample sample;
  for (std::uint32_t n = from; n < to; ++n) sample.add(Oid{n}.view());
  return sample;
}

SwitchSnapshot poll_once(const std::vector<Target>& targets, const SwitchSnapshot* last = nullptr) {
  // A collector of its own: what is known comes from `last` alone, as from a store.
  Collector collector(targets);
  const SwitchSnapshot* const known[] = {last};
  auto snapshots = collector.poll({}, {}, known);
  return std::move(snapshots.at(0));
}

const lanwarden::topology::AgentManners::Cuts* cuts_of(const SwitchSnapshot& s) {
  const auto found =
      std::ranges::find_if(s.manners.cuts, [](const auto& c) { return c.table == "dot1qTpFdbTable"; });
  return found == s.manners.cuts.end() ? nullptr : &*found;
}

void erase_rows(lab::TableMib& mib, const lanwarden::topology::AgentManners::Cuts& cuts) {
  for (const auto& cut : cuts.indexes)
    for (const std::uint32_t column : {2U, 3U}) {
      lab::Oid name{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, column};
      name.insert(name.end(), cut.begin(), cut.end());
      mib.table().erase(name);
    }
}

/// Goes on rightly from a row that it has, and knows nothing of what comes after one that it has not.
class ExactRowsOnly final : public lab::MibView {
 public:
  /// `skip`: 0, or it goes on so many rows further on than it should.
  explicit ExactRowsOnly(std::shared_ptr<lab::TableMib> whole, std::uint32_t skip = 0)
      : whole_(std::move(whole)), skip_(skip) {}
  bool has_context(std::string_view context) const override { return whole_->has_context(context); }
  void get(const lab::Asked& asked, lab::OidView name, lab::VarBindSink& out) override {
    whole_->get(asked, name, out);
  }
  void next(const lab::Asked& asked, lab::OidView after, std::size_t count, lab::VarBindSink& out) override {
    const bool in_table = after.size() > 13 && after[6] == 17;
    if (in_table && skip_ > 0 && !whole_->table().find(after)) {
      lab::Oid further(after.begin(), after.end());
      const std::uint32_t n = further.end()[-2] * 256 + further.end()[-1] + skip_;
      further.end()[-2] = n / 256;
      further.end()[-1] = n % 256;
      whole_->next(asked, further, count, out);
      return;
    }
    if (in_table && !whole_->table().find(after)) {
      out.add(lab::Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, 1}, lab::Value::of_octets("somewhere else"));
      return;
    }
    whole_->next(asked, after, count, out);
  }
  lab::SetResult set(const lab::Asked&, std::span<const lab::Assignment>) override { return {}; }
  void reboot(std::chrono::nanoseconds) override {}

 private:
  std::shared_ptr<lab::TableMib> whole_;
  std::uint32_t skip_;
};

}  // namespace

TEST_CASE("a sample stays small and even, however long the walk", "[snmp][partition]") {
  for (const std::uint32_t rows : {10U, 1000U, 100'000U}) {
    const RowSample sample = sample_of(1, rows + 1);
    CHECK(sample.rows() == rows);
    CHECK(sample.names().size() <= 256);
    CHECK(sample.names().size() == rows / sample.stride());
    for (std::size_t i = 0; i < sample.names().size(); ++i)
      REQUIRE(sample.names()[i] == Oid{sample.stride() * static_cast<std::uint32_t>(i + 1)});
  }
}

TEST_CASE("a table is cut into equal parts that follow each other", "[snmp][partition]") {
  Partitions partitions;
  const RowSample all = sample_of(0, 8000);
  partitions.learn("t", "", {&all});
  const auto segments = partitions.segments("t", "", 8);
  REQUIRE(segments.size() == 8);
  CHECK(segments.front().after.empty());
  CHECK(segments.back().upto.empty());
  for (std::size_t i = 1; i < segments.size(); ++i) {
    CHECK(segments[i].after == segments[i - 1].upto);
    CHECK(segments[i].after.view()[0] == Approx(1000 * i).margin(40));
  }
  CHECK(partitions.segments("t", "10", 8).size() == 1);  // another context is another table
  CHECK(partitions.segments("t", "", 1).size() == 1);    // one request at once: nothing to win

  // Walked in these parts, nothing new: the cuts stay, so that nothing new is stored.
  const auto before = partitions.cuts();
  std::vector<RowSample> parts;
  for (std::uint32_t i = 0; i < 8; ++i) parts.push_back(sample_of(i * 1000, i * 1000 + 1000 + i));
  std::vector<const RowSample*> pointers;
  for (const RowSample& part : parts) pointers.push_back(&part);
  partitions.learn("t", "", pointers);
  CHECK(partitions.cuts() == before);

  // One part has outgrown the others: cut anew.
  parts[3] = sample_of(3000, 4000 + 20'000);
  partitions.learn("t", "", pointers);
  CHECK(partitions.cuts() != before);
}

TEST_CASE("a small table is one piece", "[snmp][partition]") {
  Partitions partitions;
  const RowSample all = sample_of(0, 300);
  partitions.learn("t", "", {&all});
  CHECK(partitions.segments("t", "", 8).size() == 1);
}

TEST_CASE("cuts of a damaged store cut nothing out", "[snmp][partition]") {
  Partitions partitions;
  partitions.remember({{"t", "", 5000, {{50}, {20}, {50}, {70}}}});
  const auto segments = partitions.segments("t", "", 8);
  REQUIRE(segments.size() == 3);
  CHECK(segments[0].upto == Oid{50});
  CHECK(segments[1].upto == Oid{70});
}

TEST_CASE("the second poll walks a large table in parts and finds the same", "[snmp][partition]") {
  Fleet fleet;
  fleet.add("sw", plain_switch(24, 3000)).in_flight = 8;
  fleet.server.start();
  const SwitchSnapshot first = poll_once(fleet.targets);
  REQUIRE(first.fdb.size() == 3000);
  REQUIRE(cuts_of(first) != nullptr);
  CHECK(cuts_of(first)->indexes.size() >= 7);
  const auto before = fleet.server.counters();

  const SwitchSnapshot second = poll_once(fleet.targets, &first);
  CHECK(second.fdb == first.fdb);
  CHECK(second.table(Table::kQBridgeFdb).completeness == Completeness::kComplete);
  CHECK(second.table(Table::kQBridgeFdb).rows == 3000);
  CHECK(second.manners.cuts == first.manners.cuts);
  CHECK(fleet.server.counters().rows > before.rows);
}

TEST_CASE("stations that came and went since do not fall between the parts", "[snmp][partition]") {
  Fleet fleet;
  const auto mib = plain_switch(24, 3000);
  fleet.add("sw", mib).in_flight = 8;
  fleet.server.start();
  const SwitchSnapshot first = poll_once(fleet.targets);
  REQUIRE(cuts_of(first) != nullptr);
  // The very rows it was cut at are gone, and new ones stand beside them.
  const auto cuts = *cuts_of(first);
  fleet.server.locked([&] {
    for (const auto& cut : cuts.indexes)
      for (const std::uint32_t column : {2U, 3U}) {
        lab::Oid name{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, column};
        name.insert(name.end(), cut.begin(), cut.end());
        mib->table().erase(name);
        name[name.size() - 6] = 2;  // 02:0d:4b:… comes after all others
        mib->table().set(name, lab::Value::of_integer(column == 2 ? 5 : 3));
      }
  });
  const SwitchSnapshot second = poll_once(fleet.targets, &first);
  CHECK(second.fdb.size() == 3000);
  CHECK(second.fdb == poll_once(fleet.targets).fdb);
}

TEST_CASE("an agent that goes on further than it was asked to loses no row", "[snmp][partition]") {
  // Two rows at each cut, or a hundred.
  const std::uint32_t skip = GENERATE(2U, 100U);
  Fleet fleet;
  const auto mib = plain_switch(24, 3000);
  fleet.add("sw", std::make_shared<ExactRowsOnly>(mib, skip)).in_flight = 8;
  fleet.server.start();
  const SwitchSnapshot first = poll_once(fleet.targets);
  REQUIRE(cuts_of(first) != nullptr);
  const auto cuts = *cuts_of(first);
  fleet.server.locked([&] { erase_rows(*mib, cuts); });
  const SwitchSnapshot second = poll_once(fleet.targets, &first);
  CHECK(second.fdb.size() == 3000 - cuts.indexes.size());
  REQUIRE(cuts_of(second) != nullptr);
  // Much that is lost is remembered; a little may be what came and went.
  CHECK(cuts_of(second)->indexes.empty() == (skip == 100));
}

TEST_CASE("a table that grows evenly gets more parts", "[snmp][partition]") {
  Partitions partitions;
  const RowSample small = sample_of(0, 450);
  partitions.learn("t", "", {&small});
  REQUIRE(partitions.segments("t", "", 8).size() == 2);
  const RowSample left = sample_of(0, 10'000), right = sample_of(10'000, 20'000);
  partitions.learn("t", "", {&left, &right});
  CHECK(partitions.segments("t", "", 8).size() == 8);
}

TEST_CASE("an agent that cannot go on from the middle is walked in one piece again, and remembered",
          "[snmp][partition]") {
  Fleet fleet;
  const auto mib = plain_switch(24, 3000);
  fleet.add("sw", std::make_shared<ExactRowsOnly>(mib)).in_flight = 8;
  fleet.server.start();
  const SwitchSnapshot first = poll_once(fleet.targets);
  REQUIRE(first.fdb.size() == 3000);
  REQUIRE(cuts_of(first) != nullptr);
  const auto cuts = *cuts_of(first);
  fleet.server.locked([&] { erase_rows(*mib, cuts); });
  const SwitchSnapshot second = poll_once(fleet.targets, &first);
  CHECK(second.fdb.size() == 3000 - cuts.indexes.size());
  CHECK(second.table(Table::kQBridgeFdb).completeness == Completeness::kComplete);
  CHECK(second.table(Table::kQBridgeFdb).rows == second.fdb.size());
  REQUIRE(cuts_of(second) != nullptr);
  CHECK(cuts_of(second)->indexes.empty());  // for ever in one piece
  CHECK(poll_once(fleet.targets, &second).fdb == second.fdb);
}
