// What one switch's new table, or another opinion of some stations, changes in a stage. A row of station m at
// x bears on x's comparison with its root (or on all of them, where x is the root), on the pairs of x with
// everybody whom m is below, and, where m is below x, on the pairs of x with everybody who holds m. All of
// these are sums of weights, so they are corrected in place; what has another sum is decided anew.
#include <algorithm>

#include "topology/facing.h"

namespace lanwarden::topology::detail {
namespace {
constexpr std::size_t kPartFollowed = 20;
}

void FacingStage::make_room(std::span<const Station> came) {
  if (!aside_.stations.empty()) detail::make_room(aside_.stations, came, Trust{});
}
void FacingStage::close_up(std::span<const Station> gone) {
  if (!aside_.stations.empty()) detail::close_up(aside_.stations, gone);
}

/// Whether all switches that hold the station, or did, are of one LAN; or one holds it alone.
bool FacingStage::of_one_lan(Station m, Node also) const {
  const auto places = c_.places_of(m);
  const Node first = also != kNoNode ? also : places.empty() ? kNoNode : places.front().sw;
  return std::all_of(places.begin(), places.end(), [&](const Place& x) {
    return x.sw == first || (facing_.root[x.sw] != kNoNode && facing_.root[x.sw] == facing_.root[first]);
  });
}

void FacingStage::add_below(Node s, Node t, LocalPort port, std::int64_t weight) {
  if (weight == 0 || s == t || port == kNoPort || facing_.root[s] == kNoNode ||
      facing_.root[s] != facing_.root[t])
    return;
  auto& list = below_[s];
  const auto it = std::lower_bound(
      list.begin(), list.end(), Below{t, port, 0},
      [](const Below& a, const Below& b) { return a.t != b.t ? a.t < b.t : a.port < b.port; });
  if (it == list.end() || it->t != t || it->port != port)
    list.insert(it, {t, port, static_cast<std::uint32_t>(weight)});
  else if ((it->weight = static_cast<std::uint32_t>(it->weight + weight)) == 0)
    list.erase(it);
  touched_.emplace_back(std::min(s, t), std::max(s, t));
}

void FacingStage::add_cell(Node s, LocalPort here, LocalPort there, std::int64_t weight) {
  if (here == kNoPort || there == kNoPort) return;
  auto& list = cells_[s];
  const auto it = std::lower_bound(
      list.begin(), list.end(), Cell{here, there, 0},
      [](const Cell& a, const Cell& b) { return a.here != b.here ? a.here < b.here : a.there < b.there; });
  if (it == list.end() || it->here != here || it->there != there)
    list.insert(it, {here, there, static_cast<std::uint32_t>(weight)});
  else if ((it->weight = static_cast<std::uint32_t>(it->weight + weight)) == 0)
    list.erase(it);
  compared_.push_back(s);
}

void FacingStage::change_rows(const TableChange& change) {
  if (change.rows.empty()) return;
  const Node x = change.sw;
  const Node root = facing_.root[x];
  for (const auto& [m, before, after] : change.rows) {
    const std::int64_t weight = c_.weight[m];
    const std::int64_t was = weight_below(x, m, before), is = weight_below(x, m, after);
    LocalPort at_root = kNoPort;
    for (const Place& place : c_.places_of(m)) {
      if (place.sw == x) continue;
      const std::int64_t below = weight_below(place.sw, m, place.port);
      add_below(x, place.sw, before, -below);
      add_below(x, place.sw, after, below);
      add_below(place.sw, x, place.port, is - was);
      if (place.sw == root) at_root = place.port;
      if (root == x && facing_.root[place.sw] == x && counts(m)) {
        add_cell(place.sw, place.port, before, -weight);
        add_cell(place.sw, place.port, after, weight);
      }
    }
    if (!counts(m)) continue;
    if (root != x && root != kNoNode) {
      add_cell(x, before, at_root, -weight);
      add_cell(x, after, at_root, weight);
    }
    if (before >= kFirstPort) --reached_[x][before];
    if (after >= kFirstPort) ++reached_[x][after];
  }
}

void FacingStage::change_trust(Station m, const Trust& is) {
  const auto places = c_.places_of(m);
  const bool counted = counts(m);
  std::vector<std::uint32_t> was;
  for (const Place& x : places) was.push_back(weight_below(x.sw, m, x.port));
  aside_.stations[m] = is;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::int64_t more = std::int64_t{weight_below(places[i].sw, m, places[i].port)} - was[i];
    if (more == 0) continue;
    for (const Place& holder : places) add_below(holder.sw, places[i].sw, holder.port, more);
  }
  if (counts(m) == counted) return;
  const std::int64_t weight = counted ? -std::int64_t{c_.weight[m]} : std::int64_t{c_.weight[m]};
  for (const Place& x : places) {
    if (x.port >= kFirstPort) reached_[x.sw][x.port] += counted ? -1U : 1U;
    const Node root = facing_.root[x.sw];
    if (root == x.sw || root == kNoNode) continue;
    const auto at_root =
        std::lower_bound(places.begin(), places.end(), root, [](const Place& a, Node n) { return a.sw < n; });
    if (at_root != places.end() && at_root->sw == root) add_cell(x.sw, x.port, at_root->port, weight);
  }
}

/// Whether the same switches would be roots, in the same order.
bool FacingStage::same_roots() const {
  std::vector<bool> open(c_.size(), false);
  int rounds = 0;
  for (const auto& [apart, n] : by_reach()) {
    const Node root = facing_.root[n];
    if (apart == 0 || (root != kNoNode && open[root])) continue;
    if (++rounds > kMostRounds) return false;
    if (root == kNoNode) continue;
    if (root != n) return false;
    open[n] = true;
  }
  return true;
}

bool FacingStage::set(Node s, Node t, Choice found, std::vector<Margin>& moved) {
  const LocalPort port = accepted(s, t, found) ? found.port : kNoPort;
  if (facing_.root[s] == t) return true;  // the comparison in full stands
  if (port != facing_.toward(s, t)) return false;
  const std::uint16_t margin = facing_.toward.margin(s, t);
  if (port == kNoPort) return true;
  facing_.toward.set(s, t, port, found.margin);
  if (facing_.toward.margin(s, t) != margin) moved.push_back({s, t, margin});
  return true;
}

bool FacingStage::revote(Node s, Node t, std::vector<Margin>& moved) {
  if (s == t || facing_.root[s] == kNoNode || facing_.root[s] != facing_.root[t]) return true;
  const Half a = half(s, below(s, t)), b = half(t, below(t, s));
  const auto torn = [&](Node u, Node v, const Half& h) {
    const auto it = std::lower_bound(facing_.torn.begin(), facing_.torn.end(), std::pair{u, v});
    const bool was = it != facing_.torn.end() && *it == std::pair{u, v}, is = is_torn(h);
    if (was && !is) facing_.torn.erase(it);
    if (is && !was) facing_.torn.insert(it, {u, v});
  };
  torn(s, t, a), torn(t, s, b);
  if (a.total == 0 && b.total == 0) return set(s, t, {}, moved) && set(t, s, {}, moved);
  const auto [at_s, at_t] = vote(s, t, a, b);
  return set(s, t, at_s, moved) && set(t, s, at_t, moved);
}

bool FacingStage::update(const TableChange& change, std::span<const TrustChange> trust,
                         std::vector<Margin>& moved) {
  if (!keeps_) return false;
  // A station of several LANs may be the one that joins them.
  if (several_lans_) {
    for (const RowChange& x : change.rows)
      if (!of_one_lan(x.station, change.sw)) return false;
    for (const TrustChange& x : trust)
      if (!of_one_lan(x.station, kNoNode)) return false;
  }
  touched_.clear(), compared_.clear();
  change_rows(change);
  for (const TrustChange& x : trust) change_trust(x.station, x.is);
  if (!same_roots()) return false;
  std::sort(compared_.begin(), compared_.end());
  compared_.erase(std::unique(compared_.begin(), compared_.end()), compared_.end());
  for (const Node s : compared_) {
    const Node root = facing_.root[s];
    if (!clear_matrix(s, root)) return false;
    for (const Cell& x : cells_[s]) add_to_matrix(x.here, x.there, x.weight);
    const Choice found = choose().first;
    if (found.port != facing_.up[s] || found.margin < need_) return false;
    const std::uint16_t margin = facing_.toward.margin(s, root);
    facing_.toward.set(s, root, found.port, found.margin);
    if (facing_.toward.margin(s, root) != margin) moved.push_back({s, root, margin});
  }
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  return std::all_of(touched_.begin(), touched_.end(),
                     [&](const auto& pair) { return revote(pair.first, pair.second, moved); });
}

bool FacingStage::change_opinion(const Aside& is) {
  if (aside_.strays != is.strays || aside_.stations.size() != is.stations.size()) return false;
  std::vector<TrustChange> trust;
  for (Station m = 0; m < is.stations.size(); ++m)
    if (!(is.stations[m] == aside_.stations[m])) trust.push_back({m, is.stations[m]});
  // Correcting the sums of one station costs as much as adding it up some ten times.
  if (trust.size() * kPartFollowed > is.stations.size()) return false;
  std::vector<Margin> moved;
  return update({}, trust, moved);
}

bool FacingStage::demand(std::uint32_t need) {
  if (!unplaced_.empty()) return false;
  const auto n = static_cast<Node>(c_.size());
  for (Node s = 0; s < n; ++s)
    if (const Node root = facing_.root[s];
        root != kNoNode && root != s && facing_.toward.margin(s, root) < need)
      return false;
  need_ = need;
  for (Node s = 0; s < n; ++s)
    for (Node t = 0; t < n; ++t)
      if (facing_.toward(s, t) != kNoPort && facing_.toward.margin(s, t) < need)
        facing_.toward.set(s, t, kNoPort, 0);
  return true;
}

}  // namespace lanwarden::topology::detail
