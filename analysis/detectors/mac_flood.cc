// mac-flood: one port after another invented source address, until the switches' tables are full and they
// send everything everywhere.
//
// Many addresses nobody saw before are no flood by themselves: at the beginning of a capture all are new, and
// a trunk that comes back brings thousands. Real cards are of few makers, telephones' random addresses are
// marked as locally administered, and a group address is nobody's. So: of addresses that claim to be a
// maker's, hundreds in ten seconds, nearly each of another maker; or as many that are group addresses; or,
// whatever they look like and not at the beginning, as many new ones in ten seconds as a switch can remember.
//
// It looks at the frames of one station in sixteen only, so that the kernel need not pass those of all: a
// flood has enough of any kind. For a station it knows it looks at no more than one bit. Bounds: 128 KiB.
#include <algorithm>
#include <array>
#include <bitset>
#include <cmath>
#include <string>
#include <vector>

#include "analysis/bounded_table.h"
#include "analysis/detectors/all.h"

namespace lanwarden::analysis {
namespace {

using topology::Duration;

constexpr unsigned kKnownBits = 19;
constexpr std::size_t kKnown = std::size_t{1} << kKnownBits;  // bits, of which a quarter at most is set
constexpr Duration kWindow = std::chrono::seconds(10);
constexpr Duration kForgotten = std::chrono::minutes(10);  // told, then quiet for so long: tell again
constexpr std::uint32_t kSample = 16;
constexpr std::uint32_t kInvented = 48;              // addresses looked at, of nearly as many makers
constexpr double kDiverse = 0.85;                    // makers to addresses; of 48 real ones it is 0.6 at most
constexpr std::uint32_t kTableful = 8192 / kSample;  // the forwarding table of many an access switch
constexpr std::uint32_t kImpossible = 24;            // group addresses looked at
constexpr std::size_t kMakers = 4096;
constexpr std::size_t kMostFrames = 8;

class MacFlood : public Detector {
 public:
  std::string_view name() const override { return "mac-flood"; }
  Interest interest() const override {
    return Interest::kGroup | Interest::kArp | Interest::kNeighbor | Interest::kDhcp | Interest::kSampled;
  }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    if (!is_sampled(frame.src)) return;
    const std::uint64_t hash = frame.src.bits() * 0x9e3779b97f4a7c15ULL;
    const std::size_t at = static_cast<std::size_t>(hash >> (64 - kKnownBits));
    std::uint64_t& word = known_[at / 64];
    const std::uint64_t bit = std::uint64_t{1} << (at % 64);
    if (word & bit) return;
    word |= bit;
    is_new(frame, sink);
  }

 private:
  void is_new(const Frame& frame, const FindingSink& sink) {
    if (!begun_) {
      begun_ = true;
      begin_ = frame.time;
    }
    if (++known_count_ > kKnown / 4) {  // forget: what speaks again is learned again
      std::fill(known_.begin(), known_.end(), 0);
      known_count_ = 0;
      relearned_ = frame.time;
    }
    if (frame.time < window_begin_ || frame.time - window_begin_ > kWindow) {
      window_begin_ = frame.time;
      fresh_ = by_maker_ = impossible_ = 0;
      makers_.reset();
      refs_.clear();
      examples_.clear();
    }
    ++fresh_;
    if (frame.src.is_group()) ++impossible_;
    const bool real_form = !frame.src.is_local() && !frame.src.is_group();
    if (real_form) {
      ++by_maker_;
      makers_.set(static_cast<std::size_t>((frame.src.oui() * 0x9e3779b97f4a7c15ULL) >> 52));
      if (examples_.size() < kMostFrames) examples_.push_back(frame.src.to_string());
    }
    if (refs_.size() < kMostFrames) refs_.push_back({frame.source, frame.number, frame.time});

    const bool invented = impossible_ >= kImpossible ||
                          (by_maker_ >= kInvented && by_maker_ % 8 == 0 && makers() >= kDiverse * by_maker_);
    const bool settled = frame.time - begin_ > kWindow && frame.time - relearned_ > kWindow;
    const bool too_many = fresh_ >= kTableful && settled;
    if (!invented && !too_many) return;
    const Severity severity = fresh_ >= kTableful ? Severity::kCritical : Severity::kWarning;
    if (told_ && (frame.time < last_ || frame.time - last_ > kForgotten)) told_ = false;
    last_ = frame.time;
    if (told_ && severity <= severity_) return;
    told_ = true;
    severity_ = severity;
    sink(finding(frame, severity));
  }

  // Linear counting: how many were put in, from how many places are taken.
  double makers() const {
    const auto taken = static_cast<double>(makers_.count());
    if (taken >= kMakers) return kMakers * 10.0;
    return -static_cast<double>(kMakers) * std::log(1 - taken / kMakers);
  }

  Finding finding(const Frame& frame, Severity severity) const {
    const double seconds = std::chrono::duration<double>(frame.time - window_begin_).count();
    Finding finding;
    finding.time = frame.time;
    finding.kind = "mac-flood";
    finding.severity = severity;
    // The switches still know where this one came from: it leads to the port.
    if (!frame.src.is_group()) finding.mac = frame.src;
    finding.vlan = frame.vlan;
    finding.source = frame.source;
    finding.summary = "about " + std::to_string(fresh_ * kSample) +
                      " source addresses that nobody used before, within " +
                      std::to_string(static_cast<int>(std::ceil(seconds))) +
                      " s: they fill the switches' tables; one of them is " + frame.src.to_string();
    finding.evidence = {{"new_addresses", std::int64_t{fresh_ * kSample}},
                        {"looked_at", std::int64_t{fresh_}},
                        {"seconds", seconds},
                        {"makers", static_cast<std::int64_t>(makers())},
                        {"of_makers_form", std::int64_t{by_maker_}},
                        {"group_addresses", std::int64_t{impossible_}},
                        {"examples", examples_}};
    finding.frames = refs_;
    return finding;
  }

  std::vector<std::uint64_t> known_ = std::vector<std::uint64_t>(kKnown / 64);
  std::size_t known_count_ = 0;
  Time begin_{}, relearned_{}, window_begin_{}, last_{};
  std::uint32_t fresh_ = 0, by_maker_ = 0, impossible_ = 0;
  std::bitset<kMakers> makers_;
  std::vector<FrameRef> refs_;
  std::vector<std::string> examples_;
  Severity severity_ = Severity::kInfo;
  bool begun_ = false, told_ = false;
};

}  // namespace

std::unique_ptr<Detector> make_mac_flood() { return std::make_unique<MacFlood>(); }

}  // namespace lanwarden::analysis
