// The locator and its memory: polls through a real store, then the question.
#include <catch2/catch.hpp>

#include "agent/locate/locator.h"
#include "tests/agent/store_scratch.h"
#include "tests/topology/drawing.h"

using namespace lanwarden;
using topology::Drawing;
using topology::Verdict;

namespace {

topology::Time poll_time(int number) {
  return topology::Time{std::chrono::seconds{1'800'000'000}} + std::chrono::minutes{10 * number};
}

Drawing building() {
  return Drawing(R"(
    h1 --- a.1
    h2 --- a.2
           a.9 --- core.1
    k1 --- core.5
    k2 --- core.6
           core.2 --- b.9
    h4 --- b.1
    h5 --- b.2
    h6 --- b.3
  )");
}

class Memory {
 public:
  void poll(const Drawing& lan) {
    auto snapshots = lan.snapshots();
    for (auto& s : snapshots) {
      s.time = poll_time(polls_);
      s.table(topology::Table::kInterfaces).completeness = topology::Completeness::kComplete;
    }
    ++polls_;
    REQUIRE(store_->save_poll(snapshots));
  }
  agent::Locator& locator() {
    locator_.emplace(config_, *store_, nullptr);
    REQUIRE(locator_->load());
    return *locator_;
  }
  agent::Store& store() { return *store_; }

 private:
  agent::testing::ScratchFolder folder_;
  std::unique_ptr<agent::Store> store_ =
      agent::testing::must(agent::open_sqlite_store(folder_.store(), agent::SqliteOptions{}));
  agent::Config config_;
  std::optional<agent::Locator> locator_;
  int polls_ = 0;
};

std::string place(agent::Locator& locator, const topology::Location& l) {
  std::string text(to_string(l.verdict));
  for (const topology::PortId p : l.ports) text += " " + locator.fabric().describe(p);
  return text;
}

}  // namespace

TEST_CASE("a row that the last poll lacks leaves the port as the last one known", "[history]") {
  Memory memory;
  memory.poll(building());
  Drawing silent = building();
  silent.forget("b", "h4");
  memory.poll(silent);
  agent::Locator& locator = memory.locator();
  const auto now = locator.stored(Drawing::mac("h4")).location;
  CHECK(place(locator, now) == "edge b 1");
  CHECK(now.remembered);
  CHECK(now.seen == poll_time(0));
  CHECK(now.confidence < 0.9);

  const auto then = locator.at(Drawing::mac("h4"), poll_time(0) + std::chrono::minutes(1));
  REQUIRE(then);
  CHECK(place(locator, then->location) == "edge b 1");
  CHECK_FALSE(then->location.remembered);
  const auto before = locator.at(Drawing::mac("h4"), poll_time(0) - std::chrono::minutes(1));
  REQUIRE(before);
  CHECK(before->location.verdict == Verdict::kUnknown);
  CHECK_FALSE(before->location.former);
}

TEST_CASE("a station that moved between two polls is told with the place before", "[history]") {
  Memory memory;
  memory.poll(building());
  Drawing moved = building();
  moved.forget("b", "h4").row("b", Drawing::mac("h4"), 9);
  moved.stale("core", "h4", 1).stale("a", "h4", 4);
  memory.poll(moved);
  agent::Locator& locator = memory.locator();
  const auto l = locator.stored(Drawing::mac("h4")).location;
  CHECK(place(locator, l) == "edge a 4");
  REQUIRE(l.former);
  CHECK(locator.fabric().describe(l.former->port) == "b 1");
  CHECK(l.former->last_seen == poll_time(0));
}

TEST_CASE("a station that is in no table any more is unknown, with the last place", "[history]") {
  Memory memory;
  memory.poll(building());
  Drawing gone = building();
  for (const char* sw : {"a", "b", "core"}) gone.forget(sw, "h4");
  memory.poll(gone);
  agent::Locator& locator = memory.locator();
  const auto l = locator.stored(Drawing::mac("h4")).location;
  CHECK(l.verdict == Verdict::kUnknown);
  REQUIRE(l.former);
  CHECK(locator.fabric().describe(l.former->port) == "b 1");
}
