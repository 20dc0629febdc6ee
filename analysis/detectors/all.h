// What detectors.cc registers: one maker a file of this folder.
#pragma once

#include <memory>

#include "analysis/detector.h"

namespace lanwarden::analysis {

std::unique_ptr<Detector> make_arp_bogon();
std::unique_ptr<Detector> make_arp_flood();
std::unique_ptr<Detector> make_arp_responder();
std::unique_ptr<Detector> make_arp_sender_mismatch();
std::unique_ptr<Detector> make_arp_spoof();
std::unique_ptr<Detector> make_arp_sweep();
std::unique_ptr<Detector> make_broadcast_storm();
std::unique_ptr<Detector> make_heartbeat_broadcast();
std::unique_ptr<Detector> make_ip_conflict();
std::unique_ptr<Detector> make_mac_flood();
std::unique_ptr<Detector> make_stations();
std::unique_ptr<Detector> make_stp_root_change();
std::unique_ptr<Detector> make_switching_loop();
std::unique_ptr<Detector> make_dad_denied();
std::unique_ptr<Detector> make_dhcp_flood();
std::unique_ptr<Detector> make_dhcp_server();
std::unique_ptr<Detector> make_heartbeat_broadcast();
std::unique_ptr<Detector> make_ip_conflict();
std::unique_ptr<Detector> make_nd_responder();
std::unique_ptr<Detector> make_router_advertisement();

}  // namespace lanwarden::analysis
