#include "agent/capture/live_filter.h"

#include <catch2/catch.hpp>

using namespace lanwarden;
using analysis::Interest;

TEST_CASE("the kernel is asked for what is wanted, and for everything only when ordinary unicast is") {
  CHECK(agent::live_filter(Interest::kAll).empty());
  CHECK(agent::live_filter(Interest::kArp) == "arp or rarp or (vlan and (arp or rarp))");
  const std::string usual = agent::live_filter(agent::kUsualInterest);
  for (const char* part : {"ether multicast", "arp", "icmp6", "portrange 67-68", "portrange 546-547",
                           "src port 137", "src port 5353", "src port 5355"})
    CHECK(usual.find(part) != std::string::npos);
  // "vlan" changes what all that follows it looks at.
  CHECK(usual.find("vlan") > usual.find("ether multicast"));
}

TEST_CASE("of ordinary unicast the kernel passes one station in sixteen, where that suffices") {
  CHECK(agent::live_filter(Interest::kSampled).find("ether[11]") != std::string::npos);
  CHECK(agent::live_filter(Interest::kSampled | Interest::kOrdinary).empty());
}

TEST_CASE("of the registry's detectors none wants all ordinary unicast") {
  const auto wants_ordinary = [](const analysis::Detector& detector) {
    return (static_cast<unsigned>(detector.interest()) & static_cast<unsigned>(Interest::kOrdinary)) != 0;
  };
  for (const analysis::DetectorEntry& entry : analysis::detector_registry()) {
    INFO(entry.name);
    CHECK_FALSE(wants_ordinary(*entry.make()));
  }
}
