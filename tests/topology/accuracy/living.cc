#include "tests/topology/accuracy/living.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>

#include "agent/locate/past_rows.h"
#include "agent/store/sqlite_store.h"

namespace lanwarden::topology::accuracy {
namespace {

constexpr auto kBetweenPolls = std::chrono::minutes(10);
constexpr Time kBegin{std::chrono::seconds{1'800'000'000}};

class StoreFile {
 public:
  explicit StoreFile(std::uint64_t seed)
      : path_(std::filesystem::temp_directory_path() /
              ("lanwarden-living-" + std::to_string(getpid()) + "-" + std::to_string(seed) + ".db")) {
    remove();
    auto opened = agent::open_sqlite_store(path_, {});
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
  }
  ~StoreFile() {
    store_.reset();
    remove();
  }
  agent::Store& store() { return *store_; }

 private:
  void remove() const {
    for (const char* suffix : {"", "-wal", "-shm"}) {
      std::error_code ignored;
      std::filesystem::remove(path_.string() + suffix, ignored);
    }
  }
  std::filesystem::path path_;
  std::unique_ptr<agent::Store> store_;
};

void judge(const Location& answer, const lab::Truth& truth, LivingTally::Answers& a) {
  auto ports = answer.ports;
  std::sort(ports.begin(), ports.end());
  const bool one_port = answer.verdict == Verdict::kEdge || answer.verdict == Verdict::kShared;
  const bool named = one_port || answer.verdict == Verdict::kSegment;
  const bool same = named && ports == truth.ports;
  ++a.stations;
  a.right += same && answer.verdict == truth.verdict;
  const bool wrong = one_port && !same;
  a.wrong += wrong;
  a.wrong_sure += wrong && answer.confidence >= 0.9;
  a.sure += named && answer.confidence >= 0.9;
  a.remembered += answer.remembered;
  a.remembered_right += answer.remembered && same;
}

}  // namespace

void LivingTally::Answers::add(const Answers& o) {
  stations += o.stations, right += o.right, wrong += o.wrong, wrong_sure += o.wrong_sure;
  sure += o.sure, remembered += o.remembered, remembered_right += o.remembered_right;
}

void LivingTally::add(const LivingTally& o) {
  one.add(o.one), five.add(o.five);
  moved_one.add(o.moved_one), moved_five.add(o.moved_five);
  gone_one.add(o.gone_one), gone_five.add(o.gone_five);
  for (const std::string& x : o.worst)
    if (worst.size() < 12) worst.push_back(x);
}

LivingTally measure_living(const LivingCell& cell, std::uint64_t seed, unsigned polls) {
  LivingTally tally;
  lab::WorldOptions options = cell.world;
  options.seed = seed;
  lab::LivingWorld living(options, cell.life);
  StoreFile file(seed);
  Time now = kBegin;
  for (unsigned poll = 0; poll < polls; ++poll, now += kBetweenPolls) {
    if (poll > 0) living.step();
    if (auto saved = file.store().save_poll(lab::snapshots(living.world(), now)); !saved)
      throw std::runtime_error(saved.error().message);
  }
  const lab::World& world = living.world();
  const std::vector<lab::Truth> truths = lab::truths(world);
  const Fabric fabric = infer(lab::snapshots(world, now - kBetweenPolls));
  for (std::uint32_t i = 0; i < world.stations.size(); ++i) {
    const lab::Truth& truth = truths[i];
    if (truth.verdict == Verdict::kInfrastructure) continue;
    const MacAddress mac = world.stations[i].mac;
    const auto rows = stored_rows(fabric, mac);
    const auto seen = file.store().history(mac, kBegin - kBetweenPolls, 10'000);
    if (!seen) throw std::runtime_error(seen.error().message);
    const auto past = agent::past_rows(fabric, *seen);
    const LocateQuery query{mac, rows, {}};
    const Location one = locate(fabric, query);
    const Location five = locate(fabric, query, past);
    judge(one, truth, tally.one), judge(five, truth, tally.five);
    if (living.polls_since_move(i) < polls)
      judge(one, truth, tally.moved_one), judge(five, truth, tally.moved_five);
    const bool held = std::any_of(rows.begin(), rows.end(), [&](const MacRow& r) {
      const PortId port = fabric.port_of(r.sw, r.port);
      return std::find(truth.ports.begin(), truth.ports.end(), port) != truth.ports.end();
    });
    if (!held) judge(one, truth, tally.gone_one), judge(five, truth, tally.gone_five);
    const bool wrong =
        (five.verdict == Verdict::kEdge || five.verdict == Verdict::kShared) && (five.ports != truth.ports);
    if (wrong && tally.worst.size() < 12) {
      std::string text = mac.to_string() + " is at";
      for (const PortId& p : truth.ports) text.append(" ").append(fabric.describe(p));
      text += "; said " + fabric.describe(*five.port) + " (" + std::to_string(five.confidence).substr(0, 4) +
              (five.remembered ? ", remembered" : "") + (one.ports == five.ports ? ", as one poll" : "") +
              "), seed " + std::to_string(seed);
      for (const std::string& e : five.evidence) text += "\n        " + e;
      tally.worst.push_back(text);
    }
  }
  return tally;
}

std::vector<LivingCell> living_cells() {
  std::vector<LivingCell> out;
  lab::WorldOptions tables;
  tables.switches = 50, tables.hosts = 750, tables.shape = lab::Shape::kRandom;
  tables.spread = lab::Spread::kEven, tables.lldp = tables.stp = 0;
  lab::WorldOptions small = tables;
  small.switches = 20, small.hosts = 300;
  lab::WorldOptions campus;
  campus.switches = 50, campus.hosts = 750, campus.lldp = campus.stp = 0.5;
  campus.unmanaged_leafs = 8, campus.unmanaged_middles = 2, campus.access_points = 4,
  campus.virtual_hosts = 3;
  campus.phones = 0.2, campus.vlans = 4, campus.lags = 4, campus.rings = 2;
  const lab::LivingOptions usual;
  lab::LivingOptions gaps = usual;
  gaps.missing = 0.3;
  lab::LivingOptions restless = usual;
  restless.moves = 0.1, restless.kept = 0.8;
  lab::LivingOptions quiet = usual;
  quiet.broadcasts = 0.3, quiet.unicasts = 0.4, quiet.kept = 0.4;
  out.push_back({"tables only, 50 x 15, 2 % move a poll", tables, usual});
  out.push_back({"tables only, 20 x 15, 2 % move a poll", small, usual});
  out.push_back({"tables only, 50 x 15, 30 % of the rows missing", tables, gaps});
  out.push_back({"tables only, 50 x 15, 10 % move a poll, rows stay long", tables, restless});
  out.push_back({"tables only, 50 x 15, most stations quiet", tables, quiet});
  out.push_back({"campus 50 x 15 with everything in it, half LLDP", campus, usual});
  return out;
}

}  // namespace lanwarden::topology::accuracy
