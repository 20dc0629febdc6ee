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
  return bit(Interest::kOrdinary) | (is_sampled(frame.src) ? bit(Interest::kSampled) : 0U) |
         (frame.ip() && is_name_answer(*frame.ip()) ? bit(Interest::kNames) : 0U);
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
    detector->attach(arp_routine_);
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
  undecoded_ = nullptr;
  if (passes_routine_) {
    const Foreseen& known = foreseen(raw);
    if (known.is_plain && arp_routine_.passes(known.arp, known.places)) {
      undecoded_ = &raw;
      pass_by(known.arp, sink);
      return;
    }
  }
  hear(raw, sink);
}

// Apart from on_frame(), so that what is passed by pays nothing for it.
[[gnu::noinline]] void Ear::hear(const RawFrame& raw, const FindingSink& sink) {
  DecodeFault fault;
  decoded_ = decode_into(raw, frame_, fault);
  if (!decoded_) {
    ++undecodable_;
    return;
  }
  const unsigned kind = kind_of(frame_);
  if (!(kind & bit(Interest::kOrdinary))) hand_over_routine(sink);
  if (const Arp* arp = frame_.arp())
    for (const Fetch stage : {Fetch::kSlots, Fetch::kEntries})
      for (const Detector* detector : called_[kind]) detector->fetch(lan_of(frame_), frame_.src, *arp, stage);
  if (passes_routine_ && (kind & (bit(Interest::kArp) | bit(Interest::kDhcp)))) examine(kind);
  for (Detector* detector : called_[kind]) detector->on_frame(frame_, sink);
  if (!(kind & bit(Interest::kOrdinary))) return;
  for (const auto& [filter, detector] : followers_)
    if (!filter->empty() && filter->may_contain(frame_.src)) detector->on_frame(frame_, sink);
}

const Frame* Ear::last_frame() {
  if (const RawFrame* raw = std::exchange(undecoded_, nullptr)) {
    DecodeFault fault;
    decoded_ = decode_into(*raw, frame_, fault);
  }
  return decoded_ ? &frame_ : nullptr;
}

void Ear::expect(std::span<const RawFrame> coming) {
  coming_ = coming;
  foreseen_next_ = foreseen_count_ = 0;
}

const Ear::Foreseen& Ear::foreseen(const RawFrame& raw) {
  if (coming_.empty() || coming_.data() != &raw) expect({&raw, 1});
  if (foreseen_next_ == foreseen_count_) read_ahead();
  coming_ = coming_.subspan(1);
  return foreseen_[foreseen_next_++];
}

// Many at once: while the memory for one is fetched, the others are read.
void Ear::read_ahead() {
  foreseen_next_ = 0;
  foreseen_count_ = std::min(coming_.size(), foreseen_.size());
  const std::span<Foreseen> ahead(foreseen_.data(), foreseen_count_);
  for (std::size_t i = 0; i < ahead.size(); ++i) {
    Foreseen& frame = ahead[i];
    frame.is_plain = read_plain(coming_[i], frame.arp);
    if (!frame.is_plain) continue;
    frame.places = ArpRoutine::places_of(frame.arp);
    arp_routine_.fetch(frame.places, Fetch::kSlots);
  }
  for (const Foreseen& frame : ahead)
    if (frame.is_plain) arp_routine_.fetch(frame.places, Fetch::kEntries);
}

void Ear::pass_by(const PlainArp& arp, const FindingSink& sink) {
  if (routine_count_ > 0 &&
      (!(arp.lan == routine_lan_) || arp.frame.time < routine_[routine_count_ - 1].time))
    hand_over_routine(sink);
  routine_lan_ = arp.lan;
  routine_[routine_count_++] = arp.frame;
  if (!arp.is_answer()) routine_questions_[routine_question_count_++] = arp;
  if (routine_count_ == routine_.size()) hand_over_routine(sink);
}

// A detector does the same for many of them, one after the other: together they cost half.
void Ear::hand_over_routine(const FindingSink& sink) {
  if (routine_count_ == 0) return;
  const RoutineRun run{routine_lan_,
                       {routine_questions_.data(), std::exchange(routine_question_count_, 0)},
                       {routine_.data(), std::exchange(routine_count_, 0)}};
  for (Detector* detector : called_[bit(Interest::kRoutineArp)]) detector->on_routine(run, sink);
}

// Those that may have missed something of its addresses are told before the frame.
void Ear::examine(unsigned kind) {
  const Arp* arp = frame_.arp();
  const Dhcp* dhcp = frame_.dhcp();
  if (!arp && !dhcp) return;
  const ArpRoutine::PassedBy passed =
      arp ? arp_routine_.examine(frame_, *arp) : arp_routine_.examine(frame_, *dhcp);
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
