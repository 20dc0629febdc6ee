#include "topology/aside.h"

#include <algorithm>

namespace lanwarden::topology::detail {
namespace {

constexpr std::size_t kSampledRows = 32;

}  // namespace

bool operator==(const Aside& a, const Aside& b) {
  // Where nothing is of a former place, `half` counts for nothing.
  return a.strays == b.strays && a.stations.size() == b.stations.size() &&
         std::equal(
             a.stations.begin(), a.stations.end(), b.stations.begin(),
             [&](const Trust& x, const Trust& y) { return x.aside == y.aside && (!a.strays || x == y); });
}

Judge::Judge(const Census& census, const Directions& toward)
    : c_(census), toward_(toward), views_(views(toward)), faces_(census.size()) {
  for (Node s = 0; s < c_.size(); ++s) {
    faces_[s].assign(c_.port_limit(s), 0);
    const LocalPort* to = toward_.from(s);
    for (Node t = 0; t < c_.size(); ++t) faces_[s][to[t]] = 1;
  }
}

void Judge::judge() {
  share_.assign(c_.stations.size(), -1);
  trust_.assign(c_.stations.size(), {});
  for (Station m = 0; m < c_.stations.size(); ++m) judge(m);
}

void Judge::judge(std::span<const RowChange> changed) {
  for (const RowChange& x : changed) judge(x.station);
}

void Judge::make_room(std::span<const Station> came) {
  detail::make_room(share_, came, -1.0);
  detail::make_room(trust_, came, Trust{});
}
void Judge::close_up(std::span<const Station> gone) {
  detail::close_up(share_, gone);
  detail::close_up(trust_, gone);
}

void Judge::judge(Station m) {
  share_[m] = contradiction(c_.places_of(m));
  strays_ -= !trust_[m].former.empty();
  trust_[m] = trust(m);
  strays_ += !trust_[m].former.empty();
}

bool Judge::aside(Aside& found) const {
  std::vector<double> known;
  for (const double share : share_)
    if (share >= 0) known.push_back(share);
  if (known.empty()) return false;
  // Against the median: where every station has a stale row somewhere, "any contradiction" would drop all.
  const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  std::nth_element(known.begin(), middle, known.end());
  const double limit = 3 * *middle;
  found.strays = strays_ > 0;
  found.stations = trust_;
  for (Station m = 0; m < share_.size(); ++m) found.stations[m].aside = share_[m] > limit;
  return true;
}

/// Share of checkable pairs of rows that put the station in two places; < 0: nothing to check.
double Judge::contradiction(std::span<const Place> rows) const {
  const std::size_t step = std::max<std::size_t>(1, (rows.size() + kSampledRows - 1) / kSampledRows);
  std::uint32_t pairs = 0, bad = 0;
  for (std::size_t i = 0; i < rows.size(); i += step) {
    const LocalPort *from = toward_.from(rows[i].sw), *to = toward_.to(rows[i].sw);
    for (std::size_t k = i + step; k < rows.size(); k += step) {
      const LocalPort p = from[rows[k].sw], q = to[rows[k].sw];
      if (p == kNoPort || q == kNoPort) continue;
      ++pairs;
      if (p != rows[i].port && q != rows[k].port) ++bad;
    }
  }
  return pairs == 0 ? -1 : static_cast<double>(bad) / pairs;
}

/// The switch without a row at an edge that the fewest rows contradict, and how many do.
std::pair<Node, std::size_t> Judge::explains_best(std::span<const Place> rows) const {
  RowTally tally;
  tally.count(toward_, views_, rows);
  std::vector<std::uint32_t> own(c_.size(), 0);
  for (const Place& row : rows)
    if (row.port != kSelf) own[row.sw] = faces_[row.sw][row.port] ? 1 : 0xffff;
  const auto against = [&](Node n) { return std::min(tally.against(n) + own[n], 0xffffU); };
  const auto most = [&](Node n) { return 2 * tally.with(n) > rows.size(); };
  Node best = 0;
  for (Node n = 0; n < c_.size(); ++n)
    if (most(n) && against(n) < against(best)) best = n;
  return {best, most(best) ? against(best) : rows.size()};
}

/// Rows of a former place, as far as the other rows of the station tell: held at an
/// edge, or seen towards some switch below, while its home is clearly elsewhere.
/// Whoever has few stations of its own would be hung up by them.
Trust Judge::trust(Station m) const {
  const auto rows = c_.places_of(m);
  if (c_.owner[m] != kNoNode) return {};
  std::size_t second = rows.size();
  std::vector<Place> wrong, best(rows.begin(), rows.end());
  bool found = false;
  for (const Place& home : rows) {
    if (home.port == kSelf || faces_[home.sw][home.port]) continue;
    wrong.clear();
    const LocalPort* home_from = toward_.to(home.sw);
    for (const Place& row : rows) {
      if (row.sw == home.sw) continue;
      const LocalPort p = home_from[row.sw];
      if (p != kNoPort && p != row.port) wrong.push_back(row);
    }
    if (wrong.size() < best.size()) {
      second = std::min(second, best.size());
      std::swap(best, wrong);
      found = true;
    } else {
      second = std::min(second, wrong.size());
    }
  }
  if (found && best.empty()) return {};
  Trust trust;
  trust.half = !rows.empty();
  if (!found) return trust;
  // Whose home has lost its row: some switch that does not hold it explains the others better.
  if (best.size() >= 2) {
    const auto [x, dissent] = explains_best(rows);
    if (dissent < best.size()) {
      second = dissent + 1;
      best.clear();
      for (const Place& row : rows) {
        const LocalPort p = row.sw == x ? kNoPort : toward_.to(x)[row.sw];
        if (row.port != kSelf && row.sw != x && p != kNoPort && p != row.port) best.push_back(row);
      }
    }
  }
  if (second <= best.size() || 3 * best.size() > rows.size()) return trust;
  for (const Place& row : best) trust.former.push_back(row.sw);
  return trust;
}

}  // namespace lanwarden::topology::detail
