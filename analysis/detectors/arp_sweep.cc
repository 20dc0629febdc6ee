// arp-sweep: one station asks for address after address, as a scanner does.
//
// A sweep asks for what is not there, too: it covers a block of addresses. A router after a
// power cut asks for many as well, but for those that exist, all over its networks. So what
// counts is how much of one block of 256 was asked for in a short time; or in a longer one, when it was asked
// for in the order of addresses, as most scanners do and no router does: of a sniffer that hears one frame in
// ten that is enough.
//
// A monitoring station asks for a hundred hosts in order, too, every few minutes; but for those that are
// there. They answer, so each is asked for once. So it is a warning when most of a block was asked for of
// which nobody was ever heard to use the addresses, or when many were asked for again within the minute, as
// those are that do not answer. Otherwise it is a fact, told once.
//
// Bounds: 4,096 stations, 256 blocks of addresses in use, 64 stations of which a fact is not told yet.
#include <algorithm>
#include <bitset>
#include <string>
#include <vector>

#include "analysis/bounded_table.h"
#include "analysis/detectors/all.h"
#include "analysis/detectors/arp_ledger.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kWindow = std::chrono::seconds(10), kLongWindow = std::chrono::seconds(60);
constexpr std::uint32_t kNextAddress = 64;                 // so much higher is still the next one heard
constexpr std::size_t kInOrder = 85;                       // % of all steps
constexpr Duration kForgotten = std::chrono::minutes(10);  // told, then silent for so long: tell again
constexpr std::size_t kManyAddresses = 100;                // of the 256
constexpr std::size_t kFewAddresses = 4;                   // with so few, another block is as good
constexpr std::size_t kManyUnknown = 128;                  // addresses nobody was heard to use
constexpr std::size_t kManyAgain = 15;  // % of all questions: for addresses asked for before
constexpr Duration kToldAsFact = std::chrono::hours(24);
constexpr std::size_t kMostFrames = 8, kMostWaiting = 64;

struct BlockKey {
  Lan lan;
  std::uint32_t block = 0;  // the upper 24 bits
  bool operator==(const BlockKey&) const = default;
  std::uint64_t hash() const { return mixed(lan.hash(), 0x626c'0000'0000 + block); }
};
using Used = std::bitset<256>;

struct Sweep {
  explicit Sweep(Duration time) : window(time) {}
  Duration window;
  std::uint32_t block = 0;  // the upper 24 bits
  std::bitset<256> asked;
  std::size_t addresses = 0;
  Time first{}, last{};
  std::uint32_t lowest = 0, highest = 0, previous = 0;
  std::size_t questions = 0, steps = 0, upward = 0;  // steps: to another address
  std::vector<FrameRef> frames;

  void begin(std::uint32_t ip, Time now) {
    block = ip >> 8;
    asked.reset();
    addresses = questions = steps = upward = 0;
    frames.clear();
    first = now;
    lowest = highest = previous = ip;
  }
  /// Adds a question; true when they are many, of one block and within the window.
  bool add(std::uint32_t ip, const FrameRef& frame) {
    const bool over = frame.time < first || frame.time - first > window;
    if (over || (block != ip >> 8 && addresses < kFewAddresses)) begin(ip, frame.time);
    if (block != ip >> 8) return false;
    ++questions;
    if (ip != previous) {
      ++steps;
      if (ip > previous && ip - previous <= kNextAddress) ++upward;
      previous = ip;
    }
    if (asked[ip & 0xff]) return false;
    asked[ip & 0xff] = true;
    ++addresses;
    last = frame.time;
    lowest = std::min(lowest, ip);
    highest = std::max(highest, ip);
    if (frames.size() < kMostFrames) frames.push_back(frame);
    return addresses >= kManyAddresses;
  }
  bool in_order() const { return upward * 100 >= steps * kInOrder; }
  /// Were they asked for that are not there?
  bool is_blind(const Used& used) const {
    return (asked & ~used).count() >= kManyUnknown || (questions - addresses) * 100 >= questions * kManyAgain;
  }
};

struct Scanner {
  Sweep quick = Sweep(kWindow), slow = Sweep(kLongWindow);
  Time told{};       ///< as a warning, or heard since
  Time fact_told{};  ///< that it asks for many that are there
  bool waits = false;
};

class ArpSweep : public Detector {
 public:
  std::string_view name() const override { return "arp-sweep"; }
  Interest interest() const override { return Interest::kArp; }

  void fetch(const Lan& lan, MacAddress src, const Arp& arp, Fetch stage) const override {
    if (arp.is_request()) stations_.fetch(StationKey{lan, src}.hash(), stage, 4);
  }
  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Arp& arp = *frame.arp();
    const Lan lan = lan_of(frame);
    if (frame.src == arp.sender_mac) uses(lan, arp.sender_ip.v4_bits());
    if (!arp.is_request() || arp.is_announcement() || !frame.dst.is_group()) return;
    const StationKey key{lan, frame.src};
    Scanner& scanner = stations_.obtain(key).first;
    if (within(scanner.told, frame.time, kForgotten)) {
      scanner.told = frame.time;
      return;
    }
    const std::uint32_t ip = arp.target_ip.v4_bits();
    const bool quick = scanner.quick.add(ip, ref_of(frame));
    const bool slow = scanner.slow.add(ip, ref_of(frame)) && scanner.slow.in_order();
    // Once it has asked for many, every further question may show that it asks for what is not there.
    const bool many = quick || slow || (scanner.waits && scanner.slow.addresses >= kManyAddresses);
    if (!many) return;
    const Sweep& sweep = scanner.quick.addresses >= kManyAddresses ? scanner.quick : scanner.slow;
    const Used& used = used_.obtain({lan, sweep.block}).first;
    if (sweep.is_blind(used)) {
      sink(finding({frame.time, key, sweep, arp.sender_ip.v4_bits()}, used, Severity::kWarning));
      scanner = Scanner{};
      scanner.told = frame.time;
    } else if (!scanner.waits && !within(scanner.fact_told, frame.time, kToldAsFact) &&
               waiting_.size() < kMostWaiting) {
      scanner.waits = true;
      waiting_.push_back({frame.time + kLongWindow, key, sweep, arp.sender_ip.v4_bits()});
    }
  }

  // Who speaks from an address while the routine is passed by, uses it, too.
  void on_passed(const RoutineArp& passed) override {
    if (passed.is_used()) uses(passed.address.lan, passed.address.ip);
  }

  void on_tick(Time now, bool last, const FindingSink& sink) override {
    std::erase_if(waiting_, [&](const Asker& waiting) {
      if (!last && now < waiting.until) return false;
      Scanner* scanner = stations_.find(waiting.key);
      if (scanner == nullptr || !scanner->waits) return true;
      scanner->waits = false;
      scanner->fact_told = now;
      sink(finding(waiting, used_.obtain({waiting.key.lan, waiting.sweep.block}).first, Severity::kInfo));
      return true;
    });
  }

 private:
  /// Somebody who asked for many, and what he had asked for by then.
  struct Asker {
    Time until{};  ///< so long he may still show what he is
    StationKey key;
    Sweep sweep;
    std::uint32_t asks_from = 0;
  };

  void uses(const Lan& lan, std::uint32_t ip) {
    if (ip != 0) used_.obtain({lan, ip >> 8}).first.set(ip & 0xff);
  }

  static Finding finding(const Asker& asker, const Used& used, Severity severity) {
    const Sweep& sweep = asker.sweep;
    const MacAddress mac = asker.key.mac;
    const double seconds = std::chrono::duration<double>(sweep.last - sweep.first).count();
    const std::string range =
        IpAddress::v4(sweep.lowest).to_string() + " to " + IpAddress::v4(sweep.highest).to_string();
    Finding finding = finding_on(asker.key.lan, sweep.last, "arp-sweep", severity, mac);
    finding.summary = mac.to_string() +
                      " asks for address after address: " + std::to_string(sweep.addresses) + " of " + range;
    if (severity == Severity::kInfo)
      finding.summary += "; hardly any of them twice, as a monitoring station does whose hosts answer";
    finding.evidence.emplace_back("addresses", static_cast<std::int64_t>(sweep.addresses));
    finding.evidence.emplace_back("range", range);
    finding.evidence.emplace_back("seconds", seconds);
    finding.evidence.emplace_back("known_in_use", static_cast<std::int64_t>((sweep.asked & used).count()));
    finding.evidence.emplace_back("asked_again",
                                  static_cast<std::int64_t>(sweep.questions - sweep.addresses));
    if (asker.asks_from != 0) finding.evidence.emplace_back("asks_from", text_of(asker.asks_from));
    finding.frames = sweep.frames;
    return finding;
  }

  BoundedTable<StationKey, Scanner> stations_{4096};
  BoundedTable<BlockKey, Used> used_{256};
  std::vector<Asker> waiting_;
};

}  // namespace

std::unique_ptr<Detector> make_arp_sweep() { return std::make_unique<ArpSweep>(); }

}  // namespace lanwarden::analysis
