// Names that stations give themselves, and no others.
#include "analysis/host_names.h"

#include <catch2/catch.hpp>

#include "analysis/acquaintances.h"
#include "tests/analysis/packet_builder.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::HeardName;
using analysis::NameSource;
using topology::kBroadcast;
using topology::MacAddress;

namespace {

const MacAddress kHost(0x0014'2200'0001), kServer(0x0014'2200'00aa);

Octets dns_name(std::string_view dotted) {
  Octets out;
  while (!dotted.empty()) {
    const std::size_t dot = std::min(dotted.find('.'), dotted.size());
    append(out, {static_cast<unsigned>(dot)});
    for (const char c : dotted.substr(0, dot)) append(out, {static_cast<unsigned char>(c)});
    dotted.remove_prefix(std::min(dot + 1, dotted.size()));
  }
  append(out, {0});
  return out;
}

struct Record {
  Octets owner;
  unsigned type = 1;
  Octets data;
  unsigned ttl = 120;
};
Octets message(std::initializer_list<unsigned> flags, const std::vector<Record>& records,
               const Octets& question = {}) {
  Octets out{0, 0};
  append(out, flags);
  append(out, {0, question.empty() ? 0U : 1U, 0, static_cast<unsigned>(records.size()), 0, 0, 0, 0});
  append(out, question);
  for (const Record& r : records) {
    append(out, r.owner);
    append(out, {0, r.type, 0x80, 1, 0, 0, 0, r.ttl, 0, static_cast<unsigned>(r.data.size())});
    append(out, r.data);
  }
  return out;
}
Octets mdns(const std::vector<Record>& records) { return message({0x84, 0}, records); }
Octets v4_frame(std::uint16_t port, const Octets& said, std::string_view from = "10.0.0.7",
                MacAddress to = kBroadcast) {
  return ethernet(to, kHost, 0x0800, ipv4(from, "224.0.0.251", 17, udp(port, port, said)));
}
std::vector<HeardName> names_in(const Octets& octets) {
  const auto frame = analysis::decode(raw(octets));
  REQUIRE(frame);
  return heard_names(*frame);
}
std::string name_in(const Octets& octets) {
  const auto names = names_in(octets);
  return names.size() == 1 ? names[0].name : "";
}

Octets encoded(std::string_view host, unsigned suffix) {
  Octets out{32};
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned c = i == 15 ? suffix : i < host.size() ? static_cast<unsigned char>(host[i]) : ' ';
    append(out, {'A' + (c >> 4), 'A' + (c & 15)});
  }
  append(out, {0});
  return out;
}
Octets netbios_registration(std::string_view host, unsigned suffix = 0, unsigned flags = 0) {
  Octets out{0, 1, 0x29, 0x10, 0, 1, 0, 0, 0, 0, 0, 1};
  append(out, encoded(host, suffix));
  append(out, {0, 32, 0, 1, 0xc0, 12, 0, 32, 0, 1, 0, 0, 0, 0, 0, 6, flags, 0, 10, 0, 0, 7});
  return out;
}

const Octets kAddress{10, 0, 0, 7};

}  // namespace

TEST_CASE("multicast DNS: the name whose address the packet comes from") {
  const auto names = names_in(v4_frame(5353, mdns({{dns_name("annas-laptop.local"), 1, kAddress}})));
  REQUIRE(names.size() == 1);
  CHECK(names[0].name == "annas-laptop");
  CHECK(names[0].mac == kHost);
  CHECK(names[0].ip == ip("10.0.0.7"));
  CHECK(names[0].source == NameSource::kMdns);
  CHECK(name_in(v4_frame(5353, mdns({{dns_name("evil\x1b[2Jname.local"), 1, kAddress}}))) == "evil");
  // A reverse name; a service's target; an IPv6 address alone.
  CHECK(name_in(v4_frame(5353, mdns({{dns_name("7.0.0.10.in-addr.arpa"), 12, dns_name("pc.local")}}))) ==
        "pc");
  Octets target{0, 0, 0, 0, 2, 0x77};
  append(target, dns_name("printer-3.local"));
  CHECK(name_in(v4_frame(5353, mdns({{dns_name("Laser._ipp._tcp.local"), 33, target}}))) == "printer-3");
  CHECK(name_in(v4_frame(5353, mdns({{dns_name("pc6.local"), 28, Octets(16, 0xfe)}}))) == "pc6");
}

TEST_CASE("multicast DNS: names of others, farewells and questions name nobody") {
  CHECK(names_in(v4_frame(5353, mdns({{dns_name("other.local"), 1, {10, 9, 9, 9}}}))).empty());
  CHECK(names_in(v4_frame(5353, mdns({{dns_name("pc.local"), 1, kAddress, 0}}))).empty());
  CHECK(names_in(v4_frame(5353, message({0, 0}, {{dns_name("pc.local"), 1, kAddress}}))).empty());
  Octets first{0, 0, 0, 0, 2, 0x77}, second = first;
  append(first, dns_name("a.local"));
  append(second, dns_name("b.local"));
  CHECK(names_in(v4_frame(5353, mdns({{dns_name("x._ipp._tcp.local"), 33, first},
                                      {dns_name("y._ipp._tcp.local"), 33, second}})))
            .empty());
}

TEST_CASE("a compressed name is read, and one that points forward or to itself is none") {
  Octets question = dns_name("pc1");
  append(question, {0, 1, 0, 1});
  CHECK(name_in(v4_frame(5355, message({0x80, 0}, {{{0xc0, 12}, 1, kAddress}}, question))) == "pc1");
  for (const unsigned to : {12U + 9U, 200U, 255U}) {
    INFO(to);
    CHECK(names_in(v4_frame(5355, message({0x80, 0}, {{{0xc0, static_cast<std::uint8_t>(to)}, 1, kAddress}},
                                          question)))
              .empty());
  }
}

TEST_CASE("LLMNR: an answer to the asker alone is read, an error and a question are not") {
  Octets question = dns_name("pc1");
  append(question, {0, 1, 0, 1});
  const std::vector<Record> answer{{dns_name("pc1"), 1, kAddress}};
  const auto names = names_in(v4_frame(5355, message({0x80, 0}, answer, question), "10.0.0.7", kServer));
  REQUIRE(names.size() == 1);
  CHECK(names[0].source == NameSource::kLlmnr);
  CHECK(names[0].mac == kHost);
  CHECK(names_in(v4_frame(5355, message({0x80, 3}, answer, question))).empty());
  CHECK(names_in(v4_frame(5355, message({0, 0}, {}, question))).empty());
}

TEST_CASE("what a router passed on to one station names nobody here") {
  Octets answer = v4_frame(137, message({0x85, 0}, {{encoded("FLOOR3-PC", 0), 32, {0, 0, 10, 0, 0, 7}}}),
                           "10.0.0.7", kServer);
  CHECK(name_in(answer) == "FLOOR3-PC");
  constexpr std::size_t kHops = 14 + 8;
  for (const unsigned hops : {63U, 127U, 254U}) {
    answer[kHops] = static_cast<std::uint8_t>(hops);
    CHECK(names_in(answer).empty());
  }
}

TEST_CASE("NetBIOS: a station's own name, no group's, no other's address") {
  const auto names = names_in(v4_frame(137, netbios_registration("FLOOR3-PC")));
  REQUIRE(names.size() == 1);
  CHECK(names[0].name == "FLOOR3-PC");
  CHECK(names[0].source == NameSource::kNetbios);
  CHECK(name_in(v4_frame(137, netbios_registration("FLOOR3-PC", 0x20))) == "FLOOR3-PC");
  CHECK(names_in(v4_frame(137, netbios_registration("WORKGROUP", 0, 0x80))).empty());
  CHECK(names_in(v4_frame(137, netbios_registration("WORKGROUP", 0x1e))).empty());
  CHECK(names_in(v4_frame(137, netbios_registration("FLOOR3-PC"), "10.0.0.8")).empty());
  // A browser's announcement.
  Octets datagram{0x11, 0x0a, 0, 1, 10, 0, 0, 7, 0, 138, 0, 0, 0, 0};
  append(datagram, encoded("FLOOR3-PC", 0));
  CHECK(name_in(v4_frame(138, datagram)) == "FLOOR3-PC");
}

TEST_CASE("DHCP: the name of the client, also in the acknowledgement") {
  DhcpMessage request{.type = 3, .client = kHost, .host_name = "floor3-pc"};
  CHECK(name_in(dhcp_from_client(request)) == "floor3-pc");
  const auto acknowledged = names_in(dhcp_from_server(kServer, "10.0.0.1",
                                                      {.type = 5,
                                                       .client = kHost,
                                                       .your_ip = "10.0.0.7",
                                                       .server_id = "10.0.0.1",
                                                       .host_name = "floor3-pc"}));
  REQUIRE(acknowledged.size() == 1);
  CHECK(acknowledged[0].mac == kHost);
  CHECK(acknowledged[0].ip == ip("10.0.0.7"));
  // Option 81 where 12 is absent: as labels, with and without the root that ends a whole name, or as text.
  const auto named_in_81 = [&](std::initializer_list<unsigned> flags, const Octets& name) {
    Octets said = dhcp({.type = 3, .client = kHost});
    said.pop_back();
    append(said, {81, static_cast<unsigned>(name.size() + 3)});
    append(said, flags);
    append(said, name);
    append(said, {255});
    return names_in(
        ethernet(kBroadcast, kHost, 0x0800, ipv4("0.0.0.0", "255.255.255.255", 17, udp(68, 67, said))));
  };
  CHECK(named_in_81({5, 0, 0}, dns_name("pc1.example.org")).at(0).name == "pc1.example.org");
  CHECK(named_in_81({4, 0, 0}, {3, 'p', 'c', '1'}).at(0).name == "pc1");
  CHECK(named_in_81({0, 255, 255}, {'p', 'c', '2'}).at(0).name == "pc2");
  CHECK(named_in_81({4, 0, 0}, {9, 'p', 'c'}).empty());
  CHECK(named_in_81({4, 0, 0}, {}).empty());
  // In the name of another.
  CHECK(names_in(ethernet(kBroadcast, kServer, 0x0800,
                          ipv4("0.0.0.0", "255.255.255.255", 17, udp(68, 67, dhcp(request)))))
            .empty());
}

TEST_CASE("DHCPv6: option 39, of the client itself") {
  Octets said{1, 0, 0, 9, 0, 39, 0, 18, 1};  // a solicitation
  append(said, dns_name("pc1.example.org"));
  const auto frame = [](const Octets& message) {
    return ethernet(group_mac("ff02::1:2"), kHost, 0x86dd,
                    ipv6("fe80::7", "ff02::1:2", 17, udp(546, 547, message)));
  };
  CHECK(names_in(frame(said)).at(0).name == "pc1.example.org");
  said[0] = 7;  // a server's reply
  CHECK(names_in(frame(said)).empty());
}

TEST_CASE("a name that is cut off anywhere is none") {
  for (const Octets& whole : {v4_frame(5353, mdns({{dns_name("printer-3.local"), 1, kAddress}})),
                              v4_frame(137, netbios_registration("FLOOR3-PC"))}) {
    REQUIRE(names_in(whole).size() == 1);
    for (std::size_t size = 14; size < whole.size(); ++size) {
      INFO(size);
      CHECK(names_in({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}).empty());
    }
  }
}

namespace {

struct Listener {
  analysis::Acquaintances known;
  void hear(double seconds, const Octets& octets) {
    const auto frame = analysis::decode(raw(octets, at(seconds)));
    REQUIRE(frame);
    known.on_frame(*frame);
  }
  analysis::AcquaintanceNews take() { return known.take(); }
};

Octets arp_said(unsigned operation, MacAddress from, const char* own, const char* other) {
  return ethernet(kBroadcast, from, 0x0806,
                  arp(static_cast<std::uint16_t>(operation), from, ip(own), MacAddress{}, ip(other)));
}

}  // namespace

TEST_CASE("an address is learned from who asks from it, once in ten minutes, and never from an answer") {
  Listener heard;
  heard.hear(0, arp_said(2, kServer, "10.0.0.7", "10.0.0.1"));  // a bogus responder's
  heard.hear(1, arp_said(1, kHost, "0.0.0.0", "10.0.0.7"));     // a probe
  CHECK(heard.take().size() == 0);
  heard.hear(2, arp_said(1, kHost, "10.0.0.7", "10.0.0.1"));
  heard.hear(3, arp_said(1, kHost, "10.0.0.7", "10.0.0.2"));
  const auto news = heard.take();
  REQUIRE(news.addresses.size() == 1);
  CHECK(news.addresses[0].mac == kHost);
  CHECK(news.addresses[0].ip == ip("10.0.0.7"));
  CHECK(news.addresses[0].heard == at(2));
  heard.hear(500, arp_said(1, kHost, "10.0.0.7", "10.0.0.1"));
  CHECK(heard.take().size() == 0);
  heard.hear(700, arp_said(1, kHost, "10.0.0.7", "10.0.0.1"));
  CHECK(heard.take().addresses.size() == 1);
}

TEST_CASE("a station of ever more names gets no more of them") {
  Listener heard;
  for (unsigned n = 0; n < 50; ++n)
    heard.hear(n, v4_frame(5353, mdns({{dns_name("host-" + std::to_string(n) + ".local"), 1, kAddress}})));
  const auto news = heard.take();
  CHECK(news.names.size() == analysis::Acquaintances::kMostNames);
  CHECK(news.addresses.size() == 1);
}
