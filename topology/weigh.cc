// Bayes' rule over the places a station may be at. A row is absent with the share
// of its switch; a row is old with the share the whole fabric shows; and all old
// rows of a station speak of one former place (realistic moves: LOCATING.md).
#include "topology/weigh.h"

#include <algorithm>
#include <cmath>

namespace lanwarden::topology::detail {
namespace {

/// A dissenting row that the former place does not explain: a second move, or a direction that is wrong.
constexpr double kUnexplained = 0.002;
/// That it moved twice, and both places left rows.
constexpr double kTwice = 0.1;
/// Once a station is known to have moved, more rows may be old: no evidence as strong as the first.
constexpr double kAgain = 0.03;
/// Where we cannot tell how a switch should see a place, its row is as good as thrown.
constexpr double kUnsure = 0.3, kUnsureAtLeast = 0.02;
/// Stations expected on a box that nobody has seen, in the middle of a cable.
constexpr double kUnseenBox = 0.02;

double power(double base, std::uint32_t exponent) {
  double p = 1;
  for (; exponent > 0; --exponent) p *= base;
  return p;
}

class Weigher {
 public:
  Weigher(const Fabric::Impl& f, const Outline& outline, std::span<const Port> counted)
      : f_(f), o_(outline), counted_(counted) {}

  std::vector<Hypothesis> run() {
    std::vector<double> explained(o_.dissent.size(), -1);
    std::vector<Hypothesis> found;
    found.reserve(o_.places.size());
    double total = 0;
    for (const Outline::Place& x : o_.places) {
      Hypothesis h = x.is;
      if (h.kind == Hypothesis::Kind::kHidden && (h.share = behind(x)) <= 1e-6) continue;
      double& fits = explained[x.dissent];
      if (fits < 0) fits = how_well_explained(o_.dissent[x.dissent]);
      total += h.share = prior(x, h.share) * fits;
      found.push_back(h);
    }
    for (Hypothesis& x : found) x.share = total > 0 ? x.share / total : 1.0 / double(found.size());
    return found;
  }

 private:
  /// How likely it is that the hidden switch hangs behind this port.
  double behind(const Outline::Place& x) const {
    // Behind a port that leads to others it may be as well: behind any of them.
    double sum = 0, here = 0;
    for (const auto& way : x.ways) {
      const double fits = std::pow(std::max(kUnexplained, f_.habits.stale), way.wrong);
      sum += way.faces ? fits * 3 : fits;
      if (way.here) here = fits;
    }
    return sum > 0 ? here / sum : 0;
  }

  double prior(const Outline::Place& x, double behind) const {
    const Habits& h = f_.habits;
    const Node n = x.is.at.sw;
    double p = 1;
    switch (x.is.kind) {
      case Hypothesis::Kind::kHidden:
        p = here(x.is.hidden) * room(x.is.hidden) * h.lost[x.is.hidden] * behind;
        break;
      case Hypothesis::Kind::kGroup: {
        const Group& g = f_.groups[x.is.group];
        p = g.segment ? g.weight + 1 : kUnseenBox;
        break;
      }
      case Hypothesis::Kind::kLost:
        p = here(n) * room(n);
        if (!x.holds) p *= h.lost[n];
        break;
      case Hypothesis::Kind::kHeld:
        p = here(n) * (1 - h.lost[n]) * port_prior(x.is.at);
        break;
    }
    return p * std::max(kUnsureAtLeast, power(kUnsure, std::min(x.is.score.unsure, 8U)));
  }

  /// Stations of this switch, this one included.
  double here(Node n) const { return f_.habits.stations[n] + f_.habits.homeless[n] + 1; }

  /// How well one more station that it lacks fits in: each needs a port of its own, or shares one.
  double room(Node n) const { return f_.habits.shared + f_.habits.one_more[n]; }

  /// At one of the ports with a link and nobody else in sight; less likely if somebody whom nobody heard
  /// must be at this one.
  double alone(Port at, bool counted) const {
    const Habits& h = f_.habits;
    return h.taken[at.sw] / std::max(1.0, h.free_ports[at.sw] + (counted ? 1.0 : 0.0));
  }

  /// How likely it is that a station of this switch is at this very port.
  double port_prior(Port at) const {
    const Habits& h = f_.habits;
    const std::uint32_t located = f_.located[at.sw][at.port];
    std::uint32_t others = located;
    if (others > 0 && std::find(counted_.begin(), counted_.end(), at) != counted_.end()) --others;
    const PortHints& hints = f_.hints(at.sw, at.port);
    if (hints.access_point || hints.hypervisor || !hints.unknown_bridge.empty())
      others = std::max(others, 2U);
    if (others == 0 || (others == 1 && hints.phone)) return alone(at, located > 0) + h.shared / here(at.sw);
    if (others == 1 || (others == 2 && hints.phone)) return h.shared_else / (h.lone_ports[at.sw] + 1.0);
    return others / here(at.sw);
  }

  /// How well one former place explains the rows that dissent, and those of dead ports.
  double how_well_explained(const Dissent& d) const {
    if (!d.any) return 1;
    // How likely it is that so many rows are old.
    double rate = 1;
    for (std::uint32_t i = 0; i < d.rows; ++i)
      rate *= i == 0 ? f_.habits.stale : std::max(kAgain, f_.habits.stale_again);
    // Summed up over all places it may have been at, how well each explains the dissent.
    double sum = 0;
    for (const Dissent::Alike& x : d.alike)
      sum += x.switches * power(kUnexplained, x.missed) * power(kUnsure, x.blank) * at_ports(d, kNoNode);
    for (const Dissent::Own& x : d.own)
      sum += power(kUnexplained, x.missed) * power(kUnsure, x.blank) * at_ports(d, x.sw);
    return rate * sum / static_cast<double>(f_.census.size());
  }

  /// How likely it is that a station which was at this switch was at the very ports that say so, and at those
  /// of the other switches as well.
  double at_ports(const Dissent& d, Node was) const {
    double p = 1;
    for (const Node n : d.edges) {
      p /= f_.habits.edge_ports[n];
      if (n != was) p *= kTwice / static_cast<double>(f_.census.size());
    }
    return p;
  }

  const Fabric::Impl& f_;
  const Outline& o_;
  std::span<const Port> counted_;
};

}  // namespace

std::vector<Hypothesis> weigh(const Fabric::Impl& f, const Outline& outline, std::span<const Port> counted) {
  return Weigher(f, outline, counted).run();
}

std::vector<Hypothesis> likeliest_first(std::vector<Hypothesis> found) {
  std::stable_sort(found.begin(), found.end(),
                   [](const Hypothesis& a, const Hypothesis& b) { return a.share > b.share; });
  return found;
}

}  // namespace lanwarden::topology::detail
