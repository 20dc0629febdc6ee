// Failures of the field, each with its name, beside those of locate_test.cc and infer_test.cc.
#include <algorithm>
#include <catch2/catch.hpp>

#include "tests/topology/drawing.h"
#include "topology/explain.h"

using namespace lanwarden::topology;

namespace {

// d's aggregate goes to both peers: each holds d's stations on its own port, not
// on the link between the two. A tree can draw one of the two only.
//
//          p1.9 ------- p2.9          h3 on p1, h4 on p2: orphans
//            p1.1     p2.1
//               \     /
//                 d.1                 d1 … d6
constexpr const char* kPeers = R"(
    d1 --- d.2
    d2 --- d.3
    d3 --- d.4
    d4 --- d.5
    d5 --- d.6
    d6 --- d.7
           d.1 --- p1.1
    h3 --- p1.5
    h5 --- p1.6
           p1.9 --- p2.9
    h4 --- p2.5
    h6 --- p2.6
)";

Drawing peers() {
  Drawing lan(kPeers);
  for (const char* station : {"d1", "d2", "d3", "d4", "d5", "d6"}) lan.stale("p2", station, 1);
  return lan;
}

}  // namespace

TEST_CASE("MLAG peers do not flip: stations behind both are at the switch below") {
  Drawing lan = peers();
  for (const char* station : {"d1", "d2", "d6"}) {
    INFO(station);
    const std::string first = where(lan.fabric(), station);
    CHECK(first.substr(0, 7) == "edge d ");
    // In the next poll the hash sends frames the other way: a peer forgets, the other learns.
    Drawing next = peers();
    next.forget("p1", station);
    CHECK(where(next.fabric(), station) == first);
    Drawing after = peers();
    after.forget("p2", station);
    CHECK(where(after.fabric(), station) == first);
  }
}

TEST_CASE("MLAG peers' orphans are never put on the other peer") {
  const Fabric fabric = peers().fabric();
  for (const char* station : {"h3", "h5"}) CHECK(where(fabric, station).find("edge p2") == std::string::npos);
  for (const char* station : {"h4", "h6"}) CHECK(where(fabric, station).find("edge p1") == std::string::npos);
}

TEST_CASE("MLAG peers that speak LLDP keep their link, and their orphans") {
  Drawing lan = peers();
  lan.lldp("p1", 9, "p2", 9);
  const Fabric fabric = lan.fabric();
  CHECK(where(fabric, "h3") == "edge p1 5");
  CHECK(where(fabric, "h4") == "edge p2 5");
  CHECK(where(fabric, "d4") == "edge d 5");
}

TEST_CASE("a switch that tells no interface addresses is known by the block of its bridge address") {
  // Nothing but the ports' own frames is in the tables, as after a night without stations.
  std::vector<SwitchSnapshot> switches(2);
  for (std::uint64_t i = 0; i < 2; ++i) {
    SwitchSnapshot& s = switches[i];
    s.name = i == 0 ? "a" : "b";
    s.answered = true;
    s.bridge_address = MacAddress{0x0016c8000000 + 64 * i};
    s.own_addresses = {s.bridge_address};
    for (std::uint32_t port = 1; port <= 4; ++port) {
      Interface x;
      x.ifindex = IfIndex{port};
      x.name = std::to_string(port);
      x.bridge_port = BridgePort{port};
      s.interfaces.push_back(x);
    }
    s.fdb.push_back(
        {MacAddress{0x0016c8000000 + 64 * (1 - i) + 3}, IfIndex{2}, {}, kNoVlan, FdbStatus::kLearned});
  }
  CHECK(links(infer(switches)) == std::vector<std::string>{"a 2 - b 2"});
}

TEST_CASE("a server on the same unmanaged switch as an uplink is found, on the port that has a neighbour") {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- a.2
           a.9 --- hub
   srv --- hub
           hub --- b.8
    h3 --- b.1
    h4 --- b.2
  )");
  lan.lldp("a", 9, "b", 8);
  const Fabric fabric = lan.fabric();
  CHECK(where(fabric, "srv") == "segment a 9, b 8");
  CHECK(where(fabric, "h1") == "edge a 1");
}

TEST_CASE("another run on the same tables gives the same answer, sentence for sentence") {
  const auto all = [] {
    std::string text;
    const Fabric fabric = peers().fabric();
    for (const char* station : {"d1", "h3", "h4", "h6"}) {
      const auto rows = stored_rows(fabric, Drawing::mac(station));
      const Location found = locate(fabric, {Drawing::mac(station), rows, {}});
      text += std::string(to_string(found.verdict)) + " " + std::to_string(found.confidence);
      for (const std::string& sentence : found.evidence) text += "; " + sentence;
    }
    return text;
  };
  CHECK(all() == all());
}

TEST_CASE("a port is explained in an administrator's words") {
  Drawing lan = peers();
  lan.lldp("p1", 1, "d", 1);
  const Fabric fabric = lan.fabric();
  const Explanation uplink = explain(fabric, fabric.switch_named("d").value(), IfIndex{1});
  CHECK(uplink.role == fabric.role(at(fabric, "d", 1)));
  CHECK(uplink.summary.substr(0, 4) == "d 1 ");
  const auto says = [](const std::vector<std::string>& sentences, std::string_view words) {
    return std::any_of(sentences.begin(), sentences.end(),
                       [&](const std::string& x) { return x.find(words) != std::string::npos; });
  };
  CHECK(says(uplink.supports, "d 1 hears p1 1 (LLDP)"));
  CHECK(says(uplink.supports, "behind it: p1"));
  const Explanation edge = explain(fabric, fabric.switch_named("d").value(), IfIndex{2});
  CHECK(edge.summary == "d 2 is an edge port: one device is plugged in");
  CHECK(edge.against.empty());
  CHECK(explain(fabric, SwitchId{99}, IfIndex{1}).role == PortRole::kUnused);
}
