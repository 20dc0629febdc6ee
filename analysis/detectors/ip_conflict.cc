// ip-conflict: two stations have one address.
//
// Either they announce it in turn (sender = target, as request or as reply, RFC 5227 §1.1): the former holder
// that announces again within a minute quarrels. Or they ask from it in turn, again and again: hosts that
// neither announce nor defend (Linux). What speaks against it:
//  - one change is a failover, a new lease, a moved machine;
//  - redundancy groups' virtual addresses may change as they like;
//  - a proxy answers beside the owner, but neither announces nor asks;
//  - two ports of one card; and one host with two cards asks from either, but also from another address: then
//    it is a fact, no alarm.
//
// Bounds: 8,192 addresses, 4,096 stations.
#include <string>

#include "analysis/detectors/all.h"
#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kQuarrel = std::chrono::minutes(1);
constexpr Duration kTurn = std::chrono::minutes(5);        // hosts ask for the gateway every few minutes
constexpr Duration kForgotten = std::chrono::minutes(10);  // told, then peace for so long: tell again
constexpr std::uint32_t kManyReturns = 3;

struct Said {
  MacAddress ethernet, sender;
  FrameRef frame;
};

/// Who had it, who came, and how often the former came back.
struct Turns {
  Said now, before;
  FrameRef earlier;  ///< of the former holder, before the other came
  Time changed{};
  std::uint32_t returns = 0;

  /// True when the one before has come back.
  bool take(const Said& said, Duration most) {
    if (now.sender == said.sender) {
      now.frame = said.frame;
      return false;
    }
    const bool back =
        before.sender == said.sender && !said.sender.is_zero() && within(changed, said.frame.time, most);
    returns = back ? returns + 1 : 0;
    if (back) earlier = before.frame;
    before = now;
    now = said;
    changed = said.frame.time;
    return back;
  }
};

struct Holder {
  Turns announcing, asking;
  Time last_quarrel{};
  bool told = false;
};

struct Speaks {
  std::uint32_t as = 0, also_as = 0;
};

class IpConflict : public Detector {
 public:
  std::string_view name() const override { return "ip-conflict"; }
  Interest interest() const override { return Interest::kArp; }

  void fetch(const Lan& lan, MacAddress, const Arp& arp, Fetch stage) const override {
    if (!arp.is_request()) return;
    stations_.fetch(StationKey{lan, arp.sender_mac}.hash(), stage);
    holders_.fetch(AddressKey{lan, arp.sender_ip.v4_bits()}.hash(), stage, 4);
  }
  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Arp& arp = *frame.arp();
    if (!is_station(arp.sender_mac) || arp.sender_ip.is_unspecified()) return;
    // To one station: the answer to its announcement, which is arp-responder's to judge.
    const bool announces = arp.is_announcement() && !is_unicast(frame.dst);
    if (!announces && !arp.is_request()) return;
    const Lan lan = lan_of(frame);
    const std::uint32_t ip = arp.sender_ip.v4_bits();
    Speaks& speaks = stations_.obtain({lan, arp.sender_mac}).first;
    if (speaks.as == 0) speaks.as = ip;
    if (speaks.as != ip && !is_link_local_v4(ip)) speaks.also_as = ip;
    Holder& holder = holders_.obtain({lan, ip}).first;
    const Said said{frame.src, arp.sender_mac, ref_of(frame)};
    Turns& turns = announces ? holder.announcing : holder.asking;
    const bool back = turns.take(said, announces ? kQuarrel : kTurn);
    // Two senders from one Ethernet source are one station (arp-sender-mismatch).
    if (!back || turns.now.ethernet == turns.before.ethernet) return;
    if (!announces && (turns.returns < kManyReturns || are_siblings(said.sender, turns.before.sender)))
      return;
    if (holder.told && !within(holder.last_quarrel, frame.time, kForgotten)) holder.told = false;
    holder.last_quarrel = frame.time;
    if (holder.told) return;
    holder.told = true;
    sink(finding(lan, arp.sender_ip, turns, announces));
  }

  void on_passed(const RoutineArp& passed) override {
    if (passed.questions == 0 || !is_station(passed.user)) return;
    Said& now = holders_.obtain(passed.address).first.asking.now;
    if (now.sender.is_zero()) now.ethernet = now.sender = passed.user;
    if (now.sender == passed.user) now.frame = passed.last_question;
  }

 private:
  bool has_other_address(const Lan& lan, MacAddress mac) {
    const Speaks* speaks = stations_.find({lan, mac});
    return speaks && speaks->also_as != 0;
  }

  // `now` had it and protests; `before` is the one who came.
  Finding finding(const Lan& lan, IpAddress ip, const Turns& turns, bool announce) {
    const Said &holder = turns.now, &intruder = turns.before;
    const bool two_cards =
        !announce && (has_other_address(lan, holder.sender) || has_other_address(lan, intruder.sender));
    Finding finding = finding_on(lan, holder.frame.time, "ip-conflict",
                                 two_cards ? Severity::kInfo : Severity::kWarning, intruder.ethernet);
    finding.summary = ip.to_string() + " is claimed by two stations: " + holder.sender.to_string() +
                      " had it, and " + intruder.sender.to_string() +
                      (announce ? " announces it, too" : " speaks from it, too") +
                      (two_cards ? "; it may be one host with two cards" : "");
    finding.evidence = {
        {"address", ip.to_string()},
        {"stations", std::vector<std::string>{holder.sender.to_string(), intruder.sender.to_string()}},
        {"announced", announce},
        {"returns", static_cast<std::int64_t>(turns.returns)}};
    finding.frames = {turns.earlier, intruder.frame, holder.frame};
    return finding;
  }

  BoundedTable<AddressKey, Holder> holders_{8192};
  BoundedTable<StationKey, Speaks> stations_{4096};
};

}  // namespace

std::unique_ptr<Detector> make_ip_conflict() { return std::make_unique<IpConflict>(); }

}  // namespace lanwarden::analysis
