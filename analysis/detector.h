// The interface of every detector: a pure state machine with bounded memory.
// Adding one: a file in analysis/detectors/, a line in detectors.cc, its test.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "analysis/finding.h"
#include "analysis/frame.h"

namespace lanwarden::analysis {

using FindingSink = std::function<void(Finding&&)>;

/// The frames a detector wants to see; join them with |. Nine frames in ten on a mirrored port
/// are ordinary unicast, which hardly any detector needs: it is not called for them.
enum class Interest : std::uint8_t {
  kArp = 1,        ///< ARP for IPv4, whoever it is sent to
  kGroup = 2,      ///< broadcast and multicast, ARP among them, and BPDUs
  kNeighbor = 4,   ///< IPv6 neighbour discovery, whoever it is sent to
  kDhcp = 8,       ///< DHCP in both versions, whoever it is sent to
  kOrdinary = 16,  ///< unicast that is none of the above
  kAll = 31,
};
constexpr Interest operator|(Interest a, Interest b) {
  return static_cast<Interest>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// Stations whose ordinary unicast a detector wants for a while: a suspect's. A filter
/// that passes all of them and few others, so that asking it costs next to nothing.
class StationFilter {
 public:
  bool empty() const { return empty_; }
  bool may_contain(MacAddress mac) const {
    const std::uint64_t at = place_of(mac);
    return (words_[at >> 6] >> (at & 63)) & 1U;
  }
  void add(MacAddress mac) {
    const std::uint64_t at = place_of(mac);
    words_[at >> 6] |= std::uint64_t{1} << (at & 63);
    empty_ = false;
  }
  void clear() {
    words_ = {};
    empty_ = true;
  }

 private:
  static constexpr std::uint64_t place_of(MacAddress mac) {
    return (mac.bits() * 0x9e3779b97f4a7c15ULL) >> 54;  // one of 1,024
  }
  std::array<std::uint64_t, 16> words_{};
  bool empty_ = true;
};

class Detector {
 public:
  virtual ~Detector() = default;
  virtual std::string_view name() const = 0;
  /// Must not change during the life of a detector.
  virtual Interest interest() const { return Interest::kAll; }
  /// Stations whose ordinary unicast it wants at the moment, without Interest::kOrdinary; null for none.
  /// The pointer must not change during the life of a detector; what it points to may, at any call.
  virtual const StationFilter* followed() const { return nullptr; }
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
  /// The frames some detector wants at the moment: ordinary unicast only while one follows somebody.
  Interest interest() const;
  std::uint64_t frames() const { return frames_; }
  std::uint64_t undecodable() const { return undecodable_; }

 private:
  void tick(topology::Time now, bool last, const FindingSink& sink);

  std::vector<std::unique_ptr<Detector>> detectors_;
  std::array<std::vector<Detector*>, 32>
      called_;  ///< who is called for a frame that is this set of interests
  std::vector<std::pair<const StationFilter*, Detector*>> followers_;
  Frame frame_;
  topology::Time now_{};
  topology::Time last_tick_{};
  bool started_ = false, decoded_ = false;
  std::uint64_t frames_ = 0, undecodable_ = 0;
};

}  // namespace lanwarden::analysis
