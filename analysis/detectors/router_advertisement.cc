// rogue-router-advertisement: a station plays the IPv6 router (RFC 4861 §6.2, RFC 6104), or silences the true
// one.
//
// Told when
//  - advertisements with one link-local source come from two stations: the one whose card the address was
//    made from is the true one, else the one who advertises for longer (kill_router6 says "lifetime 0"
//    in the router's name);
//  - a newcomer advertises itself as default router, and shares no prefix with the router that was there
//  before.
//    It is one when we listened for much longer than its own period before it came, or when it has asked for
//    routers itself (RFC 4861 §6.3.7), as hosts do and the other one does not;
//  - sixteen and more routers appear within ten seconds;
//  - a redirect comes in a known router's name from another station.
// What speaks against it: the same prefixes (a second router), lifetime 0 in its own name (a stub router of
// Thread or the like), virtual addresses of VRRP and HSRP. Two routers with different prefixes that were
// there from the beginning are a fact, no alarm: nobody can know which is right.
//
// Bounds: 256 LANs with 32 routers each, 1,024 stations that asked for routers.
#include <string>

#include "analysis/detectors/all.h"
#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kEstablished = std::chrono::minutes(30);  // MaxRtrAdvInterval at most
constexpr Duration kFlood = std::chrono::seconds(10);
constexpr Duration kContest = std::chrono::minutes(30);
constexpr Duration kForgotten = std::chrono::hours(2);
constexpr std::size_t kMostRouters = 32, kManyRouters = 16, kMostFrames = 4;

struct Router {
  IpAddress source;
  MacAddress mac;
  Time first{}, last{};
  Duration longest_gap{};
  std::uint32_t advertisements = 0;
  std::uint16_t lifetime_s = 0;  ///< the last one
  bool ever_default = false;     ///< a lifetime above zero was said
  std::int8_t preference = 0;
  std::uint8_t prefix_count = 0;
  std::array<RouterPrefix, 4> prefixes{};
  std::uint8_t dns_count = 0;
  std::array<IpAddress, 2> dns{};
  std::array<FrameRef, kMostFrames> frames{};
  std::uint8_t frame_count = 0;
  bool told = false;
  int told_as_one_of_two = 0;

  void take(const Frame& frame, const NeighborDiscovery& nd) {
    // Once an hour of silence is over, it begins anew.
    if (advertisements > 0 && frame.time - last < std::chrono::hours(1))
      longest_gap = std::max(longest_gap, frame.time - last);
    last = frame.time;
    ++advertisements;
    lifetime_s = nd.router_lifetime_s;
    ever_default = ever_default || lifetime_s > 0;
    preference = nd.preference;
    if (nd.prefix_count > 0) {
      prefix_count = nd.prefix_count;
      prefixes = nd.prefixes;
    }
    if (nd.dns_count > 0) {
      dns_count = nd.dns_count;
      dns = nd.dns;
    }
    if (frame_count < kMostFrames) frames[frame_count++] = ref_of(frame);
  }
  bool has_prefix(const RouterPrefix& prefix) const {
    return std::any_of(prefixes.begin(), prefixes.begin() + prefix_count, [&](const RouterPrefix& own) {
      return own.length == prefix.length && own.prefix == prefix.prefix;
    });
  }
  bool shares_prefix(const Router& other) const {
    return std::any_of(prefixes.begin(), prefixes.begin() + prefix_count,
                       [&](const RouterPrefix& prefix) { return other.has_prefix(prefix); });
  }
  std::vector<std::string> prefix_texts() const {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < prefix_count; ++i)
      texts.push_back(prefixes[i].prefix.to_string() + "/" + std::to_string(prefixes[i].length));
    return texts;
  }
};

struct RouterLan {
  std::vector<Router> routers;  ///< by source and station
  Time burst{};
  std::uint32_t in_burst = 0;
  std::vector<MacAddress> burst_from;
  std::vector<FrameRef> burst_frames;
  Time flood_told{};
};

// RFC 4291 appendix A: the card's address with ff:fe in its middle; zero when it is not made so.
MacAddress card_of(const IpAddress& source) {
  const auto o = source.octets().last(8);
  if (o[3] != 0xff || o[4] != 0xfe) return {};
  const std::array<std::uint8_t, 6> mac = {
      static_cast<std::uint8_t>(o[0] ^ 2U), o[1], o[2], o[5], o[6], o[7]};
  return MacAddress(std::span<const std::uint8_t, 6>(mac));
}

bool is_link_local(const IpAddress& address) {
  const auto o = address.octets();
  return address.is_v6() && o[0] == 0xfe && (o[1] & 0xc0) == 0x80;
}

class RouterAdvertisement : public Detector {
 public:
  std::string_view name() const override { return "router-advertisement"; }
  Interest interest() const override { return Interest::kNeighbor; }

  void on_tick(Time now, bool, const FindingSink&) override { begin(now); }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const NeighborDiscovery* nd = frame.nd();
    if (!nd || !is_unicast(frame.src)) return;
    if (nd->type == NdType::kRouterSolicitation) solicited_.obtain({lan_of(frame), frame.src});
    const bool advertisement = nd->type == NdType::kRouterAdvertisement;
    if ((!advertisement && nd->type != NdType::kRedirect) || !is_link_local(frame.ip_header.source)) return;
    const Lan lan = lan_of(frame);
    begin(frame.time);
    RouterLan& known = lans_.obtain(lan).first;
    if (advertisement)
      advertised(frame, *nd, lan, known, sink);
    else
      redirected(frame, *nd, lan, known, sink);
  }

 private:
  void begin(Time now) {
    if (listens_ && listening_since_ <= now) return;
    listens_ = true;
    listening_since_ = now;
  }

  void advertised(const Frame& frame, const NeighborDiscovery& nd, const Lan& lan, RouterLan& known,
                  const FindingSink& sink) {
    auto router = std::find_if(known.routers.begin(), known.routers.end(), [&](const Router& r) {
      return r.source == frame.ip_header.source && r.mac == frame.src;
    });
    if (router == known.routers.end()) {
      count_new(frame, lan, known, sink);
      if (known.routers.size() == kMostRouters) known.routers.erase(oldest(known));
      known.routers.push_back({});
      router = std::prev(known.routers.end());
      router->source = frame.ip_header.source;
      router->mac = frame.src;
      router->first = frame.time;
    } else if (!within(router->last, frame.time, kForgotten)) {
      router->told = false;
    }
    router->take(frame, nd);
    for (Router& other : known.routers) {
      if (&other == &*router || !within(other.last, frame.time, kForgotten)) continue;
      if (other.source == router->source)
        same_source(*router, other, lan, frame.time, sink);
      else
        other_router(*router, other, lan, frame.time, sink);
    }
  }

  static std::vector<Router>::iterator oldest(RouterLan& known) {
    // One that has advertised for long is not pushed out by a flood of others.
    return std::min_element(known.routers.begin(), known.routers.end(), [](const Router& a, const Router& b) {
      return std::pair(a.advertisements, a.last) < std::pair(b.advertisements, b.last);
    });
  }

  static void count_new(const Frame& frame, const Lan& lan, RouterLan& known, const FindingSink& sink) {
    if (!within(known.burst, frame.time, kFlood)) {
      known.burst = frame.time;
      known.in_burst = 0;
      known.burst_from.clear();
      known.burst_frames.clear();
    }
    ++known.in_burst;
    add_new(known.burst_from, frame.src, 2);
    if (known.burst_frames.size() < kMostFrames) known.burst_frames.push_back(ref_of(frame));
    if (known.in_burst < kManyRouters || within(known.flood_told, frame.time, kForgotten)) return;
    known.flood_told = frame.time;
    const MacAddress one = known.burst_from.size() == 1 ? known.burst_from.front() : MacAddress{};
    Finding finding = finding_on(lan, frame.time, "rogue-router-advertisement", Severity::kCritical, one);
    finding.summary = std::to_string(known.in_burst) + " new IPv6 routers within " +
                      std::to_string(std::chrono::duration_cast<std::chrono::seconds>(kFlood).count()) +
                      " s: a flood of router advertisements";
    finding.evidence = {{"routers", static_cast<std::int64_t>(known.in_burst)},
                        {"from_one_station", !one.is_zero()}};
    finding.frames = known.burst_frames;
    sink(std::move(finding));
  }

  // Two stations advertise under one link-local address.
  static void same_source(Router& now, Router& other, const Lan& lan, Time time, const FindingSink& sink) {
    if (!is_station(now.mac) || !is_station(other.mac) || are_siblings(now.mac, other.mac)) return;
    const MacAddress card = card_of(now.source);
    Router *rogue = nullptr, *truth = nullptr;
    const char* why = nullptr;
    if (card == now.mac || card == other.mac) {
      rogue = card == now.mac ? &other : &now;
      why = "the address is made from the other's card";
    } else if (now.ever_default != other.ever_default) {
      rogue = now.ever_default ? &other : &now;
      why = "it only says that the router is gone";
    } else if (now.advertisements >= 2 && now.first < other.first && within(other.last, time, kContest)) {
      rogue = &other;  // the one that was there first still advertises
      why = "the other was there first, and still is";
    }
    if (!rogue || rogue->told) return;
    truth = rogue == &now ? &other : &now;
    rogue->told = true;
    Finding finding = describe(*rogue, *truth, lan, time, Severity::kCritical, rogue->mac);
    finding.summary = rogue->mac.to_string() + " advertises in the name of the router " +
                      rogue->source.to_string() + ", which is " + truth->mac.to_string() +
                      (rogue->lifetime_s == 0 ? ": it says that the router is gone (lifetime 0)" : "");
    finding.evidence.emplace_back("why", std::string(why));
    sink(std::move(finding));
  }

  // Two routers under addresses of their own.
  void other_router(Router& now, Router& other, const Lan& lan, Time time, const FindingSink& sink) {
    if (now.lifetime_s == 0 || other.lifetime_s == 0 || now.mac == other.mac) return;
    if (now.shares_prefix(other)) return;
    if (!is_station(now.mac) || !is_station(other.mac)) return;
    const bool now_is_host = solicited_.find({lan, now.mac}) != nullptr;
    const bool one_is_host = now_is_host != (solicited_.find({lan, other.mac}) != nullptr);
    const bool now_is_newer = one_is_host ? now_is_host : now.first >= other.first;
    Router& newer = now_is_newer ? now : other;
    Router& older = now_is_newer ? other : now;
    const bool sure = one_is_host || (newer.first > older.first && was_absent(newer));
    if (newer.told || newer.told_as_one_of_two > (sure ? 1 : 0)) return;
    if (!sure && (newer.told_as_one_of_two > 0 || newer.advertisements + older.advertisements < 8)) return;
    ++newer.told_as_one_of_two;
    newer.told = sure;
    Finding finding = describe(newer, older, lan, time, sure ? Severity::kWarning : Severity::kInfo,
                               sure ? newer.mac : MacAddress{});
    const auto prefixes = [](const Router& router) {
      return router.prefix_count > 0 ? "prefix " + router.prefix_texts().front() : std::string("no prefix");
    };
    finding.summary = newer.mac.to_string() + " advertises itself as IPv6 router with " + prefixes(newer) +
                      ", while " + older.mac.to_string() + " is one with " + prefixes(older) +
                      (sure ? "" : "; which of them belongs here cannot be told");
    sink(std::move(finding));
  }

  // Had it been there before, it would have been heard.
  bool was_absent(const Router& router) const {
    const Duration listened = router.first - listening_since_;
    if (listened >= kEstablished) return true;
    if (router.advertisements < 3) return false;
    if (listened * 2 >= router.longest_gap * 5) return true;
    // Where frames are missed: so many were to be expected that none is heard one time in fifty.
    constexpr double kExpected = 4;
    const double per = std::chrono::duration<double>(listened) / (router.last - router.first);
    return router.advertisements >= 5 && router.last > router.first &&
           per * (router.advertisements - 1) >= kExpected;
  }

  static Finding describe(const Router& rogue, const Router& truth, const Lan& lan, Time time,
                          Severity severity, MacAddress mac) {
    Finding finding = finding_on(lan, time, "rogue-router-advertisement", severity, mac);
    finding.evidence = {{"router", rogue.source.to_string()},
                        {"lifetime_s", static_cast<std::int64_t>(rogue.lifetime_s)},
                        {"prefixes", rogue.prefix_texts()},
                        {"advertisements", static_cast<std::int64_t>(rogue.advertisements)},
                        {"other_router", truth.source.to_string()},
                        {"other_mac", truth.mac.to_string()},
                        {"other_lifetime_s", static_cast<std::int64_t>(truth.lifetime_s)},
                        {"other_prefixes", truth.prefix_texts()}};
    if (rogue.preference != 0)
      finding.evidence.emplace_back("preference", std::string(rogue.preference > 0 ? "high" : "low"));
    if (rogue.dns_count > 0) finding.evidence.emplace_back("dns", rogue.dns[0].to_string());
    finding.frames.assign(rogue.frames.begin(), rogue.frames.begin() + rogue.frame_count);
    finding.frames.insert(finding.frames.end(), truth.frames.begin(),
                          truth.frames.begin() + truth.frame_count);
    return finding;
  }

  static void redirected(const Frame& frame, const NeighborDiscovery& nd, const Lan& lan, RouterLan& known,
                         const FindingSink& sink) {
    Router* truth = nullptr;
    for (Router& router : known.routers) {
      if (router.source != frame.ip_header.source || !router.ever_default) continue;
      if (router.mac == frame.src || !is_station(router.mac) || are_siblings(router.mac, frame.src)) return;
      truth = &router;
    }
    if (!truth || truth->told) return;
    truth->told = true;
    Finding finding =
        finding_on(lan, frame.time, "rogue-router-advertisement", Severity::kCritical, frame.src);
    finding.summary = frame.src.to_string() + " redirects traffic for " + nd.destination.to_string() +
                      " in the name of the router " + truth->source.to_string() + ", which is " +
                      truth->mac.to_string();
    finding.evidence = {{"router", truth->source.to_string()},
                        {"other_mac", truth->mac.to_string()},
                        {"redirected", nd.destination.to_string()},
                        {"redirected_to", nd.target.to_string()}};
    finding.frames = {truth->frames[0], ref_of(frame)};
    sink(std::move(finding));
  }

  bool listens_ = false;
  Time listening_since_{};
  BoundedTable<Lan, RouterLan> lans_{256};
  BoundedTable<StationKey, bool> solicited_{1024};
};

}  // namespace

std::unique_ptr<Detector> make_router_advertisement() { return std::make_unique<RouterAdvertisement>(); }

}  // namespace lanwarden::analysis
