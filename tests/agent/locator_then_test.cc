// Where a station was then: by the rows, the company and the links of then.
#include <catch2/catch.hpp>

#include "agent/locate/locator.h"
#include "tests/agent/store_scratch.h"
#include "tests/topology/drawing.h"

using namespace lanwarden;
using agent::testing::must;
using topology::Drawing;
using topology::Verdict;

namespace {

topology::Time poll_time(int number) {
  return topology::Time{std::chrono::seconds{1'800'000'000}} + std::chrono::minutes{10 * number};
}
topology::Time after(int number) { return poll_time(number) + std::chrono::minutes(1); }

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
    static_cast<void>(locator().fabric());  // as after every poll: the links are remembered
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
      must(agent::open_sqlite_store(folder_.store(), agent::SqliteOptions{}));
  agent::Config config_;
  std::optional<agent::Locator> locator_;
  int polls_ = 0;
};

std::string place(agent::Locator& locator, const topology::Location& l) {
  std::string text(to_string(l.verdict));
  for (const topology::PortId p : l.ports) text += " " + locator.fabric().describe(p);
  return text;
}

constexpr const char* kBuilding = R"(
    h1 --- a.1
    h2 --- a.2
           a.9 --- core.1
    k1 --- core.5
    k2 --- core.6
           core.2 --- b.9
    h5 --- b.2
    h6 --- b.3
    h4 --- b.1
  )";

bool says(const topology::Location& l, const std::string& what) {
  return std::any_of(l.evidence.begin(), l.evidence.end(),
                     [&](const std::string& e) { return e.find(what) != std::string::npos; });
}

}  // namespace

TEST_CASE("others that were on the port then make it shared, though it is alone today", "[history]") {
  Memory memory;
  memory.poll(Drawing(std::string(kBuilding) + "\n h7 --- b.1\n h8 --- b.1"));
  memory.poll(Drawing(kBuilding));
  agent::Locator& locator = memory.locator();
  CHECK(place(locator, locator.stored(Drawing::mac("h4")).location) == "edge b 1");
  const auto then = must(locator.at(Drawing::mac("h4"), after(0)));
  CHECK(place(locator, then.location) == "shared b 1");
  CHECK(then.location.stations_on_port == 3);
  CHECK(says(then.location, "3 stations were on b 1 then"));
}

TEST_CASE("alone then on a port that is shared today is said, and not called an edge", "[history]") {
  Memory memory;
  memory.poll(Drawing(kBuilding));
  memory.poll(Drawing(std::string(kBuilding) + "\n h7 --- b.1\n h8 --- b.1"));
  agent::Locator& locator = memory.locator();
  const auto then = must(locator.at(Drawing::mac("h4"), after(0)));
  CHECK(place(locator, then.location) == "shared b 1");
  CHECK(then.location.stations_on_port == 1);
  CHECK(says(then.location, "it was the only station on b 1 then"));
}

TEST_CASE("the answer about then has the interval, and every row of then", "[history]") {
  Memory memory;
  memory.poll(Drawing(kBuilding));
  memory.poll(Drawing(kBuilding));
  Drawing gone(kBuilding);
  for (const char* sw : {"a", "b", "core"}) gone.forget(sw, "h4");
  memory.poll(gone);
  agent::Locator& locator = memory.locator();
  const auto then = must(locator.at(Drawing::mac("h4"), after(0)));
  CHECK(place(locator, then.location) == "edge b 1");
  REQUIRE(then.then);
  REQUIRE(then.then->row);
  CHECK(then.then->row->from == poll_time(0));
  CHECK(then.then->row->until == poll_time(2));
  CHECK(then.then->rows.size() == 3);
  CHECK_FALSE(must(locator.at(Drawing::mac("h4"), after(2))).found());
}

TEST_CASE("a port that led to another switch then is no edge, though it is one today", "[history]") {
  Memory memory;
  Drawing before(kBuilding);
  before.forget("b", "h5").forget("a", "h5");  // only core knows it, behind port 2
  memory.poll(before);
  memory.poll(Drawing(R"(
    h1 --- a.1
    h2 --- a.2
           a.9 --- core.1
    k1 --- core.5
    k2 --- core.6
           core.7 --- b.9
    h6 --- b.3
    h4 --- b.1
    n1 --- core.2
  )"));
  agent::Locator& locator = memory.locator();
  const auto n1 = locator.stored(Drawing::mac("n1")).location;
  REQUIRE(place(locator, n1) == "edge core 2");
  const auto then = must(locator.at(Drawing::mac("h5"), after(0)));
  CHECK(place(locator, then.location) == "ambiguous core 2");
  CHECK(then.location.confidence <= 0.3);
  CHECK(says(then.location, "core 2 led to b 9 then"));
  CHECK(says(then.location, "known as of today"));
}

TEST_CASE("addresses and names are those of then", "[history]") {
  Memory memory;
  memory.poll(Drawing(kBuilding));
  const auto h4 = Drawing::mac("h4");
  const auto ip = [](const char* text) { return *topology::IpAddress::parse(text); };
  for (int n = 0; n < 2; ++n) {
    topology::SwitchSnapshot gw;
    gw.name = gw.address = "gw";
    gw.answered = true;
    gw.time = poll_time(n);
    gw.addresses.push_back({ip("10.0.0.4"), n == 0 ? h4 : Drawing::mac("h6"), topology::IfIndex{1}});
    must(memory.store().save_poll({&gw, 1}));
    const agent::NameBinding name{h4, n == 0 ? "old" : "new", agent::NameSource::kDhcp, poll_time(n)};
    must(memory.store().save_names({&name, 1}));
  }
  agent::Locator& locator = memory.locator();
  CHECK(locator.ips_of(h4, after(0)) == std::vector{ip("10.0.0.4")});
  CHECK(locator.ips_of(h4).empty());
  CHECK(locator.macs_of(ip("10.0.0.4"), after(0)) == std::vector{h4});
  // Two that had it within an hour: whoever asks about a conflict sees both.
  CHECK(locator.macs_of(ip("10.0.0.4")).size() == 2);
  CHECK(locator.names_of(h4, after(0)) == std::vector<std::string>{"old"});
  CHECK(locator.names_of(h4) == std::vector<std::string>{"new"});
}
