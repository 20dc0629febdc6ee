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
