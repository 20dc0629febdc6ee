// Walking one large table in parts, side by side. A walk is a chain: each question waits for the answer
// before it, so a switch 20 ms away gives 5,000 rows in two seconds whatever its processor could do. Cut at
// the quantiles of the last walk, the parts are chains of their own.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mibs/oid.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::snmp {

/// Rows after `after`, up to and with `upto`: indexes, without the column. Empty: no bound.
struct Segment {
  mibs::Oid after, upto;
};

/// Every n-th row of a walk as it goes by; n doubles so that there are never more than 256.
class RowSample {
 public:
  void add(mibs::OidView index);
  std::uint32_t rows() const { return rows_; }
  std::uint32_t stride() const { return stride_; }
  const std::vector<mibs::Oid>& names() const { return names_; }

 private:
  static constexpr std::size_t kMost = 256;
  std::uint32_t rows_ = 0, stride_ = 16, until_next_ = 16;
  std::vector<mibs::Oid> names_;  ///< row stride, 2 x stride, …
};

/// What is known of one agent's tables: where to cut them.
class Partitions {
 public:
  using Cuts = topology::AgentManners::Cuts;

  /// In how many parts this table is to be walked; one segment without bounds when it is small or unknown.
  std::vector<Segment> segments(const std::string& table, const std::string& context, unsigned most) const;
  /// After a walk that came to its end: `samples` of its parts, in order.
  void learn(const std::string& table, const std::string& context,
             const std::vector<const RowSample*>& samples);
  /// It was walked in part only, or in disorder: next time in one piece.
  void forget(const std::string& table, const std::string& context);
  /// This agent answers wrongly in the middle of the table: for ever in one piece.
  void never(const std::string& table, const std::string& context);

  std::vector<Cuts> cuts() const;
  void remember(const std::vector<Cuts>& cuts);

 private:
  struct Known {
    std::uint32_t rows = 0;
    std::vector<mibs::Oid> cuts;  ///< up to kMostCuts, ascending
    bool in_one_piece = false;
  };
  std::map<std::pair<std::string, std::string>, Known> known_;
};

}  // namespace lanwarden::snmp
