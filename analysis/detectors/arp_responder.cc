// arp-bogus-responder, arp-probe-conflict, arp-proxy: who answers when a host asks
// whether an address is free (RFC 5227).
//
// The story: a clock answers every address probe, so no server can come up. It is
// told at the second address it takes, when it took them from two hosts or answers at least half of
// what is asked; else at the third. What speaks against it is weighed first:
//  - it used the address before it was asked for, got it by DHCP, or sends IP packets from it: an
//    honest defence, one conflict. Its own unicast is followed for this once it has claimed something;
//  - it answers ordinary requests for several addresses, too: a proxy-ARP router or a
//    host with many addresses, which is a fact and no alarm;
//  - its ARP sender is a VRRP, HSRP, GLBP or NLB address: redundancy at work;
//  - each address comes with another ARP sender: an access point speaking for its clients;
//  - the asker gets answers from many, is a switch, or asks again every half minute: device tracking, or a
//    scanner;
//  - one host asks for several addresses at once, and does not ask again: a cluster node takes its services
//  back.
//
// Bounds: 8,192 addresses asked for, 16,384 in use, 2,048 responders, 4,096 that answer ordinarily,
// 1,024 askers, 256 switches, 4,096 LANs.
#include <utility>

#include "analysis/detectors/all.h"
#include "analysis/detectors/arp_ledger.h"
#include "analysis/detectors/arp_verdict.h"

namespace lanwarden::analysis {
namespace {

// RFC 5227 §1.1: a prober listens until 2 s (ANNOUNCE_WAIT) after its last probe.
constexpr Duration kAnswerWindow = std::chrono::seconds(2);
constexpr Duration kNewAttempt =
    std::chrono::minutes(1);  // the same host asks anew: it may have lost the address since
constexpr Duration kConflictWait =
    std::chrono::seconds(10);  // a second victim may turn a conflict into a thief
// A lone probe may be device tracking's: whoever does that asks again within half a minute.
constexpr Duration kTrackingWait = std::chrono::seconds(45);
constexpr Duration kSameAttempt = std::chrono::seconds(8), kTracksAgain = std::chrono::seconds(15);
constexpr Duration kTogether = std::chrono::milliseconds(50);  // services that one node takes up at once
constexpr Duration kForgotten = std::chrono::minutes(10);      // told, then silent for so long: tell again
// A station that answers ordinary requests for this many addresses is one that holds or proxies many.
constexpr std::size_t kManyOrdinary = 2;
constexpr std::size_t kProxied = 8;  // for so many it is worth telling
constexpr std::size_t kMostFollowed = 64;

// Spanning tree and CDP: what bridges and routers send, and hosts hardly ever (LLDP they do).
bool is_bridge_frame(const Frame& frame) {
  return frame.bpdu() || (frame.snap_oui == 0x00000c && frame.ethertype == 0x2000);
}

// A switch's ports are numbered from its base address, up to some hundreds.
struct SwitchKey {
  std::uint32_t source = 0;
  std::uint64_t block = 0;  // of 256 addresses
  bool operator==(const SwitchKey&) const = default;
  std::uint64_t hash() const { return mixed(source, block); }
};

class ArpResponder : public Detector {
 public:
  std::string_view name() const override { return "arp-responder"; }
  Interest interest() const override { return Interest::kArp | Interest::kGroup | Interest::kDhcp; }
  const StationFilter* followed() const override { return &followed_; }

  void fetch(const Lan& lan, MacAddress, const Arp& arp, Fetch stage) const override {
    used_.fetch(AddressKey{lan, arp.sender_ip.v4_bits()}.hash(), stage);
    asked_.fetch(AddressKey{lan, arp.sender_ip.v4_bits()}.hash(), stage);
  }
  void on_frame(const Frame& frame, const FindingSink& sink) override {
    if (!is_unicast(frame.src)) return;
    const Lan lan = lan_of(frame);
    const Arp* arp = frame.arp();
    if (arp)
      on_arp(frame, *arp, lan, sink);
    else if (is_bridge_frame(frame))
      switches_.obtain({frame.source, frame.src.bits() >> 8});
    else
      on_packet(frame, lan);
  }

  void on_passed(const RoutineArp& passed) override {
    if (passed.is_used()) used_.obtain(passed.address).first.by(passed.user, passed.since);
  }

  void on_tick(Time now, bool last, const FindingSink& sink) override {
    responders_.for_each([&](const ResponderKey& key, Responder& responder) {
      if (responder.told || responder.proxy_told) return;
      for (Claim& claim : responder.claims) {
        const Duration wait =
            claim.soon > 0 || claim.form != AskForm::kProbeZeros ? kConflictWait : kTrackingWait;
        if (claim.conflict_told || (!last && within(claim.time, now, wait))) continue;
        claim.conflict_told = true;
        if (!is_scanner(key.lan, claim)) sink(conflict_finding(key, responder, claim));
      }
    });
  }

 private:
  void on_arp(const Frame& frame, const Arp& arp, const Lan& lan, const FindingSink& sink) {
    if (arp.is_probe()) {
      // A probe to one station is a question whether it lives (device tracking), not whether an address is
      // free.
      if (!is_unicast(frame.dst)) ask(frame, lan, arp.target_ip.v4_bits(), arp);
      return;
    }
    const std::uint32_t ip = arp.sender_ip.v4_bits();
    if (ip == 0) return;
    Asked* asked = asked_.find({lan, ip});
    if (asked && answers(*asked, frame, arp)) {
      claim(frame, lan, ip, arp, *asked, sink);
      return;
    }
    if (arp.is_announcement()) {
      // A reply to one station with sender = target answers an announcement that was not heard.
      if (arp.is_reply() && is_unicast(frame.dst)) return;
      used_.obtain({lan, ip}).first.by(arp.sender_mac, frame.time);
      if (arp.is_request()) ask(frame, lan, ip, arp);
    } else if (arp.is_request()) {
      used_.obtain({lan, ip}).first.by(arp.sender_mac, frame.time);
      ordinary_request(lan, arp.target_ip.v4_bits(), arp.sender_mac);
    } else if (arp.is_reply() &&
               !arp.target_ip.is_unspecified()) {  // unspecified: answers a probe that was not heard
      used_.obtain({lan, ip}).first.by(arp.sender_mac, frame.time);
      answered_ordinarily({lan, frame.src, arp.sender_mac}, frame, ip, sink);
      if (asked && asked->claimant == frame.src && asked->ordinary_answers < 0xffff)
        ++asked->ordinary_answers;
    }
  }

  void answered_ordinarily(const ResponderKey& key, const Frame& frame, std::uint32_t ip,
                           const FindingSink& sink) {
    Ordinary& ordinary = ordinary_.obtain(key).first;
    if (!add_new(ordinary.addresses, ip, Ordinary::kMost)) return;
    if (ordinary.frames.size() < Ordinary::kMost) ordinary.frames.push_back(ref_of(frame));
    if (ordinary.addresses.size() < kProxied || ordinary.told || !is_station(key.sender)) return;
    ordinary.told = true;
    Responder none;
    none.last = frame.time;
    sink(proxy_finding(key, none, ordinary));
  }

  // An address that somebody claimed is asked for ordinarily: does he answer then as well?
  void ordinary_request(const Lan& lan, std::uint32_t ip, MacAddress from) {
    Asked* asked = asked_.find({lan, ip});
    if (asked && !asked->claimant.is_zero() && asked->claimant != from && asked->ordinary_requests < 0xffff)
      ++asked->ordinary_requests;
  }

  // Who uses an address, by what is no ARP.
  void on_packet(const Frame& frame, const Lan& lan) {
    if (const Dhcp* dhcp = frame.dhcp()) {
      if (dhcp->type == DhcpType::kAck && !dhcp->your_ip.is_unspecified() && is_unicast(dhcp->client))
        used_.obtain({lan, dhcp->your_ip.v4_bits()}).first.by(dhcp->client, frame.time);
      return;
    }
    const bool group = frame.dst.is_group();
    const IpHeader ip = group ? frame.ip_header : decode_ip(frame);
    if (ip.version != 4 || ip.source.is_unspecified() || !is_of_sender(ip)) return;
    const std::uint32_t source = ip.source.v4_bits();
    if (group) used_.obtain({lan, source}).first.by(frame.src, frame.time);
    if (followed_.empty() || !followed_.may_contain(frame.src)) return;
    Responder* responder = responders_.find({lan, frame.src, frame.src});
    if (Claim* claim = responder ? responder->claim_of(source) : nullptr) claim->owned = true;
  }

  void ask(const Frame& frame, const Lan& lan, std::uint32_t ip, const Arp& arp) {
    const auto [asked, is_new] = asked_.obtain({lan, ip});
    if (is_new || asked.prober != frame.src || !within(asked.last, frame.time, kNewAttempt))
      asked.first = frame.time;
    if (!asked.claimant.is_zero() && asked.prober == frame.src) asked_again(frame, lan, ip, asked.claimant);
    asked.prober = frame.src;
    asked.last = frame.time;
    asked.form = form_of(arp);
    asked.frame = ref_of(frame);
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(asked.form));
    if (!(asked.forms_counted & bit)) {
      asked.forms_counted |= bit;
      ++counts_.obtain(lan).first.asked[static_cast<std::size_t>(asked.form)];
    }
    if (arp.is_probe()) add_new(probers_.obtain({lan, frame.src}).first.asked, ip, Prober::kMostAsked);
  }

  // A host that wants the address asks three times within seconds; one that tracks, every half minute.
  void asked_again(const Frame& frame, const Lan& lan, std::uint32_t ip, MacAddress claimant) {
    Responder* responder = responders_.find({lan, claimant, claimant});
    Claim* claim = responder ? responder->claim_of(ip) : nullptr;
    if (!claim || claim->prober != frame.src) return;
    if (within(claim->time, frame.time, kSameAttempt)) {
      if (claim->soon < 255) ++claim->soon;
    } else if (!within(claim->time, frame.time, kTracksAgain) && claim->late < 255) {
      ++claim->late;
    }
  }

  // Is this what the asker hears as "taken"?
  static bool answers(const Asked& asked, const Frame& frame, const Arp& arp) {
    if (frame.src == asked.prober || arp.sender_mac == asked.prober) return false;
    if (!within(asked.last, frame.time, kAnswerWindow)) return false;
    const bool to_asker = arp.target_mac == asked.prober || frame.dst == asked.prober;
    // A probe may also be met by the owner's announcement (RFC 5227 §2.4); an announcement is not
    // answered by another: that is a failover, or two that quarrel (ip-conflict).
    if (asked.form == AskForm::kAnnouncement) return arp.is_reply() && to_asker;
    return arp.is_reply() ? to_asker || arp.target_ip.is_unspecified() || arp.is_announcement()
                          : arp.is_announcement();
  }

  void claim(const Frame& frame, const Lan& lan, std::uint32_t ip, const Arp& arp, Asked& asked,
             const FindingSink& sink) {
    const ResponderKey key{lan, frame.src, arp.sender_mac};
    const auto [responder, is_new] = responders_.obtain(key);
    if (responder.told && !within(responder.last, frame.time, kForgotten)) responder = Responder{};
    const LanCount& count = counts_.obtain(lan).first;
    const auto form = static_cast<std::size_t>(asked.form);
    if (responder.answers == 0) {
      responder.base = count.asked;
      if (responder.base[form] > 0) --responder.base[form];
    }
    ++responder.answers;
    responder.last = frame.time;
    asked.claimant = frame.src;
    if (Prober* prober = probers_.find({lan, asked.prober}))
      add_new(prober->responders, frame.src, Prober::kMostResponders);
    if (Claim* known = responder.claim_of(ip)) {
      // Whoever was told "taken" and asks again wants the address: no cluster that came to terms.
      if (std::exchange(known->again, true) || within(known->time, frame.time, kTogether)) return;
      judge(key, responder, count, sink);
      return;
    }
    if (responder.claims.size() == Responder::kMostClaims) return;

    const Use* use = used_.find({lan, ip});
    Claim made;
    made.ip = ip;
    made.prober = asked.prober;
    made.form = asked.form;
    made.time = frame.time;
    made.latency = frame.time - asked.last;
    made.ask = asked.frame;
    made.answer = ref_of(frame);
    made.owned = use && use->was_of(arp.sender_mac, asked.first);
    made.of_another = use && !made.owned && !use->mac.is_zero();
    responder.claims.push_back(made);
    if (!made.owned) follow(frame.src);
    judge(key, responder, count, sink);
  }

  void follow(MacAddress mac) {
    if (++followed_count_ > kMostFollowed) {
      followed_.clear();
      followed_count_ = 1;
    }
    followed_.add(mac);
  }

  void judge(const ResponderKey& key, Responder& responder, const LanCount& count, const FindingSink& sink) {
    if (responder.told || responder.proxy_told || !is_station(key.sender)) return;
    std::size_t stolen = 0, times = 0;
    std::array<std::uint64_t, kAskForms> by_form{};
    std::vector<MacAddress> victims;
    SecondOddity oddity;
    const Claim* former = nullptr;
    for (const Claim& claim : responder.claims) {
      if (claim.owned || is_tracker(key, responder, claim.prober)) continue;
      ++stolen;
      ++by_form[static_cast<std::size_t>(claim.form)];
      add_new(victims, claim.prober, Responder::kMostClaims);
      const bool together =
          former && former->prober == claim.prober && within(former->time, claim.time, kTogether);
      if (!together || claim.again) ++times;
      former = &claim;
      if (const Asked* asked = asked_.find({key.lan, claim.ip})) {
        oddity.requests += asked->ordinary_requests;
        oddity.answers += asked->ordinary_answers;
      }
    }
    if (stolen < 2 || times < 2) return;
    Ordinary* ordinary = ordinary_.find(key);
    if (ordinary && ordinary->addresses.size() >= kManyOrdinary) {
      responder.proxy_told = true;
      if (!std::exchange(ordinary->told, true)) sink(proxy_finding(key, responder, *ordinary));
      return;
    }
    bool most = false;
    for (std::size_t form = 0; form < kAskForms; ++form)
      most = most || (by_form[form] >= 2 && by_form[form] * 2 >= count.since(responder.base, form));
    if (times < 3 && victims.size() < 2 && !most) return;
    responder.told = true;
    sink(bogus_finding(key, responder, count, ordinary, oddity));
  }

  // One host asks for its own address, or tries a few: a scanner's or a tracker's answers are no conflicts.
  bool is_scanner(const Lan& lan, const Claim& claim) {
    const Prober* prober = probers_.find({lan, claim.prober});
    if (prober &&
        (prober->asked.size() >= 8 || (prober->asked.size() >= 2 && prober->responders.size() >= 2)))
      return true;
    return (claim.late > 0 && claim.soon == 0) || switches_.find({lan.source, claim.prober.bits() >> 8});
  }

  // One that asks for many addresses and hears many different owners.
  bool is_tracker(const ResponderKey& key, const Responder& responder, MacAddress asker) {
    const Prober* prober = probers_.find({key.lan, asker});
    if (!prober || prober->asked.size() < 4 || prober->responders.size() < 3) return false;
    const auto from_it = std::count_if(responder.claims.begin(), responder.claims.end(),
                                       [&](const Claim& claim) { return claim.prober == asker; });
    return static_cast<std::size_t>(from_it) * 2 < prober->asked.size();
  }

  BoundedTable<AddressKey, Asked> asked_{8192};
  BoundedTable<AddressKey, Use> used_{16'384};
  BoundedTable<ResponderKey, Responder> responders_{2048};
  BoundedTable<ResponderKey, Ordinary> ordinary_{4096};
  BoundedTable<StationKey, Prober> probers_{1024};
  BoundedTable<SwitchKey, bool> switches_{256};
  BoundedTable<Lan, LanCount> counts_{4096};
  StationFilter followed_;
  std::size_t followed_count_ = 0;
};

}  // namespace

std::unique_ptr<Detector> make_arp_responder() { return std::make_unique<ArpResponder>(); }

}  // namespace lanwarden::analysis
