// arp-spoof: a station takes over the address of another, above all the gateway's.
//
// Told when
//  - it says that the gateway's address is its own, and the gateway still speaks from that address;
//  - it tells single stations so again and again, in replies that nobody asked for (arpspoof, ettercap);
//  - it takes, in such replies, the addresses of two different stations (the man between them).
// What speaks against it:
//  - virtual addresses of VRRP, HSRP, GLBP, NLB: redundancy moves them;
//  - the former holder is silent from then on: a failover, a new gateway, a new lease;
//  - two ports of one card or bond speak for the same address;
//  - it was asked: an ordinary reply proves no malice; one that answers so for several addresses is a
//    router with proxy ARP, and takes over none of them that DHCP does not name as the gateway;
//  - we may have missed the question. Whether we hear questions is known from the answers of those who own
//    their addresses: where one in ten comes unasked, or too few came to know, only what is told to the
//    same station again within seconds was not asked for.
// A gateway is an address that DHCP names as such, or that many different stations ask for.
//
// Bounds: 8,192 addresses, 1,024 stations that take over, 1,024 that answer for others, 256 LANs.
#include <string>

#include "analysis/detectors/all.h"
#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kAnswer = std::chrono::seconds(2);
constexpr Duration kContest = std::chrono::minutes(5);
constexpr Duration kHandedOver = std::chrono::minutes(1);
constexpr Duration kForgotten = std::chrono::minutes(10);
constexpr std::size_t kAskersOfGateway = 3, kMostAskers = 4;
constexpr std::size_t kMostFrames = 8, kMostTaken = 8;
constexpr std::uint32_t kAgainAndAgain = 5;
constexpr std::size_t kProxied = 4;
constexpr Duration kToldAgain = std::chrono::seconds(15);  // sooner than a host asks for what it was told

struct Holder {
  MacAddress mac;
  Time last{};
  std::uint32_t heard = 0;
  FrameRef frame;
};

struct Taker {
  MacAddress mac, ethernet;
  Time first{}, last{};
  std::uint32_t claims = 0, unasked = 0;
  bool contested = false;  ///< the holder spoke from the address after the first claim
  MacAddress told;         ///< whom the last reply was sent to
  Time told_at{};
  FrameRef contest;
  std::array<FrameRef, kMostFrames> frames{};
  std::uint8_t frame_count = 0;
};

struct HeldAddress {
  Holder holder;
  Taker taker;
  Time asked{};  ///< last ordinary request for it
  std::array<MacAddress, kMostAskers> askers{};
  std::uint8_t asker_count = 0;
  bool named_gateway = false;  ///< by DHCP
  Time told{};

  void add_asker(MacAddress asker) {
    const auto end = askers.begin() + asker_count;
    if (asker_count < kMostAskers && std::find(askers.begin(), end, asker) == end)
      askers[asker_count++] = asker;
  }
  bool is_gateway() const { return named_gateway || asker_count >= kAskersOfGateway; }
};

struct Taken {
  struct From {
    std::uint32_t ip = 0;
    MacAddress holder;
    Time time{};
    FrameRef frame;
  };
  std::vector<From> from;
  Time told{};
};

// Of the answers of those who own what they are asked for: for how many was the question heard?
class Hearing {
 public:
  void count(bool question_heard) {
    ++(question_heard ? asked_ : unasked_);
    if (asked_ + unasked_ < kMost) return;
    asked_ /= 2;
    unasked_ /= 2;
  }
  bool is_good() const { return asked_ >= kFewest && unasked_ * 10 <= asked_; }

 private:
  static constexpr std::uint32_t kFewest = 4, kMost = 256;
  std::uint32_t asked_ = 0, unasked_ = 0;
};

class ArpSpoof : public Detector {
 public:
  std::string_view name() const override { return "arp-spoof"; }
  Interest interest() const override { return Interest::kArp | Interest::kDhcp | Interest::kRoutineArp; }

  void fetch(const Lan& lan, MacAddress, const Arp& arp, Fetch stage) const override {
    for (const IpAddress& ip : {arp.sender_ip, arp.target_ip})
      addresses_.fetch(AddressKey{lan, ip.v4_bits()}.hash(), stage, 2);
  }
  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Lan lan = lan_of(frame);
    if (const Dhcp* dhcp = frame.dhcp()) {
      if (dhcp->from_server && !dhcp->router.is_unspecified())
        addresses_.obtain({lan, dhcp->router.v4_bits()}).first.named_gateway = true;
      return;
    }
    const Arp* arp = frame.arp();
    if (!arp || !is_unicast(arp->sender_mac) || !is_unicast(frame.src)) return;
    const std::uint32_t ip = arp->sender_ip.v4_bits();
    if (ip != 0) spoken(frame, *arp, {lan, ip}, sink);
    if (arp->is_request() && !arp->is_announcement() && !arp->target_ip.is_unspecified())
      asked(frame, *arp, {lan, arp->target_ip.v4_bits()});
  }

  void on_passed(const RoutineArp& passed) override {
    HeldAddress& address = addresses_.obtain(passed.address).first;
    address.asked = std::max(address.asked, passed.asked);
    for (std::uint8_t i = 0; i < passed.asker_count; ++i) address.add_asker(passed.askers[i]);
    Holder& holder = address.holder;
    if (!passed.is_used()) return;
    if (holder.mac.is_zero()) holder.mac = passed.user;
    if (holder.mac != passed.user) return;
    holder.frame = passed.last_spoken();
    holder.last = holder.frame.time;
    const std::uint32_t spoken = std::uint32_t{passed.questions} + passed.answers;
    holder.heard += std::min(spoken, 0xffff'ffffU - holder.heard);
  }

  // Of every answer in it the question was heard.
  void on_routine(const RoutineRun& run, const FindingSink&) override {
    if (run.answers() == 0) return;
    Hearing& hearing = hearing_.obtain(run.lan).first;
    for (std::size_t i = 0; i < run.answers(); ++i) hearing.count(true);
  }

 private:
  void asked(const Frame& frame, const Arp& arp, const AddressKey& key) {
    HeldAddress& address = addresses_.obtain(key).first;
    address.asked = frame.time;
    address.add_asker(arp.sender_mac);
  }

  void spoken(const Frame& frame, const Arp& arp, const AddressKey& key, const FindingSink& sink) {
    HeldAddress& address = addresses_.obtain(key).first;
    Holder& holder = address.holder;
    if (holder.mac.is_zero()) holder.mac = arp.sender_mac;
    const bool replies = arp.is_reply() && !arp.is_announcement();
    const bool question_heard = within(address.asked, frame.time, kAnswer);
    if (holder.mac == arp.sender_mac) {
      if (replies && is_unicast(frame.dst)) hearing_.obtain(key.lan).first.count(question_heard);
      holder.last = frame.time;
      holder.frame = ref_of(frame);
      if (holder.heard < 0xffff'ffffU) ++holder.heard;
      Taker& taker = address.taker;
      if (taker.mac.is_zero() || !within(taker.last, frame.time, kContest)) return;
      taker.contested = true;
      taker.contest = ref_of(frame);
      judge(key, address, frame.time, sink);
      return;
    }
    if (are_siblings(holder.mac, arp.sender_mac)) return;
    const Hearing* hearing = hearing_.find(key.lan);
    const bool hears = hearing != nullptr && hearing->is_good();
    const bool unasked = claim(frame, arp, address, replies && !question_heard, hears);
    if (arp.is_reply() && !unasked)
      add_new(answered_.obtain({key.lan, arp.sender_mac}).first, key.ip, kProxied);
    if (unasked && is_station(arp.sender_mac) && holder.heard >= 2) take(frame, key, holder.mac, sink);
    judge(key, address, frame.time, sink);
    hand_over(address, frame.time);
  }

  // Was it really unasked? `silent`: no question was heard; `hears`: it would have been.
  static bool claim(const Frame& frame, const Arp& arp, HeldAddress& address, bool silent, bool hears) {
    Taker& taker = address.taker;
    if (taker.mac != arp.sender_mac || !within(taker.last, frame.time, kContest)) {
      taker = Taker{};
      taker.mac = arp.sender_mac;
      taker.first = frame.time;
    }
    const bool again = taker.told == frame.dst && within(taker.told_at, frame.time, kToldAgain);
    const bool unasked = silent && (hears || again);
    if (arp.is_reply()) {
      taker.told = frame.dst;
      taker.told_at = frame.time;
    }
    taker.ethernet = frame.src;
    taker.last = frame.time;
    ++taker.claims;
    if (unasked) ++taker.unasked;
    if (taker.frame_count < kMostFrames) taker.frames[taker.frame_count++] = ref_of(frame);
    return unasked;
  }

  // The former holder is silent: the address is the other's now.
  static void hand_over(HeldAddress& address, Time now) {
    Taker& taker = address.taker;
    if (taker.contested || taker.claims < 2 || within(address.holder.last, now, kHandedOver)) return;
    if (taker.unasked * 2 > taker.claims) return;
    address.holder = {taker.mac, now, taker.claims, taker.frames[0]};
    taker = Taker{};
  }

  // One station that takes the addresses of several.
  void take(const Frame& frame, const AddressKey& key, MacAddress holder, const FindingSink& sink) {
    const StationKey station{key.lan, frame.src};
    Taken& taken = takers_.obtain(station).first;
    auto& from = taken.from;
    from.erase(std::remove_if(from.begin(), from.end(),
                              [&](const Taken::From& f) {
                                return f.ip == key.ip || !within(f.time, frame.time, kContest);
                              }),
               from.end());
    if (from.size() < kMostTaken) from.push_back({key.ip, holder, frame.time, ref_of(frame)});
    const bool several =
        std::any_of(from.begin(), from.end(), [&](const Taken::From& f) { return f.holder != holder; });
    if (!several || within(taken.told, frame.time, kForgotten)) return;
    taken.told = frame.time;
    std::vector<std::string> addresses, holders;
    Finding finding = finding_on(key.lan, frame.time, "arp-spoof", Severity::kCritical, frame.src);
    for (const Taken::From& f : from) {
      addresses.push_back(text_of(f.ip));
      holders.push_back(f.holder.to_string());
      finding.frames.push_back(f.frame);
      addresses_.obtain({key.lan, f.ip}).first.told = frame.time;
    }
    finding.summary = frame.src.to_string() +
                      " tells others, unasked, that the addresses of several stations are "
                      "its own: " +
                      addresses[0] + ", " + addresses[1] + ": it puts itself between them";
    finding.evidence = {
        {"addresses", std::move(addresses)}, {"holders", std::move(holders)}, {"unasked", true}};
    sink(std::move(finding));
  }

  bool is_proxy(const Lan& lan, MacAddress mac) {
    const auto* answered = answered_.find({lan, mac});
    return answered != nullptr && answered->size() >= kProxied;
  }

  void judge(const AddressKey& key, HeldAddress& address, Time now, const FindingSink& sink) {
    const Taker& taker = address.taker;
    if (!address.named_gateway && is_proxy(key.lan, address.holder.mac)) return;
    if (taker.unasked == 0 && !address.named_gateway && is_proxy(key.lan, taker.mac)) return;
    if (!address.is_gateway() || address.holder.heard < 2 || !is_station(taker.mac)) return;
    const bool contested = taker.contested && taker.claims >= 2;
    const bool insistent = taker.unasked >= kAgainAndAgain;
    if ((!contested && !insistent) || within(address.told, now, kForgotten)) return;
    address.told = now;
    const std::string ip = text_of(key.ip);
    Finding finding = finding_on(key.lan, now, "arp-spoof", Severity::kCritical, taker.ethernet);
    finding.summary = taker.mac.to_string() + " takes over " + ip + ", the gateway's address, which is " +
                      address.holder.mac.to_string() + "'s" +
                      (contested ? ": both speak from it" : ": it says so again and again, unasked");
    finding.evidence = {{"address", ip},
                        {"holder", address.holder.mac.to_string()},
                        {"claims", static_cast<std::int64_t>(taker.claims)},
                        {"unasked", static_cast<std::int64_t>(taker.unasked)},
                        {"holder_still_speaks", taker.contested},
                        {"named_by_dhcp", address.named_gateway},
                        {"asked_for_by", static_cast<std::int64_t>(address.asker_count)}};
    if (taker.ethernet != taker.mac) finding.evidence.emplace_back("arp_sender", taker.mac.to_string());
    finding.frames.push_back(address.holder.frame);
    finding.frames.insert(finding.frames.end(), taker.frames.begin(),
                          taker.frames.begin() + taker.frame_count);
    if (taker.contested) finding.frames.push_back(taker.contest);
    sink(std::move(finding));
  }

  BoundedTable<AddressKey, HeldAddress> addresses_{8192};
  BoundedTable<StationKey, Taken> takers_{1024};
  BoundedTable<StationKey, std::vector<std::uint32_t>> answered_{1024};  ///< addresses, when asked
  BoundedTable<Lan, Hearing> hearing_{256};
};

}  // namespace

std::unique_ptr<Detector> make_arp_spoof() { return std::make_unique<ArpSpoof>(); }

}  // namespace lanwarden::analysis
