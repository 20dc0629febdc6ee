// A conversation with one switch: question after question, each repeated until it is
// answered or given up. Sans I/O: Peer (peer.h) carries it out.
#pragma once

#include <chrono>
#include <string>

#include "snmp/collector.h"
#include "snmp/wire.h"

namespace lanwarden::snmp {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;

class Exchange {
 public:
  virtual ~Exchange() = default;

  /// Writes the question now open into `query` (which arrives empty). `attempt` counts from 0 how often it
  /// has been sent; a later attempt may ask for less. Views must live until the next call.
  virtual void question(unsigned attempt, Query& query) = 0;
  /// An answer to the `attempt`-th sending of the question now open. Afterwards either done()
  /// is true or another question is open.
  virtual void answer(unsigned attempt, const Answer& answer, TimePoint now) = 0;
  /// Given up: no answer, the switch is gone, or it refused the credential. The exchange is over.
  virtual void failed(const Failure& failure) = 0;
  /// The first question is about to be sent.
  virtual void started(TimePoint now) { static_cast<void>(now); }
  virtual bool done() const = 0;
  /// No matter what: at this time expired() is called, and it is over.
  virtual TimePoint deadline() const { return TimePoint::max(); }
  virtual void expired() = 0;

  /// The VLAN context it asks in: contexts fail one by one (silence is how an agent refuses one).
  virtual const std::string& context() const = 0;
};

}  // namespace lanwarden::snmp
