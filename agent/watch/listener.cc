#include "agent/watch/listener.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/output/time_text.h"
#include "agent/watch/passed.h"

namespace lanwarden::agent {

using analysis::Finding;
using topology::Time;

namespace {

constexpr std::chrono::milliseconds kWait{100};
/// A frame that was heard before may still be on its way through the kernel's buffers: no detector may judge
/// that it did not come.
constexpr std::chrono::milliseconds kKernelHolds{50};
constexpr auto kStillPresent = std::chrono::minutes{2};
/// What stations tell of themselves is handed over so often, or when so much has come.
constexpr auto kNewsEvery = std::chrono::seconds{10};
constexpr std::size_t kMuchNews = 512;
/// Beyond the ring's share: the frame that decided is kept as it came.
constexpr std::size_t kMostOctets = 4096;

// Ordinary unicast would drive out what proves something.
bool is_evidence(const analysis::Frame& frame) {
  return frame.dst.is_group() || !std::holds_alternative<std::monostate>(frame.body);
}

}  // namespace

Listener::Listener(std::vector<std::unique_ptr<FrameSource>> sources, std::uint32_t first_number,
                   bool keep_frames, bool learns, std::shared_ptr<const analysis::KnownStations> known,
                   Queues& queues, Attention& attention)
    : sources_(std::move(sources)),
      first_(first_number),
      keep_frames_(keep_frames),
      learns_(learns),
      known_(std::move(known)),
      queues_(queues),
      attention_(attention) {
  for (const auto& source : sources_) {
    counts_.push_back(std::make_unique<SourceCounts>());
    counts_.back()->present = source->live();
  }
  thread_ = std::thread([this] { run(); });
}

Listener::~Listener() {
  stop();
  thread_.join();
}

void Listener::run() {
  // Stopped before its turn, a source has ended as well: somebody waits for the end of each.
  for (std::size_t i = 0; i < sources_.size(); ++i)
    if (stop_)
      queues_.heard.push({first_ + static_cast<std::uint32_t>(i), SourceEnded{}});
    else
      read(i);
}

void Listener::read(std::size_t i) {
  FrameSource& source = *sources_[i];
  SourceCounts& counts = *counts_[i];
  analysis::Ear ear;
  ear.know(known_);
  analysis::Acquaintances acquaintances;
  Time news_told{};
  ring_.clear();
  std::vector<analysis::RawFrame> batch;
  const analysis::RawFrame* current = nullptr;
  // Made once: a lambda would become a new std::function, on the heap, at each frame.
  const analysis::FindingSink sink = [&](Finding&& finding) { found(i, current, std::move(finding)); };
  std::string error;
  bool first = true;
  bool deaf = false;  // that nothing is heard means nothing then
  Time newest{};      // of the frames
  std::uint64_t dropped_told = 0;
  while (!stop_) {
    const auto status = source.next_batch(batch, kWait);
    if (!status) {
      error = status.error().message;
      break;
    }
    wanted_ = attention_.get();
    const bool observes = wanted_->arp || !wanted_->stations.empty();
    if (first && !batch.empty()) {
      first = false;
      if (std::chrono::abs(wall_clock() - batch.front().time) < kStillPresent) counts.present = true;
    }
    ear.expect(batch);
    for (const analysis::RawFrame& raw : batch) {
      current = &raw;
      ear.on_frame(raw, sink);
      if (!keep_frames_ && !learns_ && !observes) continue;
      const analysis::Frame* frame = ear.last_frame();
      if (frame == nullptr) continue;
      if (keep_frames_ && is_evidence(*frame)) ring_.add(raw);
      if (learns_) acquaintances.on_frame(*frame);
      if (observes) observe(i, *frame);
    }
    current = nullptr;
    if (!batch.empty()) counts.last = newest = batch.back().time;
    if (*status == BatchStatus::kIdle && source.live() && !deaf) {
      const Time now = wall_clock();
      counts.last = now;
      ear.on_tick(std::max(newest, Time(now - kKernelHolds)), sink);
    }
    if (acquaintances.waiting() >= kMuchNews || passed(news_told, counts.last, kNewsEvery))
      hand_over(i, acquaintances);
    const CaptureStats stats = source.stats();
    if (source.live()) {
      // Whoever is under suspicion is listened to whole.
      source.want(wanted_->stations.empty() ? ear.interest() : analysis::Interest::kAll);
      if (auto notice = source.take_notice()) {
        if (notice->what != SourceNotice::What::kWarning) deaf = notice->what == SourceNotice::What::kLost;
        tell(i, std::move(*notice));
      }
      // As it happens, and then as often as it doubles: whoever listens for hours has to know now.
      if (stats.dropped > 0 && stats.dropped >= 2 * dropped_told) {
        dropped_told = stats.dropped;
        tell(i,
             {SourceNotice::What::kWarning, fmt::format("{}: {} frames were dropped for want of room so far",
                                                        source.name(), stats.dropped)});
      }
    }
    counts.frames = ear.frames();
    counts.undecodable = ear.undecodable();
    counts.dropped = stats.dropped;
    counts.skipped = stats.skipped;
    if (*status == BatchStatus::kEnd) break;
  }
  ear.finish(sink);
  hand_over(i, acquaintances);
  queues_.heard.push({first_ + static_cast<std::uint32_t>(i), SourceEnded{std::move(error)}});
}

// Of the past nothing is stored: what an old capture says of addresses was true then.
void Listener::hand_over(std::size_t i, analysis::Acquaintances& acquaintances) {
  if (acquaintances.waiting() == 0) return;
  HeardStations heard{acquaintances.take()};
  // Where there is no room, it is heard again.
  if (counts_[i]->present)
    (void)queues_.heard.try_push({first_ + static_cast<std::uint32_t>(i), std::move(heard)});
}

void Listener::tell(std::size_t i, SourceNotice notice) {
  queues_.heard.push({first_ + static_cast<std::uint32_t>(i), std::move(notice)});
}

void Listener::found(std::size_t i, const analysis::RawFrame* last, Finding&& finding) {
  FoundTrouble trouble{std::move(finding), {}};
  if (keep_frames_) {
    const std::uint32_t own = first_ + static_cast<std::uint32_t>(i);
    const auto keep = [&](std::optional<EvidenceFrame> frame) {
      if (!frame) return;
      frame->interface = sources_[i]->name();
      trouble.frames.push_back(std::move(*frame));
    };
    for (const analysis::FrameRef& ref : trouble.finding.frames) {
      if (ref.source != own) continue;
      if (last != nullptr && last->number == ref.number)
        keep(evidence_of(*last, kMostOctets));
      else
        keep(ring_.find(ref.number));
    }
  }
  queues_.heard.push({first_ + static_cast<std::uint32_t>(i), std::move(trouble)});
}

void Listener::observe(std::size_t i, const analysis::Frame& frame) {
  const auto& stations = wanted_->stations;
  const bool wanted = (wanted_->arp && frame.arp() != nullptr) ||
                      std::binary_search(stations.begin(), stations.end(), frame.src);
  if (!wanted) return;
  ObservedFrame observed{frame};
  // All that is borrowed stays behind.
  observed.frame.payload = {};
  observed.frame.ip_header = {};
  if (frame.arp() == nullptr) observed.frame.body = std::monostate{};
  if (!queues_.heard.try_push({first_ + static_cast<std::uint32_t>(i), std::move(observed)}))
    counts_[i]->unseen.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace lanwarden::agent
