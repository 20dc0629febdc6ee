// arp-bogus-responder, arp-probe-conflict, arp-proxy: who answers when a host asks
// whether an address is free (RFC 5227).
//
// The story: a clock answers every address probe, so no server can come up. It is
// told at the second address it takes when it answers at least half of what is asked,
// else at the third. What speaks against it is weighed first:
//  - it used the address before it was asked for: an honest defence, one conflict;
//  - it answers ordinary requests for several addresses, too: a proxy-ARP router or a
//    host with many addresses, which is a fact and no alarm;
//  - its ARP sender is a VRRP, HSRP, GLBP or NLB address: redundancy at work;
//  - each address comes with another ARP sender: an access point speaking for its clients;
//  - the asker gets answers from many: a switch's device tracking, or a scanner.
//
// Bounds: 8,192 addresses asked for, 16,384 in use, 4,096 responders, 1,024 askers, 256 LANs.
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
    std::chrono::seconds(10);                              // a second victim may turn a conflict into a thief
constexpr Duration kForgotten = std::chrono::minutes(10);  // told, then silent for so long: tell again
// A station that answers ordinary requests for this many addresses is one that holds or proxies many.
constexpr std::size_t kManyOrdinary = 2;

class ArpResponder : public Detector {
 public:
  std::string_view name() const override { return "arp-responder"; }
  Interest interest() const override { return Interest::kArp; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Arp& arp = *frame.arp();
    if (frame.src.is_group() || frame.src.is_zero()) return;
    const Lan lan{frame.source, frame.vlan};
    if (arp.is_probe()) {
      // A probe to one station is a question whether it lives (device tracking), not whether an address is
      // free.
      if (!is_unicast(frame.dst)) ask(frame, lan, arp.target_ip.v4_bits(), arp);
      return;
    }
    const std::uint32_t ip = arp.sender_ip.v4_bits();
    if (ip == 0) return;
    const Asked* asked = asked_.find({lan, ip});
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
    } else if (arp.is_reply() &&
               !arp.target_ip.is_unspecified()) {  // unspecified: answers a probe that was not heard
      used_.obtain({lan, ip}).first.by(arp.sender_mac, frame.time);
      Responder& responder = responders_.obtain({lan, frame.src, arp.sender_mac}).first;
      Prober::add(responder.ordinary, ip, Responder::kMostOrdinary);
    }
  }

  void on_tick(Time now, bool last, const FindingSink& sink) override {
    responders_.for_each([&](const ResponderKey& key, Responder& responder) {
      if (responder.told || responder.proxy_told) return;
      for (Claim& claim : responder.claims) {
        if (claim.conflict_told || (!last && now - claim.time < kConflictWait)) continue;
        claim.conflict_told = true;
        if (!is_scanner(key.lan, claim.prober)) sink(conflict_finding(key, responder, claim));
      }
    });
  }

 private:
  static bool is_unicast(MacAddress dst) { return !dst.is_group() && !dst.is_zero(); }

  void ask(const Frame& frame, const Lan& lan, std::uint32_t ip, const Arp& arp) {
    const auto [asked, is_new] = asked_.obtain({lan, ip});
    if (is_new || asked.prober != frame.src || frame.time - asked.last > kNewAttempt)
      asked.first = frame.time;
    asked.prober = frame.src;
    asked.last = frame.time;
    asked.form = form_of(arp);
    asked.frame = {frame.source, frame.number, frame.time};
    const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(asked.form));
    if (!(asked.forms_counted & bit)) {
      asked.forms_counted |= bit;
      ++counts_.obtain(lan).first.asked[static_cast<std::size_t>(asked.form)];
    }
    if (arp.is_probe()) Prober::add(probers_.obtain({lan, frame.src}).first.asked, ip, Prober::kMostAsked);
  }

  // Is this what the asker hears as "taken"?
  static bool answers(const Asked& asked, const Frame& frame, const Arp& arp) {
    if (frame.src == asked.prober || arp.sender_mac == asked.prober) return false;
    if (frame.time < asked.last || frame.time - asked.last > kAnswerWindow) return false;
    const bool to_asker = arp.target_mac == asked.prober || frame.dst == asked.prober;
    // A probe may also be met by the owner's announcement (RFC 5227 §2.4); an announcement is not
    // answered by another: that is a failover, or two that quarrel (ip-conflict).
    if (asked.form == AskForm::kAnnouncement) return arp.is_reply() && to_asker;
    return arp.is_reply() ? to_asker || arp.target_ip.is_unspecified() || arp.is_announcement()
                          : arp.is_announcement();
  }

  void claim(const Frame& frame, const Lan& lan, std::uint32_t ip, const Arp& arp, const Asked& asked,
             const FindingSink& sink) {
    const ResponderKey key{lan, frame.src, arp.sender_mac};
    Responder& responder = responders_.obtain(key).first;
    if (responder.told && frame.time - responder.last > kForgotten) {
      const auto ordinary = std::move(responder.ordinary);
      responder = Responder{};
      responder.ordinary = ordinary;
    }
    ++responder.answers;
    responder.last = frame.time;
    if (Prober* prober = probers_.find({lan, asked.prober}))
      Prober::add(prober->responders, frame.src, Prober::kMostResponders);
    const LanCount& count = counts_.obtain(lan).first;
    const auto form = static_cast<std::size_t>(asked.form);
    if (!responder.answered_form[form]) {
      responder.answered_form[form] = true;
      responder.base[form] = count.asked[form] > 0 ? count.asked[form] - 1 : 0;
    }
    if (responder.claim_of(ip) || responder.claims.size() == Responder::kMostClaims) return;

    const Use* use = used_.find({lan, ip});
    Claim made;
    made.ip = ip;
    made.prober = asked.prober;
    made.form = asked.form;
    made.time = frame.time;
    made.latency = frame.time - asked.last;
    made.ask = asked.frame;
    made.answer = {frame.source, frame.number, frame.time};
    made.owned = use && use->was_of(arp.sender_mac, asked.first);
    made.of_another = use && !made.owned && !use->mac.is_zero();
    responder.claims.push_back(made);
    judge(key, responder, count, sink);
  }

  void judge(const ResponderKey& key, Responder& responder, const LanCount& count, const FindingSink& sink) {
    if (responder.told || responder.proxy_told ||
        topology::address_kind(key.sender) != topology::AddressKind::kStation)
      return;
    std::size_t stolen = 0;
    std::array<std::uint64_t, kAskForms> by_form{};
    for (const Claim& claim : responder.claims) {
      if (claim.owned || is_tracker(key, responder, claim.prober)) continue;
      ++stolen;
      ++by_form[static_cast<std::size_t>(claim.form)];
    }
    if (stolen < 2) return;
    if (responder.ordinary.size() >= kManyOrdinary) {
      responder.proxy_told = true;
      sink(proxy_finding(key, responder));
      return;
    }
    bool most = false;
    for (std::size_t form = 0; form < kAskForms; ++form)
      most = most || (by_form[form] >= 2 && by_form[form] * 2 >= count.asked[form] - responder.base[form]);
    if (stolen < 3 && !most) return;
    responder.told = true;
    sink(bogus_finding(key, responder, count));
  }

  // One host asks for its own address, or tries a few: a scanner's answers are no conflicts.
  bool is_scanner(const Lan& lan, MacAddress asker) {
    const Prober* prober = probers_.find({lan, asker});
    return prober && prober->asked.size() >= 8;
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
  BoundedTable<ResponderKey, Responder> responders_{4096};
  BoundedTable<StationKey, Prober> probers_{1024};
  BoundedTable<Lan, LanCount> counts_{256};
};

}  // namespace

std::unique_ptr<Detector> make_arp_responder() { return std::make_unique<ArpResponder>(); }

}  // namespace lanwarden::analysis
