// Addresses and names go, the shape stays.
#include "mibs/anonymize.h"

#include <array>
#include <catch2/catch.hpp>

#include "mibs/catalogue.h"

using namespace lanwarden::mibs;
using lanwarden::topology::IpAddress;
using lanwarden::topology::MacAddress;

namespace {

MacAddress mac(const char* text) { return MacAddress::parse(text).value(); }
IpAddress ip(const char* text) { return IpAddress::parse(text).value(); }
std::string octets_of(MacAddress m) {
  const auto o = m.octets();
  return {o.begin(), o.end()};
}

RecordedVariable variable(const std::string& name, const std::string& octets) {
  RecordedVariable v;
  v.name = Oid::parse(name).value();
  v.tag = 4;
  v.octets = octets;
  return v;
}
RecordedVariable integer(const std::string& name, std::int64_t n) {
  RecordedVariable v;
  v.name = Oid::parse(name).value();
  v.tag = 2;
  v.integer = n;
  return v;
}

std::vector<std::string> rewritten(std::vector<RecordedVariable> all) {
  Anonymizer a({1, 2});
  for (const auto& v : all) a.learn(v);
  std::vector<std::string> lines;
  for (auto& v : all) lines.push_back(a.rewrite(v) ? snmprec_line(v) : "left out");
  return lines;
}

const std::string kAlias = "1.3.6.1.2.1.31.1.1.1.18.";
const std::string kDescr = "1.3.6.1.2.1.2.2.1.2.";

}  // namespace

TEST_CASE("a station is the same pseudonym everywhere, and no two are one") {
  Anonymizer a({1, 2}), again({1, 2}), other({3, 4});
  const MacAddress clock = mac("00:0d:4b:ce:20:cd");
  const MacAddress to = a.of(clock);
  CHECK(to != clock);
  CHECK(a.of(clock) == to);
  CHECK(again.of(clock) == to);
  CHECK(other.of(clock) != to);
  std::set<MacAddress> all;
  for (std::uint64_t n = 0; n < 5000; ++n) all.insert(a.of(MacAddress{0x000d4b000000 + n}));
  CHECK(all.size() == 5000);
}

TEST_CASE("addresses that mean something of themselves stay") {
  Anonymizer a({1, 2});
  for (const char* kept : {"00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:80:c2:00:00:0e", "00:00:5e:00:01:0a",
                           "00:00:0c:07:ac:01", "00:07:b4:00:01:01"})
    CHECK(a.of(mac(kept)) == mac(kept));
  CHECK(a.of(mac("02:11:22:33:44:55")).is_local());
  CHECK_FALSE(a.of(mac("00:0d:4b:ce:20:cd")).is_local());
  Anonymizer vendors({1, 2}, true);
  CHECK(vendors.of(mac("00:0d:4b:ce:20:cd")).oui() == 0x000d4b);
  CHECK(vendors.of(mac("00:0d:4b:ce:20:cd")) != mac("00:0d:4b:ce:20:cd"));
}

TEST_CASE("a subnet stays a subnet, private stays private, masks and loopback stay") {
  Anonymizer a({1, 2});
  const auto x = a.of(ip("10.1.2.3")), y = a.of(ip("10.1.2.4")), z = a.of(ip("10.1.3.3"));
  CHECK(x != ip("10.1.2.3"));
  CHECK(x.v4_bits() >> 8 == y.v4_bits() >> 8);
  CHECK(x.v4_bits() >> 16 == z.v4_bits() >> 16);
  CHECK(x.v4_bits() >> 8 != z.v4_bits() >> 8);
  CHECK(x.v4_bits() >> 24 == 10);
  CHECK(a.of(ip("192.168.7.1")).v4_bits() >> 16 == 0xc0a8);
  CHECK((a.of(ip("172.20.7.1")).v4_bits() >> 20) == 0xac1);
  for (const char* kept : {"0.0.0.0", "127.0.0.1", "255.255.255.0", "224.0.0.5", "::", "::1", "ff02::1"})
    CHECK(a.of(ip(kept)) == ip(kept));
  const auto global = a.of(ip("2001:db8:1::42"));
  CHECK(global != ip("2001:db8:1::42"));
  // An address made of a MAC is made of the same pseudonym.
  const MacAddress to = a.of(mac("00:0d:4b:ce:20:cd"));
  const auto local = a.of(ip("fe80::20d:4bff:fece:20cd"));
  const auto o = to.octets();
  CHECK(local.octets()[13] == o[3]);
  CHECK(local.octets()[15] == o[5]);
  CHECK(local.octets()[8] == (o[0] ^ 2));
}

TEST_CASE("an address in an index, in a value and in a text is one pseudonym, in its own notation") {
  Anonymizer a({1, 2});
  const MacAddress clock = mac("00:0d:4b:ce:20:cd");
  const std::string index = "1.3.6.1.2.1.17.7.1.2.2.1.2.10.";
  auto row = integer(index + "0.13.75.206.32.205", 7);
  auto with_length = integer(index + "6.0.13.75.206.32.205", 7);
  auto value = variable("1.3.6.1.2.1.2.2.1.6.1", octets_of(clock));
  auto dots = variable("1.0.8802.1.1.2.1.4.1.1.10.0.1.1", "card 000D.4BCE.20CD, spare");
  for (auto* v : {&row, &with_length, &value, &dots}) REQUIRE(a.rewrite(*v));
  const auto o = a.of(clock).octets();
  std::string dotted, hex;
  for (const auto octet : o) {
    dotted += "." + std::to_string(octet);
    char two[3];
    std::snprintf(two, sizeof two, "%02X", octet);
    hex += two;
  }
  CHECK(row.name.to_string() == index + dotted.substr(1));
  CHECK(with_length.name.to_string() == index + "6" + dotted);
  CHECK(value.octets == octets_of(a.of(clock)));
  CHECK(dots.octets == "card " + hex.substr(0, 4) + "." + hex.substr(4, 4) + "." + hex.substr(8) + ", spare");
}

TEST_CASE("names are replaced wherever they stand, interface names and versions stay") {
  const auto lines =
      rewritten({variable("1.3.6.1.2.1.1.1.0", "Linux swx9 5.10.0-8, Version 15.2(7)E, swx9.example"),
                 variable("1.3.6.1.2.1.1.5.0", "swx9"), variable(kDescr + "1", "GigabitEthernet1/0/1"),
                 variable(kAlias + "1", "to reception"), variable(kAlias + "2", "GigabitEthernet1/0/1"),
                 variable("1.0.8802.1.1.2.1.4.1.1.8.0.1.1", "Dr. Smith"),
                 variable("1.0.8802.1.1.2.1.4.1.1.8.0.2.1", "Gi1/0/24"),
                 variable("1.3.6.1.2.1.17.7.1.4.3.1.1.10", "payroll"),
                 variable("1.3.6.1.2.1.17.7.1.4.3.1.1.20", "VLAN0020")});
  std::string all;
  for (const auto& line : lines) all += line + "\n";
  INFO(all);
  for (const char* gone : {"swx9", "reception", "Smith", "payroll"})
    CHECK(all.find(gone) == std::string::npos);
  CHECK(lines[0].find("5.10.0-8, Version 15.2(7)E") != std::string::npos);
  CHECK(lines[2] == kDescr + "1|4|GigabitEthernet1/0/1");
  CHECK(lines[4] == kAlias + "2|4|GigabitEthernet1/0/1");
  CHECK(lines[6].ends_with("|Gi1/0/24"));
  CHECK(lines[8].ends_with("|VLAN0020"));
}

TEST_CASE(
    "an interface named by an administrator loses that name everywhere, and a switch called 4711 its own") {
  const auto lines =
      rewritten({variable("1.3.6.1.2.1.1.5.0", "4711"), variable(kDescr + "9", "PAYROLL-Cameras"),
                 variable(kAlias + "9", "PAYROLL-Cameras"), variable(kDescr + "8", "VLAN - PAYROLL-Cameras"),
                 variable(kAlias + "7", "PAYROLL two"), variable(kDescr + "7", "VLAN - PAYROLL two"),
                 variable(kDescr + "1", "xe6.901"), variable(kAlias + "1", "xe6.901"),
                 variable(kDescr + "2", "loopback")});
  CHECK(lines[0].find("4711") == std::string::npos);
  CHECK(lines[1].find("PAYROLL") == std::string::npos);
  CHECK(lines[1].substr(lines[1].find("|")) == lines[2].substr(lines[2].find("|")));
  for (const auto& line : lines) CHECK(line.find("PAYROLL") == std::string::npos);
  CHECK(lines[3].find("|VLAN - n-") != std::string::npos);
  CHECK(lines[6].ends_with("|xe6.901"));
  CHECK(lines[7].ends_with("|xe6.901"));
  CHECK(lines[8].ends_with("|loopback"));
}

TEST_CASE("an LLDP identifier is what its subtype says, though its octets look like text") {
  const std::string chassis = "1.0.8802.1.1.2.1.4.1.1.5.0.1.1", printable = "@BCDEF";
  const auto lines = rewritten({integer("1.0.8802.1.1.2.1.4.1.1.4.0.1.1", 4), variable(chassis, printable),
                                integer("1.0.8802.1.1.2.1.4.1.1.6.0.1.1", 5),
                                variable("1.0.8802.1.1.2.1.4.1.1.7.0.1.1", "Gi0/24")});
  CHECK(lines[1].find("@BCDEF") == std::string::npos);
  CHECK(lines[1].find("n-") == std::string::npos);  // an address, no name
  CHECK(lines[3].ends_with("|4|Gi0/24"));
}

TEST_CASE("an address that something stands beside goes too") {
  const std::string port = "1.0.8802.1.1.2.1.4.1.1.7.0.1.1", told = "1.0.8802.1.1.2.1.4.1.1.10.0.1.1";
  const std::string root = "1.3.6.1.2.1.17.2.5.0";
  for (const auto& [name, text, gone, stays] : std::vector<std::array<std::string, 4>>{
           {port, "000D4BCE20CD:P1", "000D4BCE20CD", ":P1"},
           {port, "P1:000D4BCE20CD", "000D4BCE20CD", "P1:"},
           {told, "card 00:0d:4b:ce:20:cd: up", "00:0d:4b:ce:20:cd", ": up"},
           {told, "agent 10.1.2.3:161", "10.1.2.3", ":161"},
           {told, "pool 10.1.2.3-10.1.2.9", "10.1.2.9", "pool "},
           {told, "version 10.1.2.3.4", "nothing", "version 10.1.2.3.4"},
           {root, "32768-00:0d:4b:ce:20:cd", "4b:ce:20", "32768-"},
           {root, "80 00 00 0D 4B CE 20 CD", "0D 4B CE", "80 00 "},
           {root, "8000000d4bce20cd", "0d4bce20cd", "8000"}}) {
    const auto line = rewritten({variable(name, text)})[0];
    INFO(text << " -> " << line);
    CHECK(line.find(gone) == std::string::npos);
    CHECK(line.find(stays) != std::string::npos);
  }
}

TEST_CASE("a neighbour's address with a zone behind it goes, the zone stays") {
  const std::string column = "1.3.6.1.2.1.4.35.1.4.";
  Anonymizer a({1, 2});
  auto v6 = variable(column + "5.4.20.254.128.0.0.0.0.0.0.2.13.75.255.254.206.32.205.0.0.0.5",
                     "\x01\x02\x03\x04\x05\x06");
  auto v4 = variable(column + "5.3.8.10.1.2.4.0.0.0.7", "\x01\x02\x03\x04\x05\x06");
  REQUIRE(a.rewrite(v6));
  REQUIRE(a.rewrite(v4));
  const auto dotted = [](const std::string& octets) {
    std::string text;
    for (const char c : octets) text += std::to_string(static_cast<unsigned char>(c)) + ".";
    return text;
  };
  const auto& link_local = a.of(ip("fe80::20d:4bff:fece:20cd"));
  const auto& private_one = a.of(ip("10.1.2.4"));
  CHECK(v6.name.to_string() ==
        column + "5.4.20." + dotted({link_local.octets().begin(), link_local.octets().end()}) + "0.0.0.5");
  CHECK(v4.name.to_string() ==
        column + "5.3.8." + dotted({private_one.octets().begin(), private_one.octets().end()}) + "0.0.0.7");
  CHECK(link_local != ip("fe80::20d:4bff:fece:20cd"));
}

TEST_CASE("a device that has a domain is not told by the name without it") {
  const auto lines = rewritten({variable("1.3.6.1.2.1.1.1.0", "Linux swx9 5.10.0-8"),
                                variable("1.3.6.1.2.1.1.5.0", "swx9.corp.example"),
                                variable("1.0.8802.1.1.2.1.4.1.1.9.0.1.1", "payroll.corp.example"),
                                variable("1.0.8802.1.1.2.1.4.1.1.10.0.1.1", "Linux payroll 6.1.0-18")});
  for (const auto& line : lines) {
    INFO(line);
    CHECK(line.find("swx9") == std::string::npos);
    CHECK(line.find("payroll") == std::string::npos);
  }
  CHECK(lines[3].ends_with(" 6.1.0-18"));
}

TEST_CASE("an address at the beginning of an index goes too, and a row with a name in its index") {
  const std::string column = "1.3.6.1.4.1.2011.5.25.42.2.1.3.1.4.", clock = "0.13.75.206.32.205.";
  const auto lines =
      rewritten({integer(column + clock + "10.1.45", 5), integer(column + clock + "10.3.97.98.99", 5)});
  CHECK(lines[0].starts_with(column));
  CHECK(lines[0].ends_with(".10.1.45|2|5"));
  CHECK(lines[0].find(clock) == std::string::npos);
  CHECK(lines[1] == "left out");
}

TEST_CASE("what stands in a table nobody here knows is left out") {
  CHECK(rewritten({variable("1.3.6.1.4.1.4242.1.1", "who knows")})[0] == "left out");
  CHECK(rewritten({variable("1.3.6.1.2.1.47.1.1.1.1.11.1", "SERIAL-1")})[0] == "left out");
}

TEST_CASE("every column a poll asks for survives anonymising") {
  for (const TableSpec* const spec : catalogue())
    for (const std::string_view column : spec->columns) {
      INFO(spec->name << " " << column);
      Anonymizer a({1, 2});
      auto v = variable(std::string(column) + (spec->scalars ? "" : ".1"), "");
      CHECK(a.rewrite(v));
    }
}
