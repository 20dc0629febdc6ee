// ip-conflict: two stations announce the same address, in turn.
//
// Only announcements count (sender = target, as request or as reply, RFC 5227 §1.1): a host
// with two cards asks from either, and a proxy answers beside the owner, but neither announces.
// One change is a failover or a new lease; the former holder that announces again within a
// minute quarrels. Redundancy groups' virtual addresses may change as they like.
//
// Bounds: 8,192 addresses.
#include <string>

#include "analysis/bounded_table.h"
#include "analysis/detectors/all.h"
#include "analysis/detectors/arp_ledger.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kQuarrel = std::chrono::minutes(1);
constexpr Duration kForgotten = std::chrono::minutes(10);  // told, then peace for so long: tell again

struct Said {
  MacAddress ethernet, sender;
  FrameRef frame;
};

struct Holder {
  Said now, before;
  Time changed{};
  Time last_quarrel{};
  bool told = false;
};

class IpConflict : public Detector {
 public:
  std::string_view name() const override { return "ip-conflict"; }
  Interest interest() const override { return Interest::kArp; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Arp& arp = *frame.arp();
    if (!arp.is_announcement() || topology::address_kind(arp.sender_mac) != topology::AddressKind::kStation)
      return;
    // To one station: the answer to its announcement, which is arp-responder's to judge.
    if (!frame.dst.is_group() && !frame.dst.is_zero()) return;
    const Lan lan{frame.source, frame.vlan};
    Holder& holder = holders_.obtain({lan, arp.sender_ip.v4_bits()}).first;
    const Said said{frame.src, arp.sender_mac, {frame.source, frame.number, frame.time}};
    if (holder.now.sender == said.sender) {
      holder.now.frame = said.frame;
      return;
    }
    const bool quarrel = holder.before.sender == said.sender && !said.sender.is_zero() &&
                         frame.time >= holder.changed && frame.time - holder.changed <= kQuarrel;
    if (holder.told && frame.time - holder.last_quarrel > kForgotten) holder.told = false;
    if (quarrel) {
      holder.last_quarrel = frame.time;
      if (!holder.told) {
        holder.told = true;
        sink(finding(lan, arp.sender_ip, holder, said));
      }
    }
    holder.before = holder.now;
    holder.now = said;
    holder.changed = frame.time;
  }

 private:
  // `holder.before` had it, `holder.now` came, and `again` is the first one's protest.
  static Finding finding(const Lan& lan, IpAddress ip, const Holder& holder, const Said& again) {
    Finding finding;
    finding.time = again.frame.time;
    finding.kind = "ip-conflict";
    finding.severity = Severity::kWarning;
    finding.mac = holder.now.ethernet;
    finding.vlan = lan.vlan;
    finding.source = lan.source;
    finding.summary = ip.to_string() + " is claimed by two stations: " + holder.before.sender.to_string() +
                      " had it, and " + holder.now.sender.to_string() + " announces it, too";
    finding.evidence.emplace_back("address", ip.to_string());
    finding.evidence.emplace_back("stations", std::vector<std::string>{holder.before.sender.to_string(),
                                                                       holder.now.sender.to_string()});
    finding.frames = {holder.before.frame, holder.now.frame, again.frame};
    return finding;
  }

  BoundedTable<AddressKey, Holder> holders_{8192};
};

}  // namespace

std::unique_ptr<Detector> make_ip_conflict() { return std::make_unique<IpConflict>(); }

}  // namespace lanwarden::analysis
