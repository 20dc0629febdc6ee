// nd-bogus-responder and rogue-router-advertisement.
#include <catch2/catch.hpp>

#include "tests/analysis/packet_builder.h"
#include "tests/analysis/story.h"

using namespace lanwarden;
using namespace lanwarden::test;
using analysis::Severity;
using topology::MacAddress;

namespace {

const auto kThief = mac("00:0d:4b:ce:20:cd");
const auto kRouter = mac("64:00:6a:5b:8e:b3");
const std::string kRouterIp = "fe80::6600:6aff:fe5b:8eb3";  // made from its card
const auto kRogue = mac("00:50:b6:19:e6:50");

MacAddress host(unsigned n) { return MacAddress(0x0021'7000'0000 + 0x100U * n); }
std::string address(unsigned n) { return "2001:db8::" + std::to_string(100 + n); }

void dad(Story& story, double when, MacAddress who, const std::string& target) {
  const std::string group = solicited_node(target);
  story.frame(when,
              ethernet(group_mac(group), who, 0x86dd, ipv6("::", group, 58, neighbor_solicitation(target))));
}

void defend(Story& story, double when, MacAddress who, const std::string& target) {
  story.frame(when, ethernet(group_mac("ff02::1"), who, 0x86dd,
                             ipv6(target, "ff02::1", 58, neighbor_advertisement(target, who))));
}

void solicit(Story& story, double when, MacAddress who, const std::string& from, const std::string& target) {
  const std::string group = solicited_node(target);
  story.frame(when, ethernet(group_mac(group), who, 0x86dd,
                             ipv6(from, group, 58, neighbor_solicitation(target, who))));
}

void advertise(Story& story, double when, MacAddress who, const std::string& source, const Advertised& what) {
  story.frame(when, ethernet(group_mac("ff02::1"), who, 0x86dd,
                             ipv6(source, "ff02::1", 58, router_advertisement(what))));
}

}  // namespace

TEST_CASE("one that denies two hosts their addresses is named at the second") {
  Story story;
  dad(story, 0, host(1), address(1));
  defend(story, 0.001, kThief, address(1));
  CHECK(story.found().empty());
  dad(story, 5, host(2), address(2));
  defend(story, 5.001, kThief, address(2));
  const auto bogus = story.found("nd-bogus-responder");
  REQUIRE(bogus.size() == 1);
  CHECK(bogus[0].severity == Severity::kCritical);
  CHECK(bogus[0].mac == kThief);
  CHECK(evidence<std::vector<std::string>>(bogus[0], "denied_addresses") ==
        std::vector{address(1), address(2)});
  CHECK(evidence<double>(bogus[0], "answer_after_ms") == Approx(1.0));
  CHECK(bogus[0].frames.size() == 4);
}

TEST_CASE("one that denies by asking for the same address at the same time is named, too") {
  Story story;
  for (unsigned n = 0; n < 3; ++n) {
    dad(story, 5 * n, host(n), address(n));
    dad(story, 5 * n + 0.01, kThief, address(n));
  }
  REQUIRE(story.found("nd-bogus-responder").size() == 1);
  CHECK(story.found("nd-bogus-responder")[0].mac == kThief);
}

TEST_CASE("one host that is denied three addresses is enough") {
  Story story;
  for (unsigned n = 0; n < 3; ++n) {
    dad(story, 5 * n, host(1), address(n));
    defend(story, 5 * n + 0.01, kThief, address(n));
  }
  CHECK(story.found("nd-bogus-responder").size() == 1);
}

TEST_CASE("an owner that defends its addresses is a conflict and no thief") {
  Story story;
  for (unsigned n = 0; n < 3; ++n) solicit(story, n, host(9), address(n), address(50));
  for (unsigned n = 0; n < 3; ++n) {
    dad(story, 100 + n, host(n), address(n));
    defend(story, 100.001 + n, host(9), address(n));
  }
  story.end();
  CHECK(story.found("nd-bogus-responder").empty());
  REQUIRE(story.found("ip-conflict").size() == 3);
  CHECK(story.found("ip-conflict")[0].severity == Severity::kInfo);
  CHECK(evidence<bool>(story.found("ip-conflict")[0], "used_by_it_before"));
}

TEST_CASE("a cloned machine meets its twin under several prefixes, which is one conflict of two hosts") {
  Story story;
  for (const char* prefix : {"fe80::", "2001:db8::", "2001:db8:1::"}) {
    const std::string target = std::string(prefix) + "20c:29ff:fe11:2233";
    dad(story, 1, host(1), target);
    defend(story, 1.001, host(2), target);
  }
  story.end();
  CHECK(story.found("nd-bogus-responder").empty());
}

TEST_CASE("a proxy that answers solicitations for many is no thief") {
  Story story;
  for (unsigned n = 0; n < 6; ++n) {
    solicit(story, n, host(1), address(1), address(20 + n));
    story.frame(n + 0.001, ethernet(host(1), kThief, 0x86dd,
                                    ipv6(address(20 + n), address(1), 58,
                                         neighbor_advertisement(address(20 + n), kThief, 0x60))));
  }
  for (unsigned n = 0; n < 4; ++n) {
    dad(story, 30 + n, host(n), address(n));
    defend(story, 30.001 + n, kThief, address(n));
  }
  story.end();
  CHECK(story.found("nd-bogus-responder").empty());
}

TEST_CASE("hosts that come up and announce themselves are no thieves") {
  Story story;
  for (unsigned n = 0; n < 50; ++n) {
    dad(story, n, host(n), address(n));
    defend(story, n + 1.5, host(n), address(n));
  }
  story.end();
  CHECK(story.found().empty());
}

TEST_CASE("a station that says in the router's name that it is gone is named") {
  SECTION("after the router was heard") {
    Story story;
    advertise(story, 0, kRouter, kRouterIp, {.lifetime_s = 30, .prefix = "2001:db8::"});
    advertise(story, 1, kRogue, kRouterIp, {.lifetime_s = 0});
    REQUIRE(story.found("rogue-router-advertisement").size() == 1);
    CHECK(story.found()[0].mac == kRogue);
    CHECK(story.found()[0].severity == Severity::kCritical);
    CHECK(evidence<std::int64_t>(story.found()[0], "lifetime_s") == 0);
  }
  SECTION("before the router was heard, under an address that tells no card") {
    Story story;
    advertise(story, 0, kRogue, "fe80::1", {.lifetime_s = 0});
    advertise(story, 1, kRouter, "fe80::1", {.lifetime_s = 1800, .prefix = "2001:db8::"});
    REQUIRE(story.found("rogue-router-advertisement").size() == 1);
    CHECK(story.found()[0].mac == kRogue);
  }
  SECTION("with a lifetime of its own: the router that goes on is the true one") {
    Story story;
    advertise(story, 0, kRouter, "fe80::1", {.prefix = "2001:db8::"});
    advertise(story, 10, kRogue, "fe80::1", {.prefix = "2001:db8:bad::"});
    CHECK(story.found().empty());
    advertise(story, 200, kRouter, "fe80::1", {.prefix = "2001:db8::"});
    REQUIRE(story.found("rogue-router-advertisement").size() == 1);
    CHECK(story.found()[0].mac == kRogue);
  }
}

TEST_CASE("a newcomer that advertises another prefix is a rogue") {
  Story story;
  for (unsigned n = 0; n < 3; ++n) advertise(story, 200 * n, kRouter, kRouterIp, {.prefix = "2001:db8::"});
  for (unsigned n = 0; n < 3; ++n)
    advertise(story, 650 + 30 * n, kRogue, "fe80::bad", {.prefix = "fd00:bad::", .flags = 0x08});
  const auto rogue = story.found("rogue-router-advertisement");
  REQUIRE(rogue.size() == 1);
  CHECK(rogue[0].severity == Severity::kWarning);
  CHECK(rogue[0].mac == kRogue);
  CHECK(evidence<std::string>(rogue[0], "preference") == "high");
  CHECK(evidence<std::vector<std::string>>(rogue[0], "prefixes") ==
        std::vector<std::string>{"fd00:bad::/64"});
}

TEST_CASE("of two routers, the one that asks for routers itself is a host") {
  Story story;
  const auto asks = [&](double when, MacAddress who) {
    story.frame(when, ethernet(group_mac("ff02::2"), who, 0x86dd,
                               ipv6("fe80::2", "ff02::2", 58, router_solicitation(who))));
  };
  const bool both = GENERATE(false, true);
  asks(1, kRogue);
  if (both) asks(2, kRouter);
  for (unsigned n = 0; n < 4; ++n) {
    advertise(story, 10 + 200 * n, kRogue, "fe80::2", {.prefix = "2001:db8:2::"});
    advertise(story, 30 + 200 * n, kRouter, kRouterIp, {.prefix = "2001:db8::"});
  }
  story.end();
  const auto found = story.found("rogue-router-advertisement");
  REQUIRE(found.size() == 1);
  CHECK(found[0].mac == (both ? MacAddress{} : kRogue));
  CHECK(found[0].severity == (both ? Severity::kInfo : Severity::kWarning));
}

TEST_CASE("a newcomer of whom half goes unheard is one when it ought to have been heard before") {
  Story story;
  for (unsigned n = 0; n < 20; ++n) advertise(story, 20 * n, kRouter, kRouterIp, {.prefix = "2001:db8::"});
  for (const double when : {400, 450, 460, 480, 490, 520})
    advertise(story, when, kRogue, "fe80::bad", {.prefix = "fd00:bad::"});
  const auto found = story.found("rogue-router-advertisement");
  REQUIRE_FALSE(found.empty());
  CHECK(found.back().mac == kRogue);
  CHECK(found.back().severity == Severity::kWarning);
}

TEST_CASE("routers that belong here are no rogues") {
  Story story;
  SECTION("a second one with the same prefix") {
    for (unsigned n = 0; n < 4; ++n) advertise(story, 200 * n, kRouter, kRouterIp, {.prefix = "2001:db8::"});
    for (unsigned n = 0; n < 4; ++n)
      advertise(story, 900 + 200 * n, kRogue, "fe80::2", {.prefix = "2001:db8::"});
  }
  SECTION("a stub router that is nobody's default") {
    for (unsigned n = 0; n < 4; ++n) advertise(story, 200 * n, kRouter, kRouterIp, {.prefix = "2001:db8::"});
    for (unsigned n = 0; n < 4; ++n)
      advertise(story, 900 + n, kRogue, "fe80::2", {.lifetime_s = 0, .prefix = "fd12:3456::"});
  }
  SECTION("one that is shut down says so itself") {
    advertise(story, 0, kRouter, kRouterIp, {.prefix = "2001:db8::"});
    advertise(story, 100, kRouter, kRouterIp, {.lifetime_s = 0, .prefix = "2001:db8::"});
  }
  SECTION("a virtual router that fails over") {
    const auto vrrp = mac("00:00:5e:00:02:0a");
    for (unsigned n = 0; n < 4; ++n)
      advertise(story, 100 * n, n % 2 ? vrrp : kRouter, "fe80::1", {.prefix = "2001:db8::"});
  }
  SECTION("one that was replaced, under the same address") {
    for (unsigned n = 0; n < 3; ++n) advertise(story, 200 * n, kRouter, "fe80::1", {.prefix = "2001:db8::"});
    for (unsigned n = 0; n < 9; ++n)
      advertise(story, 900 + 200 * n, kRogue, "fe80::1", {.prefix = "2001:db8::"});
  }
  story.end();
  CHECK(story.found("rogue-router-advertisement").empty());
}

TEST_CASE("two routers that were there from the beginning, with different prefixes, are a fact") {
  Story story;
  for (unsigned n = 0; n < 4; ++n) {
    advertise(story, 200 * n, kRouter, kRouterIp, {.prefix = "2001:db8::"});
    advertise(story, 200 * n + 20, kRogue, "fe80::2", {.prefix = "2001:db8:2::"});
  }
  story.end();
  REQUIRE(story.found("rogue-router-advertisement").size() == 1);
  CHECK(story.found()[0].severity == Severity::kInfo);
  CHECK(story.found()[0].mac.is_zero());
}

TEST_CASE("a flood of routers is told once") {
  Story story;
  for (unsigned n = 0; n < 500; ++n)
    advertise(story, n * 0.01, host(n), "fe80::" + std::to_string(n + 1), {.prefix = "2001:db8::"});
  REQUIRE(story.found("rogue-router-advertisement").size() == 1);
  CHECK(story.found()[0].severity == Severity::kCritical);
  CHECK(story.found()[0].mac.is_zero());
}

TEST_CASE("a redirect in the router's name from another station") {
  Story story;
  advertise(story, 0, kRouter, kRouterIp, {.prefix = "2001:db8::"});
  const auto say = [&](double when, MacAddress who) {
    story.frame(when,
                ethernet(host(1), who, 0x86dd,
                         ipv6(kRouterIp, address(1), 58, redirect("fe80::bad", "2001:db8:9::7", kRogue))));
  };
  say(1, kRouter);
  CHECK(story.found().empty());
  say(2, kRogue);
  REQUIRE(story.found("rogue-router-advertisement").size() == 1);
  CHECK(story.found()[0].mac == kRogue);
}
