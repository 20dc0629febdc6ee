// Messages: a datagram in, a datagram out. Versions 1 and 2c with communities
// (RFC 1157 §4, RFC 1901 §3, RFC 3584); version 3 goes on to the agent's engine.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "tests/lab/agent/pdu.h"
#include "tests/lab/agent/usm.h"

namespace lanwarden::lab {

/// What the message layer must know of an agent.
struct Identity {
  std::string read_community;
  std::string write_community;  ///< empty: none
  std::size_t max_message = 65507;
  std::shared_ptr<UsmEngine> engine = {};  ///< version 3; null: silence
};

class MessageResponder {
 public:
  /// Fills `out` when the verdict is kAnswer or kTruncated (then already cut).
  Verdict respond(const Identity& identity, MibView& view, const Faults& faults, std::chrono::nanoseconds now,
                  ber::OctetsView datagram, ber::Octets& out);
  const PduResponder& last() const { return pdus_; }

 private:
  PduResponder pdus_;
  ber::Octets pdu_;
};

/// A request or response in a version 1 (0) or 2c (1) message, for tests and
/// benchmarks that speak to agents.
struct CommunityMessage {
  int version = 1;
  std::string community = "public";
  Pdu pdu;
};
ber::Octets write_message(const CommunityMessage& message);
/// The pdu's list is a view of the datagram.
std::optional<CommunityMessage> read_message(ber::OctetsView datagram);

}  // namespace lanwarden::lab
