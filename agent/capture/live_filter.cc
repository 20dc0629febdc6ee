#include "agent/capture/live_filter.h"

namespace lanwarden::agent {
namespace {

using analysis::Interest;

bool has(Interest interest, Interest one) {
  return (static_cast<unsigned>(interest) & static_cast<unsigned>(one)) != 0;
}

}  // namespace

std::string live_filter(Interest interest) {
  if (has(interest, Interest::kOrdinary)) return "";
  std::string filter, unicast;
  const auto add = [](std::string& to, const char* more) {
    if (!to.empty()) to += " or ";
    to += more;
  };
  // What stands in the Ethernet header is there with a tag, too: groups, and what a station sends to itself.
  if (has(interest, Interest::kGroup)) {
    add(filter, "ether multicast");
    add(filter, "(ether[0:4] = ether[6:4] and ether[4:2] = ether[10:2])");
  }
  if (has(interest, Interest::kSampled)) add(filter, "((ether[9] + ether[10] + ether[11]) & 0xf = 0)");
  if (has(interest, Interest::kArp)) add(unicast, "arp or rarp");
  // Behind IPv6 extension headers "icmp6" does not look: ip6 protochain cannot be run by the kernel. Such
  // neighbour discovery is rare, and sent to a group unless somebody hides.
  if (has(interest, Interest::kNeighbor)) add(unicast, "icmp6");
  if (has(interest, Interest::kDhcp)) add(unicast, "(udp and (portrange 67-68 or portrange 546-547))");
  if (has(interest, Interest::kNames))
    add(unicast, "(udp and (src port 137 or src port 5353 or src port 5355))");
  if (!unicast.empty()) {
    add(filter, unicast.c_str());
    // "vlan" moves the offsets of all that follows it, so it stands last.
    filter += " or (vlan and (" + unicast + "))";
  }
  return filter;
}

}  // namespace lanwarden::agent
