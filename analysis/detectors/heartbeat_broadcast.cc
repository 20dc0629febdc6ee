// heartbeat-broadcast: broadcasts that beat, so that every port of the LAN has to carry them. The
// story: a vendor's cards that look for each other once a second. How grave it is, is what it costs.
// heartbeat-protocol: what beats to a group of its own, or to itself: told once, for the record.
//
// The census finds the rhythm. What ARP says at intervals is told by detectors that know what it means.
//
// Bounds: those of the census, and 2,048 kinds and protocols already told.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string>

#include "analysis/bounded_table.h"
#include "analysis/detectors/all.h"
#include "analysis/heartbeat_census.h"
#include "analysis/heartbeat_words.h"

namespace lanwarden::analysis {
namespace {

constexpr double kManyFrames = 10;  // a second
// What hosts say over IP at intervals (name services, discovery) grows with their number: no trouble so soon.
constexpr double kManyIpFrames = 100;
constexpr double kMostFrames = 1000;
constexpr double kSamePeriod = 0.25;

template <class... Args>
std::string print(const char* format, Args... args) {
  char text[96];
  std::snprintf(text, sizeof text, format, args...);
  return text;
}

Severity weight(const CensusRow& row) {
  const double rate = row.frames_per_second;
  if (rate >= kMostFrames) return Severity::kCritical;
  return rate >= (row.kind.service.is_ip() ? kManyIpFrames : kManyFrames) ? Severity::kWarning
                                                                          : Severity::kInfo;
}

Finding finding_of(const CensusRow& row) {
  const bool broadcast = row.kind.destination.is_broadcast();
  Finding finding;
  finding.time = row.last;
  finding.kind = broadcast ? "heartbeat-broadcast" : "heartbeat-protocol";
  finding.severity = broadcast ? weight(row) : Severity::kInfo;
  if (row.sources.size() == 1) finding.mac = row.sources.front().mac;
  finding.vlan = row.kind.vlan;
  finding.source = row.kind.source;
  std::string every = print(" every %.2f s", row.rhythm.period);
  if (row.kind.vlan != topology::kNoVlan) every += print(" in VLAN %u", unsigned{row.kind.vlan.value});
  const bool one = row.sources.size() == 1;
  if (broadcast)
    finding.summary = heartbeat_senders(row) + (one ? " broadcasts " : " broadcast ") + heartbeat_text(row) +
                      every +
                      print(": %.1f frames a second that every port has to carry", row.frames_per_second);
  else
    finding.summary = heartbeat_senders(row) + (one ? " sends " : " send ") + heartbeat_text(row) + " to " +
                      (row.kind.destination.is_zero() ? (one ? "itself" : "themselves")
                                                      : row.kind.destination.to_string()) +
                      every;
  finding.evidence = heartbeat_evidence(row);
  finding.frames = row.frames_heard;
  return finding;
}

// The periods of one kind that were told, and how grave they were then.
struct Told {
  struct Beat {
    double period = 0;
    Severity severity = Severity::kInfo;
  };
  std::array<Beat, 4> beats{};
  std::size_t size = 0;
};

class HeartbeatBroadcast : public Detector {
 public:
  std::string_view name() const override { return "heartbeat-broadcast"; }
  Interest interest() const override { return Interest::kGroup | Interest::kRoutineArp; }

  void on_frame(const Frame& frame, const FindingSink&) override { census_.on_frame(frame); }

  void on_routine(const RoutineRun& run, const FindingSink&) override {
    if (run.questions.empty()) return;
    census_.on_broadcasts(run.questions.front().frame, run.questions.back().frame, run.questions.size());
  }

  void on_tick(Time, bool last, const FindingSink& sink) override {
    for (const CensusRow& row : census_.news(last))
      if ((last || row.settled()) && is_news(row)) sink(finding_of(row));
  }

 private:
  // A broadcast is told again when it has become graver, anything else once for all its vendors and VLANs.
  bool is_news(const CensusRow& row) {
    BeatKind key = row.kind;
    const bool broadcast = key.destination.is_broadcast();
    if (!broadcast) {
      key.vendor = BeatKind::kNoVendor;
      key.vlan = topology::kNoVlan;
    }
    Told& told = told_.obtain(key).first;
    const Severity severity = broadcast ? weight(row) : Severity::kInfo;
    const auto begin = told.beats.begin(), end = begin + static_cast<std::ptrdiff_t>(told.size);
    const auto known = std::find_if(begin, end, [&](const Told::Beat& beat) {
      return !broadcast || std::abs(beat.period - row.rhythm.period) <= kSamePeriod * beat.period;
    });
    if (known != end) {
      if (severity <= known->severity) return false;
      known->severity = severity;
      return true;
    }
    if (told.size == told.beats.size()) return false;
    told.beats[told.size++] = {row.rhythm.period, severity};
    return true;
  }

  HeartbeatCensus census_;
  BoundedTable<BeatKind, Told> told_{2048};
};

}  // namespace

std::unique_ptr<Detector> make_heartbeat_broadcast() { return std::make_unique<HeartbeatBroadcast>(); }

}  // namespace lanwarden::analysis
