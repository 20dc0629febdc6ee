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
  };
  return kRegistry;
}

}  // namespace lanwarden::analysis
