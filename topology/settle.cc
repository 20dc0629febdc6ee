// Where each station is, and what all of them together tell of this network: how rows get lost and old, where
// those are that no edge port holds, who shares a port, and how much risk an answer has to bear.
#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "topology/housing.h"
#include "topology/vlan_trees.h"

namespace lanwarden::topology::detail {
namespace {

/// An answer that names a port may be wrong so often.
constexpr double kRiskAtLeast = 0.002, kRiskAtMost = 0.02;
/// This share of the stations whose home is in sight shall be answered for, if that risk allows it.
constexpr double kAnswered = 0.986;
constexpr std::size_t kSample = 2000, kStride = 1'000'003;

class Settler {
 public:
  explicit Settler(Fabric::Impl& f) : f_(f), c_(f.census) {}

  void run() {
    learn_habits();
    house_the_homeless();
    count_pairs();
    set_risk();
  }

  void place_stations() {
    f_.located.resize(c_.size());
    for (Node n = 0; n < c_.size(); ++n) f_.located[n].assign(c_.port_limit(n), 0);
    f_.visitors = f_.located;
    std::uint64_t rows_total = 0, rows_at_home = 0, dissent_total = 0;
    for (Station m = 0; m < c_.stations.size(); ++m) {
      if (c_.owner[m] != kNoNode) continue;
      const auto rows = c_.places_of(m);
      const auto found = spots(f_, rows, 0);
      rows_total += rows.size();
      // Rows that contradict a place as often as they speak for it do not make it a home.
      if (found.empty() || found.front().score.dissent > found.front().score.agree) {
        for (const Place& row : rows)
          if (row.port != kSelf && !f_.faces[row.sw][row.port]) ++f_.visitors[row.sw][row.port];
        homeless_ += !rows.empty();
        if (!rows.empty()) without_home_.push_back(m);
        continue;
      }
      const Spot& best = found.front();
      if (best.group == kNoGroup) {
        housed_ += found.size() == 1;
        at_home_.emplace_back(m, best.at);
        // Whose own switch has lost it, dissents as a whole: that is loss, not age.
        if (best.score.dissent <= best.score.agree)
          dissent_total += best.score.dissent, rows_at_home += rows.size() - 1;
        if (best.score.dissent > 0 && 3 * best.score.dissent <= best.score.agree) {
          again_ += best.score.dissent - 1;
          again_of_ += static_cast<double>(rows.size() - 1);
        }
      } else {
        between_.emplace_back(m, best.group);
      }
      for (const Place& row : rows) {
        if (row.port == kSelf || f_.faces[row.sw][row.port]) continue;
        const bool home = found.size() == 1 && best.group == kNoGroup && best.at == Port{row.sw, row.port};
        f_.visitors[row.sw][row.port] += !home;
      }
      for (const Spot& spot : found) {
        // Of equals, any may be the place: each port counts it, so that no port looks lonelier than it may
        // be.
        if (spot.score.agree < found.front().score.agree) break;
        if (spot.group == kNoGroup)
          ++f_.located[spot.at.sw][spot.at.port];
        else if (found.size() == 1)
          f_.groups[spot.group].stations.push_back(c_.stations[m]);
      }
    }
    dissent_at_home_ =
        rows_at_home == 0 ? 0 : static_cast<double>(dissent_total) / static_cast<double>(rows_at_home);
    f_.noise = rows_total == 0 ? 0 : static_cast<double>(dissent_total) / static_cast<double>(rows_total);
  }

  static bool seen_from_all(std::span<const Place> rows, const Group& g) {
    const auto seen = [&](const Port& member) {
      return std::any_of(rows.begin(), rows.end(),
                         [&](const Place& row) { return row.sw == member.sw && row.port == member.port; });
    };
    return std::all_of(g.ports.begin(), g.ports.end(), seen);
  }

  /// How often an old row of a station that is at home on another switch shows: its former place lies
  /// behind another port than its home, or is a port of this very switch that still has a link.
  double visible_share() const {
    double apart = 0, all = 0;
    std::vector<double> count;
    for (Node s = 0; s < c_.size(); ++s) {
      count.assign(c_.port_limit(s), 0);
      double there = 0, here = 0;
      for (const Row& r : c_.rows[s]) {
        if (c_.owner[r.station] != kNoNode) continue;
        const bool away = f_.faces[s][r.port] != 0;
        (away ? there : here) += 1;
        if (away) ++count[r.port];
      }
      if (there == 0) continue;
      const Habits& h = f_.habits;
      const double linked = std::min(1.0, (h.used_ports[s] + h.free_ports[s]) / double(h.edge_ports[s]));
      for (const double k : count) apart += k * (there - k + here * linked) / (there + here);
      all += there;
    }
    return std::max(0.02, all > 0 ? apart / all : 1);
  }

  /// The share of a switch's rows that a port has: how likely a former place is behind it.
  double share_behind(Port x) const {
    const auto& rows = c_.rows[x.sw];
    const auto there =
        std::count_if(rows.begin(), rows.end(), [&](const Row& r) { return r.port == x.port; });
    return static_cast<double>(there) / static_cast<double>(std::max<std::size_t>(1, rows.size()));
  }

 private:
  /// A station between two switches proves a segment, as a rule. But whose own switch has only an old
  /// row of it, that points to the other one, looks the same: more must be there than old rows explain.
  void find_segments() {
    const Habits& h = f_.habits;
    for (Group& g : f_.groups) {
      double old = 0;
      for (const Port& x : g.ports) old += h.stale * h.stations[x.sw] * share_behind(x);
      const double enough = f_.noise < kClean ? 1 : std::max(2.0, 1 + old + 2 * std::sqrt(old));
      g.segment = g.ports.size() > 2 || static_cast<double>(g.stations.size()) >= enough;
    }
    for (const auto& [m, group] : between_) {
      Group& g = f_.groups[group];
      if (g.segment && seen_from_all(c_.places_of(m), g))
        g.weight += 1;
      else
        without_home_.push_back(m), ++homeless_;  // as well at the switch that does not hold it
    }
    std::sort(without_home_.begin(), without_home_.end());
  }

  /// What weigh() needs to know of this network.
  void learn_habits() {
    Habits& h = f_.habits;
    const std::size_t n = c_.size();
    h.lost.resize(n), h.stations.resize(n), h.edge_ports.resize(n), h.free_ports.resize(n),
        h.lone_ports.resize(n), h.used_ports.resize(n);
    std::uint64_t pairs = 0, all = 0, rows = 0;
    for (Node s = 0; s < n; ++s) {
      rows += c_.rows[s].size();
      const SwitchSnapshot& snap = c_.snapshot(s);
      for (LocalPort p = kFirstPort; p < c_.port_limit(s); ++p) {
        if (f_.faces[s][p]) continue;
        const std::uint32_t k = f_.located[s][p];
        h.stations[s] += k, all += k;
        h.lone_ports[s] += k == 1, h.used_ports[s] += k > 0;
        pairs += k == 2 && !f_.hints(s, p).phone ? 2 : 0;
        const Interface* i = snap.interface(c_.ifindex(s, p));
        if (i != nullptr && i->bridge_port.value == 0) continue;
        ++h.edge_ports[s];
        const bool free =
            k == 0 && (i == nullptr || i->oper != OperStatus::kDown) && f_.hints(s, p).unknown_bridge.empty();
        h.free_ports[s] += free;
      }
      if (snap.interfaces.empty()) ++h.free_ports[s];  // nobody told us of its ports
      h.edge_ports[s] = std::max(h.edge_ports[s], 8U);
    }
    const auto share = [](double part, double whole) { return (part + 0.1) / (whole + 1); };
    h.shared = share(static_cast<double>(pairs), static_cast<double>(all));
    // A stale row shows only where the former place lies behind another port.
    const double visible = visible_share();
    h.stale = std::min(
        0.3, share(dissent_at_home_ * static_cast<double>(rows), static_cast<double>(rows)) / visible);
    h.stale_again = std::clamp(again_of_ == 0 ? h.stale : again_ / again_of_ / visible, h.stale, 0.3);
    find_segments();
    // Whoever lacks more of the LAN's stations, lacks more of its own.
    const double lost = share(static_cast<double>(homeless_), static_cast<double>(homeless_ + housed_));
    std::map<Node, std::pair<std::uint32_t, double>> lans;
    for (Node s = 0; s < n; ++s)
      if (c_.has_rows(s)) {
        auto& [switches, sum] = lans[f_.facing.root[s]];
        ++switches, sum += static_cast<double>(c_.rows[s].size());
      }
    std::map<Node, std::uint32_t> stations;
    for (Station m = 0; m < c_.stations.size(); ++m)
      if (const auto places = c_.places_of(m); !places.empty()) ++stations[f_.facing.root[places.front().sw]];
    miss_.assign(n, 0);
    for (Node s = 0; s < n; ++s) {
      h.lost[s] = 1;
      if (!c_.has_rows(s)) continue;
      const auto& [switches, sum] = lans[f_.facing.root[s]];
      const double whole = std::max(1U, stations[f_.facing.root[s]]);
      const double missing = 1 - std::min(1.0, static_cast<double>(c_.rows[s].size()) / whole),
                   usual = 1 - std::min(1.0, sum / switches / whole);
      miss_[s] = missing;
      h.lost[s] = std::clamp(usual < 0.001 ? lost : lost * missing / usual, 0.1 * lost, 0.9);
    }
    h.homeless.assign(n, 0), h.one_more.assign(n, 1), h.taken.assign(n, 1);
    for (Group& g : f_.groups)
      for (const Port& member : g.ports) g.weight /= std::max(0.2, 1 - miss_[member.sw]);
  }

  /// Each station without a home needs a port with a link and nobody in sight, somewhere.
  void house_the_homeless() {
    Habits& h = f_.habits;
    std::vector<Homeless> homeless;
    std::uint64_t budget = 300'000'000;
    for (const Station m : without_home_) {
      const auto rows = c_.places_of(m);
      if (rows.size() * c_.size() > budget) break;
      budget -= rows.size() * c_.size();
      Homeless& one = homeless.emplace_back();
      for (const Hypothesis& x : weigh(f_, rows, {}, {}))
        if (x.kind == Hypothesis::Kind::kLost && x.share > 0.001)
          one.at.push_back({x.at.sw, x.share});
        else
          one.elsewhere += x.share;
    }
    std::vector<int> free_ports(c_.size(), -1);
    for (Node s = 0; s < c_.size(); ++s)
      if (!c_.snapshot(s).interfaces.empty() && c_.has_rows(s))
        free_ports[s] = static_cast<int>(h.free_ports[s]);
    const double scale =
        homeless.empty() ? 1
                         : static_cast<double>(without_home_.size()) / static_cast<double>(homeless.size());
    Room room = find_room(homeless, free_ports, scale);
    h.homeless = std::move(room.homeless);
    h.one_more = std::move(room.one_more);
    h.taken = std::move(room.taken);
  }

  /// Two stations on one port: they share it, or one of them has left an old row there. The share of the
  /// former in the whole network decides about each, and each about the share.
  void count_pairs() {
    Habits& h = f_.habits;
    std::vector<double> against;  // odds of each pair that it is none, with the share that was assumed
    double stations = 0, pairs = 0;
    std::uint64_t budget = 40'000'000;
    for (Node s = 0; s < c_.size(); ++s) {
      std::vector<std::vector<Station>> at(c_.port_limit(s));
      for (LocalPort p = kFirstPort; p < c_.port_limit(s); ++p) {
        if (f_.faces[s][p]) continue;
        stations += f_.located[s][p];
        if (f_.located[s][p] == 2 && !f_.hints(s, p).phone) at[p].reserve(2), ++pairs;
      }
      for (const Row& r : c_.rows[s])
        if (at[r.port].capacity() > 0) at[r.port].push_back(r.station);
      for (LocalPort p = kFirstPort; p < at.size(); ++p) {
        std::vector<double> odds;
        for (const Station m : at[p]) {
          const auto rows = c_.places_of(m);
          if (rows.size() * c_.size() > budget) break;
          budget -= rows.size() * c_.size();
          const Port here{s, p};
          double held = 0;
          for (const Hypothesis& x : weigh(f_, rows, {}, {&here, 1}))
            if (x.kind == Hypothesis::Kind::kHeld && x.at == here) held = x.share;
          odds.push_back((1 - held) / std::max(held, 1e-9));
        }
        if (odds.size() < 2) continue;
        std::partial_sort(odds.begin(), odds.begin() + 2, odds.end());
        against.push_back(odds[0] + odds[1]);
      }
    }
    if (against.empty()) return;
    const double assumed = h.shared;
    for (int round = 0; round < 20; ++round) {
      double real = 0;
      for (const double odds : against) real += 1 / (1 + odds * assumed / h.shared);
      h.shared = (2 * pairs * real / static_cast<double>(against.size()) + 0.1) / (stations + 1);
    }
  }

  /// Where tables contradict each other much, withholding every answer with some risk would withhold most:
  /// as much is put up with as it takes to answer for nearly everybody whose home is in sight.
  void set_risk() {
    Habits& h = f_.habits;
    h.risk = kRiskAtMost;
    if (f_.noise < kClean) return;
    std::vector<double> risks;
    std::uint64_t budget = 40'000'000;
    for (std::size_t i = 0; i < at_home_.size(); ++i) {
      // In an order that takes a fair sample, however far it gets.
      const auto [m, home] = at_home_[i * kStride % at_home_.size()];
      const auto rows = c_.places_of(m);
      if (rows.size() * c_.size() > budget || risks.size() == kSample) break;
      budget -= rows.size() * c_.size();
      double held = 0;
      for (const Hypothesis& x : weigh(f_, rows, {}, {&home, 1}))
        if (x.kind != Hypothesis::Kind::kLost && x.at == home) held += x.share;
      risks.push_back(1 - held);
    }
    if (risks.size() < 100) return;
    const auto last =
        risks.begin() + static_cast<std::ptrdiff_t>(kAnswered * static_cast<double>(risks.size()));
    std::nth_element(risks.begin(), last, risks.end());
    h.risk = std::clamp(*last, kRiskAtLeast, kRiskAtMost);
  }

  Fabric::Impl& f_;
  const Census& c_;
  std::vector<double> miss_;  ///< [node] share of its LAN's stations that it does not hold
  std::vector<std::pair<Station, std::uint32_t>> between_;  ///< stations, and the group they seem to be on
  std::vector<Station> without_home_;                       ///< that no edge port holds
  double dissent_at_home_ = 0;       ///< share of the rows of stations whose home is clear
  double again_ = 0, again_of_ = 0;  ///< more old rows of stations that have one, and their other rows
  std::vector<std::pair<Station, Port>> at_home_;  ///< stations, and the edge port that is likeliest
  std::uint64_t housed_ = 0, homeless_ = 0;        ///< stations whose own switch holds them; that none does
};

}  // namespace

void settle_stations(std::span<Fabric::Impl* const> trees) {
  std::vector<Settler> settlers;
  for (Fabric::Impl* f : trees) settlers.emplace_back(*f).place_stations();
  share_located(trees);
  for (Settler& s : settlers) s.run();
}

}  // namespace lanwarden::topology::detail
