// broadcast-storm: so much said to everybody that hosts and links suffer.
//
// Counted a second at a time in each VLAN: broadcasts, and multicasts that every port gets or that hosts have
// to read (link-local groups, groups that are no IP's). Streams to routed IP groups (television, cameras,
// market data) are many frames by intent and are left out. One station that says a thousand things in a
// second is told at once, or three hundred in each of three seconds (a scanner is done by then, and somebody
// else's finding); where they come from many, it takes a thousand in each of three seconds: a building that
// gets its power back is loud for a moment.
//
// Bounds: 1,024 LANs.
#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "analysis/bounded_table.h"
#include "analysis/detectors/all.h"
#include "analysis/detectors/arp_ledger.h"
#include "analysis/detectors/run.h"
#include "analysis/service.h"

namespace lanwarden::analysis {
namespace {

using topology::Duration;

constexpr Duration kWindow = std::chrono::seconds(1);
constexpr std::uint32_t kManyOfOne = 300;    // frames a window, of one station, in several windows
constexpr std::uint32_t kMany = 1000;        // frames a window
constexpr std::uint32_t kVeryMany = 10'000;  // as many small frames as a host can hardly read
constexpr unsigned kWindowsInARow = 3;
constexpr Duration kForgotten = std::chrono::minutes(10);  // told, then quiet for so long: tell again
constexpr double kMostOfIt = 0.5;
constexpr std::uint32_t kSampled = 4;  // one frame in four is looked at for its sender
constexpr std::size_t kSenders = 8, kMostFrames = 8;

// IPv4 224.0.1.0 and up, IPv6 of wider than link-local scope.
bool is_stream(const Frame& frame) {
  const std::uint64_t to = frame.dst.bits();
  if (frame.ethertype == kEtherTypeIpv4) return to >> 24 == 0x01005e && ((to >> 8) & 0x7fff) != 0;
  if (frame.ethertype != kEtherTypeIpv6 || to >> 32 != 0x3333 || frame.payload.size() < 40) return false;
  const std::uint8_t scope = frame.payload[25] & 0x0fU;
  return frame.payload[24] == 0xff && scope > 2;
}

struct Sender {
  MacAddress mac;
  std::uint32_t frames = 0;
};

struct Window {
  Time begin{};
  std::uint32_t broadcast = 0, multicast = 0;
  std::array<Sender, kSenders> senders{};  // of the frames sampled: the least of them gives way to a new one
  Service service;
  std::size_t refs = 0;
  std::array<FrameRef, kMostFrames> frames{};

  std::uint32_t all() const { return broadcast + multicast; }
};

struct Storm {
  Window window;
  // Loud windows right before this one: of kMany frames, and of kManyOfOne from one station.
  unsigned in_a_row = 0, in_a_row_of_one = 0;
  Time last{};
  Severity told_severity = Severity::kInfo;
  bool told = false;
};

class BroadcastStorm : public Detector {
 public:
  std::string_view name() const override { return "broadcast-storm"; }
  Interest interest() const override { return Interest::kGroup | Interest::kRoutineArp; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    if (!frame.dst.is_group() || is_stream(frame)) return;
    add({lan_of(frame), ref_of(frame), frame.src, frame.dst.is_broadcast(), frame.ethertype}, sink);
  }

  void on_routine(const RoutineRun& run, const FindingSink& sink) override {
    for (std::span<const PlainArp> rest = run.questions; !rest.empty(); rest = rest.subspan(1)) {
      rest = rest.subspan(count_only(storm_of(run.lan).window, rest));
      if (rest.empty()) return;
      const PlainArp& next = rest.front();
      add({run.lan, next.frame, next.station, true, kEtherTypeArp}, sink);
    }
  }

 private:
  struct Said {
    Lan lan;
    FrameRef frame;
    MacAddress by;
    bool broadcast = false;
    std::uint16_t ethertype = 0;
  };

  Storm& storm_of(const Lan& lan) {
    if (last_ == nullptr || !(lan == last_lan_)) {  // nearly all frames are of one LAN
      last_ = &lans_.obtain(lan).first;
      last_lan_ = lan;
    }
    return *last_;
  }

  // Counts the first ones of which add() would do no more than count them; gives how many.
  static std::size_t count_only(Window& window, std::span<const PlainArp> questions) {
    const std::uint32_t before = window.all();
    if (window.refs < kMostFrames || before + questions.size() >= kMany) return 0;
    const std::size_t count = count_within(questions, window.begin, kWindow);
    const std::size_t first_sampled = (kSampled - before % kSampled) % kSampled;
    for (std::size_t i = first_sampled; i < count; i += kSampled)
      count_sender(window, questions[i].station, kEtherTypeArp);
    window.broadcast += static_cast<std::uint32_t>(count);
    return count;
  }

  void add(const Said& said, const FindingSink& sink) {
    const Lan& lan = said.lan;
    Storm& storm = storm_of(lan);
    Window& window = storm.window;
    const Time now = said.frame.time;
    if (now < window.begin || now - window.begin >= kWindow) {
      const bool next = now >= window.begin && now - window.begin < 2 * kWindow;
      if (window.all() >= kManyOfOne) judge(lan, storm, sink);
      storm.in_a_row = next && window.all() >= kMany ? storm.in_a_row + 1 : 0;
      const bool of_one =
          next && window.all() >= kManyOfOne && share_of(loudest(window), window) >= kMostOfIt;
      storm.in_a_row_of_one = of_one ? storm.in_a_row_of_one + 1 : 0;
      window = Window{};
      window.begin = now;
    }
    ++(said.broadcast ? window.broadcast : window.multicast);
    if (window.refs < kMostFrames) window.frames[window.refs++] = said.frame;
    const std::uint32_t all = window.all();
    if (all % kSampled == 1) count_sender(window, said.by, said.ethertype);
    if (all == kMany || all == kVeryMany) judge(lan, storm, sink);
  }

  static void count_sender(Window& window, MacAddress by, std::uint16_t ethertype) {
    window.service = {Service::Layer::kEtherType, 0, ethertype, 0};
    Sender* least = window.senders.data();
    for (Sender& sender : window.senders) {
      if (sender.mac == by) {
        ++sender.frames;
        return;
      }
      if (sender.frames < least->frames) least = &sender;
    }
    *least = {by, 1};
  }

  static Sender loudest(const Window& window) {
    return *std::max_element(window.senders.begin(), window.senders.end(),
                             [](const Sender& a, const Sender& b) { return a.frames < b.frames; });
  }

  static double share_of(const Sender& sender, const Window& window) {
    return std::min(1.0, static_cast<double>(sender.frames) * kSampled / window.all());
  }

  static void judge(const Lan& lan, Storm& storm, const FindingSink& sink) {
    const Window& window = storm.window;
    const Sender sender = loudest(window);
    const double share = share_of(sender, window);
    const bool of_one =
        share >= kMostOfIt && (window.all() >= kMany || storm.in_a_row_of_one + 1 >= kWindowsInARow);
    if (!of_one && (window.all() < kMany || storm.in_a_row + 1 < kWindowsInARow)) return;
    const Severity severity = window.all() >= kVeryMany ? Severity::kCritical : Severity::kWarning;
    if (storm.told && window.begin - storm.last > kForgotten) storm.told = false;
    storm.last = window.begin;
    if (storm.told && severity <= storm.told_severity) return;
    storm.told = true;
    storm.told_severity = severity;
    sink(finding(lan, window, sender, share, severity));
  }

  static Finding finding(const Lan& lan, const Window& window, const Sender& sender, double share,
                         Severity severity) {
    const bool one = share >= kMostOfIt;
    Finding finding;
    finding.time = window.frames[window.refs - 1].time;
    finding.kind = "broadcast-storm";
    finding.severity = severity;
    if (one) finding.mac = sender.mac;
    finding.vlan = lan.vlan;
    finding.source = lan.source;
    const std::string what = window.multicast > window.broadcast ? " multicasts" : " broadcasts";
    finding.summary = (one ? sender.mac.to_string() + " floods the LAN: " : "the LAN is flooded: ") +
                      std::to_string(window.all()) + what + " within a second" +
                      (one ? "" : ", of many stations");
    finding.evidence = {{"frames_in_one_second", std::int64_t{window.all()}},
                        {"broadcast", std::int64_t{window.broadcast}},
                        {"multicast", std::int64_t{window.multicast}}};
    if (!one) finding.evidence.emplace_back("loudest", sender.mac.to_string());
    finding.evidence.emplace_back("share_of_loudest", share);
    finding.evidence.emplace_back("one_of_them", to_string(window.service));
    finding.frames.assign(window.frames.begin(),
                          window.frames.begin() + static_cast<std::ptrdiff_t>(window.refs));
    return finding;
  }

  BoundedTable<Lan, Storm> lans_{1024};
  Storm* last_ = nullptr;  // valid until the next obtain()
  Lan last_lan_;
};

}  // namespace

std::unique_ptr<Detector> make_broadcast_storm() { return std::make_unique<BroadcastStorm>(); }

}  // namespace lanwarden::analysis
