#include "analysis/probe_watch.h"

namespace lanwarden::analysis {

void ProbeWatch::on_frame(const Frame& frame) {
  if (frame.time < since_) return;
  const Arp* arp = frame.arp();
  if (frame.src == culprit_) {
    ++counts_.culprit_frames;
    if (arp != nullptr && arp->is_reply()) ++counts_.answered;
    return;
  }
  if (arp == nullptr) return;
  if (arp->is_probe()) {
    ++counts_.probes;
  } else if (arp->is_announcement() && announcers_.size() < kMostHosts &&
             announcers_.insert(arp->sender_mac).second) {
    counts_.announcers = announcers_.size();
  }
}

}  // namespace lanwarden::analysis
