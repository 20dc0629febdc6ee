// What the parts of Collector share: the engine, and two peers a switch.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "snmp/collector.h"
#include "snmp/engine.h"
#include "snmp/failure.h"
#include "snmp/peer.h"
#include "snmp/walk.h"

namespace lanwarden::snmp {

struct Collector::Impl {
  using Failures = std::vector<std::pair<SwitchId, Failure>>;

  Impl(std::vector<Target> t, Limits l);

  /// The session that reads; begun anew for this run.
  Peer& reader(std::size_t target);
  /// The session that writes: the reading one when it is the same credential. There must be one.
  Peer& writer(std::size_t target);
  /// Indexes into targets of `which`; of all when it is empty. Unknown ones are left out.
  std::vector<std::size_t> chosen(std::span<const SwitchId> which) const;

  std::vector<SwitchSnapshot> poll(const std::vector<std::size_t>& which, const ProgressFn& progress,
                                   Failures& failures, std::span<const SwitchSnapshot* const> last = {},
                                   bool neighbors_only = false, bool hunting = false);
  /// What the last run says of this one's silence.
  void heed_silence(std::size_t target);

  std::vector<Target> targets;
  Limits limits;
  Engine engine;
  std::vector<std::unique_ptr<Peer>> readers, writers;  ///< by target; made when first needed
  Failures failures;
  /// By target: no answer to the last question, or somebody else had none. A hunt does not wait for it long.
  std::vector<bool> silent;
  bool abandoned = false;
  bool setting = false;  ///< a SET is under way
};

topology::Time wall_clock();

}  // namespace lanwarden::snmp
