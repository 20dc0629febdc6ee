#include "topology/special_address.h"

#include <catch2/catch.hpp>

using namespace lanwarden::topology;

namespace {
std::string name_of(const char* mac) {
  return special_name(MacAddress::parse(mac).value()).value_or("a station's own");
}
}  // namespace

TEST_CASE("virtual addresses tell their protocol and group") {
  CHECK(name_of("00:00:5e:00:01:0a") == "VRRP or CARP virtual router 10");
  CHECK(name_of("00:00:5e:00:02:0a") == "VRRP virtual router 10, IPv6");
  CHECK(name_of("00:00:0c:07:ac:03") == "HSRP group 3");
  CHECK(name_of("00:00:0c:9f:f1:2c") == "HSRP group 300");
  CHECK(name_of("00:05:73:a0:00:07") == "HSRP group 7, IPv6");
  CHECK(name_of("00:07:b4:00:01:02") == "GLBP group 1, forwarder 2");
  CHECK(name_of("00:07:b4:03:ff:04") == "GLBP group 1023, forwarder 4");
  CHECK(name_of("02:bf:0a:00:00:05") == "Microsoft NLB cluster 10.0.0.5, unicast");
  CHECK(name_of("03:bf:0a:00:00:05") == "Microsoft NLB cluster 10.0.0.5, multicast");
  CHECK(name_of("00:0d:4b:ce:20:cd") == "a station's own");
  CHECK(name_of("00:00:00:00:00:00") == "a station's own");
}

TEST_CASE("an NLB host's own address names its cluster, within the 32 hosts a cluster may have") {
  const auto host = MacAddress::parse("02:03:0a:00:00:05").value();
  CHECK(nlb_cluster_of(host) == MacAddress::parse("02:bf:0a:00:00:05").value());
  CHECK(nlb_host_name(host) == "host 3 of the Microsoft NLB cluster 10.0.0.5");
  CHECK(nlb_cluster_of(MacAddress::parse("02:20:0a:00:00:05").value()));
  CHECK_FALSE(nlb_cluster_of(MacAddress::parse("02:21:0a:00:00:05").value()));
  CHECK_FALSE(nlb_cluster_of(MacAddress::parse("02:00:0a:00:00:05").value()));
  CHECK_FALSE(nlb_cluster_of(MacAddress::parse("00:03:0a:00:00:05").value()));
}
