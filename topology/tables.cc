#include "topology/tables.h"

#include <algorithm>
#include <utility>

#include "topology/shared_aggregate.h"

namespace lanwarden::topology::detail {
namespace {

constexpr std::size_t kMostRounds = 4;
/// Where rows of a former place were found, one witness alone, or one and a half, may be some of them
/// (LOCATING finding 1). Where somebody contradicts the rest, half a witness.
constexpr std::uint32_t kMoreThanOne = kStationWeight + 1, kTwo = 2 * kStationWeight;
/// Fewer stations a switch than this are few: two witnesses cannot be had.
constexpr std::size_t kFew = 6;

bool contradicted(const Aside& aside) {
  return aside.strays ||
         std::any_of(aside.stations.begin(), aside.stations.end(), [](const Trust& x) { return x.aside; });
}

std::uint32_t witnesses(const Census& census, const Aside& aside) {
  if (!aside.strays) return kStationWeight;
  std::size_t switches = 0;
  for (Node n = 0; n < census.size(); ++n) switches += census.has_rows(n);
  const bool few = census.stations.size() < (kFew + 1) * switches;
  return few ? kMoreThanOne : kTwo;
}

}  // namespace

FacingStage& TablesInference::add(std::unique_ptr<FacingStage> stage) {
  if (!keep_) rounds_.clear();
  rounds_.emplace_back().stage = std::move(stage);
  return *rounds_.back().stage;
}

FacingStage& TablesInference::start(Aside aside, std::uint32_t need) {
  if (!keep_) rounds_.clear();
  auto stage = std::make_unique<FacingStage>(f_.census, std::move(aside), need);
  stage->run();
  return add(std::move(stage));
}

FacingStage& TablesInference::follow(Aside aside) {
  auto stage = keep_ ? std::make_unique<FacingStage>(*rounds_.back().stage) : std::move(rounds_.back().stage);
  if (stage->change_opinion(aside)) return add(std::move(stage));
  stage.reset();
  return start(std::move(aside), 1);
}

FacingStage& TablesInference::follow(std::uint32_t need) {
  auto stage = keep_ ? std::make_unique<FacingStage>(*rounds_.back().stage) : std::move(rounds_.back().stage);
  if (stage->demand(need)) return add(std::move(stage));
  return start(Aside(stage->aside()), need);
}

void TablesInference::run() {
  Aside nobody;
  nobody.stations.resize(f_.census.stations.size());
  FacingStage* stage = &start(nobody, 1);
  f_.shared = shared_aggregates(f_.census, f_.claims, stage->facing());
  if (!f_.shared.empty()) {
    drop_second_legs(f_.census, f_.shared);
    rounds_.clear();
    stage = &start(std::move(nobody), 1);
  }
  for (std::size_t round = 0; round < kMostRounds && !settled_; ++round) {
    auto judge = std::make_unique<Judge>(f_.census, stage->facing().toward);
    judge->judge();
    Aside next;
    judged_ = judge->aside(next);
    settled_ = !judged_ || next == stage->aside();
    if (keep_) rounds_.back().judge = std::move(judge);
    if (!settled_) stage = &follow(std::move(next));
  }
  doubted_ = contradicted(stage->aside());
  if (doubted_) {
    need_ = witnesses(f_.census, stage->aside());
    stage = &follow(need_);
  }
  f_.facing = keep_ ? stage->facing() : stage->take();
  f_.tables_only = f_.facing.toward;
}

void TablesInference::make_room(std::span<const Station> came) {
  for (Round& x : rounds_) {
    x.stage->make_room(came);
    if (x.judge) x.judge->make_room(came);
  }
}
void TablesInference::close_up(std::span<const Station> gone) {
  for (Round& x : rounds_) {
    x.stage->close_up(gone);
    if (x.judge) x.judge->close_up(gone);
  }
}

bool TablesInference::update(const TableChange& change, std::vector<Margin>& moved, std::string& why) {
  std::vector<FacingStage::TrustChange> trust;
  Aside said;  // by the last judgement
  for (std::size_t k = 0; k < rounds_.size(); ++k) {
    FacingStage& stage = *rounds_[k].stage;
    const bool first = k == 0;
    const auto torn = first ? stage.facing().torn : std::vector<std::pair<Node, Node>>{};
    trust.clear();
    if (!first) {
      const Aside& was = stage.aside();
      if (was.strays != said.strays) return why = "rows of a former place came up, or went", false;
      for (Station m = 0; m < said.stations.size(); ++m)
        if (!(said.stations[m] == was.stations[m])) trust.push_back({m, said.stations[m]});
    }
    moved.clear();
    if (!stage.update(change, trust, moved)) return why = "another port leads to some switch", false;
    if (first && may_share_now(f_.census, stage.facing(), torn, change.sw))
      return why = "two switches may share an aggregate", false;
    Judge* judge = rounds_[k].judge.get();
    if (judge == nullptr) continue;
    judge->judge(change.rows);
    const bool judged = judge->aside(said);
    const bool last = k + 1 == rounds_.size() || rounds_[k + 1].judge == nullptr;
    const bool settled = !judged || said == stage.aside();
    if (judged != judged_ || (last && settled != settled_) || (!last && settled))
      return why = "more rounds, or fewer, to find what contradicts the rest", false;
  }
  if (contradicted(rounds_.back().stage->aside()) != doubted_)
    return why = "the first contradiction, or the last", false;
  if (doubted_ && witnesses(f_.census, rounds_.back().stage->aside()) != need_)
    return why = "few stations, or no longer few", false;
  for (const Margin& x : moved)
    f_.tables_only.set(x.s, x.t, f_.tables_only(x.s, x.t),
                       rounds_.back().stage->facing().toward.margin(x.s, x.t));
  return true;
}

}  // namespace lanwarden::topology::detail
