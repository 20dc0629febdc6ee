// One switch's poll: carries out what mibs::Poll asks for, large tables in parts, and hands it what comes.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "mibs/poll.h"
#include "snmp/collector.h"
#include "snmp/peer.h"
#include "snmp/walk.h"

namespace lanwarden::snmp {

class Polling final : public VariableSink {
 public:
  /// All must outlive it. `last`: the switch's snapshot before, or nullptr. `neighbors_only`:
  /// mibs::Poll::Kind::kNeighbors, whatever the target is.
  Polling(Peer& peer, const Limits& limits, const SwitchSnapshot* last, bool neighbors_only = false);

  void begin();
  bool over() const { return over_; }
  std::uint64_t rows() const { return over_ ? rows_ : poll_.rows(); }
  const Peer& peer() const { return peer_; }
  SwitchSnapshot take() { return std::move(snapshot_); }

  void variable(mibs::RequestId request, std::size_t column, mibs::OidView index,
                const mibs::Value& value) override;

 private:
  /// One request of the poll: a GET, or the parts of a walk.
  struct Table {
    mibs::Request request;
    std::vector<std::unique_ptr<Exchange>> parts;
    std::vector<const Walk*> walks;  ///< the same, if they are walks
    std::size_t open = 0;
    std::uint32_t rows_in_parts = 0;  ///< what the parts had, when the whole is walked again
    bool again = false;
  };
  void ask();
  void get(mibs::Request request);
  void walk(Table& table, std::vector<Segment> segments);
  void start(Table& table, std::unique_ptr<Exchange> part);
  void part_ended(mibs::RequestId id);
  /// Where two parts meet, both must have seen the same row; else the agent does not know how to go on from
  /// the middle of its table, or the row came or went just then.
  static bool suspicious(const Table& table);
  static bool gained(const Table& table);
  void table_ended(Table& table);
  void end();

  Peer& peer_;
  const Limits& limits_;
  mibs::Poll poll_;
  WalkLimits walk_limits_;
  std::unordered_map<mibs::RequestId, Table> open_;
  SwitchSnapshot snapshot_;
  std::uint64_t rows_ = 0;
  bool over_ = false;
};

}  // namespace lanwarden::snmp
