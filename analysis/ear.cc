#include <algorithm>
#include <utility>

#include "analysis/detector.h"

namespace lanwarden::analysis {
namespace {

constexpr topology::Duration kTick = std::chrono::seconds(1);

constexpr unsigned bit(Interest interest) { return static_cast<unsigned>(interest); }

// Which interests a frame meets, as a set of bits. What a station sends to itself (a keepalive) is said to
// everybody, too: no switch knows where to send it.
unsigned kind_of(const Frame& frame) {
  unsigned kind = frame.dst.is_group() || frame.dst == frame.src ? bit(Interest::kGroup) : 0U;
  if (frame.arp())
    kind |= bit(Interest::kArp);
  else if (frame.nd())
    kind |= bit(Interest::kNeighbor);
  else if (frame.dhcp() || frame.dhcpv6())
    kind |= bit(Interest::kDhcp);
  else if (frame.bpdu())
    kind |= bit(Interest::kGroup);
  if (kind != 0) return kind;
  return bit(Interest::kOrdinary) | (is_sampled(frame.src) ? bit(Interest::kSampled) : 0U);
}

std::vector<std::unique_ptr<Detector>> every_detector() {
  std::vector<std::unique_ptr<Detector>> all;
  for (const DetectorEntry& entry : detector_registry()) all.push_back(entry.make());
  return all;
}

}  // namespace

Ear::Ear() : Ear(every_detector()) {}

Ear::Ear(std::vector<std::unique_ptr<Detector>> detectors) : detectors_(std::move(detectors)) {
  for (const auto& detector : detectors_) {
    detector->attach(routine_);
    const auto interest = static_cast<unsigned>(detector->interest());
    for (unsigned kind = 0; kind < called_.size(); ++kind)
      if (kind & interest) called_[kind].push_back(detector.get());
    if (const StationFilter* filter = detector->followed(); filter && !(interest & bit(Interest::kOrdinary)))
      followers_.emplace_back(filter, detector.get());
  }
}

void Ear::know(const std::shared_ptr<const KnownStations>& stations) {
  for (const auto& detector : detectors_) detector->know(stations);
}

void Ear::on_frame(const RawFrame& raw, const FindingSink& sink) {
  ++frames_;
  now_ = std::clamp(raw.time, kEarliest, kLatest);
  // Backwards, too: a second file may be older than the first.
  if (!started_) {
    started_ = true;
    last_tick_ = now_;
  } else if (now_ - last_tick_ >= kTick || last_tick_ - now_ >= kTick) {
    tick(now_, false, sink);
  }
  is_routine_ = false;
  if (passes_routine_) {
    ArpQuestion& question = routine_heard_[routine_count_];
    if (read_question(raw, question) && routine_.passes(question)) {
      is_routine_ = true;
      undecoded_ = raw;
      if (++routine_count_ == routine_heard_.size()) hand_over_routine(sink);
      return;
    }
  }
  DecodeFault fault;
  decoded_ = decode_into(raw, frame_, fault);
  if (!decoded_) {
    ++undecodable_;
    return;
  }
  const unsigned kind = kind_of(frame_);
  if (!(kind & bit(Interest::kOrdinary))) hand_over_routine(sink);
  if (passes_routine_ && (kind & (bit(Interest::kArp) | bit(Interest::kDhcp)))) examine(kind);
  for (Detector* detector : called_[kind]) detector->on_frame(frame_, sink);
  if (!(kind & bit(Interest::kOrdinary))) return;
  for (const auto& [filter, detector] : followers_)
    if (!filter->empty() && filter->may_contain(frame_.src)) detector->on_frame(frame_, sink);
}

const Frame* Ear::last_frame() {
  if (std::exchange(is_routine_, false)) {
    DecodeFault fault;
    decoded_ = decode_into(undecoded_, frame_, fault);
  }
  return decoded_ ? &frame_ : nullptr;
}

// A detector does the same for many of them, one after the other: together they cost half. Each run is of one
// LAN and in the order of time.
void Ear::hand_over_routine(const FindingSink& sink) {
  std::span<const ArpQuestion> rest{routine_heard_.data(), std::exchange(routine_count_, 0)};
  while (!rest.empty()) {
    std::size_t size = 1;
    while (size < rest.size() && rest[size].lan == rest[0].lan &&
           rest[size].frame.time >= rest[size - 1].frame.time)
      ++size;
    for (Detector* detector : called_[bit(Interest::kRoutineArp)])
      detector->on_routine(rest.first(size), sink);
    rest = rest.subspan(size);
  }
}

// Those that may have missed something of its addresses are told before the frame.
void Ear::examine(unsigned kind) {
  const Arp* arp = frame_.arp();
  const Dhcp* dhcp = frame_.dhcp();
  if (!arp && !dhcp) return;
  const ArpRoutine::PassedBy passed = arp ? routine_.examine(frame_, *arp) : routine_.examine(frame_, *dhcp);
  for (std::size_t i = 0; i < passed.size; ++i)
    for (Detector* detector : called_[kind]) detector->on_passed(passed.of[i]);
}

Interest Ear::interest() const {
  unsigned wanted = 0;
  for (const auto& detector : detectors_) wanted |= bit(detector->interest());
  for (const auto& [filter, detector] : followers_)
    if (!filter->empty()) wanted |= bit(Interest::kOrdinary);
  return static_cast<Interest>(wanted);
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
  hand_over_routine(sink);
  last_tick_ = now;
  for (const auto& detector : detectors_) detector->on_tick(now, last, sink);
}

}  // namespace lanwarden::analysis
