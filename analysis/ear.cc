#include <algorithm>

#include "analysis/detector.h"

namespace lanwarden::analysis {
namespace {

constexpr topology::Duration kTick = std::chrono::seconds(1);

std::vector<std::unique_ptr<Detector>> every_detector() {
  std::vector<std::unique_ptr<Detector>> all;
  for (const DetectorEntry& entry : detector_registry()) all.push_back(entry.make());
  return all;
}

}  // namespace

Ear::Ear() : Ear(every_detector()) {}

Ear::Ear(std::vector<std::unique_ptr<Detector>> detectors) : detectors_(std::move(detectors)) {
  for (const auto& detector : detectors_) {
    const Interest interest = detector->interest();
    for_arp_.push_back(detector.get());
    if (interest != Interest::kArp) for_group_.push_back(detector.get());
    if (interest == Interest::kAll) for_rest_.push_back(detector.get());
  }
}

void Ear::on_frame(const RawFrame& raw, const FindingSink& sink) {
  ++frames_;
  now_ = std::max(raw.time, Time{});
  // Backwards, too: a second file may be older than the first.
  if (!started_) {
    started_ = true;
    last_tick_ = now_;
  } else if (now_ - last_tick_ >= kTick || last_tick_ - now_ >= kTick) {
    tick(now_, false, sink);
  }
  DecodeFault fault;
  decoded_ = decode_into(raw, frame_, fault);
  if (!decoded_) {
    ++undecodable_;
    return;
  }
  const auto& called = frame_.arp()                             ? for_arp_
                       : frame_.dst.is_group() || frame_.bpdu() ? for_group_
                                                                : for_rest_;
  for (Detector* detector : called) detector->on_frame(frame_, sink);
}

void Ear::on_tick(topology::Time now, const FindingSink& sink) {
  now_ = now;
  started_ = true;
  tick(now, false, sink);
}

void Ear::finish(const FindingSink& sink) {
  if (started_) tick(now_, true, sink);
}

void Ear::tick(topology::Time now, bool last, const FindingSink& sink) {
  last_tick_ = now;
  for (const auto& detector : detectors_) detector->on_tick(now, last, sink);
}

}  // namespace lanwarden::analysis
