// From groups of ports and the stations' places to what a fabric shows: links,
// segments, unknown bridges, roles.
#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "topology/fabric_impl.h"

namespace lanwarden::topology::detail {
namespace {

/// Below this share of dissenting rows the tables count as clean, and one station proves a segment.
constexpr double kClean = 0.0005;

class Describer {
 public:
  explicit Describer(Fabric::Impl& f) : f_(f), c_(f.census) {}

  void run() {
    place_stations();
    learn_habits();
    house_the_homeless();
    list_stations();
    make_links();
    make_unknown_bridges();
    make_roles();
    std::sort(f_.contradictions.begin(), f_.contradictions.end());
    f_.contradictions.erase(std::unique(f_.contradictions.begin(), f_.contradictions.end()),
                            f_.contradictions.end());
  }

 private:
  void place_stations() {
    f_.located.resize(c_.size());
    for (Node n = 0; n < c_.size(); ++n) f_.located[n].assign(c_.port_limit(n), 0);
    f_.visitors = f_.located;
    std::uint64_t rows_total = 0, dissent_total = 0;
    for (Station m = 0; m < c_.stations.size(); ++m) {
      if (c_.owner[m] != kNoNode) continue;
      const auto rows = c_.places_of(m);
      const auto found = spots(f_, rows, 0);
      rows_total += rows.size();
      if (found.empty()) {
        homeless_ += !rows.empty();
        if (!rows.empty()) without_home_.push_back(m);
        continue;
      }
      const Spot& best = found.front();
      if (best.group == kNoGroup) {
        at_home_ += found.size() == 1;
        // Whose own switch has lost it, dissents as a whole: that is loss, not age.
        if (best.score.dissent <= best.score.agree) dissent_total += best.score.dissent;
        if (best.score.dissent > 0 && 3 * best.score.dissent <= best.score.agree) {
          again_ += best.score.dissent - 1;
          again_of_ += static_cast<double>(rows.size() - 1);
        }
      } else if (seen_from_all(rows, f_.groups[best.group])) {
        f_.groups[best.group].weight += 1;
      } else {
        without_home_.push_back(m);
        ++homeless_;  // or on the segment: as well at the switch that does not hold it
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
    f_.noise = rows_total == 0 ? 0 : static_cast<double>(dissent_total) / static_cast<double>(rows_total);
    for (Group& g : f_.groups) {
      const std::size_t enough = f_.noise < kClean ? 1 : 2;
      g.segment = g.ports.size() > 2 || g.stations.size() >= enough;
    }
  }

  static bool seen_from_all(std::span<const Place> rows, const Group& g) {
    const auto seen = [&](const Port& member) {
      return std::any_of(rows.begin(), rows.end(),
                         [&](const Place& row) { return row.sw == member.sw && row.port == member.port; });
    };
    return std::all_of(g.ports.begin(), g.ports.end(), seen);
  }

  /// What weigh() needs to know of this network.
  void learn_habits() {
    Habits& h = f_.habits;
    const std::size_t n = c_.size();
    h.lost.resize(n), h.stations.resize(n), h.edge_ports.resize(n), h.free_ports.resize(n),
        h.lone_ports.resize(n);
    std::uint64_t pairs = 0, all = 0, rows = 0;
    for (Node s = 0; s < n; ++s) {
      rows += c_.rows[s].size();
      const SwitchSnapshot& snap = c_.snapshot(s);
      for (LocalPort p = kFirstPort; p < c_.port_limit(s); ++p) {
        if (f_.faces[s][p]) continue;
        const std::uint32_t k = f_.located[s][p];
        h.stations[s] += k, all += k;
        h.lone_ports[s] += k == 1;
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
    h.stale = std::min(
        0.3, share(f_.noise * static_cast<double>(rows), static_cast<double>(rows)) / visible_share(c_));
    h.stale_again =
        std::clamp(again_of_ == 0 ? h.stale : again_ / again_of_ / visible_share(c_), h.stale, 0.3);
    // Whoever lacks more of the LAN's stations, lacks more of its own.
    const double lost = share(static_cast<double>(homeless_), static_cast<double>(homeless_ + at_home_));
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
    h.homeless.assign(n, 0);
    for (Group& g : f_.groups)
      for (const Port& member : g.ports) g.weight /= std::max(0.2, 1 - miss_[member.sw]);
  }

  /// Each station without a home needs a port with a link and nobody in sight, somewhere.
  void house_the_homeless() {
    Habits& h = f_.habits;
    std::vector<double> found(c_.size(), 0);
    std::uint64_t budget = 300'000'000, seen = 0;
    for (const Station m : without_home_) {
      const auto rows = c_.places_of(m);
      if (rows.size() * c_.size() > budget) break;
      budget -= rows.size() * c_.size();
      ++seen;
      for (const Hypothesis& x : weigh(f_, rows, {}, {}))
        if (x.kind == Hypothesis::Kind::kLost) found[x.at.sw] += x.share;
    }
    double silent = 0;
    std::uint32_t known = 0;
    for (Node s = 0; s < c_.size(); ++s) {
      // A sample stands for all.
      h.homeless[s] =
          seen == 0 ? 0 : found[s] * static_cast<double>(without_home_.size()) / static_cast<double>(seen);
      if (c_.snapshot(s).interfaces.empty() || !c_.has_rows(s)) continue;
      ++known;
      silent += std::max(0.0, h.free_ports[s] - h.homeless[s]);
    }
    h.silent = known == 0 ? 1 : std::max(0.2, silent / known);
  }

  void list_stations() {
    f_.stations.resize(c_.size());
    f_.first_station.resize(c_.size());
    for (Node n = 0; n < c_.size(); ++n) {
      auto& first = f_.first_station[n];
      first.assign(c_.port_limit(n) + 1, 0);
      const auto counts = [&](const Row& r) { return r.port != kSelf && c_.owner[r.station] == kNoNode; };
      for (const Row& r : c_.rows[n])
        if (counts(r)) ++first[r.port + 1U];
      std::partial_sum(first.begin(), first.end(), first.begin());
      f_.stations[n].resize(first.back());
      std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
      for (const Row& r : c_.rows[n])
        if (counts(r)) f_.stations[n][next[r.port]++] = c_.stations[r.station];
    }
  }

  bool tables_agree(Port a, Port b) const {
    return f_.tables_only(a.sw, b.sw) == a.port && f_.tables_only(b.sw, a.sw) == b.port;
  }

  Witness table_witness(Port a, Port b) const {
    return {
        Source::kFdb, true,
        f_.describe(a.sw, a.port) + " and " + f_.describe(b.sw, b.port) +
            " face each other in the forwarding tables (" +
            std::to_string(std::min(f_.tables_only.margin(a.sw, b.sw), f_.tables_only.margin(b.sw, a.sw)) /
                           kStationWeight) +
            " witnesses ahead)"};
  }

  void make_links() {
    const auto told_between = [&](Port a, Port b) -> const ToldLink* {
      for (const ToldLink& x : f_.told)
        if (x.a == a && x.b == b) return &x;
      return nullptr;
    };
    for (const Group& g : f_.groups) {
      if (g.segment) {
        Segment segment;
        for (const Port& x : g.ports) segment.ports.push_back(c_.port_id(x.sw, x.port));
        std::sort(segment.ports.begin(), segment.ports.end());
        segment.stations = g.stations;
        for (const ToldLink& x : f_.told)
          if (!x.blocked && f_.group_of[x.a.sw][x.a.port] == f_.group_of[g.ports[0].sw][g.ports[0].port])
            segment.witnesses.insert(segment.witnesses.end(), x.witnesses.begin(), x.witnesses.end());
        for (std::size_t i = 0; i + 1 < g.ports.size(); ++i)
          if (tables_agree(g.ports[i], g.ports[i + 1]))
            segment.witnesses.push_back(table_witness(g.ports[i], g.ports[i + 1]));
        f_.segments.push_back(std::move(segment));
      } else if (g.ports.size() == 2) {
        add_link(g.ports[0], g.ports[1], told_between(g.ports[0], g.ports[1]));
      }
    }
    for (const ToldLink& x : f_.told)
      if (x.blocked) add_link(x.a, x.b, &x);
    const auto ends = [](const Link& x) { return std::pair{x.a, x.b}; };
    std::sort(f_.links.begin(), f_.links.end(),
              [&](const Link& x, const Link& y) { return ends(x) < ends(y); });
    std::sort(f_.segments.begin(), f_.segments.end(),
              [](const Segment& x, const Segment& y) { return x.ports < y.ports; });
  }

  void add_link(Port a, Port b, const ToldLink* told) {
    Link link;
    link.a = c_.port_id(a.sw, a.port);
    link.b = c_.port_id(b.sw, b.port);
    if (link.b < link.a) std::swap(link.a, link.b);
    double doubt = 1;
    if (told != nullptr) {
      link.via = told->via;
      link.blocked = told->blocked;
      link.witnesses = told->witnesses;
      doubt = told->mutual ? 0.01 : 0.05;
    }
    if (tables_agree(a, b) && !link.blocked) {
      link.via.push_back(Source::kFdb);
      link.witnesses.push_back(table_witness(a, b));
      const auto margin = std::min(f_.tables_only.margin(a.sw, b.sw), f_.tables_only.margin(b.sw, a.sw));
      doubt *= margin >= 4 * kStationWeight ? 0.03 : margin >= 2 * kStationWeight ? 0.08 : 0.15;
    } else if (told == nullptr) {
      link.via.push_back(Source::kFdb);
      link.witnesses.push_back(
          {Source::kFdb, true, "what lies between is the same seen from all other switches"});
      doubt = 0.1;
    }
    std::sort(link.via.begin(), link.via.end());
    link.via.erase(std::unique(link.via.begin(), link.via.end()), link.via.end());
    link.confidence = 1 - std::max(doubt, 0.001);
    f_.links.push_back(std::move(link));
  }

  void make_unknown_bridges() {
    for (Node n = 0; n < c_.size(); ++n)
      for (LocalPort p = kFirstPort; p < c_.port_limit(n); ++p)
        if (const PortHints& hints = f_.hints(n, p); !hints.unknown_bridge.empty())
          f_.unknown_bridges.push_back({c_.port_id(n, p), hints.unknown_bridge});
    std::sort(f_.unknown_bridges.begin(), f_.unknown_bridges.end(),
              [](const UnknownBridge& a, const UnknownBridge& b) { return a.port < b.port; });
  }

  PortRole role(Node n, LocalPort p) const {
    const std::uint32_t g = f_.group_of[n][p];
    if (g != kNoGroup && f_.groups[g].segment) return PortRole::kSegment;
    const PortHints& hints = f_.hints(n, p);
    if (f_.faces[n][p] || !hints.unknown_bridge.empty()) return PortRole::kUplink;
    const std::uint32_t stations = f_.located[n][p];
    const bool rows = f_.first_station[n][p + 1U] != f_.first_station[n][p];
    if (hints.access_point || hints.hypervisor) return PortRole::kShared;
    if (stations == 0) {
      if (rows) return PortRole::kUnknown;  // stale rows only
      const Interface* i = c_.snapshot(n).interface(c_.ifindex(n, p));
      return i != nullptr && i->oper == OperStatus::kUp && i->bridge_port.value != 0 ? PortRole::kUnknown
                                                                                     : PortRole::kUnused;
    }
    return stations <= (hints.phone ? 2U : 1U) ? PortRole::kEdge : PortRole::kShared;
  }

  void make_roles() {
    f_.roles.resize(c_.size());
    for (Node n = 0; n < c_.size(); ++n) {
      f_.roles[n].assign(c_.port_limit(n), PortRole::kUnused);
      for (LocalPort p = kFirstPort; p < c_.port_limit(n); ++p) f_.roles[n][p] = role(n, p);
    }
  }

  Fabric::Impl& f_;
  const Census& c_;
  std::vector<double> miss_;           ///< [node] share of its LAN's stations that it does not hold
  std::vector<Station> without_home_;  ///< that no edge port holds
  double again_ = 0, again_of_ = 0;    ///< more old rows of stations that have one, and their other rows
  std::uint64_t at_home_ = 0, homeless_ = 0;  ///< stations whose own switch holds them; that none does
};

}  // namespace

void describe_fabric(Fabric::Impl& f) { Describer(f).run(); }

}  // namespace lanwarden::topology::detail
