#include "topology/doubt.h"

#include <algorithm>

namespace lanwarden::topology::detail {
namespace {

/// Stations at home elsewhere that make a port doubtful: one is a row of the past.
constexpr std::uint32_t kVisitors = 2;
/// Fewer stations a switch than this are few.
constexpr std::uint64_t kFew = 6;
/// Of all rows, as if every switch had to know every station; less is none.
constexpr double kWhole = 0.02;
/// An answer there may be wrong so often; one that is called sure, so often.
constexpr double kRiskOfFew = 0.007, kSure = 1 - 1e-6, kHidden = 0.025;

/// Whether some switch or neighbour protocol says where this one hangs.
bool placed(const Fabric::Impl& f, Node t) {
  for (Node s = 0; s < f.census.size(); ++s) {
    if (s == t) continue;
    if (f.facing.toward(s, t) != kNoPort) return true;
    for (const PortHints& hints : f.claims.hints[s])
      if (hints.unanswered &&
          hints.unknown_bridge.find("'" + f.census.snapshot(t).name + "'") != std::string::npos)
        return true;
  }
  return false;
}

}  // namespace

bool few_stations(const Fabric::Impl& f) {
  std::uint64_t stations = 0, switches = 0;
  for (Node n = 0; n < f.census.size(); ++n)
    if (f.census.has_rows(n)) ++switches, stations += f.habits.stations[n];
  // Too few to show that no row is old, where some are missing.
  const bool whole = f.noise < kClean && f.habits.missing < kWhole;
  return !whole && stations < kFew * switches;
}

double acceptable_hidden(const Fabric::Impl& f) { return few_stations(f) ? kRiskOfFew : kHidden; }

double acceptable_risk(const Fabric::Impl& f) { return few_stations(f) ? kRiskOfFew : f.habits.risk; }

bool hopeless(const Score& score) {
  return (score.dissent > 0 && score.dissent >= score.agree) ||
         (score.dissent > 1 && 3 * score.dissent > score.agree);
}

bool visited(const Fabric::Impl& f, Port at) {
  const PortHints& hints = f.hints(at.sw, at.port);
  if (hints.access_point || hints.hypervisor || !hints.unknown_bridge.empty()) return false;
  const std::uint32_t visitors = f.visitors[at.sw][at.port];
  return visitors >= (few_stations(f) ? 1 : kVisitors) && 4 * visitors >= f.located[at.sw][at.port];
}

// It would show several stations, as a rule: its own and itself. A port with one is hardly its uplink.
double silent_behind(const Asked& asked, Port at, std::size_t stations_on_port) {
  const Fabric::Impl& f = asked.f;
  unsigned unplaced = 0;
  for (Node t = 0; t < f.census.size(); ++t) unplaced += asked.silent[t] && !placed(f, t);
  if (unplaced == 0) return 0;
  const auto told = [&](Node n, LocalPort p) {  // what is there has said so
    const PortHints& hints = f.hints(n, p);
    return hints.phone || hints.access_point || hints.hypervisor;
  };
  if (told(at.sw, at.port)) return 0;
  const auto crowded = [](std::size_t stations) { return stations > 1; };
  double alike = 1;
  for (Node n = 0; n < f.census.size(); ++n)
    for (LocalPort p = kFirstPort; p < f.census.port_limit(n); ++p)
      if (const std::uint32_t k = f.located[n][p]; k > 0 && !f.faces[n][p] && Port{n, p} != at && !told(n, p))
        alike += crowded(k) == crowded(stations_on_port);
  return std::min(0.7, unplaced * (crowded(stations_on_port) ? 0.9 : 0.1) / alike);
}

double confidence(const Asked& asked, const Hypothesis& best, double silent) {
  double c = std::min(0.99, best.share);
  const std::size_t n = asked.places.size();
  const bool clean = asked.f.noise < kClean;
  if (best.score.dissent > 0)
    c = std::min(c, clean ? 0.85 : 0.89 - 0.5 * best.score.dissent / (best.score.agree + 1.0));
  if (n == 1 && asked.f.census.size() > 1) c = std::min(c, clean ? 0.92 : 0.7);
  if (n == 2) c = std::min(c, clean ? 0.97 : 0.8);
  // Stale rows happen here. What remains wrong is the one that nothing contradicts.
  if (!clean && best.share < kSure) c = std::min(c, 0.89);
  // The port was down at the poll. Its row may be as old; or the clock was set back, and it came up since.
  if (asked.query.live && !asked.dead.empty()) c = std::min(c, 0.89);
  return std::min(c, 1 - silent);
}

}  // namespace lanwarden::topology::detail
