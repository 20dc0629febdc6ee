// What earlier polls add to the answer for one station.
#include "topology/history.h"

#include <catch2/catch.hpp>

#include "tests/topology/drawing.h"

using namespace lanwarden::topology;
using namespace std::chrono_literals;

namespace {

Time minute(int m) { return Time{std::chrono::seconds{1'800'000'000}} + std::chrono::minutes{m}; }
constexpr int kNow = 40;  // the fifth poll, ten minutes apart

Drawing building() {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- a.2
    h3 --- a.3
           a.9 --- core.1
    k1 --- core.5
    k2 --- core.6
           core.2 --- b.9
    h4 --- b.1
    h5 --- b.2
    h6 --- b.3
           core.3 --- c.9
    h7 --- c.1
    h8 --- c.2
    h9 --- c.3
  )");
  for (const char* sw : {"a", "b", "c", "core"}) lan[sw].time = minute(kNow);
  return lan;
}

class Past {
 public:
  explicit Past(const Fabric& fabric) : fabric_(fabric) {}
  /// Was there from one poll to the other.
  Past& at(std::string_view sw, unsigned port, int from, int last) {
    const PortId p = lanwarden::topology::at(fabric_, sw, port);
    rows_.push_back({p.sw, p.ifindex, kNoVlan, FdbStatus::kLearned, minute(from), minute(last), last < kNow});
    return *this;
  }
  Location locate(std::string_view station) const {
    const auto mac = Drawing::mac(station);
    const auto rows = stored_rows(fabric_, mac);
    return lanwarden::topology::locate(fabric_, {mac, rows, {}}, rows_);
  }

 private:
  const Fabric& fabric_;
  std::vector<PastRow> rows_;
};

std::string words(const Fabric& fabric, const Location& l) {
  std::string text(to_string(l.verdict));
  for (const PortId p : l.ports) text += " " + fabric.describe(p);
  return text;
}

bool says(const Location& l, std::string_view part) {
  for (const std::string& e : l.evidence)
    if (e.find(part) != std::string::npos) return true;
  return false;
}

}  // namespace

TEST_CASE("without a past the answer is the tables' own") {
  const Fabric fabric = building().fabric();
  const Location l = Past(fabric).locate("h4");
  CHECK(words(fabric, l) == "edge b 1");
  CHECK_FALSE(l.remembered);
  CHECK_FALSE(l.former);
}

TEST_CASE("a moved station: the newest rows win, and the old place is named") {
  Drawing lan = building();
  // h4 was at a 1 with h1; it moved to b 1. c has not heard of it, and a's row is not yet gone.
  lan.stale("a", "h4", 4);
  const Fabric fabric = lan.fabric();
  Past past(fabric);
  past.at("a", 4, 0, kNow)
      .at("core", 1, 0, 20)
      .at("core", 2, 30, kNow)
      .at("b", 9, 0, 20)
      .at("b", 1, 30, kNow);
  past.at("c", 9, 0, kNow);
  const Location l = past.locate("h4");
  CHECK(words(fabric, l) == "edge b 1");
  REQUIRE(l.former);
  CHECK(fabric.describe(l.former->port) == "a 4");
  CHECK(says(l, "it moved"));
  // a still holds it at an edge port: surely enough to go there, not to shut it.
  CHECK(l.confidence < 0.9);
  CHECK(says(l, "a 4 still holds it"));
  CHECK_FALSE(l.remembered);
}

TEST_CASE("a row that is missing now and was there before names the port, and says that it is old") {
  Drawing lan = building();
  lan.forget("b", "h4");
  const Fabric fabric = lan.fabric();
  Past past(fabric);
  CHECK(words(fabric, past.locate("h4")).substr(0, 4) != "edge");
  past.at("b", 1, 0, 30).at("core", 2, 0, kNow).at("a", 9, 0, kNow).at("c", 9, 0, kNow);
  const Location l = past.locate("h4");
  CHECK(words(fabric, l) == "edge b 1");
  CHECK(l.remembered);
  CHECK(l.confidence < 0.9);
  CHECK(l.seen == minute(30));
  CHECK(says(l, "last edge port known"));
}

TEST_CASE("a remembered port is not named when something speaks against it") {
  Drawing lan = building();
  lan.forget("b", "h4").stale("core", "h4", 3);  // core has it towards c now
  const Fabric fabric = lan.fabric();
  Past past(fabric);
  past.at("b", 1, 0, 30).at("core", 2, 0, 30).at("core", 3, kNow, kNow);
  const Location l = past.locate("h4");
  CHECK_FALSE(l.remembered);
  CHECK_FALSE((l.port && fabric.describe(*l.port) == "b 1"));
}

TEST_CASE("a row of a place that it left later is not remembered") {
  Drawing lan = building();
  lan.forget("b", "h4");
  const Fabric fabric = lan.fabric();
  Past past(fabric);
  // At b 1 until minute 10, then core saw it at c, then at b again: where at b, nobody knows.
  past.at("b", 1, 0, 10).at("core", 2, 0, 10).at("core", 3, 20, 20).at("core", 2, 30, kNow);
  CHECK_FALSE(past.locate("h4").remembered);
}

TEST_CASE("a port that is down now is not the last one known") {
  Drawing lan = building();
  lan.forget("b", "h4");
  for (Interface& i : lan["b"].interfaces)
    if (i.name == "1") i.oper = OperStatus::kDown;
  const Fabric fabric = lan.fabric();
  Past past(fabric);
  past.at("b", 1, 0, 30).at("core", 2, 0, kNow);
  CHECK_FALSE(past.locate("h4").remembered);
}

TEST_CASE("a station in no table stays unknown, with the last place") {
  Drawing lan = building();
  for (const char* sw : {"a", "b", "c", "core"}) lan.forget(sw, "h4");
  const Fabric fabric = lan.fabric();
  Past past(fabric);
  past.at("b", 1, 0, 20).at("core", 2, 0, 20);
  const Location l = past.locate("h4");
  CHECK(l.verdict == Verdict::kUnknown);
  REQUIRE(l.former);
  CHECK(fabric.describe(l.former->port) == "b 1");
  CHECK(says(l, "20 min ago"));
}

TEST_CASE("a station that comes and goes between two ports is there twice, or loops") {
  const Fabric fabric = building().fabric();
  Past past(fabric);
  past.at("core", 2, 0, 0)
      .at("core", 1, 10, 10)
      .at("core", 2, 20, 20)
      .at("core", 1, 30, 30)
      .at("core", 2, kNow, kNow);
  past.at("a", 1, 10, 30).at("b", 1, 0, kNow);
  const Location l = past.locate("h4");
  CHECK(words(fabric, l) == "ambiguous b 1 a 1");
  CHECK(says(l, "comes and goes"));
}

TEST_CASE("the order in which the past is told does not matter") {
  Drawing lan = building();
  lan.stale("a", "h4", 4);
  const Fabric fabric = lan.fabric();
  const Location one =
      Past(fabric).at("a", 4, 0, kNow).at("core", 1, 0, 20).at("core", 2, 30, kNow).locate("h4");
  const Location two =
      Past(fabric).at("core", 2, 30, kNow).at("core", 1, 0, 20).at("a", 4, 0, kNow).locate("h4");
  CHECK(one.evidence == two.evidence);
  CHECK(one.ports == two.ports);
}
