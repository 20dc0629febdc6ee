#include <catch2/catch.hpp>

#include "tests/topology/drawing.h"
#include "topology/fabric.h"
#include "topology/render.h"

using namespace lanwarden::topology;
using Links = std::vector<std::string>;

namespace {

constexpr const char* kTree = R"(
    h1 --- a.1
    h2 --- a.2
           a.8 --- b.9
    h3 --- b.1
    h4 --- b.2
           a.9 --- c.9
    h5 --- c.1
    h6 --- c.2
)";

}  // namespace

TEST_CASE("forwarding tables alone tell which ports face each other") {
  CHECK(links(Drawing(kTree).fabric()) == Links{"a 8 - b 9", "a 9 - c 9"});
  CHECK(links(Drawing(kTree, false).fabric()) == Links{"a 8 - b 9", "a 9 - c 9"});
}

TEST_CASE("switches are neighbours only when nobody is known to lie between") {
  const Fabric fabric = Drawing(R"(
    h1 --- a.1
           a.2 --- b.1
    h2 --- b.3
           b.2 --- c.1
    h3 --- c.2
  )")
                            .fabric();
  CHECK(links(fabric) == Links{"a 2 - b 1", "b 2 - c 1"});
  CHECK(fabric.direction(*fabric.switch_named("a"), *fabric.switch_named("c")) == IfIndex{2});
}

TEST_CASE("the order of the switches changes nothing but their numbers") {
  Drawing lan(kTree);
  lan.stale("b", "h5", 2);
  const std::string text = to_text(lan.fabric({0, 1, 2}));
  CHECK(to_text(lan.fabric({2, 0, 1})) == text);
  CHECK(to_text(lan.fabric({1, 2, 0})) == text);
}

TEST_CASE("the order of the rows changes nothing") {
  Drawing lan(kTree);
  const std::string text = to_text(lan.fabric());
  for (SwitchSnapshot s : lan.snapshots()) {
    std::reverse(s.fdb.begin(), s.fdb.end());
    lan[s.name] = s;
  }
  CHECK(to_text(lan.fabric()) == text);
}

TEST_CASE("LLDP of both ends is a link without any table") {
  Drawing lan(kTree);
  for (const char* sw : {"a", "b", "c"}) lan[sw].fdb.clear();
  lan.lldp("a", 8, "b", 9);
  const Fabric fabric = lan.fabric();
  REQUIRE(fabric.links().size() == 1);
  CHECK(links(fabric) == Links{"a 8 - b 9"});
  CHECK(fabric.links()[0].via == std::vector{Source::kLldp});
  CHECK(fabric.links()[0].confidence > 0.95);
}

TEST_CASE("LLDP of one end is a link, however the port is named") {
  const auto fabric_with = [](const std::string& port_id) {
    Drawing lan(kTree);
    for (const char* sw : {"a", "b", "c"}) lan[sw].fdb.clear();
    for (Interface& i : lan["b"].interfaces)
      if (i.ifindex == IfIndex{9}) i.name = "Gi1/0/9", i.descr = "GigabitEthernet1/0/9", i.alias = "to core";
    lan.hears("a", 8, "b", port_id);
    return lan.fabric();
  };
  for (const char* name : {"Gi1/0/9", "GigabitEthernet1/0/9", "to core", "9", "gi1/0/9"}) {
    INFO(name);
    CHECK(links(fabric_with(name)) == Links{"a 8 - b Gi1/0/9"});
  }
}

TEST_CASE("a neighbour is known by chassis, by name or by address") {
  for (int how = 0; how < 4; ++how) {
    INFO(how);
    Drawing lan(kTree);
    for (const char* sw : {"a", "b", "c"}) lan[sw].fdb.clear();
    lan["b"].own_ips = {*IpAddress::parse("10.0.0.7")};
    Neighbor& x = lan.hears("a", 8, "b", "9");
    if (how != 0) x.chassis_mac.reset(), x.chassis_id = "elsewhere";
    if (how != 1) x.system_name.clear();
    if (how == 1) x.system_name = "B.example.com";
    if (how == 2) x.management = {*IpAddress::parse("10.0.0.7")};
    if (how == 3) x.port_mac = Drawing::mac("b");
    CHECK(links(lan.fabric()) == Links{"a 8 - b 9"});
  }
}

TEST_CASE("STP's designated bridge and port is a link, without neighbour protocols") {
  Drawing lan(kTree);
  for (const char* sw : {"a", "b", "c"}) lan[sw].fdb.clear();
  lan["b"].stp.push_back({kNoVlan, {32768, Drawing::mac("a")}, 4, IfIndex{9}});
  StpPort port;
  port.port = IfIndex{9};
  port.state = StpState::kForwarding;
  port.enabled = true;
  port.designated_bridge = {32768, Drawing::mac("a")};
  port.designated_port = 0x8008;
  lan["b"].stp_ports.push_back(port);
  const Fabric fabric = lan.fabric();
  CHECK(links(fabric) == Links{"a 8 - b 9"});
  CHECK(fabric.links()[0].via == std::vector{Source::kStp});
}

TEST_CASE("a ring's blocked link is kept, and carries nobody") {
  Drawing lan(R"(
    h1 --- a.1
           a.8 --- b.9
    h2 --- b.1
           b.8 --- c.9
    h3 --- c.1
           c.8 -x- a.9
  )");
  lan.lldp("a", 8, "b", 9).lldp("b", 8, "c", 9).lldp("c", 8, "a", 9);
  StpPort blocked;
  blocked.port = IfIndex{8};
  blocked.state = StpState::kBlocking;
  blocked.enabled = true;
  blocked.designated_bridge = {32768, Drawing::mac("a")};
  blocked.designated_port = 0x8009;
  lan["c"].stp_ports.push_back(blocked);
  const Fabric fabric = lan.fabric();
  CHECK(links(fabric) == Links{"a 8 - b 9", "a 9 -x- c 8", "b 8 - c 9"});
  CHECK(where(fabric, "h3") == "edge c 1");
  CHECK(fabric.role(at(fabric, "a", 9)) == PortRole::kUplink);
}

TEST_CASE("a ring without STP tables: the forwarding tables tell which link is idle") {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- a.2
    h3 --- a.3
           a.8 --- b.9
    h4 --- b.1
    h5 --- b.2
    h6 --- b.3
           b.8 --- c.9
    h7 --- c.1
    h8 --- c.2
    h9 --- c.3
           c.8 -x- a.9
  )");
  lan.lldp("a", 8, "b", 9).lldp("b", 8, "c", 9).lldp("c", 8, "a", 9);
  const Fabric fabric = lan.fabric();
  CHECK(links(fabric) == Links{"a 8 - b 9", "a 9 -x- c 8", "b 8 - c 9"});
  CHECK(where(fabric, "h8") == "edge c 2");
}

TEST_CASE("a stale neighbour after a switch moved is not believed") {
  Drawing lan(kTree);
  lan.lldp("a", 8, "b", 9);
  lan.hears("c", 2, "b", "9");  // b was there before
  const Fabric fabric = lan.fabric();
  CHECK(links(fabric) == Links{"a 8 - b 9", "a 9 - c 9"});
  CHECK(where(fabric, "h6") == "edge c 2");
  REQUIRE(fabric.contradictions().size() == 1);
  CHECK(fabric.contradictions()[0].find("stale neighbour") != std::string::npos);
}

TEST_CASE("an aggregate is one port, whichever member the row or the neighbour names") {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- a.2
           a.20 --- b.20
    h3 --- b.1
    h4 --- b.2
  )");
  for (const char* sw : {"a", "b"}) {
    for (const unsigned member : {21U, 22U}) lan.row(sw, MacAddress{0x020000000000U + member}, member);
    std::erase_if(lan[sw].fdb, [](const FdbEntry& e) { return e.mac.is_local(); });
    for (Interface& i : lan[sw].interfaces)
      if (i.ifindex.value > 20) i.aggregate = IfIndex{20};
  }
  lan.stale("a", "h3", 21).stale("a", "h4", 22);
  lan.lldp("a", 21, "b", 21).lldp("a", 22, "b", 22);
  const Fabric fabric = lan.fabric();
  CHECK(links(fabric) == Links{"a 20 - b 20"});
  CHECK(where(fabric, "h3") == "edge b 1");
  CHECK(fabric.role(at(fabric, "a", 22)) == PortRole::kUplink);
}

TEST_CASE("zero, group and virtual addresses prove no link") {
  Drawing lan(R"(
    h1 --- a.1
    h2 --- b.1
  )");
  for (const std::uint64_t bits : {0x0ULL, 0x0180c2000000ULL, 0x00005e000101ULL, 0x00000c07ac01ULL,
                                   0x0007b4000101ULL, 0x02bf0a000001ULL})
    lan.row("a", MacAddress{bits}, 9).row("b", MacAddress{bits}, 8);
  const Fabric fabric = lan.fabric();
  CHECK(fabric.links().empty());
  CHECK_FALSE(fabric.faces_switch(at(fabric, "a", 9)));
}

TEST_CASE("separate LANs stay separate") {
  const Fabric fabric = Drawing(R"(
    h1 --- a.1
    h2 --- a.2
           a.9 --- b.9
    h3 --- b.1
    h4 --- b.2
    h5 --- c.1
    h6 --- c.2
           c.9 --- d.9
    h7 --- d.1
    h8 --- d.2
  )")
                            .fabric();
  CHECK(links(fabric) == Links{"a 9 - b 9", "c 9 - d 9"});
  CHECK_FALSE(fabric.direction(*fabric.switch_named("a"), *fabric.switch_named("c")));
  CHECK(where(fabric, "h7") == "edge d 1");
}

TEST_CASE("LLDP that passes an unmanaged switch makes a segment of all that hear each other") {
  Drawing lan(R"(
           a.9 --- hub
           b.9 --- hub
           c.9 --- hub
    h1 --- a.1
    h2 --- b.1
    h3 --- c.1
  )");
  lan.lldp("a", 9, "b", 9).lldp("a", 9, "c", 9).lldp("b", 9, "c", 9);
  const Fabric fabric = lan.fabric();
  CHECK(fabric.links().empty());
  CHECK(segments(fabric) == std::vector<std::string>{"a 9, b 9, c 9"});
}

TEST_CASE("an address that two switches claim is nobody's witness") {
  Drawing lan(kTree);
  const MacAddress shared{0x001a4bffffffU};  // an MLAG pair's, or two stacks from one factory
  lan["b"].own_addresses.push_back(shared);
  lan["c"].own_addresses.push_back(shared);
  lan.row("a", shared, 8);
  const Fabric fabric = lan.fabric();
  CHECK(links(fabric) == Links{"a 8 - b 9", "a 9 - c 9"});
  CHECK(where(fabric, shared).starts_with("infrastructure"));
}

TEST_CASE("nothing, and next to nothing, is a fabric too") {
  CHECK(infer({}).links().empty());
  SwitchSnapshot silent;
  silent.name = "silent";
  const Fabric fabric = infer({silent});
  CHECK(fabric.snapshots().size() == 1);
  CHECK(where(fabric, "h1") == "unknown");
  CHECK(to_text(fabric).find("did not answer") != std::string::npos);
}

TEST_CASE("hostile tables do no harm") {
  SwitchSnapshot s;
  s.name = "hostile";
  s.answered = true;
  for (std::uint32_t i = 0; i < 70'000; ++i)
    s.fdb.push_back(
        {MacAddress{0x001a4b000000U + i}, IfIndex{0xffffffffU - i}, {}, VlanId{1}, FdbStatus::kLearned});
  Interface loop;  // an aggregate of itself and of another
  loop.ifindex = IfIndex{1};
  loop.aggregate = IfIndex{2};
  s.interfaces.push_back(loop);
  loop.ifindex = IfIndex{2};
  loop.aggregate = IfIndex{1};
  s.interfaces.push_back(loop);
  Neighbor x;
  x.local_port = IfIndex{77};
  s.neighbors.push_back(x);
  const Fabric fabric = infer({s, s});
  CHECK(fabric.snapshots().size() == 2);
}
