#include "agent/probe/address_choice.h"

#include <catch2/catch.hpp>
#include <sstream>

using namespace lanwarden::agent;
using lanwarden::topology::IpAddress;

namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

}  // namespace

TEST_CASE("each address of the network comes once, and none that is used") {
  AddressChoice choice(Network::parse("10.0.0.0/29").value(), 1);
  choice.exclude(ip("10.0.0.3"));
  std::set<IpAddress> chosen;
  while (const auto next = choice.next()) {
    CHECK(chosen.insert(*next).second);
    if (chosen.size() == 2) choice.exclude(ip("10.0.0.6"));  // heard meanwhile
  }
  CHECK_FALSE(chosen.contains(ip("10.0.0.3")));
  CHECK_FALSE(chosen.contains(ip("10.0.0.0")));
  CHECK_FALSE(chosen.contains(ip("10.0.0.7")));
  CHECK(chosen.size() >= 4);
}

TEST_CASE("a large network is no burden, and a tiny one no error") {
  AddressChoice large(Network::parse("10.0.0.0/8").value(), 1);
  CHECK(Network::parse("10.0.0.0/16")->contains(large.next().value()));
  AddressChoice one(Network::parse("10.0.0.7/32").value(), 1);
  CHECK(one.next() == ip("10.0.0.7"));
  CHECK_FALSE(one.next());
}

TEST_CASE("random IPv6 addresses are link-local and differ") {
  AddressChoice choice(Network{}, 7);
  const IpAddress a = choice.random_v6(), b = choice.random_v6();
  CHECK(a != b);
  CHECK(Network::parse("fe80::/64")->contains(a));
  CHECK(Network::parse("fe80::/64")->contains(b));
}

TEST_CASE("of the neighbour table count the resolved ones on the interface") {
  std::istringstream table(
      "IP address       HW type     Flags       HW address            Mask     Device\n"
      "10.0.0.1         0x1         0x2         00:1b:21:00:00:01     *        eth0\n"
      "10.0.0.9         0x1         0x0         00:00:00:00:00:00     *        eth0\n"
      "10.0.0.2         0x1         0x2         00:1b:21:00:00:02     *        eth1\n"
      "nonsense\n");
  CHECK(neighbours_of(table, "eth0") == std::vector{ip("10.0.0.1")});
}
