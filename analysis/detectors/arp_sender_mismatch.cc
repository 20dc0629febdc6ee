// arp-sender-mismatch: the Ethernet source of an ARP packet is not the station it says it is from.
//
// A fact that is good to know, and no alarm: a Wi-Fi repeater, an access point or a proxy speaks for its
// clients, a bond for its ports. It is said once a pair, after a while, when it is known whether the
// source speaks for many. Redundancy groups' virtual addresses and NLB are passed by. One form is never
// healthy: a sender that is a group address (NLB's multicast mode aside), which makes switches flood.
//
// Bounds: 1,024 sources.
#include <string>

#include "analysis/detectors/all.h"
#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kWait = std::chrono::seconds(30);
constexpr std::size_t kMostSenders = 8, kMostFrames = 8;
constexpr std::size_t kManySenders = 3;  // one that speaks for so many is a relay

struct Mismatch {
  std::vector<MacAddress> senders;
  std::vector<std::string> addresses;
  std::vector<FrameRef> frames;
  Time first{}, last{};
  std::int64_t count = 0;
  bool told = false, told_group = false;
};

// NLB: the hosts' own sources 02:01:… to 02:20:…, and the cluster's group address in IGMP mode.
bool is_redundancy(MacAddress mac) {
  if (mac.is_zero()) return true;
  const std::uint64_t bits = mac.bits();
  const auto first = static_cast<unsigned>(bits >> 40), second = static_cast<unsigned>(bits >> 32) & 0xffU;
  if (first == 0x02 && second >= 0x01 && second <= 0x20) return true;
  if (bits >> 16 == 0x01005e7f) return true;
  return !is_station(mac) && topology::address_kind(mac) != topology::AddressKind::kGroup;
}

class ArpSenderMismatch : public Detector {
 public:
  std::string_view name() const override { return "arp-sender-mismatch"; }
  Interest interest() const override { return Interest::kArp; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Arp& arp = *frame.arp();
    if (frame.src == arp.sender_mac || !is_unicast(frame.src)) return;
    if (is_redundancy(frame.src) || is_redundancy(arp.sender_mac) || are_siblings(frame.src, arp.sender_mac))
      return;
    const StationKey key{lan_of(frame), frame.src};
    Mismatch& mismatch = sources_.obtain(key).first;
    if (mismatch.count == 0) mismatch.first = frame.time;
    ++mismatch.count;
    mismatch.last = frame.time;
    add_new(mismatch.senders, arp.sender_mac, kMostSenders);
    add_new(mismatch.addresses, arp.sender_ip.to_string(), kMostSenders);
    if (mismatch.frames.size() < kMostFrames) mismatch.frames.push_back(ref_of(frame));
    if (arp.sender_mac.is_group() && !mismatch.told_group) {
      mismatch.told = mismatch.told_group = true;
      sink(finding(key, mismatch, Severity::kWarning,
                   " sends ARP whose sender is the group address " + arp.sender_mac.to_string() +
                       ": whoever believes it sends to everybody"));
    }
  }

  void on_tick(Time now, bool last, const FindingSink& sink) override {
    sources_.for_each([&](const StationKey& key, Mismatch& mismatch) {
      if (mismatch.told || (!last && within(mismatch.first, now, kWait))) return;
      mismatch.told = true;
      const bool relay = mismatch.senders.size() >= kManySenders;
      sink(finding(key, mismatch, Severity::kInfo,
                   relay ? " sends the ARP of " + std::to_string(mismatch.senders.size()) +
                               (mismatch.senders.size() == kMostSenders ? " or more" : "") +
                               " stations: an access point, a repeater or a proxy that speaks for them"
                         : " sends ARP in the name of " + mismatch.senders.front().to_string()));
    });
  }

 private:
  static Finding finding(const StationKey& key, const Mismatch& mismatch, Severity severity,
                         const std::string& what) {
    Finding finding = finding_on(key.lan, mismatch.last, "arp-sender-mismatch", severity, key.mac);
    finding.summary = key.mac.to_string() + what;
    std::vector<std::string> senders;
    for (const MacAddress sender : mismatch.senders) senders.push_back(sender.to_string());
    finding.evidence = {
        {"arp_senders", std::move(senders)}, {"addresses", mismatch.addresses}, {"packets", mismatch.count}};
    finding.frames = mismatch.frames;
    return finding;
  }

  BoundedTable<StationKey, Mismatch> sources_{1024};
};

}  // namespace

std::unique_ptr<Detector> make_arp_sender_mismatch() { return std::make_unique<ArpSenderMismatch>(); }

}  // namespace lanwarden::analysis
