// heartbeat-broadcast: broadcasts that beat, so that every port of the LAN has to
// carry them. The story: a vendor's cards that look for each other once a second.
//
// Frames are gathered by kind (protocol, VLAN, vendor of the card). The intervals
// of all sources of a kind go into one pool, so two seconds suffice where fifty
// cards beat. Two neighbouring addresses that beat at the same instants are a team:
// two ports of one card.
//
// Bounds: 512 kinds, 16,384 sources over all, 1,024 intervals a kind.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>

#include "analysis/bounded_table.h"
#include "analysis/detectors/all.h"

namespace lanwarden::analysis {
namespace {

using topology::Duration;

constexpr std::size_t kMostKinds = 512;
constexpr std::size_t kMostSources = 16'384;
constexpr std::size_t kMostIntervals = 1024;
constexpr std::size_t kMostFrames = 8;
constexpr std::size_t kFewestIntervals = 5;
constexpr double kEnoughIntervals = 20;
constexpr Duration kSameFrame = std::chrono::milliseconds(1);  // a mirror port may deliver a frame twice
constexpr Duration kSamePhase = std::chrono::milliseconds(5);
constexpr double kShortestPeriod = 0.01, kLongestPeriod = 600;  // s; faster is a storm, slower needs hours
constexpr double kTolerance = 0.3;                 // of the period: NLB beats between 0.4 and 0.6 s
constexpr double kRegularShare = 0.7;              // the rest may be missed beats
constexpr std::uint32_t kNoVendor = 0xffff'ffffU;  // locally administered addresses name none
constexpr std::size_t kManySources = 10;
constexpr double kManyFrames = 10;  // a second

struct Kind {
  std::uint32_t source = 0;
  VlanId vlan;
  std::uint16_t ethertype = 0;
  std::uint8_t dsap = 0, ssap = 0;
  std::uint32_t snap_oui = 0;
  std::uint32_t vendor = kNoVendor;

  bool operator==(const Kind&) const = default;
  std::uint64_t hash() const {
    const std::uint64_t protocol = (std::uint64_t{ethertype} << 40) | (std::uint64_t{dsap} << 32) |
                                   (std::uint64_t{ssap} << 24) | snap_oui;
    return mixed(mixed(mixed(source, vlan.value), protocol), vendor);
  }
};

struct Beat {
  Time last{};
  unsigned with_next = 0;  // beats in common with the address after this one
};

struct Group {
  std::map<MacAddress, Beat> sources;
  std::vector<double> intervals;  // s; the newest kMostIntervals
  std::size_t next_interval = 0;
  std::uint64_t frames = 0;
  Time first{}, last{};
  std::vector<FrameRef> refs;
  bool reported = false;
};

struct Rhythm {
  double period = 0, jitter = 0;
};

// The mean of the middle half: a missed beat or a burst does not move it, and it is finer than the median.
double middle_mean(const std::vector<double>& sorted) {
  const std::size_t quarter = sorted.size() / 4;
  double sum = 0;
  for (std::size_t i = quarter; i < sorted.size() - quarter; ++i) sum += sorted[i];
  return sum / static_cast<double>(sorted.size() - 2 * quarter);
}

std::optional<Rhythm> rhythm_of(std::vector<double> intervals) {
  if (intervals.size() < kFewestIntervals) return std::nullopt;
  std::sort(intervals.begin(), intervals.end());
  const double median = intervals[intervals.size() / 2];
  if (median < kShortestPeriod || median > kLongestPeriod) return std::nullopt;
  std::size_t regular = 0;
  for (const double interval : intervals)
    if (std::abs(interval - median) <= kTolerance * median) ++regular;
  if (static_cast<double>(regular) < kRegularShare * static_cast<double>(intervals.size()))
    return std::nullopt;
  Rhythm rhythm{middle_mean(intervals), 0};
  for (const double interval : intervals)
    if (std::abs(interval - median) <= kTolerance * median)
      rhythm.jitter += std::abs(interval - rhythm.period);
  rhythm.jitter /= static_cast<double>(regular);
  return rhythm;
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }
double microseconds_exact(double value) { return std::round(value * 1e6) / 1e6; }

template <class... Args>
std::string print(const char* format, Args... args) {
  char text[64];
  std::snprintf(text, sizeof text, format, args...);
  return text;
}

std::string protocol_name(const Kind& kind) {
  if (kind.ethertype == kEtherTypeLoop) return "EtherType 0x9000 (Ethernet configuration test, LOOP)";
  if (kind.ethertype == kEtherTypeNlb) return "EtherType 0x886f (Microsoft network load balancing)";
  if (kind.snap_oui != 0) return print("SNAP %06x protocol 0x%04x", kind.snap_oui, unsigned{kind.ethertype});
  if (kind.ethertype != 0) return print("EtherType 0x%04x", unsigned{kind.ethertype});
  return print("LLC 0x%02x/0x%02x", unsigned{kind.dsap}, unsigned{kind.ssap});
}

std::string vendor_prefix(std::uint32_t oui) {
  return print("%02x:%02x:%02x", (oui >> 16) & 0xff, (oui >> 8) & 0xff, oui & 0xff);
}

class HeartbeatBroadcast : public Detector {
 public:
  std::string_view name() const override { return "heartbeat-broadcast"; }
  Interest interest() const override { return Interest::kGroup; }

  void on_frame(const Frame& frame, const FindingSink&) override {
    // What IP and ARP say at intervals is told by detectors that know what they say.
    if (!frame.dst.is_broadcast() || frame.ethertype == kEtherTypeArp || frame.ethertype == kEtherTypeRarp ||
        frame.ethertype == kEtherTypeIpv4 || frame.ethertype == kEtherTypeIpv6 || frame.bpdu())
      return;
    const auto [group, is_new] =
        groups_.obtain({frame.source, frame.vlan, frame.ethertype, frame.llc_dsap, frame.llc_ssap,
                        frame.snap_oui, frame.src.is_local() ? kNoVendor : frame.src.oui()});
    if (is_new) group.first = frame.time;
    auto beat = group.sources.find(frame.src);
    if (beat == group.sources.end()) {
      if (!has_room()) return;
      beat = group.sources.emplace(frame.src, Beat{frame.time, 0}).first;
    } else {
      const Duration interval = frame.time - beat->second.last;
      if (interval >= Duration(0) && interval < kSameFrame) return;
      beat->second.last = frame.time;
      if (interval > Duration(0)) remember(group, seconds(interval));
    }
    ++group.frames;
    group.last = frame.time;
    if (group.refs.size() < kMostFrames) group.refs.push_back({frame.source, frame.number, frame.time});
    find_partner(group, beat);
  }

  void on_tick(Time, bool last, const FindingSink& sink) override {
    groups_.for_each([&](const Kind& kind, Group& group) {
      if (group.reported) return;
      const auto rhythm = rhythm_of(group.intervals);
      if (!rhythm || (!last && !is_settled(group, *rhythm))) return;
      group.reported = true;
      sink(finding(kind, group, *rhythm));
    });
  }

 private:
  bool has_room() {
    if (sources_ < kMostSources) {
      ++sources_;
      return true;
    }
    sources_ = 1;  // groups that were forgotten took their sources with them: count again
    groups_.for_each([&](const Kind&, const Group& group) { sources_ += group.sources.size(); });
    if (sources_ <= kMostSources) return true;
    --sources_;
    return false;
  }

  // Two whole periods, so that every source was heard and every team beat twice; and beats
  // enough that the next ones will not move the period by more than a hundredth.
  static bool is_settled(const Group& group, const Rhythm& rhythm) {
    const auto intervals = static_cast<double>(group.intervals.size());
    return seconds(group.last - group.first) >= 2.1 * rhythm.period &&
           (intervals >= kEnoughIntervals || rhythm.jitter <= 0.01 * rhythm.period * std::sqrt(intervals));
  }

  static void remember(Group& group, double interval) {
    if (group.intervals.size() < kMostIntervals)
      group.intervals.push_back(interval);
    else
      group.intervals[group.next_interval++ % kMostIntervals] = interval;
  }

  // The second of two neighbours to beat counts the beat for both.
  static void find_partner(Group& group, std::map<MacAddress, Beat>::iterator beat) {
    const std::uint64_t own = beat->first.bits();
    const Time now = beat->second.last;
    const auto in_phase = [&](const Beat& other) {
      return now - other.last <= kSamePhase && other.last - now <= kSamePhase;
    };
    if (beat != group.sources.begin()) {
      const auto before = std::prev(beat);
      if (before->first.bits() + 1 == own && in_phase(before->second)) ++before->second.with_next;
    }
    const auto after = std::next(beat);
    if (after != group.sources.end() && own + 1 == after->first.bits() && in_phase(after->second))
      ++beat->second.with_next;
  }

  static Finding finding(const Kind& kind, const Group& group, const Rhythm& rhythm) {
    std::vector<std::string> sources;
    std::vector<std::vector<std::string>> teams;
    for (const auto& [address, beat] : group.sources) {
      sources.push_back(address.to_string());
      if (beat.with_next >= 2)
        teams.push_back({address.to_string(), MacAddress(address.bits() + 1).to_string()});
    }
    const double span = seconds(group.last - group.first);
    const double rate = span > 0 ? static_cast<double>(group.frames - 1) / span : 0;

    Finding finding;
    finding.time = group.last;
    finding.kind = "heartbeat-broadcast";
    finding.severity =
        sources.size() >= kManySources || rate >= kManyFrames ? Severity::kWarning : Severity::kInfo;
    if (sources.size() == 1) finding.mac = group.sources.begin()->first;
    finding.vlan = kind.vlan;
    finding.source = kind.source;
    finding.summary =
        (sources.size() == 1
             ? sources.front() + " broadcasts "
             : print("%zu stations", sources.size()) +
                   (kind.vendor == kNoVendor ? "" : " of " + vendor_prefix(kind.vendor)) + " broadcast ") +
        protocol_name(kind) + print(" every %.2f s", rhythm.period) +
        print(": %.1f frames a second that every port has to carry", rate);
    finding.evidence = {{"period_s", microseconds_exact(rhythm.period)},
                        {"jitter_s", microseconds_exact(rhythm.jitter)},
                        {"sources", std::move(sources)}};
    if (kind.ethertype != 0)
      finding.evidence.emplace_back("ethertype", print("0x%04x", unsigned{kind.ethertype}));
    if (kind.ethertype == 0)
      finding.evidence.emplace_back("llc", print("0x%02x/0x%02x", unsigned{kind.dsap}, unsigned{kind.ssap}));
    if (kind.snap_oui != 0) finding.evidence.emplace_back("snap_oui", vendor_prefix(kind.snap_oui));
    if (kind.vendor != kNoVendor) finding.evidence.emplace_back("oui", vendor_prefix(kind.vendor));
    finding.evidence.emplace_back("frames_per_second", std::round(rate * 100) / 100);
    finding.evidence.emplace_back("teams", std::move(teams));
    finding.evidence.emplace_back("frames", static_cast<std::int64_t>(group.frames));
    finding.frames = group.refs;
    return finding;
  }

  BoundedTable<Kind, Group> groups_{kMostKinds};
  std::size_t sources_ = 0;
};

}  // namespace

std::unique_ptr<Detector> make_heartbeat_broadcast() { return std::make_unique<HeartbeatBroadcast>(); }

}  // namespace lanwarden::analysis
