// stp-root-change: the spanning tree got another root, or is never at rest.
//
// A bridge that nobody heard of and that takes the root from the one in office is a switch somebody brought
// along: a warning. An office that is empty because its holder fell silent passes to the next (a failover),
// and back when the holder returns: told for the record. Roots that change again and again, and topology
// changes that do not end (every one makes all switches forget their tables), are warnings.
//
// One whose predecessor was heard for a few seconds only is told for the record: of a tree that is just being
// built, or of which little is heard, nobody can say who was in office.
//
// A change is believed at the second BPDU that says so: while the tree is built anew, everybody proposes
// himself. Each VLAN has its own tree (PVST+), or all share the untagged one.
//
// Bounds: 4,096 trees; 8 roots remembered, 16 bridges counted in each.
#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "analysis/bounded_table.h"
#include "analysis/detectors/all.h"
#include "analysis/detectors/arp_ledger.h"

namespace lanwarden::analysis {
namespace {

constexpr Duration kInOffice = std::chrono::seconds(20);   // IEEE 802.1D's max age: older news are dropped
constexpr Duration kHeardTwice = std::chrono::seconds(6);  // three hello times: RSTP gives up a root then
constexpr Duration kAwhile = std::chrono::minutes(10);
constexpr std::size_t kMostRoots = 8, kMostBridges = 16;
constexpr unsigned kFlapping = 4;  // changes of the root in kAwhile
constexpr unsigned kUnrest = 60;   // topology changes in kAwhile
constexpr std::uint8_t kTopologyChangeNotice = 0x80;

struct BridgeId {
  std::uint16_t priority = 0;
  MacAddress mac;
  bool operator==(const BridgeId&) const = default;
  bool better_than(const BridgeId& other) const {
    return priority != other.priority ? priority < other.priority : mac < other.mac;
  }
};

std::string to_string(const BridgeId& id) { return std::to_string(id.priority) + "/" + id.mac.to_string(); }

struct Tree {
  BridgeId root, proposed;
  Time since{}, last{};  // the root: first and last heard
  Time proposed_at{};
  FrameRef root_frame, proposed_frame;
  std::vector<BridgeId> roots;  // those that were in office
  // Topology changes: a flag that rises, a bridge at a time, and notices.
  std::vector<std::pair<MacAddress, bool>> flags;
  Time unrest_since{};
  unsigned unrest = 0;
  Time flapping_since{};
  unsigned changes = 0;
  bool flapping_told = false, unrest_told = false;
};

class StpRootChange : public Detector {
 public:
  std::string_view name() const override { return "stp-root-change"; }
  Interest interest() const override { return Interest::kGroup; }

  void on_frame(const Frame& frame, const FindingSink& sink) override {
    const Bpdu* bpdu = frame.bpdu();
    if (bpdu == nullptr) return;
    const Lan lan{frame.source, frame.vlan};
    Tree& tree = trees_.obtain(lan).first;
    const FrameRef ref{frame.source, frame.number, frame.time};
    count_changes(lan, frame, *bpdu, tree, ref, sink);
    if (bpdu->type == kTopologyChangeNotice) return;

    const BridgeId root{bpdu->root_priority, bpdu->root};
    if (tree.root.mac.is_zero()) {
      tree.root = root;
      tree.since = frame.time;
      tree.roots.push_back(root);
    }
    if (root == tree.root) {
      tree.last = frame.time;
      tree.root_frame = ref;
      tree.proposed = {};
      return;
    }
    if (!(root == tree.proposed)) {
      tree.proposed = root;
      tree.proposed_at = frame.time;
      tree.proposed_frame = ref;
      return;
    }
    changed(lan, frame, tree, ref, sink);
  }

 private:
  static void changed(const Lan& lan, const Frame& frame, Tree& tree, const FrameRef& ref,
                      const FindingSink& sink) {
    const BridgeId before = tree.root, now = tree.proposed;
    const Duration office = tree.proposed_at - tree.since;
    const bool in_office = office >= kInOffice;
    const bool known = std::find(tree.roots.begin(), tree.roots.end(), now) != tree.roots.end();
    const bool takes = now.better_than(before);
    const std::vector<FrameRef> frames{tree.root_frame, tree.proposed_frame, ref};
    tree.root = now;
    tree.since = tree.proposed_at;
    tree.last = frame.time;
    tree.root_frame = ref;
    tree.proposed = {};
    if (!known) {
      if (tree.roots.size() == kMostRoots) tree.roots.erase(tree.roots.begin());
      tree.roots.push_back(now);
    }
    if (frame.time < tree.flapping_since || frame.time - tree.flapping_since > kAwhile) {
      tree.flapping_since = frame.time;
      tree.changes = 0;
      tree.flapping_told = false;
    }
    const bool flaps = ++tree.changes >= kFlapping;
    if (flaps && tree.flapping_told) return;
    tree.flapping_told = flaps;
    if (office < kHeardTwice && !flaps) return;

    Finding finding = begin(lan, frame, frames);
    finding.mac = now.mac;
    finding.severity = flaps || (in_office && takes && !known) ? Severity::kWarning : Severity::kInfo;
    finding.summary =
        flaps ? "the root of the spanning tree changes again and again: " + std::to_string(tree.changes) +
                    " times in " + minutes(frame.time - tree.flapping_since)
        : takes && !known
            ? "a bridge never heard before takes over as root of the spanning tree: " + to_string(now) +
                  ", before it was " + to_string(before)
        : takes ? "the root of the spanning tree is again " + to_string(now) + ", for a while it was " +
                      to_string(before)
                : "the root of the spanning tree is now " + to_string(now) + ": " + to_string(before) +
                      ", which was it, is no longer heard";
    finding.evidence = {{"root", to_string(now)},
                        {"root_before", to_string(before)},
                        {"seen_as_root_before", known},
                        {"heard_as_root_before_s", std::chrono::duration<double>(office).count()},
                        {"root_changes", std::int64_t{tree.changes}},
                        {"told_by", frame.src.to_string()}};
    sink(std::move(finding));
  }

  static void count_changes(const Lan& lan, const Frame& frame, const Bpdu& bpdu, Tree& tree,
                            const FrameRef& ref, const FindingSink& sink) {
    bool rises = bpdu.type == kTopologyChangeNotice;
    if (!rises && frame.payload.size() > 4) {
      const bool flag = frame.payload[4] & 1U;
      auto it = std::find_if(tree.flags.begin(), tree.flags.end(),
                             [&](const auto& f) { return f.first == frame.src; });
      if (it == tree.flags.end()) {
        if (tree.flags.size() == kMostBridges) return;
        it = tree.flags.insert(tree.flags.end(), {frame.src, flag});  // on for a while already: not counted
      }
      rises = flag && !it->second;
      it->second = flag;
    }
    if (!rises) return;
    if (frame.time < tree.unrest_since || frame.time - tree.unrest_since > kAwhile) {
      tree.unrest_since = frame.time;
      tree.unrest = 0;
      tree.unrest_told = false;
    }
    if (++tree.unrest < kUnrest || tree.unrest_told) return;
    tree.unrest_told = true;
    Finding finding = begin(lan, frame, {ref});
    finding.severity = Severity::kWarning;
    finding.mac = frame.src;
    finding.summary = "the spanning tree is not at rest: " + std::to_string(tree.unrest) +
                      " topology changes in " + minutes(frame.time - tree.unrest_since) +
                      "; each makes all switches forget where stations are";
    finding.evidence = {{"topology_changes", std::int64_t{tree.unrest}},
                        {"root", to_string(tree.root)},
                        {"told_by", frame.src.to_string()}};
    sink(std::move(finding));
  }

  static Finding begin(const Lan& lan, const Frame& frame, std::vector<FrameRef> frames) {
    Finding finding;
    finding.time = frame.time;
    finding.kind = "stp-root-change";
    finding.vlan = lan.vlan;
    finding.source = lan.source;
    finding.frames = std::move(frames);
    return finding;
  }

  static std::string minutes(Duration duration) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f min", std::chrono::duration<double>(duration).count() / 60);
    return text;
  }

  BoundedTable<Lan, Tree> trees_{4096};
};

}  // namespace

std::unique_ptr<Detector> make_stp_root_change() { return std::make_unique<StpRootChange>(); }

}  // namespace lanwarden::analysis
