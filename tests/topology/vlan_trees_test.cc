// VLANs whose spanning trees differ: a link that is blocked in one forwards in another.
#include <catch2/catch.hpp>

#include "tests/topology/drawing.h"
#include "topology/freeze.h"

using namespace lanwarden::topology;
using Links = std::vector<std::string>;

namespace {

//        a.8 ----- b.9            VLAN 10 is cut between a and c,
//         a.9      b.8            VLAN 20 between b and c
//            \    /
//           c.8  c.9
constexpr const char* kTen = R"(
    h1 --- a.1
    h2 --- a.2
    h3 --- a.3
    h4 --- a.4
           a.8 --- b.9
    i1 --- b.1
    i2 --- b.2
    i3 --- b.3
    i4 --- b.4
           b.8 --- c.9
    j1 --- c.1
    j2 --- c.2
    j3 --- c.3
    j4 --- c.4
           c.8 -x- a.9
)";
constexpr const char* kTwenty = R"(
    k1 --- a.11
    k2 --- a.12
    k3 --- a.13
    k4 --- a.14
           a.8 --- b.9
    l1 --- b.11
    l2 --- b.12
    l3 --- b.13
    l4 --- b.14
           b.8 -x- c.9
    m1 --- c.11
    m2 --- c.12
    m3 --- c.13
    m4 --- c.14
           c.8 --- a.9
)";

/// One LAN with both VLANs in it.
std::vector<SwitchSnapshot> both(const Drawing& ten, const Drawing& twenty) {
  std::vector<SwitchSnapshot> all = ten.snapshots();
  for (std::size_t i = 0; i < all.size(); ++i) {
    SwitchSnapshot& s = all[i];
    for (FdbEntry& e : s.fdb) e.vlan = VlanId{10};
    for (FdbEntry e : twenty.snapshots()[i].fdb) {
      e.vlan = VlanId{20};
      s.fdb.push_back(e);
    }
    for (const Interface& x : twenty.snapshots()[i].interfaces)
      if (s.interface(x.ifindex) == nullptr) {
        s.interfaces.push_back(x);
        std::sort(s.interfaces.begin(), s.interfaces.end(),
                  [](const Interface& a, const Interface& b) { return a.ifindex < b.ifindex; });
      }
    std::sort(s.fdb.begin(), s.fdb.end(), [](const FdbEntry& a, const FdbEntry& b) {
      return std::pair{a.mac, a.vlan} < std::pair{b.mac, b.vlan};
    });
  }
  return all;
}

Drawing ten() { return Drawing(kTen, false); }
Drawing twenty() { return Drawing(kTwenty, false); }

}  // namespace

TEST_CASE("a link that is blocked in one VLAN only is a link that carries stations") {
  const Fabric fabric = infer(both(ten(), twenty()));
  CHECK(links(fabric) == Links{"a 8 - b 9", "a 9 - c 8", "b 8 - c 9"});
}

TEST_CASE("a station is looked for in the tree of its VLAN") {
  const Fabric fabric = infer(both(ten(), twenty()));
  CHECK(where(fabric, "h1") == "edge a 1");
  CHECK(where(fabric, "j4") == "edge c 4");
  CHECK(where(fabric, "k1") == "edge a 11");
  CHECK(where(fabric, "l2") == "edge b 12");
  CHECK(where(fabric, "m3") == "edge c 13");
  CHECK(fabric.role(at(fabric, "c", 8)) == PortRole::kUplink);
  CHECK(fabric.role(at(fabric, "c", 9)) == PortRole::kUplink);
}

TEST_CASE("STP of each VLAN tells the trees apart where stations are too few") {
  const auto lan = [](bool stp) {
    Drawing small_ten(R"(
      h1 --- a.1
             a.8 --- b.9
      i1 --- b.1
             b.8 --- c.9
      j1 --- c.1
             c.8 -x- a.9
    )",
                      false);
    Drawing small_twenty(R"(
      k1 --- a.11
             a.8 --- b.9
      l1 --- b.11
             b.8 -x- c.9
      m1 --- c.11
             c.8 --- a.9
    )",
                         false);
    auto all = both(small_ten, small_twenty);
    if (!stp) return infer(all);
    const auto row = [](unsigned port, VlanId vlan, StpState state, const char* designated,
                        std::uint16_t number) {
      StpPort x;
      x.port = IfIndex{port};
      x.vlan = vlan;
      x.state = state;
      x.enabled = true;
      x.designated_bridge = {32768, Drawing::mac(designated)};
      x.designated_port = static_cast<std::uint16_t>(0x8000 | number);
      return x;
    };
    SwitchSnapshot& c = all[2];
    c.stp.push_back({VlanId{10}, {32768, Drawing::mac("a")}, 8, IfIndex{9}});
    c.stp.push_back({VlanId{20}, {32768, Drawing::mac("a")}, 4, IfIndex{8}});
    c.stp_ports = {
        row(8, VlanId{10}, StpState::kBlocking, "a", 9), row(9, VlanId{10}, StpState::kForwarding, "b", 8),
        row(8, VlanId{20}, StpState::kForwarding, "a", 9), row(9, VlanId{20}, StpState::kBlocking, "b", 8)};
    return infer(all);
  };
  const Fabric fabric = lan(true);
  CHECK(where(fabric, "j1") == "edge c 1");
  CHECK(where(fabric, "m1") == "edge c 11");
  const auto shown = links(fabric);
  CHECK(std::find(shown.begin(), shown.end(), "a 9 - c 8") != shown.end());
  CHECK(std::find(shown.begin(), shown.end(), "b 8 - c 9") != shown.end());
}

TEST_CASE("an address in several VLANs is at one place when all agree") {
  Drawing a = ten(), b = twenty();
  // A router on a stick at b 20: its one address in both VLANs.
  for (Drawing* lan : {&a, &b}) lan->row("a", Drawing::mac("router"), 8).row("b", Drawing::mac("router"), 20);
  a.row("c", Drawing::mac("router"), 9);
  b.row("c", Drawing::mac("router"), 8);
  const Fabric fabric = infer(both(a, b));
  CHECK(where(fabric, "router") == "edge b 20");
  const auto rows = stored_rows(fabric, Drawing::mac("router"));
  CHECK(rows.size() == 6);
  CHECK(locate(fabric, {Drawing::mac("router"), rows, {}}).evidence.back().find("same place") !=
        std::string::npos);
}

TEST_CASE("an address whose VLANs disagree is ambiguous, and both places are named") {
  Drawing a = ten(), b = twenty();
  a.row("a", Drawing::mac("twin"), 20).row("b", Drawing::mac("twin"), 9).row("c", Drawing::mac("twin"), 9);
  b.row("a", Drawing::mac("twin"), 9).row("b", Drawing::mac("twin"), 9).row("c", Drawing::mac("twin"), 20);
  const Fabric fabric = infer(both(a, b));
  const std::string found = where(fabric, "twin");
  CHECK(found.substr(0, 9) == "ambiguous");
  CHECK(found.find("a 20") != std::string::npos);
  CHECK(found.find("c 20") != std::string::npos);
}

TEST_CASE("a phone in the voice VLAN and a PC in another are two stations on the port") {
  Drawing a = ten(), b = twenty();
  for (const char* lan_switch : {"a", "b", "c"}) b.forget(lan_switch, "m4");
  b.row("a", Drawing::mac("m4"), 9).row("b", Drawing::mac("m4"), 9).row("c", Drawing::mac("m4"), 4);
  const Fabric fabric = infer(both(a, b));
  CHECK(where(fabric, "j4") == "shared c 4");
  CHECK(where(fabric, "m4") == "shared c 4");
  CHECK(fabric.stations(at(fabric, "c", 4)).size() == 2);
}

TEST_CASE("a fabric with several trees is frozen with all of them") {
  const Fabric fabric = infer(both(ten(), twenty()));
  const auto thawed = thaw(freeze(fabric));
  REQUIRE(thawed);
  for (const char* station : {"h1", "j4", "k1", "m3"}) {
    INFO(station);
    const auto rows = stored_rows(fabric, Drawing::mac(station));
    const Location was = locate(fabric, {Drawing::mac(station), rows, {}});
    const Location is = locate(*thawed, {Drawing::mac(station), rows, {}});
    CHECK(is.verdict == was.verdict);
    CHECK(is.ports == was.ports);
    CHECK(is.evidence == was.evidence);
  }
  CHECK(freeze(*thawed) == freeze(fabric));
}
