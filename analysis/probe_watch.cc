#include "analysis/probe_watch.h"

namespace lanwarden::analysis {

void ProbeWatch::on_frame(const Frame& frame) {
  if (frame.time < since_) return;
  const Arp* arp = frame.arp();
  if (frame.src == culprit_) {
    ++counts_.culprit_frames;
    if (arp == nullptr || !arp->is_reply()) return;
    ++counts_.answered;
    if (taken_.size() < kMostAddresses && probed_.contains(arp->sender_ip)) taken_.insert(arp->sender_ip);
    counts_.taken = taken_.size();
    return;
  }
  if (arp == nullptr) return;
  if (arp->is_probe()) {
    ++counts_.probes;
    if (probed_.size() == kMostAddresses) probed_.clear();
    probed_.insert(arp->target_ip);
  } else if (arp->is_announcement() && announcers_.size() < kMostHosts &&
             announcers_.insert(arp->sender_mac).second) {
    counts_.announcers = announcers_.size();
  }
}

}  // namespace lanwarden::analysis
