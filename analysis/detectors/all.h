// What detectors.cc registers: one maker a file of this folder.
#pragma once

#include <memory>

#include "analysis/detector.h"

namespace lanwarden::analysis {

std::unique_ptr<Detector> make_arp_responder();
std::unique_ptr<Detector> make_heartbeat_broadcast();

}  // namespace lanwarden::analysis
