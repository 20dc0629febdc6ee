// arp-sweep: one station asks for address after address, as a scanner does.
//
// A sweep asks for what is not there, too: it covers a block of addresses. A router after a
// power cut asks for many as well, but for those that exist, all over its networks. So what
// counts is how much of one block of 256 was asked for in a short time.
//
// Bounds: 4,096 stations.
#include <bitset>
#include <string>

#include "analysis/bounded_table.h"
#include "analysis/detectors/all.h"
#include "analysis/detectors/arp_ledger.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kWindow = std::chrono::seconds(10);
constexpr Duration kForgotten = std::chrono::minutes(10);  // told, then silent for so long: tell again
constexpr std::size_t kManyAddresses = 100;                // of the 256
constexpr std::size_t kFewAddresses = 4;                   // with so few, another block is as good
constexpr std::size_t kMostFrames = 8;

struct Sweep {
  std::uint32_t block = 0;  // the upper 24 bits
  std::bitset<256> asked;
  std::size_t addresses = 0;
  Time first{}, last{};
  std::uint32_t lowest = 0, highest = 0;
  IpAddress asker;
  std::vector<FrameRef> frames;
  bool told = false;
};

class ArpSweep : public Detector {
 public:
  std::string_view name() const override { return "arp-sweep"; }
  Interest interest() const override { return Interest::kArp; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Arp& arp = *frame.arp();
    if (!arp.is_request() || arp.is_announcement() || !frame.dst.is_group()) return;
    const Lan lan{frame.source, frame.vlan};
    Sweep& sweep = stations_.obtain({lan, frame.src}).first;
    const std::uint32_t ip = arp.target_ip.v4_bits();
    if (sweep.told) {
      if (frame.time >= sweep.last && frame.time - sweep.last <= kForgotten) {
        sweep.last = frame.time;
        return;
      }
      sweep = Sweep{};
    }
    const bool over = frame.time < sweep.first || frame.time - sweep.first > kWindow;
    if (over || (sweep.block != ip >> 8 && sweep.addresses < kFewAddresses)) begin(sweep, ip, frame.time);
    if (sweep.block != ip >> 8 || sweep.asked[ip & 0xff]) return;
    sweep.asked[ip & 0xff] = true;
    ++sweep.addresses;
    sweep.last = frame.time;
    sweep.asker = arp.sender_ip;
    sweep.lowest = std::min(sweep.lowest, ip);
    sweep.highest = std::max(sweep.highest, ip);
    if (sweep.frames.size() < kMostFrames) sweep.frames.push_back({frame.source, frame.number, frame.time});
    if (sweep.addresses < kManyAddresses) return;
    sweep.told = true;
    sink(finding(lan, frame.src, sweep));
  }

 private:
  static void begin(Sweep& sweep, std::uint32_t ip, Time now) {
    sweep.asked.reset();
    sweep.addresses = 0;
    sweep.frames.clear();
    sweep.block = ip >> 8;
    sweep.first = now;
    sweep.lowest = sweep.highest = ip;
  }

  static Finding finding(const Lan& lan, MacAddress mac, const Sweep& sweep) {
    const double seconds = std::chrono::duration<double>(sweep.last - sweep.first).count();
    const std::string range =
        IpAddress::v4(sweep.lowest).to_string() + " to " + IpAddress::v4(sweep.highest).to_string();
    Finding finding;
    finding.time = sweep.last;
    finding.kind = "arp-sweep";
    finding.severity = Severity::kWarning;
    finding.mac = mac;
    finding.vlan = lan.vlan;
    finding.source = lan.source;
    finding.summary = mac.to_string() +
                      " asks for address after address: " + std::to_string(sweep.addresses) + " of " + range;
    finding.evidence.emplace_back("addresses", static_cast<std::int64_t>(sweep.addresses));
    finding.evidence.emplace_back("range", range);
    finding.evidence.emplace_back("seconds", seconds);
    if (!sweep.asker.is_unspecified()) finding.evidence.emplace_back("asks_from", sweep.asker.to_string());
    finding.frames = sweep.frames;
    return finding;
  }

  BoundedTable<StationKey, Sweep> stations_{4096};
};

}  // namespace

std::unique_ptr<Detector> make_arp_sweep() { return std::make_unique<ArpSweep>(); }

}  // namespace lanwarden::analysis
