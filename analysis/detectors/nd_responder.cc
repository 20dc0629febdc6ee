// nd-bogus-responder: a station that denies others their IPv6 addresses, whichever they ask for
// (RFC 4862 §5.4: a host that hears its tentative address defended gives it up).
//
// Denied is an address whose duplicate address detection is met by an advertisement, or by another's
// detection of the same address. It is told at the second address when two hosts were denied, at the third
// when it was one. What speaks against it:
//  - it used the address before: an honest defence (one conflict, said as ip-conflict, info);
//  - addresses with one interface identifier are one host's (a cloned machine meets its twin);
//  - it answers ordinary solicitations for several addresses, too: a proxy (RFC 4389), a sleep proxy;
//  - virtual addresses of redundancy groups.
// The defence goes to all nodes (RFC 4861 §7.2.4), so a sniffer on any port hears it.
//
// Bounds: 4,096 addresses asked for, 8,192 in use, 1,024 responders, 2,048 that answer ordinarily.
#include <string>

#include "analysis/detectors/all.h"
#include "analysis/detectors/keys.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kAnswerWindow = std::chrono::seconds(3);  // RFC 4862 §5.1: RetransTimer, and delay
constexpr Duration kNewAttempt = std::chrono::minutes(1);
constexpr Duration kConflictWait = std::chrono::seconds(10);
constexpr Duration kForgotten = std::chrono::minutes(10);
constexpr std::size_t kMostClaims = 16;
constexpr std::size_t kManyOrdinary = 3;  // its own link-local, global and temporary addresses aside
constexpr std::size_t kMostOrdinary = 8;

struct Dad {
  MacAddress asker;
  Time first{}, last{};
  FrameRef frame;
};

struct Use6 {
  MacAddress mac;
  Time since{};
};

struct Denial {
  IpAddress address;
  MacAddress asker;
  Time time{};
  Duration latency{};
  bool owned = false, by_solicitation = false, conflict_told = false;
  FrameRef ask, answer;
};

// Addresses for which a station answered one that has an address; apart from the deniers, so that
// ordinary answers of many do not push one of them out.
struct Ordinary {
  std::vector<IpAddress> addresses;
};

struct Denier {
  std::vector<Denial> denials;  ///< different addresses
  std::int64_t answers = 0;
  Time last{};
  bool told = false;
};

// The lower 64 bits: the interface identifier (RFC 4291 §2.5.1).
std::uint64_t interface_id(const IpAddress& address) {
  std::uint64_t id = 0;
  for (const std::uint8_t octet : address.octets().last(8)) id = (id << 8) | octet;
  return id;
}

class NdResponder : public Detector {
 public:
  std::string_view name() const override { return "nd-responder"; }
  Interest interest() const override { return Interest::kNeighbor; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const NeighborDiscovery* nd = frame.nd();
    if (!nd || !is_unicast(frame.src)) return;
    const Lan lan = lan_of(frame);
    const IpAddress& source = frame.ip_header.source;
    if (!source.is_unspecified()) use({lan, source}, frame);
    if (nd->is_dad(frame.ip_header))
      asked(frame, lan, nd->target, sink);
    else if (nd->type == NdType::kNeighborAdvertisement)
      advertised(frame, lan, *nd, sink);
  }

  void on_tick(Time now, bool last, const FindingSink& sink) override {
    deniers_.for_each([&](const StationKey& key, Denier& denier) {
      if (denier.told || is_proxy(key)) return;
      for (Denial& denial : denier.denials) {
        if (denial.conflict_told || (!last && within(denial.time, now, kConflictWait))) continue;
        denial.conflict_told = true;
        sink(conflict(key, denial));
      }
    });
  }

 private:
  bool is_proxy(const StationKey& key) {
    const Ordinary* ordinary = ordinary_.find(key);
    if (!ordinary) return false;
    std::vector<std::uint64_t> hosts;
    for (const IpAddress& address : ordinary->addresses) add_new(hosts, interface_id(address), kMostOrdinary);
    return hosts.size() > kManyOrdinary;
  }

  void use(const Address6Key& key, const Frame& frame) {
    Use6& use = used_.obtain(key).first;
    if (use.mac != frame.src) use = {frame.src, frame.time};
  }

  void asked(const Frame& frame, const Lan& lan, const IpAddress& target, const FindingSink& sink) {
    const auto [dad, is_new] = asked_.obtain({lan, target});
    if (!is_new && dad.asker != frame.src && within(dad.last, frame.time, kAnswerWindow)) {
      deny(frame, lan, target, dad, true, sink);
      return;
    }
    if (is_new || dad.asker != frame.src || !within(dad.last, frame.time, kNewAttempt))
      dad.first = frame.time;
    dad.asker = frame.src;
    dad.last = frame.time;
    dad.frame = ref_of(frame);
  }

  void advertised(const Frame& frame, const Lan& lan, const NeighborDiscovery& nd, const FindingSink& sink) {
    const Dad* dad = asked_.find({lan, nd.target});
    if (dad && dad->asker != frame.src && nd.link_layer != dad->asker &&
        within(dad->last, frame.time, kAnswerWindow) && (!nd.solicited || frame.dst.is_group())) {
      deny(frame, lan, nd.target, *dad, false, sink);
      return;
    }
    // RFC 4861 §7.2.4: solicited answers one that has an address; a DAD's asker has none.
    if (nd.solicited)
      add_new(ordinary_.obtain({lan, frame.src}).first.addresses, nd.target, kMostOrdinary);
    else
      use({lan, nd.target}, frame);
  }

  void deny(const Frame& frame, const Lan& lan, const IpAddress& target, const Dad& dad, bool by_solicitation,
            const FindingSink& sink) {
    if (!is_station(frame.src)) return;
    const StationKey key{lan, frame.src};
    Denier& denier = deniers_.obtain(key).first;
    if (denier.told && !within(denier.last, frame.time, kForgotten)) {
      denier.told = false;
      denier.denials.clear();
    }
    ++denier.answers;
    denier.last = frame.time;
    if (denier.denials.size() >= kMostClaims ||
        std::any_of(denier.denials.begin(), denier.denials.end(),
                    [&](const Denial& denial) { return denial.address == target; }))
      return;
    const Use6* use = used_.find({lan, target});
    Denial denial;
    denial.address = target;
    denial.asker = dad.asker;
    denial.time = frame.time;
    denial.latency = frame.time - dad.last;
    denial.owned = use && use->mac == frame.src && use->since < dad.first;
    denial.by_solicitation = by_solicitation;
    denial.ask = dad.frame;
    denial.answer = ref_of(frame);
    denier.denials.push_back(denial);
    judge(key, denier, sink);
  }

  void judge(const StationKey& key, Denier& denier, const FindingSink& sink) {
    if (denier.told || is_proxy(key)) return;
    std::vector<std::uint64_t> hosts;
    std::vector<MacAddress> askers;
    for (const Denial& denial : denier.denials) {
      if (denial.owned) continue;
      add_new(hosts, interface_id(denial.address), kMostClaims);
      add_new(askers, denial.asker, kMostClaims);
    }
    if (hosts.size() < 2 || (askers.size() < 2 && hosts.size() < 3)) return;
    denier.told = true;
    sink(bogus(key, denier));
  }

  static Finding bogus(const StationKey& key, const Denier& denier) {
    Finding finding = finding_on(key.lan, denier.last, "nd-bogus-responder", Severity::kCritical, key.mac);
    std::vector<std::string> addresses, askers;
    std::vector<Duration> latencies;
    bool by_solicitation = false;
    for (const Denial& denial : denier.denials) {
      if (denial.owned) continue;
      addresses.push_back(denial.address.to_string());
      add_new(askers, denial.asker.to_string(), kMostClaims);
      latencies.push_back(denial.latency);
      by_solicitation = by_solicitation || denial.by_solicitation;
      finding.frames.push_back(denial.ask);
      finding.frames.push_back(denial.answer);
    }
    std::sort(latencies.begin(), latencies.end());
    finding.summary = key.mac.to_string() + " denies others their IPv6 addresses: " + addresses[0] + ", " +
                      addresses[1] + (addresses.size() > 2 ? ", …" : "") +
                      ", none of which it was ever seen to use";
    finding.evidence.emplace_back("denied_addresses", std::move(addresses));
    finding.evidence.emplace_back("askers", std::move(askers));
    finding.evidence.emplace_back(
        "answer_after_ms",
        std::chrono::duration<double, std::milli>(latencies[latencies.size() / 2]).count());
    finding.evidence.emplace_back("answers", denier.answers);
    finding.evidence.emplace_back("denied_by",
                                  std::string(by_solicitation ? "solicitation" : "advertisement"));
    return finding;
  }

  static Finding conflict(const StationKey& key, const Denial& denial) {
    Finding finding = finding_on(key.lan, denial.time, "ip-conflict", Severity::kInfo, key.mac);
    finding.summary = denial.asker.to_string() + " asked for " + denial.address.to_string() + ", and " +
                      key.mac.to_string() + (denial.owned ? ", which uses it," : "") + " denied it";
    finding.evidence = {{"address", denial.address.to_string()},
                        {"stations", std::vector<std::string>{denial.asker.to_string(), key.mac.to_string()}},
                        {"used_by_it_before", denial.owned}};
    finding.frames = {denial.ask, denial.answer};
    return finding;
  }

  BoundedTable<Address6Key, Dad> asked_{4096};
  BoundedTable<Address6Key, Use6> used_{8192};
  BoundedTable<StationKey, Ordinary> ordinary_{2048};
  BoundedTable<StationKey, Denier> deniers_{1024};
};

}  // namespace

std::unique_ptr<Detector> make_nd_responder() { return std::make_unique<NdResponder>(); }

}  // namespace lanwarden::analysis
