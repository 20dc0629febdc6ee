// A capture thread: reads a live interface, or files one after the other, shows
// every frame to the detectors, and hands over what they found.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agent/capture/frame_source.h"
#include "agent/watch/attention.h"
#include "agent/watch/frame_ring.h"
#include "agent/watch/queues.h"
#include "analysis/detector.h"

namespace lanwarden::agent {

/// What a listener has seen of one source; may be read from any thread.
struct SourceCounts {
  std::atomic<std::uint64_t> frames{0}, undecodable{0}, dropped{0}, skipped{0};
  std::atomic<std::uint64_t> unseen{0};                ///< frames the engine wanted and had no time for
  std::atomic<topology::Time> last{topology::Time{}};  ///< capture time of the last frame or tick
  /// Its frames are of now: an interface, or a stream that somebody writes this minute.
  std::atomic<bool> present{false};
};

class Listener {
 public:
  /// `sources`: one live interface, or files in the order they are read. `keep_frames`: the frames that
  /// prove a finding come with it. `learns`: what stations tell of themselves is handed over, too. `known`:
  /// the stations that were here before, sorted; null when nothing is known. Queues and attention must
  /// outlive the listener.
  Listener(std::vector<std::unique_ptr<FrameSource>> sources, std::uint32_t first_number, bool keep_frames,
           bool learns, std::shared_ptr<const analysis::KnownStations> known, Queues& queues,
           Attention& attention);
  ~Listener();  ///< stops and joins
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Ends reading soon; what the detectors still have to say is said.
  void stop() { stop_ = true; }
  bool live() const { return sources_.front()->live(); }
  std::uint32_t first_number() const { return first_; }
  std::size_t size() const { return sources_.size(); }
  const SourceCounts& counts(std::size_t i) const { return *counts_[i]; }

 private:
  void run();
  void read(std::size_t i);
  void found(std::size_t i, const analysis::RawFrame* last, analysis::Finding&& finding);
  void tell(std::size_t i, SourceNotice notice);
  void hand_over(std::size_t i, analysis::Acquaintances& acquaintances);
  void observe(std::size_t i, const analysis::Frame& frame);

  std::vector<std::unique_ptr<FrameSource>> sources_;
  std::vector<std::unique_ptr<SourceCounts>> counts_;
  const std::uint32_t first_;
  const bool keep_frames_, learns_;
  const std::shared_ptr<const analysis::KnownStations> known_;
  Queues& queues_;
  Attention& attention_;
  FrameRing ring_;
  std::shared_ptr<const Attention::Wanted> wanted_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace lanwarden::agent
