// The order of the reasoning:
//  1. forwarding tables alone: directions between switches (facing.cc), stations
//     that contradict the rest set aside, again (aside.cc, tables.cc);
//  2. neighbour protocols and STP: claims, checked against 1 (evidence.cc);
//  3. ports with nothing managed between them: cables and segments (evidence.cc);
//  4. where VLANs have trees of their own (vlan_trees.cc): 1 to 3 for each tree;
//  5. every station's place, on the raw rows (settle.cc): roles (describe.cc).
// A new table of one switch goes the same way. Steps 1 and 5 correct their sums; as soon as one of them would
// conclude otherwise about the network itself, all begins anew.
#include <algorithm>
#include <utility>

#include "topology/describe.h"
#include "topology/evidence.h"
#include "topology/inference.h"
#include "topology/lone_ways.h"
#include "topology/settle.h"
#include "topology/tables.h"
#include "topology/vlan_trees.h"

namespace lanwarden::topology {

using namespace detail;

/// Of a fabric with one tree.
struct Inference::State {
  explicit State(Fabric::Impl& f) : who(f.census), tables(f, true), settler(f) {}
  CensusLedger ledger;
  std::unique_ptr<VlanDivider> vlans;
  Identities who;
  TablesInference tables;
  Footing footing;
  std::vector<bool> lent;
  Settler settler;
};

Inference::Inference(std::vector<SwitchSnapshot> snapshots) : Inference(std::move(snapshots), true) {}
Inference::Inference(std::vector<SwitchSnapshot> snapshots, bool keep)
    : fabric_(Fabric::Impl::fabric(std::make_unique<Fabric::Impl>())) {
  infer_all(std::move(snapshots), keep);
}
Inference::~Inference() = default;
Inference::Inference(Inference&&) noexcept = default;
Inference& Inference::operator=(Inference&&) noexcept = default;

void Inference::infer_all(std::vector<SwitchSnapshot> snapshots, bool keep) {
  state_.reset();
  fabric_ = Fabric::Impl::fabric(std::make_unique<Fabric::Impl>());
  Fabric::Impl& f = Fabric::Impl::of(fabric_);
  f.snapshots = std::move(snapshots);
  CensusLedger ledger;
  f.census = take_census(f.snapshots, nullptr, keep ? &ledger : nullptr);
  auto vlans = std::make_unique<VlanDivider>(f.census);
  f.tree_of_vlan = vlans->run();
  std::vector<Fabric::Impl*> trees{&f};
  std::vector<Settler> settlers;
  never_.clear();
  if (f.tree_of_vlan.empty()) {
    f.claims = read_claims(f.census);
    if (keep) {
      state_ = std::make_unique<State>(f);
      state_->ledger = std::move(ledger);
      state_->vlans = std::move(vlans);
      state_->tables.run();
      state_->footing = footing(f);
      state_->lent = join_evidence(f, state_->footing);
    } else {
      TablesInference(f, false).run();
      join_evidence(f, footing(f));
      settlers.emplace_back(f);
    }
  } else {
    const auto& tree_of = f.tree_of_vlan;
    const Census all = std::move(f.census);
    f.other_trees.resize(*std::max_element(tree_of.begin(), tree_of.end()));
    for (Fabric::Impl& other : f.other_trees) trees.push_back(&other);
    for (std::size_t k = 0; k < trees.size(); ++k) {
      const Scope scope{all, tree_of, static_cast<std::uint8_t>(k)};
      Fabric::Impl& tree = *trees[k];
      tree.census = take_census(f.snapshots, &scope);
      tree.claims = read_claims(tree.census, &scope);
      TablesInference(tree, false).run();
      join_evidence(tree, footing(tree));
      settlers.emplace_back(tree);
    }
    share_facing(trees);
    never_ = "VLANs have trees of their own";
  }
  std::vector<Settler*> all;
  if (state_) all.push_back(&state_->settler);
  for (Settler& s : settlers) all.push_back(&s);
  for (Settler* s : all) s->place_stations();
  share_located(trees);
  for (Settler* s : all) s->run();
  for (Fabric::Impl* tree : trees) {
    for (Node n = 0; n < tree->census.size(); ++n) list_stations(*tree, n);
    describe_fabric(*tree);
  }
  if (trees.size() > 1) merge_trees(trees);
  if (state_ && !f.shared.empty()) {
    never_ = "two switches share an aggregate";
    state_.reset();
  }
}

namespace {
/// Following one switch costs about a fortieth of the whole; a few are never too many.
constexpr std::size_t kFewSwitches = 4, kPartFollowed = 25;

/// Whether a protocol tells of a link between the two, believed or not.
bool told_between(const Fabric::Impl& f, Node s, Node t) {
  return std::any_of(f.claims.links.begin(), f.claims.links.end(),
                     [&](const Claim& x) { return (x.s == s && x.t == t) || (x.s == t && x.t == s); });
}
}  // namespace

std::string Inference::follow(SwitchId sw, SwitchSnapshot snapshot) {
  Fabric::Impl& f = Fabric::Impl::of(fabric_);
  Census& c = f.census;
  const Node x = c.node_of[sw.value];
  const SwitchSnapshot before = std::exchange(f.snapshots[sw.value], std::move(snapshot));
  const SwitchSnapshot& after = f.snapshots[sw.value];
  if (c.rows[x].empty()) return "it had no table before";
  std::string why;
  const auto change = change_table(c, state_->ledger, x, before, why);
  if (!change) return why;
  if (c.rows[x].empty()) return "its table is empty";
  state_->tables.make_room(change->came);
  state_->settler.make_room(change->came);
  Claims was = claims_of(c, state_->who, x, before), is = claims_of(c, state_->who, x, after);
  if (was.links != is.links || was.remarks != is.remarks) return "neighbours or spanning tree tell otherwise";
  if (f.claims.hints[x] != is.hints[x] &&
      std::any_of(f.lone_ways.begin(), f.lone_ways.end(), [x](const LoneWay& way) { return way.s == x; }))
    return "neighbours tell otherwise where one port alone leads to another switch";
  f.claims.hints[x] = std::move(is.hints[x]);
  if (!state_->vlans->update(*change).empty()) return "VLANs have trees of their own";
  std::vector<Margin> moved;
  if (!state_->tables.update(*change, moved, why)) return why;
  Footing now = state_->footing;
  renew_footing(now, f, x);
  if (now != state_->footing) return "another switch may lie between two";
  for (const Margin& m : moved) {
    const std::uint32_t margin = f.tables_only.margin(m.s, m.t);
    if ((margin >= kCertain) != (m.before >= kCertain) && told_between(f, m.s, m.t))
      return "the tables confirm or refute a link otherwise";
    if (!state_->lent[std::size_t{m.s} * c.size() + m.t])
      f.facing.toward.set(m.s, m.t, f.tables_only(m.s, m.t), margin);
  }
  if (!renew_lone_ways(f.lone_ways, c, f.tables_only, x))
    return "one port alone can lead to another switch now, or no longer";
  state_->settler.replace_stations(*change);
  if (!change->gone.empty()) {
    drop_stations(c, state_->ledger, change->gone);
    state_->tables.close_up(change->gone);
    state_->settler.close_up(change->gone);
  }
  state_->settler.run();
  list_stations(f, x);
  describe_fabric(f);
  return {};
}

Inference::Update Inference::update(SwitchId sw, SwitchSnapshot snapshot) {
  std::vector<std::pair<SwitchId, SwitchSnapshot>> one;
  one.emplace_back(sw, std::move(snapshot));
  return update(std::move(one));
}

Inference::Update Inference::update(std::vector<std::pair<SwitchId, SwitchSnapshot>> polled) {
  Fabric::Impl& f = Fabric::Impl::of(fabric_);
  std::erase_if(polled, [&](const auto& x) { return x.first.value >= f.snapshots.size(); });
  Update done;
  if (polled.empty()) return done;
  if (!state_)
    done.why = never_;
  else if (polled.size() > kFewSwitches && kPartFollowed * polled.size() > f.snapshots.size())
    done.why = "many switches at once";
  for (auto& [sw, snapshot] : polled)
    if (done.why.empty())
      done.why = follow(sw, std::move(snapshot));
    else
      f.snapshots[sw.value] = std::move(snapshot);
  done.whole = !done.why.empty();
  ++(done.whole ? whole_ : followed_);
  if (done.whole) infer_all(std::move(f.snapshots), true);
  return done;
}

Fabric infer(std::vector<SwitchSnapshot> snapshots) { return Inference(std::move(snapshots), false).take(); }

}  // namespace lanwarden::topology
