// dad-denied: a host asks whether its address is free, and never takes it. A sniffer on a switched
// port does not hear the answer, which goes to the victim alone; but it hears probes, and then no
// announcement, again and again (RFC 5227; Windows goes to 169.254.x.x or declines its lease).
// And arp-probe-conflict for one cause it can see: another station that probes the same address
// meanwhile, as a switch's device tracking does (Cisco document 116529): the prober is named.
//
// What speaks against it:
//  - it came up: it announces the address, or asks from it;
//  - it tracks or scans: it probes addresses that others use, address after address within a
//    second, returns to an earlier one, sends single probes as regular as a clock, or to one station alone;
//  - it chooses a link-local address: one that got a lease meanwhile gives up for no trouble;
//  - the answer was heard: arp-responder tells more.
// It takes three tries that failed, or two when it declined its lease or others fail as well, or one
// when it then went to a link-local address.
//
// Bounds: 4,096 stations that probe, 8,192 addresses in use, 4,096 being probed, 256 LANs.
#include <deque>

#include "analysis/detectors/all.h"
#include "analysis/detectors/probe_ledger.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kSameAttempt = std::chrono::seconds(4);  // RFC 5227 §1.1: PROBE_MAX 2 s, and some delay
constexpr Duration kVerdict = std::chrono::seconds(8);      // ANNOUNCE_WAIT 2 s, and a slow start
constexpr Duration kRivalry = std::chrono::seconds(4);
constexpr Duration kRapid = std::chrono::milliseconds(1500);
constexpr Duration kStillUsed = std::chrono::minutes(30);
constexpr Duration kOtherVictims = std::chrono::minutes(10);
constexpr Duration kFallback = std::chrono::minutes(1);
constexpr Duration kForgotten = std::chrono::hours(1);  // tries further apart are another story
constexpr std::size_t kMostOpen = 4096;
constexpr std::size_t kManyVisits = 6;

struct AddressUse {
  MacAddress mac;
  Time last{};
};

struct LastProbe {
  MacAddress mac;
  Time time{};
  FrameRef frame;
  bool told = false;
};

class DadDenied : public Detector {
 public:
  std::string_view name() const override { return "dad-denied"; }
  Interest interest() const override { return Interest::kArp | Interest::kDhcp; }

  void fetch(const Lan& lan, MacAddress, const Arp& arp, Fetch stage) const override {
    stations_.fetch(StationKey{lan, arp.sender_mac}.hash(), stage);
    used_.fetch(AddressKey{lan, arp.sender_ip.v4_bits()}.hash(), stage);
  }
  void on_frame(const Frame& frame, const FindingSink& sink) override {
    close_overdue(frame.time, sink);
    const Lan lan = lan_of(frame);
    if (const Dhcp* dhcp = frame.dhcp()) {
      if (dhcp->type == DhcpType::kDecline && !dhcp->client.is_zero()) declined(frame, lan, *dhcp, sink);
      return;
    }
    const Arp* arp = frame.arp();
    if (!arp || !is_unicast(arp->sender_mac) || !is_unicast(frame.src)) return;
    if (!arp->is_probe())
      spoken(frame, lan, *arp, sink);
    else if (!is_unicast(frame.dst))
      probed(frame, lan, *arp, sink);
    else
      stations_.obtain({lan, arp->sender_mac}).first.asks_one = true;
  }

  void on_passed(const RoutineArp& passed) override {
    if (passed.questions > 0) used_.obtain(passed.address).first = {passed.user, passed.last_question.time};
  }

  void on_tick(Time now, bool, const FindingSink& sink) override { close_overdue(now, sink); }

 private:
  void probed(const Frame& frame, const Lan& lan, const Arp& arp, const FindingSink& sink) {
    const std::uint32_t ip = arp.target_ip.v4_bits();
    const StationKey key{lan, arp.sender_mac};
    ProbingStation& station = stations_.obtain(key).first;
    station.ethernet = frame.src;
    if (is_link_local_v4(ip)) fell_back(key, station, ip, frame, sink);
    if (station.open && (station.open->ip != ip || !within(station.open->last, frame.time, kSameAttempt))) {
      if (station.open->ip != ip && within(station.open->last, frame.time, kRapid) && station.rapid < 255)
        ++station.rapid;
      close(key, station, frame.time, sink);
    }
    if (!station.open) {
      if (!within(station.last_attempt, frame.time, kForgotten)) station = fresh(station);
      station.open.emplace();
      station.open->ip = ip;
      station.open->first = frame.time;
      station.open->frame = ref_of(frame);
      if (open_.size() < kMostOpen) open_.push_back({frame.time + kVerdict, key});
    }
    station.open->last = frame.time;
    station.open->ones = arp.target_mac.is_broadcast();
    if (station.open->probes < 0xffff) ++station.open->probes;
    meet_rival(key, station, frame, sink);
  }

  static ProbingStation fresh(const ProbingStation& old) {
    ProbingStation station;
    station.ethernet = old.ethernet;
    station.lives_as = old.lives_as;
    station.came_up = old.came_up;
    return station;
  }

  void meet_rival(const StationKey& key, ProbingStation& station, const Frame& frame,
                  const FindingSink& sink) {
    LastProbe& last = probed_.obtain({key.lan, station.open->ip}).first;
    if (!last.mac.is_zero() && last.mac != key.mac && within(last.time, frame.time, kRivalry) &&
        !are_siblings(last.mac, key.mac)) {
      station.open->rival = last.mac;
      station.open->rival_frame = last.frame;
      ProbingStation* other = stations_.find({key.lan, last.mac});
      if (other && other->open && other->open->ip == station.open->ip) {
        other->open->rival = key.mac;
        other->open->rival_frame = ref_of(frame);
      }
      disturbs(key, station, station.open->ip, last.mac, frame, last.frame, sink);
      if (other) disturbs({key.lan, last.mac}, *other, station.open->ip, key.mac, frame, last.frame, sink);
    } else if (!within(last.time, frame.time, kOtherVictims)) {
      last.told = false;
    }
    last.mac = key.mac;
    last.time = frame.time;
    last.frame = ref_of(frame);
  }

  // Two probe one address. Whoever does so beside several hosts, and never takes an address itself, tracks
  // devices: a fact while the hosts come up nevertheless.
  static void disturbs(const StationKey& key, ProbingStation& station, std::uint32_t ip, MacAddress host,
                       const Frame& frame, const FrameRef& other, const FindingSink& sink) {
    if (!add_new(station.disturbed, ip, ProbingStation::kMostFailures)) return;
    add_new(station.disturbed_hosts, host, ProbingStation::kMostFailures);
    if (station.came_up || station.tracking_told || station.disturbed_hosts.size() < 2) return;
    station.tracking_told = true;
    sink(tracking_finding(key, station, {other, ref_of(frame)}, frame.time));
  }

  // Any ARP that is no probe: somebody uses an address, or answers one that probes it.
  void spoken(const Frame& frame, const Lan& lan, const Arp& arp, const FindingSink& sink) {
    const std::uint32_t ip = arp.sender_ip.v4_bits();
    if (ip == 0) return;
    ProbingStation* own = stations_.find({lan, arp.sender_mac});
    if (own) {
      if (is_link_local_v4(ip)) fell_back({lan, arp.sender_mac}, *own, ip, frame, sink);
      const bool tried = std::any_of(own->failures.begin(), own->failures.end(),
                                     [&](const FailedAttempt& failure) { return failure.ip == ip; });
      if (tried || (own->open && own->open->ip == ip)) {
        own->open.reset();
        own->up();
      } else if (!is_link_local_v4(ip)) {
        own->lives_as = ip;
      }
    }
    if (const LastProbe* last = probed_.find({lan, ip});
        last && last->mac != arp.sender_mac && within(last->time, frame.time, kSameAttempt)) {
      ProbingStation* prober = stations_.find({lan, last->mac});
      const bool answer = arp.is_reply() || arp.is_announcement();
      if (answer && prober && prober->open && prober->open->ip == ip) prober->open->answered = true;
      if (answer) return;
    }
    if (arp.is_request()) used_.obtain({lan, ip}).first = {arp.sender_mac, frame.time};
  }

  // It takes a link-local address where it wanted another: the other was denied.
  void fell_back(const StationKey& key, ProbingStation& station, std::uint32_t ip, const Frame& frame,
                 const FindingSink& sink) {
    if (station.link_local != 0) return;
    const bool was_trying = station.open && !is_link_local_v4(station.open->ip);
    if (was_trying ? station.open->answered
                   : station.failed == 0 || !within(station.last_failed, frame.time, kFallback))
      return;
    station.link_local = ip;
    station.link_local_frame = ref_of(frame);
    if (was_trying)
      close(key, station, frame.time, sink);
    else
      judge(key, station, frame.time, sink);
  }

  void declined(const Frame& frame, const Lan& lan, const Dhcp& dhcp, const FindingSink& sink) {
    const StationKey key{lan, dhcp.client};
    ProbingStation& station = stations_.obtain(key).first;
    if (station.ethernet.is_zero()) station.ethernet = dhcp.client;
    const std::uint32_t ip = dhcp.requested_ip.v4_bits();
    if (station.open && station.open->ip == ip && station.open->answered) {
      station.open.reset();
      return;
    }
    if (station.declines < 0xffff) ++station.declines;
    if (!station.open || station.open->ip != ip) {
      const bool counted = station.last_failed_ip == ip &&
                           within(station.last_failed, frame.time, kOtherVictims) && station.declines == 1;
      if (counted) return judge(key, station, frame.time, sink);
      station.open.emplace();
      station.open->ip = ip;
      station.open->first = station.open->last = frame.time;
      station.open->frame = ref_of(frame);
    }
    close(key, station, frame.time, sink);
  }

  void close_overdue(Time now, const FindingSink& sink) {
    while (!open_.empty() && open_.front().due <= now) {
      const StationKey key = open_.front().key;
      open_.pop_front();
      ProbingStation* station = stations_.find(key);
      if (!station || !station->open) continue;
      const Time due = station->open->last + kVerdict;
      if (due > now)
        open_.push_back({due, key});
      else
        close(key, *station, now, sink);
    }
  }

  // The attempt is over, and the station did not come up.
  void close(const StationKey& key, ProbingStation& station, Time now, const FindingSink& sink) {
    const ProbeAttempt attempt = *station.open;
    station.open.reset();
    const Duration interval = attempt.first - station.last_attempt;
    station.last_attempt = attempt.first;
    if (attempt.answered || is_link_local_v4(attempt.ip)) return;
    const AddressUse* use = used_.find({key.lan, attempt.ip});
    const bool in_use = use && use->mac != key.mac && within(use->last, now, kStillUsed);
    if (in_use && attempt.probes == 1 && station.declines == 0) {
      if (station.single_for_users < 255) ++station.single_for_users;
      visits(key, station, attempt, now, sink);
      return;
    }
    if (!attempt.rival.is_zero() && told_rival(key, station, attempt, now, sink)) return;
    // A quarter more or less is what a timer does; people who try again do not.
    const Duration difference = std::chrono::abs(interval - station.last_interval);
    station.regular = station.failed >= 2 && difference * 4 <= interval
                          ? static_cast<std::uint8_t>(std::min(station.regular + 1, 255))
                          : std::uint8_t{0};
    station.last_interval = interval;
    if (station.failed > 0 && attempt.ip != station.last_failed_ip &&
        std::any_of(station.failures.begin(), station.failures.end(),
                    [&](const FailedAttempt& failure) { return failure.ip == attempt.ip; }))
      station.returned = true;
    if (station.failed < 0xffff'ffffU) ++station.failed;
    station.last_failed = now;
    station.last_failed_ip = attempt.ip;
    if (station.failures.size() < ProbingStation::kMostFailures)
      station.failures.push_back(
          {attempt.ip, attempt.probes, attempt.ones, in_use ? use->mac : MacAddress{}, attempt.frame});
    judge(key, station, now, sink);
  }

  // Whoever asks for one address of others after another, and has none itself, tracks devices: a fact.
  static void visits(const StationKey& key, ProbingStation& station, const ProbeAttempt& attempt, Time now,
                     const FindingSink& sink) {
    if (station.tracking_told || !add_new(station.visited, attempt.ip, ProbingStation::kMostFailures)) return;
    station.visits.push_back(attempt.frame);
    const bool lives = station.came_up || station.lives_as != 0 || station.link_local != 0;
    if (lives || station.declines > 0 || station.visited.size() < kManyVisits) return;
    station.tracking_told = true;
    sink(tracking_finding(key, station, station.visits, now));
  }

  // True when the failure has this explanation.
  bool told_rival(const StationKey& key, ProbingStation& station, const ProbeAttempt& attempt, Time now,
                  const FindingSink& sink) {
    // One that probed others before and never took an address is no host that comes up.
    const auto silent = [](const ProbingStation& s) {
      return !s.came_up && s.failed + s.single_for_users >= 2;
    };
    const ProbingStation* rival = stations_.find({key.lan, attempt.rival});
    if (silent(station) && !(rival && silent(*rival))) return true;  // the other one's failure is told
    // Once may be an announcement that was not heard.
    if (station.rival_failures < 255) ++station.rival_failures;
    if (station.rival_failures < 2 && station.link_local == 0 && station.declines == 0) return true;
    LastProbe& last = probed_.obtain({key.lan, attempt.ip}).first;
    if (last.told) return true;
    last.told = true;
    sink(rival_finding(key, station, attempt, rival && silent(*rival) ? rival : nullptr, now));
    return true;
  }

  void judge(const StationKey& key, ProbingStation& station, Time now, const FindingSink& sink) {
    if (station.failures.empty() || station.tracks()) return;
    if (station.told && within(station.told_at, now, kForgotten)) return;
    DeniedLan& lan = lans_.obtain(key.lan).first;
    const std::size_t others = lan.others(key.mac, now, kOtherVictims);
    lan.add(key.mac, now);
    const bool sure = station.link_local != 0 || station.declines > 0;
    if (!sure && station.only_single_zeros() && (station.failed < 3 || station.regular > 0)) return;
    if (!sure && station.lives_as != 0) {  // it is up, with another address
      const bool one =
          std::all_of(station.failures.begin(), station.failures.end(),
                      [&](const FailedAttempt& f) { return f.ip == station.failures.front().ip; });
      if (!one || station.failed < 3) return;
    }
    const bool enough =
        station.failed >= 3 || station.link_local != 0 || (station.failed >= 2 && (sure || others >= 2));
    if (!enough) return;
    station.told = true;
    station.told_at = now;
    sink(denied_finding(key, station, others, now));
  }

  struct Due {
    Time due;
    StationKey key;
  };
  BoundedTable<StationKey, ProbingStation> stations_{4096};
  BoundedTable<AddressKey, AddressUse> used_{8192};
  BoundedTable<AddressKey, LastProbe> probed_{4096};
  BoundedTable<Lan, DeniedLan> lans_{256};
  std::deque<Due> open_;  ///< attempts, each once, by when they are looked at next
};

}  // namespace

std::unique_ptr<Detector> make_dad_denied() { return std::make_unique<DadDenied>(); }

}  // namespace lanwarden::analysis
