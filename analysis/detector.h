// The interface of every detector: a pure state machine with bounded memory.
// Adding one: a file in analysis/detectors/, a line in detectors.cc, its test.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "analysis/arp_routine.h"
#include "analysis/finding.h"
#include "analysis/frame.h"

namespace lanwarden::analysis {

using FindingSink = std::function<void(Finding&&)>;

/// The frames a detector wants to see; join them with |. Nine frames in ten on a mirrored port
/// are ordinary unicast, which hardly any detector needs: it is not called for them.
enum class Interest : std::uint8_t {
  kArp = 1,          ///< ARP for IPv4, whoever it is sent to
  kGroup = 2,        ///< broadcast and multicast, ARP among them, and BPDUs
  kNeighbor = 4,     ///< IPv6 neighbour discovery, whoever it is sent to
  kDhcp = 8,         ///< DHCP in both versions, whoever it is sent to
  kOrdinary = 16,    ///< unicast that is none of the above
  kRoutineArp = 32,  ///< ARP that tells nothing new (arp_routine.h): by on_routine(). Whoever asks for kArp
                     ///< or kGroup without it learns from on_passed() what it missed, when it matters
  kSampled = 64,     ///< of ordinary unicast, that of one station in sixteen: see is_sampled()
  kNames = 128,      ///< what name services answer to one station alone: it is ordinary unicast, too
  kAll = 255,
};
constexpr Interest operator|(Interest a, Interest b) {
  return static_cast<Interest>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// Is this one of the stations whose ordinary unicast Interest::kSampled stands for? By the sum of the last
/// three octets, which a kernel filter can form, too; cards numbered consecutively are spread evenly.
constexpr bool is_sampled(MacAddress station) {
  const std::uint64_t bits = station.bits();
  return ((bits + (bits >> 8) + (bits >> 16)) & 0xf) == 0;
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

using KnownStations = std::vector<MacAddress>;

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
  /// Before on_frame() with this packet: what the look-ups will need may begin to come into the cache, in two
  /// stages (BoundedTable::fetch), so that the detectors do not wait for memory one after the other.
  virtual void fetch(const Lan& lan, MacAddress src, const Arp& arp, Fetch stage) const {
    (void)lan, (void)src, (void)arp, (void)stage;
  }
  /// Once, before the first frame: what of ARP is passed by. Outlives the detector.
  virtual void attach(const ArpRoutine& routine) { (void)routine; }
  /// Stations that were here before, sorted, to be given before the first frame: what a store remembers.
  virtual void know(const std::shared_ptr<const KnownStations>& stations) { (void)stations; }
  /// Frames of Interest::kRoutineArp: after the last call of on_frame, on_passed or on_tick, and before the
  /// next one; a few dozen at most.
  virtual void on_routine(const RoutineRun& run, const FindingSink& sink) { (void)run, (void)sink; }
  /// To those with Interest::kArp or kDhcp, before a frame that opens an address to examination again: what
  /// was passed by of it.
  virtual void on_passed(const RoutineArp& passed) { (void)passed; }
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
  /// Every frame is examined, the routine ones, too: slower, and the findings are the same.
  void examine_all() { passes_routine_ = false; }
  void on_frame(const RawFrame& raw, const FindingSink& sink);
  /// Stations that were here before, sorted; before the first frame. Null: nothing is known of before.
  void know(const std::shared_ptr<const KnownStations>& stations);
  /// The frames that on_frame() will be called with, one after the other, where they are known before: saves
  /// time, changes nothing. Borrows them until the last of them, the next expect(), or another frame than the
  /// next of them.
  void expect(std::span<const RawFrame> coming);
  /// The last frame as decoded; null when it could not be. Valid until the next on_frame; what was shown to
  /// the last one has to be there still.
  const Frame* last_frame();
  /// Live: capture time passes although no frame comes.
  void on_tick(topology::Time now, const FindingSink& sink);
  void finish(const FindingSink& sink);  ///< the capture has ended
  /// The frames some detector wants at the moment: ordinary unicast only while one follows somebody.
  Interest interest() const;
  std::uint64_t frames() const { return frames_; }
  std::uint64_t undecodable() const { return undecodable_; }

 private:
  // What was read of a frame before its turn.
  struct Foreseen {
    PlainArp arp;  // when is_plain
    ArpRoutine::Places places;
    bool is_plain = false;
  };
  const Foreseen& foreseen(const RawFrame& raw);
  void read_ahead();
  void pass_by(const PlainArp& arp, const FindingSink& sink);
  void hear(const RawFrame& raw, const FindingSink& sink);
  void examine(unsigned kind);
  void hand_over_routine(const FindingSink& sink);
  void tick(topology::Time now, bool last, const FindingSink& sink);

  ArpRoutine arp_routine_;
  std::vector<std::unique_ptr<Detector>> detectors_;
  std::array<std::vector<Detector*>, 256>
      called_;  ///< who is called for a frame that is this set of interests
  std::vector<std::pair<const StationFilter*, Detector*>> followers_;
  std::span<const RawFrame> coming_;  ///< expected, the next one first
  std::array<Foreseen, 32> foreseen_;
  std::size_t foreseen_next_ = 0, foreseen_count_ = 0;
  const RawFrame* undecoded_ = nullptr;  ///< the last frame, when it was routine
  // Routine that is not handed over yet.
  std::array<FrameRef, 64> routine_;
  std::array<PlainArp, 64> routine_questions_;
  std::size_t routine_count_ = 0, routine_question_count_ = 0;
  Lan routine_lan_;
  Frame frame_;
  topology::Time now_{};
  topology::Time last_tick_{};
  bool started_ = false, decoded_ = false, passes_routine_ = true;
  std::uint64_t frames_ = 0, undecodable_ = 0;
};

}  // namespace lanwarden::analysis
