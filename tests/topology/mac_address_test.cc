#include "topology/mac_address.h"

#include <catch2/catch.hpp>

#include "topology/ip_address.h"

using namespace lanwarden::topology;

TEST_CASE("a MAC address is read in every notation that switches print") {
  for (const char* text : {"00:0d:4b:ce:20:cd", "00-0D-4B-CE-20-CD", "000d.4bce.20cd", "000d4bce20cd",
                           "0:d:4b:ce:20:cd", "000d4b-ce20cd", "00 0d 4b ce 20 cd"}) {
    INFO(text);
    const auto mac = MacAddress::parse(text);
    REQUIRE(mac);
    CHECK(mac->to_string() == "00:0d:4b:ce:20:cd");
    CHECK(mac->oui() == 0x000d4b);
  }
}

TEST_CASE("what is no MAC address is refused, with the place") {
  CHECK(MacAddress::parse("").error().offset == 0);
  CHECK(MacAddress::parse("00:0d:4b:ce:20").error().offset == 14);
  CHECK(MacAddress::parse("00:0d:4b:ce:20:cg").error().offset == 16);
  CHECK(MacAddress::parse("00:0d-4b:ce:20:cd").error().offset == 5);
  CHECK_FALSE(MacAddress::parse("00:0d:4b:ce:20:cd:ef"));
  CHECK_FALSE(MacAddress::parse("000d4bce20cde"));
  CHECK_FALSE(MacAddress::parse("00::4b:ce:20:cd"));
  CHECK_FALSE(MacAddress::parse("000:d:4b:ce:20:cd"));
}

TEST_CASE("addresses that are no station are told apart") {
  const auto kind = [](const char* text) { return address_kind(*MacAddress::parse(text)); };
  CHECK(kind("00:0d:4b:ce:20:cd") == AddressKind::kStation);
  CHECK(kind("00:00:00:00:00:00") == AddressKind::kZero);
  CHECK(kind("ff:ff:ff:ff:ff:ff") == AddressKind::kGroup);
  CHECK(kind("01:80:c2:00:00:00") == AddressKind::kGroup);
  CHECK(kind("00:00:5e:00:01:0a") == AddressKind::kVrrp);
  CHECK(kind("00:00:0c:07:ac:01") == AddressKind::kHsrp);
  CHECK(kind("00:00:0c:9f:f0:0a") == AddressKind::kHsrp);
  CHECK(kind("00:07:b4:00:01:02") == AddressKind::kGlbp);
  CHECK(kind("02:bf:0a:00:00:01") == AddressKind::kNlb);
}

TEST_CASE("IP addresses are read and written") {
  CHECK(IpAddress::parse("192.168.0.10")->to_string() == "192.168.0.10");
  CHECK(IpAddress::parse("192.168.0.10")->v4_bits() == 0xc0a8000a);
  CHECK(IpAddress::parse("fe80:0::1")->to_string() == "fe80::1");
  CHECK(IpAddress::parse("0.0.0.0")->is_unspecified());
  CHECK_FALSE(IpAddress::parse("192.168.0"));
  CHECK_FALSE(IpAddress::parse("::g"));
}
