// arp-flood: far more ARP than a LAN can use, from one station or from all together.
//
// A router that looks for its hosts after a power cut asks two hundred times a second for a while, a
// scanner five hundred times in one; a flood goes on. So the rate has to hold for whole seconds. Much less
// suffices when it is the same few questions again and again: nobody who waits for answers asks
// sooner than after a second. A frame that a mirror port delivers twice counts once. Where several stations
// repeat themselves at once, frames circle (switching-loop): nobody is blamed for what comes back of his own.
// Nor is a station that many ask for blamed for the answers it owes them, one to each routine question
// (arp_routine.h), however many that are: those count for the LAN as a whole.
//
// Bounds: 4,096 stations, 256 LANs.
#include <string>

#include "analysis/detectors/all.h"
#include "analysis/detectors/keys.h"
#include "analysis/detectors/run.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kSecond = std::chrono::seconds(1);
constexpr Duration kSameFrame = std::chrono::microseconds(100);
constexpr Duration kForgotten = std::chrono::minutes(10);
constexpr std::uint32_t kStationRate = 500, kAgainRate = 30, kLanRate = 5000;  // packets a second
constexpr std::uint32_t kSeconds = 3;
constexpr std::uint32_t kCriticalRate = 5000;
constexpr Duration kCircling = std::chrono::seconds(2);
constexpr std::size_t kMostFrames = 8;

struct Rate {
  Time second{};  ///< when the current one began
  std::uint32_t in_second = 0, seconds = 0;
  std::uint64_t total = 0;  ///< in the seconds that count
  std::array<FrameRef, kMostFrames> frames{};
  std::uint8_t frame_count = 0;
  Time told{};

  /// Counts the first ones of which add() would do no more than count them; gives how many.
  std::size_t count_only(std::span<const FrameRef> run) {
    const std::size_t count =
        frame_count == kMostFrames ? count_within(run, second, kSecond) : std::size_t{0};
    in_second += static_cast<std::uint32_t>(count);
    return count;
  }
  /// Counts a packet; true when the rate has held for long enough just now.
  bool add(const FrameRef& frame, std::uint32_t least) {
    const Time now = frame.time;
    if (now < second || now - second >= kSecond) {
      const bool next = now >= second && now - second < 2 * kSecond;
      if (next && in_second >= least) {
        ++seconds;
        total += in_second;
      } else {
        seconds = 0;
        total = 0;
        frame_count = 0;
      }
      second = next ? second + kSecond : now;
      in_second = 0;
      if (seconds >= kSeconds && !within(told, now, kForgotten)) {
        told = now;
        return true;
      }
    }
    ++in_second;
    if (frame_count < kMostFrames) frames[frame_count++] = frame;
    return false;
  }
};

struct FloodLan {
  static constexpr std::size_t kRepeaters = 4;
  struct Repeater {
    MacAddress mac;
    Time last{};
  };
  Rate rate;
  std::array<Repeater, kRepeaters> repeaters{};  ///< who repeated himself kAgainRate times within a second

  void repeats(MacAddress mac, Time now) {
    Repeater* oldest = repeaters.data();
    for (Repeater& repeater : repeaters) {
      if (repeater.mac == mac) {
        repeater.last = now;
        return;
      }
      if (repeater.last < oldest->last) oldest = &repeater;
    }
    *oldest = {mac, now};
  }
  bool circles(MacAddress mac, Time now) const {
    return std::any_of(repeaters.begin(), repeaters.end(), [&](const Repeater& repeater) {
      return repeater.mac != mac && !repeater.mac.is_zero() && within(repeater.last, now, kCircling);
    });
  }
};

struct Flooder {
  static constexpr std::size_t kRecent = 8;
  struct Said {
    std::uint64_t what = 0;
    Time time{};
  };
  Rate rate, again;  ///< all packets; those that repeat one of the last second
  std::array<Said, kRecent> recent{};
  std::uint8_t oldest = 0;
  Time counted{};
  Arp last;
  std::uint64_t requests = 0, replies = 0, announcements = 0;
  Time told{};
};

// Is it one of the latest things said? Remembers it either way.
bool said_again(Flooder& flooder, const Arp& arp, Time now) {
  const std::uint64_t what =
      mixed(mixed(arp.operation, arp.sender_ip.v4_bits()), arp.target_ip.v4_bits()) | 1U;
  for (Flooder::Said& said : flooder.recent)
    if (said.what == what) {
      const bool again = within(said.time, now, kSecond / 2);
      said.time = now;
      return again;
    }
  flooder.recent[flooder.oldest] = {what, now};
  flooder.oldest = static_cast<std::uint8_t>((flooder.oldest + 1) % Flooder::kRecent);
  return false;
}

bool same(const Arp& a, const Arp& b) {
  return a.operation == b.operation && a.sender_ip == b.sender_ip && a.target_ip == b.target_ip &&
         a.sender_mac == b.sender_mac && a.target_mac == b.target_mac;
}

class ArpFlood : public Detector {
 public:
  std::string_view name() const override { return "arp-flood"; }
  Interest interest() const override { return Interest::kArp | Interest::kRoutineArp; }

  void fetch(const Lan& lan, MacAddress src, const Arp&, Fetch stage) const override {
    stations_.fetch(StationKey{lan, src}.hash(), stage, kFlooderLines);
  }
  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Arp& arp = *frame.arp();
    const Lan lan = lan_of(frame);
    Flooder& flooder = stations_.obtain({lan, frame.src}).first;
    if (within(flooder.counted, frame.time, kSameFrame) && same(flooder.last, arp)) return;
    flooder.counted = frame.time;
    flooder.last = arp;
    if (flooder.rate.seconds == 0 && flooder.rate.in_second == 0)
      flooder.requests = flooder.replies = flooder.announcements = 0;
    ++(arp.is_announcement() ? flooder.announcements : arp.is_reply() ? flooder.replies : flooder.requests);
    FloodLan& all = flood_of(lan);
    const bool repeated = said_again(flooder, arp, frame.time);
    const bool again = repeated && flooder.again.add(ref_of(frame), kAgainRate);
    const bool many = flooder.rate.add(ref_of(frame), kStationRate);
    if (repeated && flooder.again.in_second >= kAgainRate) all.repeats(frame.src, frame.time);
    if ((many || again) && flooder.again.seconds > 0 && all.circles(frame.src, frame.time)) {
      flooder.rate.told = flooder.again.told = Time{};  // looked at again in a second
    } else if (many || again) {
      flooder.rate.told = flooder.again.told = frame.time;
      if (!within(flooder.told, frame.time, kForgotten))
        sink(by_one(lan, frame, many ? flooder.rate : flooder.again, flooder));
      flooder.told = frame.time;
    }
    count_all(lan, ref_of(frame), sink);
  }

  // One station's routine is no flood: it answers as often as it is asked.
  void on_routine(const RoutineRun& run, const FindingSink& sink) override {
    for (std::span<const FrameRef> rest = run.all; !rest.empty(); rest = rest.subspan(1)) {
      rest = rest.subspan(flood_of(run.lan).rate.count_only(rest));
      if (rest.empty()) return;
      count_all(run.lan, rest.front(), sink);
    }
  }

 private:
  void count_all(const Lan& lan, const FrameRef& frame, const FindingSink& sink) {
    Rate& all = flood_of(lan).rate;
    if (all.add(frame, kLanRate)) sink(by_all(lan, frame.time, all));
  }

  // Nearly all frames are of the same LAN as the one before.
  FloodLan& flood_of(const Lan& lan) {
    if (last_ == nullptr || !(lan == last_lan_)) {
      last_ = &lans_.obtain(lan).first;
      last_lan_ = lan;
    }
    return *last_;
  }

  static void describe(Finding& finding, const Rate& rate) {
    finding.evidence = {{"packets_per_second", static_cast<std::int64_t>(rate.total / rate.seconds)},
                        {"seconds", static_cast<std::int64_t>(rate.seconds)}};
    finding.frames.assign(rate.frames.begin(), rate.frames.begin() + rate.frame_count);
  }

  static Finding by_one(const Lan& lan, const Frame& frame, const Rate& rate, const Flooder& flooder) {
    const std::uint64_t a_second = rate.total / rate.seconds;
    Finding finding =
        finding_on(lan, frame.time, "arp-flood",
                   a_second >= kCriticalRate ? Severity::kCritical : Severity::kWarning, frame.src);
    finding.summary = frame.src.to_string() + " sends " + std::to_string(a_second) +
                      " ARP packets a second, and goes on" +
                      (&rate == &flooder.again ? ", the same ones over and over" : "");
    describe(finding, rate);
    finding.evidence.emplace_back("requests", static_cast<std::int64_t>(flooder.requests));
    finding.evidence.emplace_back("replies", static_cast<std::int64_t>(flooder.replies));
    finding.evidence.emplace_back("announcements", static_cast<std::int64_t>(flooder.announcements));
    return finding;
  }

  static Finding by_all(const Lan& lan, Time now, const Rate& rate) {
    Finding finding = finding_on(lan, now, "arp-flood", Severity::kWarning, MacAddress{});
    finding.summary = "all stations together send " + std::to_string(rate.total / rate.seconds) +
                      " ARP packets a second, and go on";
    describe(finding, rate);
    return finding;
  }

  static constexpr std::size_t kFlooderLines = sizeof(Flooder) / 64;
  BoundedTable<StationKey, Flooder> stations_{4096};
  BoundedTable<Lan, FloodLan> lans_{256};
  FloodLan* last_ = nullptr;  // valid until the next obtain()
  Lan last_lan_;
};

}  // namespace

std::unique_ptr<Detector> make_arp_flood() { return std::make_unique<ArpFlood>(); }

}  // namespace lanwarden::analysis
