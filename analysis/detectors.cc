// The registry: a line a detector, in the order they are run.
#include "analysis/detector.h"
#include "analysis/detectors/all.h"

namespace lanwarden::analysis {

const std::vector<DetectorEntry>& detector_registry() {
  static const std::vector<DetectorEntry> kRegistry = {
      {"arp-responder", "who answers address probes: one address defended, or everybody's taken",
       make_arp_responder},
      {"ip-conflict", "one address that two stations announce in turn", make_ip_conflict},
      {"arp-sweep", "a station that asks for address after address", make_arp_sweep},
      {"dad-denied", "a host that asks whether its address is free, and never comes up with it",
       make_dad_denied},
      {"arp-spoof", "a station that takes over the address of another, the gateway's above all",
       make_arp_spoof},
      {"arp-sender-mismatch", "ARP in the name of another station", make_arp_sender_mismatch},
      {"arp-flood", "far more ARP than a LAN can use", make_arp_flood},
      {"arp-bogon", "impossible addresses, and such as are foreign to the LAN", make_arp_bogon},
      {"nd-responder", "who denies others their IPv6 addresses", make_nd_responder},
      {"router-advertisement", "who plays the IPv6 router, or silences the true one",
       make_router_advertisement},
      {"dhcp-server", "a second DHCP server that contradicts the first", make_dhcp_server},
      {"dhcp-flood", "a client that asks the DHCP servers without end", make_dhcp_flood},
      {"heartbeat-broadcast", "broadcasts that beat, which every port has to carry",
       make_heartbeat_broadcast},
      {"broadcast-storm", "so much said to everybody that hosts and links suffer", make_broadcast_storm},
      {"switching-loop", "frames that come back again and again", make_switching_loop},
      {"mac-flood", "invented source addresses that fill the switches' tables", make_mac_flood},
      {"stp-root-change", "another spanning tree root, or a tree that is never at rest",
       make_stp_root_change},
      {"stations", "stations never heard before, and stations that moved", make_stations},
  };
  return kRegistry;
}

}  // namespace lanwarden::analysis
