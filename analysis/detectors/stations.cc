// new-station: somebody who was never here. station-moved: somebody who was there and is now here.
//
// For the record, never an alarm: people come, and carry their computers about. Who was here before is told
// by whoever remembers (know()); where nobody does, who is heard in the first hour is taken for an old
// acquaintance: a quiet printer speaks that seldom. So that one visit is one line, a
// newcomer is told some seconds later, with the address and the name it has given by then. More than
// kMostToldAtOnce in a minute are no visitors: the others are counted. A bridge that speaks spanning tree,
// LLDP or CDP from an address of its own is no visitor: what it says is in the census.
//
// A station has moved when it was heard in one place (interface or file, VLAN) for a while, then in another,
// and no longer in the first. Routers and servers that live in many VLANs are heard in all of them at a time.
// Addresses that are made to move (VRRP, HSRP, GLBP, NLB) may. One that moves again and again is a warning:
// one address in two machines, or a cable in two places.
//
// Bounds: 16,384 stations, 64 newcomers waiting; of strangers in a full table, those that speak twice.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "analysis/bounded_table.h"
#include "analysis/decode/bridge_speech.h"
#include "analysis/detectors/all.h"
#include "analysis/detectors/arp_ledger.h"
#include "analysis/doorkeeper.h"
#include "analysis/host_names.h"

namespace lanwarden::analysis {
namespace {

constexpr std::size_t kMostStations = 16'384, kMostWaiting = 64, kMostToldAtOnce = 20;
constexpr Duration kLearning = std::chrono::hours(1);
constexpr Duration kIntroduction = std::chrono::seconds(10);
constexpr Duration kAtHome = std::chrono::seconds(60);   // heard so long in a place before a move counts
constexpr Duration kSilence = std::chrono::seconds(60);  // in the old place
constexpr Duration kAwhile = std::chrono::hours(1);
constexpr std::size_t kRecent = 1024;
constexpr Duration kOften = std::chrono::seconds(1);  // hearing it so soon again tells nothing new
constexpr unsigned kRestless = 4;                     // moves in kAwhile

struct MacKey {
  MacAddress mac;
  bool operator==(const MacKey&) const = default;
  std::uint64_t hash() const { return mixed(0x73746174, mac.bits()); }
};

struct Place {
  Lan lan;
  Time first{}, last{};
  FrameRef frame;
};

struct Station {
  Place home, away;  // away: where it was heard besides
  bool everywhere = false;
  Time moving_since{};
  unsigned moves = 0;
};

struct Recent {
  MacAddress mac;
  Lan lan;
  Time time{};
};

struct Newcomer {
  MacAddress mac;
  FrameRef frame;
  Lan lan;
  IpAddress address;
  std::string name;
};

IpAddress address_in(const Frame& frame) {
  if (const Arp* arp = frame.arp()) return arp->sender_mac == frame.src ? arp->sender_ip : IpAddress{};
  const IpHeader* ip = frame.ip();
  return ip && (frame.dst.is_group() || is_of_sender(*ip)) ? ip->source : IpAddress{};
}

class Stations : public Detector {
 public:
  std::string_view name() const override { return "stations"; }
  Interest interest() const override { return Interest::kGroup | Interest::kNames; }

  void attach(const ArpRoutine& routine) override { routine_ = &routine; }
  void know(const std::shared_ptr<const KnownStations>& stations) override { known_ = stations; }

  void fetch(const Lan& lan, MacAddress src, const Arp&, Fetch stage) const override {
    if (stage == Fetch::kSlots) __builtin_prefetch(&recent_[recent_of(lan, src)]);
    stations_.fetch(MacKey{src}.hash(), stage, 2);
  }
  void on_frame(const Frame& frame, const FindingSink& sink) override {
    if (topology::address_kind(frame.src) != topology::AddressKind::kStation) return;
    if (!begun_) {
      begun_ = true;
      begin_ = frame.time;
    }
    const bool bridge = speaks_as_bridge(frame);
    if (!waiting_.empty() && bridge)
      std::erase_if(waiting_, [&](const Newcomer& n) { return n.mac == frame.src; });
    else if (!waiting_.empty())
      introduce(frame);
    const Lan lan{frame.source, frame.vlan};
    Recent& recent = recent_[recent_of(lan, frame.src)];
    if (recent.mac == frame.src && recent.lan == lan && frame.time >= recent.time &&
        frame.time - recent.time < kOften)
      return;
    recent = {frame.src, lan, frame.time};
    const FrameRef ref{frame.source, frame.number, frame.time};
    Station* station = stations_.find({frame.src});
    if (station == nullptr) {
      if (stations_.size() == kMostStations && !door_.knock(MacKey{frame.src}.hash())) return;
      stations_.obtain({frame.src}).first.home = {lan, frame.time, frame.time, ref};
      if (!bridge && is_newcomer(frame)) arrives(frame, lan, ref);
      return;
    }
    if (station->home.lan == lan) {
      station->home.last = frame.time;
      station->home.frame = ref;
      // Back where it was, while it is heard elsewhere, too: it lives in both.
      if (station->away.last != Time{}) station->everywhere = true;
      return;
    }
    if (!station->everywhere) elsewhere(frame, *station, lan, ref, sink);
  }

  void on_tick(Time now, bool last, const FindingSink& sink) override {
    if (now < minute_ || now - minute_ > std::chrono::minutes(1)) {
      minute_ = now;
      told_ = 0;
    }
    std::erase_if(waiting_, [&](const Newcomer& newcomer) {
      if (!last && now - newcomer.frame.time < kIntroduction) return false;
      if (told_ < kMostToldAtOnce) {
        ++told_;
        sink(arrival(newcomer));
        untold_ = 0;
      } else {
        ++untold_;
      }
      return true;
    });
  }

 private:
  static std::size_t recent_of(const Lan& lan, MacAddress mac) {
    return static_cast<std::size_t>(mixed(lan.hash(), mac.bits()) >> 24) % kRecent;
  }
  bool is_newcomer(const Frame& frame) const {
    return known_ ? !std::binary_search(known_->begin(), known_->end(), frame.src)
                  : frame.time - begin_ > kLearning;
  }

  void arrives(const Frame& frame, const Lan& lan, const FrameRef& ref) {
    if (waiting_.size() == kMostWaiting) {
      ++untold_;
      return;
    }
    waiting_.push_back({frame.src, ref, lan, {}, {}});
    introduce(frame);
  }

  void introduce(const Frame& frame) {
    const auto it =
        std::find_if(waiting_.begin(), waiting_.end(), [&](const Newcomer& n) { return n.mac == frame.src; });
    if (it == waiting_.end()) return;
    if (const IpAddress address = address_in(frame);
        !address.is_unspecified() && it->address.is_unspecified())
      it->address = address;
    if (it->name.empty()) it->name = host_name_in(frame);
  }

  Finding arrival(const Newcomer& newcomer) const {
    Finding finding;
    finding.time = newcomer.frame.time;
    finding.kind = "new-station";
    finding.severity = Severity::kInfo;
    finding.mac = newcomer.mac;
    finding.vlan = newcomer.lan.vlan;
    finding.source = newcomer.lan.source;
    finding.summary = "a station that was not here before: " + newcomer.mac.to_string();
    finding.evidence.emplace_back("first_seen_after_s",
                                  std::chrono::duration<double>(newcomer.frame.time - begin_).count());
    if (!newcomer.address.is_unspecified()) {
      finding.summary += " " + newcomer.address.to_string();
      finding.evidence.emplace_back("address", newcomer.address.to_string());
    }
    if (!newcomer.name.empty()) {
      finding.summary += " (" + newcomer.name + ")";
      finding.evidence.emplace_back("name", newcomer.name);
    }
    if (newcomer.mac.is_local()) finding.evidence.emplace_back("locally_administered", true);
    if (untold_ > 0) finding.evidence.emplace_back("others_not_told", static_cast<std::int64_t>(untold_));
    finding.frames = {newcomer.frame};
    return finding;
  }

  void elsewhere(const Frame& frame, Station& station, const Lan& lan, const FrameRef& ref,
                 const FindingSink& sink) const {
    if (station.away.last == Time{}) {
      // Heard too shortly at home to say that it lived there, or still heard there: it may live in both.
      if (station.home.last - station.home.first < kAtHome) station.everywhere = true;
      station.away = {lan, frame.time, frame.time, ref};
      return;
    }
    if (!(station.away.lan == lan)) {  // a third place within a minute
      station.everywhere = true;
      return;
    }
    station.away.last = frame.time;
    if (frame.time - station.home.last < kSilence || frame.time - station.away.first < kSilence) return;
    if (routine_ != nullptr) {
      const FrameRef routine = routine_->last_heard(station.home.lan, frame.src);
      if (routine.time >= station.away.first) {  // all the while it asked its questions at home
        station.everywhere = true;
        return;
      }
      if (routine.time > station.home.last) station.home.frame = routine;
    }
    const Place from = station.home;
    station.home = station.away;
    station.away = {};
    if (frame.time < station.moving_since || frame.time - station.moving_since > kAwhile) {
      station.moving_since = frame.time;
      station.moves = 0;
    }
    ++station.moves;
    sink(move(frame, station, from, ref));
  }

  static std::string place(const Lan& from, const Lan& to) {
    std::string text =
        from.vlan == topology::kNoVlan ? "untagged" : "VLAN " + std::to_string(from.vlan.value);
    return from.source == to.source ? text : text + " of source " + std::to_string(from.source);
  }

  static Finding move(const Frame& frame, const Station& station, const Place& from, const FrameRef& ref) {
    Finding finding;
    finding.time = frame.time;
    finding.kind = "station-moved";
    finding.severity = station.moves >= kRestless ? Severity::kWarning : Severity::kInfo;
    finding.mac = frame.src;
    finding.vlan = frame.vlan;
    finding.source = frame.source;
    finding.summary = frame.src.to_string() + " moved from " + place(from.lan, station.home.lan) + " to " +
                      place(station.home.lan, from.lan);
    if (station.moves > 1)
      finding.summary += ", the " + std::to_string(station.moves) + "th time within an hour";
    finding.evidence = {{"from", place(from.lan, station.home.lan)},
                        {"to", place(station.home.lan, from.lan)},
                        {"moves", std::int64_t{station.moves}}};
    finding.frames = {from.frame, station.home.frame, ref};
    return finding;
  }

  const ArpRoutine* routine_ = nullptr;
  std::shared_ptr<const KnownStations> known_;
  std::array<Recent, kRecent> recent_{};
  BoundedTable<MacKey, Station> stations_{kMostStations};
  Doorkeeper door_;
  std::vector<Newcomer> waiting_;
  Time begin_{}, minute_{};
  std::size_t told_ = 0, untold_ = 0;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<Detector> make_stations() { return std::make_unique<Stations>(); }

}  // namespace lanwarden::analysis
