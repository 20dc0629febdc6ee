// arp-sweep: one station asks for address after address, as a scanner does.
//
// A sweep asks for what is not there, too: it covers a block of addresses. A router after a
// power cut asks for many as well, but for those that exist, all over its networks. So what
// counts is how much of one block of 256 was asked for in a short time; or in a longer one, when it was asked
// for in the order of addresses, as most scanners do and no router does: of a sniffer that hears one frame in
// ten that is enough.
//
// Bounds: 4,096 stations.
#include <bitset>
#include <string>

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
constexpr std::size_t kMostFrames = 8;

struct Sweep {
  explicit Sweep(Duration time) : window(time) {}
  Duration window;
  std::uint32_t block = 0;  // the upper 24 bits
  std::bitset<256> asked;
  std::size_t addresses = 0;
  Time first{}, last{};
  std::uint32_t lowest = 0, highest = 0, previous = 0;
  std::size_t steps = 0, upward = 0;
  std::vector<FrameRef> frames;

  void begin(std::uint32_t ip, Time now) {
    block = ip >> 8;
    asked.reset();
    addresses = steps = upward = 0;
    frames.clear();
    first = now;
    lowest = highest = previous = ip;
  }
  /// Adds a question; true when they are many, of one block and within the window.
  bool add(std::uint32_t ip, const FrameRef& frame) {
    const bool over = frame.time < first || frame.time - first > window;
    if (over || (block != ip >> 8 && addresses < kFewAddresses)) begin(ip, frame.time);
    if (block != ip >> 8) return false;
    ++steps;
    if (ip > previous && ip - previous <= kNextAddress) ++upward;
    previous = ip;
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
};

struct Scanner {
  Sweep quick = Sweep(kWindow), slow = Sweep(kLongWindow);
  Time told{};  ///< or heard since
};

class ArpSweep : public Detector {
 public:
  std::string_view name() const override { return "arp-sweep"; }
  Interest interest() const override { return Interest::kArp; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Arp& arp = *frame.arp();
    if (!arp.is_request() || arp.is_announcement() || !frame.dst.is_group()) return;
    const Lan lan = lan_of(frame);
    Scanner& scanner = stations_.obtain({lan, frame.src}).first;
    if (within(scanner.told, frame.time, kForgotten)) {
      scanner.told = frame.time;
      return;
    }
    const std::uint32_t ip = arp.target_ip.v4_bits();
    const bool quick = scanner.quick.add(ip, ref_of(frame));
    const bool slow = scanner.slow.add(ip, ref_of(frame)) && scanner.slow.in_order();
    if (!quick && !slow) return;
    sink(finding(lan, frame, quick ? scanner.quick : scanner.slow));
    scanner = Scanner{};
    scanner.told = frame.time;
  }

 private:
  static Finding finding(const Lan& lan, const Frame& frame, const Sweep& sweep) {
    const MacAddress mac = frame.src;
    const double seconds = std::chrono::duration<double>(sweep.last - sweep.first).count();
    const std::string range =
        IpAddress::v4(sweep.lowest).to_string() + " to " + IpAddress::v4(sweep.highest).to_string();
    Finding finding = finding_on(lan, sweep.last, "arp-sweep", Severity::kWarning, mac);
    finding.summary = mac.to_string() +
                      " asks for address after address: " + std::to_string(sweep.addresses) + " of " + range;
    finding.evidence.emplace_back("addresses", static_cast<std::int64_t>(sweep.addresses));
    finding.evidence.emplace_back("range", range);
    finding.evidence.emplace_back("seconds", seconds);
    if (const IpAddress& asker = frame.arp()->sender_ip; !asker.is_unspecified())
      finding.evidence.emplace_back("asks_from", asker.to_string());
    finding.frames = sweep.frames;
    return finding;
  }

  BoundedTable<StationKey, Scanner> stations_{4096};
};

}  // namespace

std::unique_ptr<Detector> make_arp_sweep() { return std::make_unique<ArpSweep>(); }

}  // namespace lanwarden::analysis
