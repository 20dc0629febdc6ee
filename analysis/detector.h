// The interface of every detector: a pure state machine with bounded memory.
// Adding one: a file in analysis/detectors/, a line in detectors.cc, its test.
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "analysis/frame.h"

namespace lanwarden::analysis {

using FindingSink = std::function<void(Finding&&)>;

/// The frames a detector wants to see. Nine frames in ten on a mirrored port are
/// ordinary unicast, which hardly any detector needs: it is not called for them.
enum class Interest : std::uint8_t {
  kArp,    ///< ARP for IPv4, whoever it is sent to
  kGroup,  ///< broadcast and multicast, ARP among them, and BPDUs
  kAll,
};

class Detector {
 public:
  virtual ~Detector() = default;
  virtual std::string_view name() const = 0;
  /// Must not change during the life of a detector.
  virtual Interest interest() const { return Interest::kAll; }
  /// Frames come in capture order per source. Never throws on input.
  virtual void on_frame(const Frame& frame, const FindingSink& sink) = 0;
  /// Time passes: at least once a second of capture time, and once at the end
  /// of a capture with `last` true, when what is known so far has to be said.
  virtual void on_tick(topology::Time now, bool last, const FindingSink& sink) {
    (void)now, (void)last, (void)sink;
  }
};

/// A line of the registry.
struct DetectorEntry {
  std::string_view name;
  std::string_view summary;
  std::unique_ptr<Detector> (*make)();
};
/// Every detector there is, in the order they are run.
const std::vector<DetectorEntry>& detector_registry();

/// Decodes each frame once, runs all detectors over it, and makes time pass.
class Ear {
 public:
  Ear();  ///< with every detector of the registry
  explicit Ear(std::vector<std::unique_ptr<Detector>> detectors);
  void on_frame(const RawFrame& raw, const FindingSink& sink);
  /// The last frame as decoded; null when it could not be. Valid until the next on_frame.
  const Frame* last_frame() const { return decoded_ ? &frame_ : nullptr; }
  /// Live: capture time passes although no frame comes.
  void on_tick(topology::Time now, const FindingSink& sink);
  void finish(const FindingSink& sink);  ///< the capture has ended
  std::uint64_t frames() const { return frames_; }
  std::uint64_t undecodable() const { return undecodable_; }

 private:
  void tick(topology::Time now, bool last, const FindingSink& sink);

  std::vector<std::unique_ptr<Detector>> detectors_;
  std::vector<Detector*> for_arp_, for_group_, for_rest_;  ///< who is called for which frame
  Frame frame_;
  topology::Time now_{};
  topology::Time last_tick_{};
  bool started_ = false, decoded_ = false;
  std::uint64_t frames_ = 0, undecodable_ = 0;
};

}  // namespace lanwarden::analysis
