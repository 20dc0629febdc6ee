// rogue-dhcp-server and dhcp-flood.
#include <catch2/catch.hpp>

#include "tests/analysis/packet_builder.h"
#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::Severity;
using topology::MacAddress;

namespace {

const auto kServer = mac("00:1b:0d:00:00:01");
const auto kOther = mac("c0:25:e9:00:00:99");

MacAddress client(unsigned n) { return MacAddress(0x0021'7000'0000 + 0x100U * n); }

struct Serving {
  MacAddress mac;
  std::string ip, network, router;
};
const Serving kOwn{kServer, "10.0.0.2", "10.0.0.", "10.0.0.1"};
const Serving kHomeRouter{kOther, "192.168.1.1", "192.168.1.", "192.168.1.1"};

void serve(Story& story, double when, const Serving& by, unsigned n, std::uint8_t type = 2) {
  const std::string your_ip = by.network + std::to_string(50 + n);
  story.frame(when, dhcp_from_server(by.mac, by.ip,
                                     {.type = type,
                                      .client = client(n),
                                      .your_ip = your_ip,
                                      .server_id = by.ip,
                                      .subnet_mask = "255.255.255.0",
                                      .router = by.router,
                                      .dns = by.router}));
}

}  // namespace

TEST_CASE("a home router that serves beside the DHCP server is named, and critical once it leases") {
  Story story;
  for (unsigned n = 0; n < 3; ++n) serve(story, 30 * n, kOwn, n, 5);
  serve(story, 200, kHomeRouter, 4, 2);
  REQUIRE(story.found("rogue-dhcp-server").size() == 1);
  CHECK(story.found()[0].severity == Severity::kWarning);
  CHECK(story.found()[0].mac == kOther);
  CHECK(evidence<std::string>(story.found()[0], "gateway") == "192.168.1.1");
  CHECK(evidence<std::string>(story.found()[0], "other_gateway") == "10.0.0.1");
  serve(story, 201, kHomeRouter, 4, 5);
  for (unsigned n = 5; n < 20; ++n) {
    serve(story, 210 + n, kHomeRouter, n, 5);
    serve(story, 210.1 + n, kOwn, n, 5);
  }
  REQUIRE(story.found("rogue-dhcp-server").size() == 2);
  CHECK(story.found()[1].severity == Severity::kCritical);
  CHECK(story.found()[1].mac == kOther);
}

TEST_CASE("of two that were there from the beginning, the one is wrong whose network nobody uses") {
  Story story;
  serve(story, 0, kHomeRouter, 1);
  serve(story, 0.1, kOwn, 1);
  REQUIRE(story.found("rogue-dhcp-server").size() == 1);
  CHECK(story.found()[0].mac.is_zero());
  for (unsigned n = 0; n < 5; ++n)
    story.request(1 + n, client(n), "10.0.0." + std::to_string(20 + n), "10.0.0.1");
  serve(story, 10, kHomeRouter, 2);
  REQUIRE(story.found("rogue-dhcp-server").size() == 2);
  CHECK(story.found()[1].mac == kOther);
}

TEST_CASE("two servers that hand out the same are a failover pair") {
  Story story;
  const Serving pair{kOther, "10.0.0.3", "10.0.0.", "10.0.0.1"};
  for (unsigned n = 0; n < 10; ++n) {
    serve(story, 30 * n, kOwn, n);
    serve(story, 30 * n + 0.1, pair, n);
  }
  story.end();
  REQUIRE(story.found("rogue-dhcp-server").size() == 1);
  CHECK(story.found()[0].severity == Severity::kInfo);
}

TEST_CASE("what a relay brings, or a boot server says, is no second server") {
  Story story;
  serve(story, 0, kOwn, 1);
  serve(story, 100, {kServer, "10.9.9.9", "10.0.1.", "10.0.1.1"}, 1);  // through the same router
  story.frame(
      200, dhcp_from_server(kOther, "10.0.0.9", {.type = 2, .client = client(1), .server_id = "10.0.0.9"}));
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("one client that asks fifty times a second floods; a patient one does not") {
  Story story;
  for (unsigned n = 0; n < 250; ++n)
    story.frame(n * 0.02, dhcp_from_client(
                              {.type = 8, .client = client(1), .client_ip = "10.0.0.50", .transaction = n}));
  REQUIRE(story.found("dhcp-flood").size() == 1);
  CHECK(story.found()[0].mac == client(1));
  CHECK(story.found()[0].severity == Severity::kWarning);
  Story patient;
  for (unsigned n = 0; n < 100; ++n)
    patient.frame(n * 4.0, dhcp_from_client({.type = 1, .client = client(1), .transaction = n}));
  for (unsigned n = 0; n < 2000; ++n)
    patient.frame(500 + n * 0.01, dhcp_from_client({.type = 1, .client = client(n)}));
  patient.end();
  CHECK(patient.found("dhcp-flood").empty());
}

TEST_CASE("one station that asks in the name of hundreds starves the server; a relay does not") {
  Story story;
  const auto ask = [&](double when, unsigned n, std::string_view relay) {
    const DhcpMessage message{.type = 1, .client = client(n), .relay = relay, .transaction = n};
    story.frame(when, ethernet(topology::kBroadcast, kOther, 0x0800,
                               ipv4("0.0.0.0", "255.255.255.255", 17, udp(68, 67, dhcp(message)))));
  };
  for (unsigned n = 0; n < 300; ++n) ask(0.15 * n, n, "10.0.0.1");
  CHECK(story.found("dhcp-flood").empty());
  for (unsigned n = 0; n < 300; ++n) ask(100 + 0.15 * n, n, "0.0.0.0");
  REQUIRE(story.found("dhcp-flood").size() == 1);
  CHECK(story.found("dhcp-flood")[0].mac == kOther);
  CHECK(evidence<std::int64_t>(story.found("dhcp-flood")[0], "in_the_name_of") >= 100);
}
