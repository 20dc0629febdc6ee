// The walk of some columns of one table, and the GET of some instances: what to ask next, and when to stop.
// Pure state machines over Exchange. RFC 3416 §4.2.2, §4.2.3.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mibs/poll.h"
#include "snmp/exchange.h"
#include "snmp/pacing.h"
#include "snmp/partition.h"

namespace lanwarden::snmp {

/// What was learned of one switch's way to answer; lives as long as the Collector.
struct Manners {
  Version version = Version::kV2c;
  BulkSize bulk;
  bool no_get_bulk = false;  ///< GETBULK failed where GETNEXT worked
  Partitions partitions;
  bool learned = false;  ///< here, by asking: what an earlier process knew is then of no more use
};

/// Takes variables as they come; mibs::Poll, a recorder, a benchmark.
class VariableSink {
 public:
  virtual ~VariableSink() = default;
  virtual void variable(mibs::RequestId request, std::size_t column, mibs::OidView index,
                        const mibs::Value& value) = 0;
};

struct WalkLimits {
  std::chrono::seconds table_deadline{60};
  TimePoint switch_deadline = TimePoint::max();
  std::uint32_t rows = 1'000'000;
};

/// Walks below each of request.oids, all columns side by side: all rows, or those after `segment.after` up
/// to `segment.upto`.
class Walk final : public Exchange {
 public:
  Walk(mibs::Request request, Manners& manners, WalkLimits limits, VariableSink& sink, Segment segment = {});

  void question(unsigned attempt, Query& query) override;
  void answer(unsigned attempt, const Answer& answer, TimePoint now) override;
  void failed(const Failure& failure) override;
  void started(TimePoint now) override;
  bool done() const override { return active_.empty(); }
  TimePoint deadline() const override { return deadline_; }
  void expired() override;
  const std::string& context() const override { return request_.vlan_context; }

  const mibs::Request& request() const { return request_; }
  /// How it ended; complete until something was lost.
  const mibs::Ending& ending() const { return ending_; }
  std::uint64_t variables() const { return variables_; }
  /// Rows of the first column, and some of their names in equal distances.
  const RowSample& sample() const { return sample_; }
  /// Names of the first row that was taken, and of the first after the segment's end; empty: none was seen.
  /// Where two parts meet, the one's `beyond` is the other's `first`.
  const mibs::Oid& first() const { return first_; }
  const mibs::Oid& beyond() const { return beyond_; }
  /// The agent's order is not the standard's: what was cut out of this table may be anything.
  bool disordered() const { return disordered_; }

 private:
  struct Column {
    std::size_t place;  ///< in request_.oids
    mibs::Oid last;     ///< asked for what comes after this
    std::uint32_t rows = 0;
    bool over = false;
  };
  bool by_get_next(unsigned attempt) const;
  unsigned repetitions(unsigned attempt) const;
  std::size_t columns_asked() const;
  void take(const Answer& answer, std::size_t most);
  void refused(const Answer& answer, unsigned attempt);
  void end_column(std::size_t active, const std::string& cause);
  void partial(const std::string& cause);

  mibs::Request request_;
  Manners& manners_;
  WalkLimits limits_;
  VariableSink& sink_;
  Segment segment_;
  RowSample sample_;
  mibs::Oid first_, beyond_;
  bool disordered_ = false;
  std::vector<Column> active_;
  std::size_t width_;      ///< columns in one PDU at most
  bool get_next_ = false;  ///< GETBULK failed in this walk
  bool bulk_failed_at_once_ = false;
  bool open_ = false;  ///< a question is open, and size_ is its size
  unsigned size_ = 0;  ///< variables its first attempt asked for
  mibs::Ending ending_;
  std::uint64_t variables_ = 0;
  TimePoint deadline_ = TimePoint::max();
};

/// GETs instances, in as few PDUs as they fit; what an agent has not is passed on as an exception.
class Get final : public Exchange {
 public:
  /// `per_pdu`: instances in one PDU at most; v1 agents answer one missing
  /// instance with an error for all, so there they are asked for again without it.
  Get(mibs::Request request, WalkLimits limits, VariableSink& sink, unsigned per_pdu = 24);

  void question(unsigned attempt, Query& query) override;
  void answer(unsigned attempt, const Answer& answer, TimePoint now) override;
  void failed(const Failure& failure) override;
  void started(TimePoint now) override;
  bool done() const override { return open_.empty(); }
  TimePoint deadline() const override { return deadline_; }
  void expired() override;
  const std::string& context() const override { return request_.vlan_context; }

  const mibs::Request& request() const { return request_; }
  const mibs::Ending& ending() const { return ending_; }

 private:
  std::size_t asked_now() const;
  void partial(const std::string& cause);

  mibs::Request request_;
  WalkLimits limits_;
  VariableSink& sink_;
  std::vector<std::size_t> open_;  ///< places in request_.oids without an answer yet
  unsigned per_pdu_;
  mibs::Ending ending_;
  TimePoint deadline_ = TimePoint::max();
};

}  // namespace lanwarden::snmp
