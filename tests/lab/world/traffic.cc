#include "tests/lab/world/traffic.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <queue>
#include <tuple>

#include "tests/lab/world/random.h"

namespace lanwarden::lab {
namespace {

using namespace std::chrono_literals;
using topology::kBroadcast;
using topology::MacAddress;

constexpr NodeId kSnifferSwitch = 0;
constexpr unsigned kProbes = 3;         // RFC 5227 §1.1: PROBE_NUM
constexpr unsigned kAnnouncements = 2;  // ANNOUNCE_NUM, two seconds apart
constexpr SimulatedTime kRetry = 8s;    // how long a refused machine rests

SimulatedTime seconds(double s) { return SimulatedTime(static_cast<std::int64_t>(s * 1e9)); }

struct Booting {
  std::uint32_t station;
  bool vmware;
  enum class State : std::uint8_t { kProbing, kAnnouncing, kRefused, kUp } state = State::kProbing;
  unsigned sent = 0;
};

struct Beating {
  std::uint32_t station;
  bool nlb;
  std::uint8_t host = 0;
  std::size_t beats = 0;
};

}  // namespace

struct Traffic::Impl {
  enum class What : std::uint8_t { kChatter, kDhcp, kBpdu, kLldp, kBoot, kRogueAnswers, kReply, kBeat, kNtp };
  struct Event {
    SimulatedTime at;
    std::uint64_t sequence;  // among equals the first planned comes first
    What what;
    std::uint32_t index = 0;
    std::uint32_t ip = 0;  // kRogueAnswers: what it claims; kReply: who asked
    std::uint32_t to_station = 0;
    bool operator>(const Event& o) const { return std::tie(at, sequence) > std::tie(o.at, o.sequence); }
  };

  Impl(const LiveWorld& l, const TrafficOptions& o)
      : live(l),
        world(l.world()),
        options(o),
        random(o.seed, 77),
        vlan(world.vlans.size() > 1 ? world.vlans[1] : world.vlans[0]) {
    for (std::uint32_t i = 0; i < world.stations.size(); ++i) {
      const Station& s = world.stations[i];
      if (s.vlan == vlan && s.kind != StationKind::kSwitch) here.push_back(i);
    }
    cast_rogue();
    cast_booting();
    if (options.heartbeats) cast_heartbeats();
    for (const std::uint32_t i : here) {
      const StationKind kind = world.stations[i].kind;
      const bool boots =
          std::any_of(booting.begin(), booting.end(), [&](const Booting& b) { return b.station == i; });
      if (!boots && rogue != i && kind != StationKind::kNlb) talkers.push_back(i);
    }
    if (!talkers.empty() && options.chatter > 0) {
      plan(chatter_gap(), What::kChatter);
      plan(seconds(3 * random.unit() / options.chatter), What::kDhcp);
    }
    plan(seconds(2 * random.unit()), What::kBpdu);
    if (world.switches[kSnifferSwitch].lldp) plan(seconds(10 * random.unit()), What::kLldp);
  }

  void plan(SimulatedTime after, What what, std::uint32_t index = 0, std::uint32_t ip = 0,
            std::uint32_t to = 0) {
    events.push({now + after, sequence++, what, index, ip, to});
  }
  const Station& station(std::uint32_t i) const { return world.stations[i]; }
  std::uint32_t ip_of(std::uint32_t i) const { return station(i).ip.v4_bits(); }
  bool reaches(std::uint32_t i) const { return live.heard_at(kSnifferSwitch, i); }

  void cast_rogue() {
    if (!options.clock) return;
    rogue = world.station_of_kind(StationKind::kClock);
    if (rogue && station(*rogue).vlan != vlan) rogue.reset();
    for (const std::uint32_t i : here) {
      if (rogue) break;
      if (station(i).kind == StationKind::kHost && world.is_switch(station(i).at.node)) rogue = i;
    }
    if (rogue) plan(seconds(5 * random.unit()), What::kNtp);
  }

  void cast_booting() {
    for (const std::uint32_t i : here)
      if (station(i).kind == StationKind::kVirtualMachine) booting.push_back({i, true});
    if (booting.empty()) {  // no virtual machines here: every tenth ordinary host comes up
      for (std::size_t k = 0; k < here.size(); k += 10)
        if (rogue != here[k]) booting.push_back({here[k], false});
    }
    for (std::uint32_t b = 0; b < booting.size(); ++b)
      plan(1s + seconds(random.unit() * std::chrono::duration<double>(options.boots_within).count()),
           What::kBoot, b);
  }

  void cast_heartbeats() {
    std::vector<std::uint32_t> cards;
    for (const std::uint32_t i : here) {
      if (station(i).kind == StationKind::kCompaq) cards.push_back(i);
      if (station(i).kind == StationKind::kNlb)
        beating.push_back({i, true, static_cast<std::uint8_t>(station(i).mac.octets()[1]), 0});
    }
    for (const std::uint32_t i : here)  // a world without these cards: its hosts beat in their place
      if (cards.size() < 36 && station(i).kind == StationKind::kHost && rogue != i &&
          world.station_of_kind(StationKind::kCompaq) == std::nullopt)
        cards.push_back(i);
    for (const std::uint32_t i : cards) beating.push_back({i, false, 0, 0});
    std::vector<SimulatedTime> phase(beating.size());
    for (std::uint32_t b = 0; b < beating.size(); ++b) {
      // A team's two cards have neighbouring addresses and beat together.
      const bool second =
          b > 0 && !beating[b].nlb && !beating[b - 1].nlb &&
          station(beating[b].station).mac.bits() == station(beating[b - 1].station).mac.bits() + 1;
      phase[b] = second ? phase[b - 1] + seconds(2e-5) : seconds(random.unit());
      plan(phase[b], What::kBeat, b);
    }
    // Interval by interval: 0.988 s, 1.003 s, … so a team drifts, but together: both follow one clock.
    for (auto& drift : beat_jitter) drift = (random.unit() - 0.5) * 0.016;
  }

  SimulatedTime chatter_gap() {
    // Poisson: a station asks for somebody about once in 40 s.
    const double rate = options.chatter * static_cast<double>(talkers.size()) / 40.0;
    return seconds(-std::log(1.0 - random.unit()) / rate);
  }
  std::uint32_t some_talker() { return talkers[random.below(talkers.size())]; }

  void hear(std::uint32_t from, Frame frame) {
    if (reaches(from)) heard->push_back({now, std::move(frame)});
  }
  /// What is sent to one station only reaches the sniffer's port by mirroring.
  void hear_unicast(std::uint32_t from, Frame frame) {
    if (options.mirror) hear(from, std::move(frame));
  }

  // The defect: whoever probes or announces any address hears that it is taken.
  void rogue_hears(std::uint32_t prober, std::uint32_t ip) {
    if (rogue && reaches(*rogue) && reaches(prober))
      plan(seconds(0.0003 + 0.002 * random.unit()), What::kRogueAnswers, 0, ip, prober);
  }

  void chatter() {
    plan(chatter_gap(), What::kChatter);
    const std::uint32_t from = some_talker(), to = some_talker();
    if (from == to || !reaches(from)) return;
    const Station& s = station(from);
    if (random.chance(0.2)) {  // NetBIOS name service asks everybody
      static constexpr std::array<std::uint8_t, 50> kQuery{0x12, 0x34, 0x01, 0x10, 0, 1};
      hear(from, udp_frame(s.mac, kBroadcast, ip_of(from), 0xffffffff, 137, 137, kQuery));
      return;
    }
    hear(from, arp_request(s.mac, ip_of(from), ip_of(to)));
    if (reaches(to)) plan(seconds(0.0002 + 0.001 * random.unit()), What::kReply, to, ip_of(from), from);
  }

  void boot(Booting& b, std::uint32_t index) {
    const Station& s = station(b.station);
    if (!reaches(b.station)) {  // its own port is shut: it will see the link come up
      b.state = Booting::State::kProbing;
      b.sent = 0;
      plan(2s, What::kBoot, index);
      return;
    }
    if (b.state == Booting::State::kRefused) {
      b.state = Booting::State::kProbing;
      b.sent = 0;
    }
    if (b.state == Booting::State::kProbing && b.sent < kProbes) {
      hear(b.station, arp_probe(s.mac, ip_of(b.station), b.vmware));
      rogue_hears(b.station, ip_of(b.station));
      ++b.sent;
      // RFC 5227: 1 to 2 s between probes, 2 s of silence after the last.
      plan(b.sent < kProbes ? 1s + seconds(random.unit()) : SimulatedTime(2s), What::kBoot, index);
      return;
    }
    if (b.state == Booting::State::kProbing) {
      b.state = Booting::State::kAnnouncing;
      b.sent = 0;
    }
    if (b.state != Booting::State::kAnnouncing) return;
    hear(b.station, arp_announcement(s.mac, ip_of(b.station)));
    rogue_hears(b.station, ip_of(b.station));
    if (++b.sent < kAnnouncements)
      plan(2s, What::kBoot, index);
    else
      b.state = Booting::State::kUp;
  }

  void rogue_answers(const Event& e) {
    if (!reaches(*rogue)) return;
    const Station& prober = station(e.to_station);
    hear_unicast(*rogue, arp_reply(station(*rogue).mac, e.ip, prober.mac, 0));
    for (Booting& b : booting) {
      if (b.station != e.to_station || b.state == Booting::State::kRefused || b.state == Booting::State::kUp)
        continue;
      b.state = Booting::State::kRefused;  // RFC 5227 §2.1.1: the address must not be used
      // Its next step is already planned: it comes as a fresh try, later.
      rests.push_back({static_cast<std::uint32_t>(&b - booting.data()), now + kRetry});
    }
  }

  /// Whether this machine still rests after a refusal; plans its next try when it does.
  bool resting(std::uint32_t index) {
    const auto it = std::find_if(rests.begin(), rests.end(), [&](const Rest& r) { return r.index == index; });
    if (it == rests.end()) return false;
    const SimulatedTime until = it->until;
    rests.erase(it);
    if (until <= now) return false;
    plan(until - now + seconds(4 * random.unit()), What::kBoot, index);
    return true;
  }

  void beat(Beating& b, std::uint32_t index) {
    const Station& s = station(b.station);
    if (b.nlb) {
      hear(b.station, nlb_frame(s.mac, b.host, 0xc0a803c8));
      plan(500ms + seconds((random.unit() - 0.5) * 0.2), What::kBeat, index);
      return;
    }
    hear(b.station, loop_frame(s.mac));
    const bool second = index > 0 && station(beating[index - 1].station).mac.bits() + 1 == s.mac.bits();
    const std::uint32_t lead = second ? index - 1 : index;
    const std::size_t turn = b.beats++ + lead * 7;
    plan(1s + seconds(beat_jitter[turn % beat_jitter.size()]), What::kBeat, index);
  }

  void run(const Event& e) {
    switch (e.what) {
      case What::kChatter:
        chatter();
        break;
      case What::kDhcp: {
        const std::uint32_t from = some_talker();
        hear(from, dhcp_discover(station(from).mac, static_cast<std::uint32_t>(random.bits())));
        plan(seconds((5 + 10 * random.unit()) / options.chatter), What::kDhcp);
        break;
      }
      case What::kBpdu:
        heard->push_back({now, bpdu_frame(world.switches[kSnifferSwitch], sniffer_port())});
        plan(2s, What::kBpdu);
        break;
      case What::kLldp:
        heard->push_back({now, lldp_frame(world.switches[kSnifferSwitch], sniffer_port())});
        plan(30s, What::kLldp);
        break;
      case What::kBoot:
        if (!resting(e.index)) boot(booting[e.index], e.index);
        break;
      case What::kRogueAnswers:
        rogue_answers(e);
        break;
      case What::kReply:
        if (reaches(e.index))
          hear_unicast(e.index,
                       arp_reply(station(e.index).mac, ip_of(e.index), station(e.to_station).mac, e.ip));
        break;
      case What::kBeat:
        beat(beating[e.index], e.index);
        break;
      case What::kNtp: {  // the clock is a clock: it asks for the time
        static constexpr std::array<std::uint8_t, 48> kRequest{0x23};
        hear(*rogue,
             udp_frame(station(*rogue).mac, kBroadcast, ip_of(*rogue), 0xffffffff, 123, 123, kRequest));
        plan(64s, What::kNtp);
        break;
      }
    }
  }

  const Port& sniffer_port() const { return world.switches[kSnifferSwitch].ports.front(); }

  struct Rest {
    std::uint32_t index;
    SimulatedTime until;
  };

  const LiveWorld& live;
  const World& world;
  const TrafficOptions options;
  Random random;
  const topology::VlanId vlan;
  std::vector<std::uint32_t> here, talkers;
  std::optional<std::uint32_t> rogue;
  std::vector<Booting> booting;
  std::vector<Rest> rests;
  std::vector<Beating> beating;
  std::array<double, 61> beat_jitter{};
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
  std::uint64_t sequence = 0;
  SimulatedTime now{0};
  std::vector<HeardFrame>* heard = nullptr;
};

Traffic::Traffic(const LiveWorld& live, const TrafficOptions& options)
    : impl_(std::make_unique<Impl>(live, options)) {}
Traffic::~Traffic() = default;

SimulatedTime Traffic::next() const { return impl_->events.top().at; }

void Traffic::step(std::vector<HeardFrame>& heard) {
  const Impl::Event event = impl_->events.top();
  impl_->events.pop();
  impl_->now = event.at;
  impl_->heard = &heard;
  impl_->run(event);
  impl_->heard = nullptr;
}

BootCounts Traffic::boots() const {
  BootCounts counts;
  for (const Booting& b : impl_->booting) {
    if (b.state == Booting::State::kUp)
      ++counts.up;
    else if (b.state == Booting::State::kRefused)
      ++counts.refused;
    else
      ++counts.waiting;
  }
  return counts;
}

std::optional<std::uint32_t> Traffic::rogue() const { return impl_->rogue; }

}  // namespace lanwarden::lab
