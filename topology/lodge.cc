// The stations whose place is not plain, each weighed against the others.
#include <algorithm>
#include <cmath>

#include "topology/housing.h"
#include "topology/settle.h"

namespace lanwarden::topology::detail {
namespace {

/// An answer that names a port may be wrong so often.
constexpr double kRiskAtLeast = 0.008, kRiskAtMost = 0.012;
/// This share of the stations whose home is in sight shall be answered for, if that risk allows it.
constexpr double kAnswered = 0.98;
/// Rows times switches that may be looked at for each question; so many stations, however large the network.
constexpr std::uint64_t kBudgetOfHomeless = 200'000'000, kBudget = 40'000'000;
constexpr std::size_t kSample = 2000, kSampleAtLeast = 200;

/// An order that is fair, and in which a station keeps its place whoever comes or goes.
std::uint64_t lot(MacAddress mac) {
  std::uint64_t h = mac.bits() + 0x9e37'79b9'7f4a'7c15;
  h = (h ^ (h >> 30)) * 0xbf58'476d'1ce4'e5b9;
  h = (h ^ (h >> 27)) * 0x94d0'49bb'1331'11eb;
  return h ^ (h >> 31);
}

}  // namespace

std::vector<Hypothesis> Settler::weighed(Station m, std::span<const Port> counted) {
  const auto [it, fresh] = outlines_.try_emplace(c_.stations[m]);
  if (fresh) it->second.outline = outline(f_, c_.places_of(m), {});
  it->second.used = true;
  return weigh(f_, it->second.outline, counted);
}

/// Each station without a home needs a port with a link and nobody in sight, somewhere.
void Settler::house_the_homeless() {
  Habits& h = f_.habits;
  std::vector<Homeless> homeless;
  std::uint64_t budget = kBudgetOfHomeless;
  for (const Station m : without_home_) {
    const std::uint64_t cost = c_.places_of(m).size() * c_.size();
    if (cost > budget) break;
    budget -= cost;
    Homeless& one = homeless.emplace_back();
    for (const Hypothesis& x : weighed(m, {}))
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
      homeless.empty() ? 1 : static_cast<double>(without_home_.size()) / static_cast<double>(homeless.size());
  Room room = find_room(homeless, free_ports, scale);
  h.homeless = std::move(room.homeless);
  h.one_more = std::move(room.one_more);
  h.taken = std::move(room.taken);
}

/// Two stations on one port: they share it, or one of them has left an old row there. The share of the
/// former in the whole network decides about each, and each about the share.
void Settler::count_pairs() {
  Habits& h = f_.habits;
  std::vector<double> against;  // odds of each pair that it is none, with the share that was assumed
  double stations = 0, pairs = 0;
  std::uint64_t budget = kBudget;
  std::vector<std::vector<Station>> at;
  for (Node s = 0; s < c_.size(); ++s) {
    bool any = false;
    at.assign(c_.port_limit(s), {});
    for (LocalPort p = kFirstPort; p < c_.port_limit(s); ++p) {
      if (f_.faces[s][p]) continue;
      stations += f_.located[s][p];
      if (f_.located[s][p] == 2 && !f_.hints(s, p).phone) at[p].reserve(2), ++pairs, any = true;
    }
    if (!any || budget == 0) continue;
    for (const Row& r : c_.rows[s])
      if (at[r.port].capacity() > 0) at[r.port].push_back(r.station);
    for (LocalPort p = kFirstPort; p < at.size(); ++p) {
      std::vector<double> odds;
      for (const Station m : at[p]) {
        const std::uint64_t cost = c_.places_of(m).size() * c_.size();
        if (cost > budget) {
          budget = 0;
          break;
        }
        budget -= cost;
        const Port here{s, p};
        double held = 0;
        for (const Hypothesis& x : weighed(m, {&here, 1}))
          if (x.kind == Hypothesis::Kind::kHeld && x.at == here) held = x.share;
        odds.push_back((1 - held) / std::max(held, 1e-9));
      }
      if (odds.size() < 2) continue;
      std::partial_sort(odds.begin(), odds.begin() + 2, odds.end());
      against.push_back(odds[0] + odds[1]);
    }
  }
  const double none = 0.1 / (stations + 1);
  const auto without_one = [&] { return std::max(none, h.shared - 2 / (stations + 1)); };
  const double assumed = h.shared_else;
  for (int round = 0; round < 20 && !against.empty(); ++round) {
    double real = 0;
    for (const double odds : against) real += 1 / (1 + odds * assumed / without_one());
    h.shared = 2 * pairs * real / static_cast<double>(against.size()) / (stations + 1) + none;
  }
  h.shared_else = without_one();
}

/// Where tables contradict each other much, withholding every answer with some risk would withhold most:
/// as much is put up with as it takes to answer for nearly everybody whose home is in sight.
void Settler::set_risk() {
  Habits& h = f_.habits;
  h.risk = kRiskAtMost;
  if (f_.noise < kClean) return;
  std::vector<std::pair<std::uint64_t, std::size_t>> lots;
  for (std::size_t i = 0; i < at_home_.size(); ++i) lots.emplace_back(lot(c_.stations[at_home_[i].first]), i);
  std::partial_sort(lots.begin(), lots.begin() + static_cast<std::ptrdiff_t>(std::min(kSample, lots.size())),
                    lots.end());
  std::vector<double> risks;
  std::uint64_t budget = kBudget;
  for (const auto& [_, i] : lots) {
    const auto& [m, home] = at_home_[i];
    const std::uint64_t cost = c_.places_of(m).size() * c_.size();
    if ((cost > budget && risks.size() >= kSampleAtLeast) || risks.size() == kSample) break;
    budget -= std::min(cost, budget);
    double held = 0;
    for (const Hypothesis& x : weighed(m, {&home, 1}))
      if (x.kind != Hypothesis::Kind::kLost && x.at == home) held += x.share;
    risks.push_back(1 - held);
  }
  if (risks.size() < 100) return;
  const auto last =
      risks.begin() + static_cast<std::ptrdiff_t>(kAnswered * static_cast<double>(risks.size()));
  std::nth_element(risks.begin(), last, risks.end());
  h.risk = std::clamp(*last, kRiskAtLeast, kRiskAtMost);
}

}  // namespace lanwarden::topology::detail
