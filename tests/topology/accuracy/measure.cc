#include "tests/topology/accuracy/measure.h"

#include <algorithm>
#include <set>
#include <utility>

#include "topology/fabric.h"
#include "topology/locate.h"

namespace lanwarden::topology::accuracy {
namespace {

using Ends = std::pair<PortId, PortId>;

void measure_links(const lab::World& world, const Fabric& fabric, Tally& tally) {
  const auto speak = [&](const PortId& a, const PortId& b) {
    const lab::Switch &x = world.switches[a.sw.value], &y = world.switches[b.sw.value];
    return (x.lldp && y.lldp) || (x.stp && y.stp);
  };
  // A station, or the switch itself, that `near` sees on its port and `far` has behind itself.
  const auto witness = [&](const PortId& near, const PortId& far) {
    const auto& rows = world.switches[near.sw.value].fdb;
    return std::any_of(rows.begin(), rows.end(), [&](const lab::LearnedRow& r) {
      const lab::LearnedRow* other =
          r.port == near.ifindex ? lab::row_of(world.switches[far.sw.value], r.station) : nullptr;
      return other != nullptr && other->port != far.ifindex;
    });
  };
  std::set<Ends> may, must;
  for (const lab::TrueLink& x : lab::true_links(world)) {
    may.insert({x.a, x.b});
    // Without a witness on either side nobody can know: a switch without stations, say, whose
    // own address its neighbour has lost. Unless the two tell of each other.
    if (!x.blocked && (speak(x.a, x.b) || (witness(x.a, x.b) && witness(x.b, x.a)))) must.insert({x.a, x.b});
  }
  // A segment that lacks some of its ports is not false, as long as its ports belong to it.
  for (const lab::TrueSegment& x : lab::true_segments(world))
    for (const PortId& a : x.ports)
      for (const PortId& b : x.ports)
        if (a < b) may.insert({a, b});
  std::set<Ends> shown;
  for (const Link& x : fabric.links()) shown.insert({x.a, x.b});
  for (const Segment& x : fabric.segments())
    for (const PortId& a : x.ports)
      for (const PortId& b : x.ports)
        if (a < b) shown.insert({a, b});
  tally.links += must.size();
  for (const Ends& x : must) {
    const bool right = shown.contains(x);
    tally.links_right += right;
    if (speak(x.first, x.second)) ++tally.speaker_links, tally.speaker_links_right += right;
    if (!right && tally.worst.size() < 12)
      tally.worst.push_back("link not shown " + fabric.describe(x.first) + " - " + fabric.describe(x.second) +
                            ", seed " + std::to_string(world.options.seed));
  }
  for (const Ends& x : shown) {
    if (may.contains(x)) continue;
    ++tally.links_false;
    if (tally.worst.size() < 12)
      tally.worst.push_back("false link " + fabric.describe(x.first) + " - " + fabric.describe(x.second) +
                            ", seed " + std::to_string(world.options.seed));
  }
}

}  // namespace

void Tally::add(const Tally& o) {
  worlds += o.worlds, switches += o.switches;
  links += o.links, links_right += o.links_right, links_false += o.links_false;
  stations += o.stations, right += o.right, near += o.near, honest += o.honest;
  wrong_edge += o.wrong_edge, wrong_sure += o.wrong_sure, sure += o.sure, sure_right += o.sure_right;
  speaker_links += o.speaker_links, speaker_links_right += o.speaker_links_right;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    buckets[i].given += o.buckets[i].given;
    buckets[i].right += o.buckets[i].right;
    buckets[i].confidence += o.buckets[i].confidence;
  }
  for (const std::string& x : o.worst)
    if (worst.size() < 12) worst.push_back(x);
}

Tally measure(const lab::WorldOptions& options) {
  Tally tally;
  const lab::World world = lab::generate(options);
  const std::vector<lab::Truth> truths = lab::truths(world);
  const Fabric fabric = infer(lab::snapshots(world));
  tally.worlds = 1;
  tally.switches = world.switches.size();
  measure_links(world, fabric, tally);
  for (std::uint32_t i = 0; i < world.stations.size(); ++i) {
    const lab::Station& station = world.stations[i];
    const lab::Truth& truth = truths[i];
    const auto rows = stored_rows(fabric, station.mac);
    if (truth.verdict == Verdict::kInfrastructure) continue;
    // Knowable: its own switches still hold it where it is; nobody can tell otherwise.
    const auto held_at = [&](PortId p) {
      return std::any_of(rows.begin(), rows.end(),
                         [&](const MacRow& r) { return fabric.port_of(r.sw, r.port) == p; });
    };
    const bool knowable =
        !truth.ports.empty() && std::all_of(truth.ports.begin(), truth.ports.end(), held_at);
    const Location answer = locate(fabric, {station.mac, rows, {}});
    auto ports = answer.ports;
    std::sort(ports.begin(), ports.end());
    const bool one_port = answer.verdict == Verdict::kEdge || answer.verdict == Verdict::kShared;
    const bool same_place = ports == truth.ports;
    // The port is an edge port, only not this station's: the worst answer.
    const bool wrong = one_port && !same_place;
    const bool right = same_place && answer.verdict == truth.verdict;
    if (one_port || answer.verdict == Verdict::kSegment) {
      Bucket& bucket =
          tally.buckets[std::min<std::size_t>(9, static_cast<std::size_t>(answer.confidence * 10))];
      ++bucket.given;
      bucket.right += same_place;
      bucket.confidence += answer.confidence;
      if (answer.confidence >= 0.9) {
        ++tally.sure;
        tally.sure_right += same_place;
      }
    }
    if (knowable) {
      ++tally.stations;
      if (right)
        ++tally.right;
      else if (same_place && (one_port || answer.verdict == Verdict::kSegment))
        ++tally.near;
      else if (!wrong)
        ++tally.honest;
    }
    if (wrong) {
      ++tally.wrong_edge;
      tally.wrong_sure += answer.confidence >= 0.9;
    }
    if ((wrong || (knowable && !right && options.missing == 0 && options.stale == 0)) &&
        tally.worst.size() < 12) {
      std::string text = station.mac.to_string() + " is " + std::string(to_string(truth.verdict));
      for (const PortId& p : truth.ports) text.append(" ").append(fabric.describe(p));
      text += "; said " + std::string(to_string(answer.verdict));
      for (const PortId& p : answer.ports) text.append(" ").append(fabric.describe(p));
      tally.worst.push_back(text + " (" + std::to_string(answer.confidence).substr(0, 4) + "), seed " +
                            std::to_string(options.seed));
    }
  }
  return tally;
}

}  // namespace lanwarden::topology::accuracy
