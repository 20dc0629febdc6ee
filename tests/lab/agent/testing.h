// For tests that speak to agents: requests from words, answers taken apart.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "tests/lab/agent/agent_server.h"
#include "tests/lab/agent/message.h"
#include "tests/lab/agent/table_mib.h"
#include "tests/lab/agent/udp_socket.h"

namespace lanwarden::lab::testing {

struct Request {
  PduType type = PduType::kGet;
  std::vector<Oid> names = {};
  std::vector<Value> values = {};  ///< of a SET, one a name
  int version = 1;                 ///< 0: version 1, 1: version 2c
  std::string community = "public";
  std::int32_t id = 4711;
  std::int32_t non_repeaters = 0;
  std::int32_t repetitions = 10;
};
ber::Octets encode(const Request& request);

struct Answer {
  bool came = false;
  std::int32_t id = 0;
  ErrorStatus status = ErrorStatus::kNoError;
  std::int32_t index = 0;
  std::vector<ber::VarBind> rows;
  int version = -1;
  std::string community;
};
/// came is false when it is no response.
Answer decode(ber::OctetsView datagram);

/// An agent without a socket.
struct Bench {
  std::shared_ptr<TableMib> table = std::make_shared<TableMib>();
  std::shared_ptr<MibView> view = table;
  Identity identity{"public", "private"};
  Faults faults;
  std::chrono::nanoseconds now{0};
  MessageResponder responder;
  Verdict verdict{};
  std::size_t octets = 0;  ///< of the last answer

  Answer ask(const Request& request);
  Answer ask(ber::OctetsView datagram);
};

/// Five rows of system, two interfaces, four stations in dot1qTpFdbPort and its status column.
void fill(TableMib& table);

inline const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
inline const Oid kSysName{1, 3, 6, 1, 2, 1, 1, 5, 0};
inline const Oid kIfDescr{1, 3, 6, 1, 2, 1, 2, 2, 1, 2};
inline const Oid kIfAdminStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 7};
inline const Oid kFdbPort{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2};
inline const Oid kFdbStatus{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 3};

/// Asks over real UDP; waits for one datagram at most until `patience` is over.
class Socket {
 public:
  explicit Socket(const Endpoint& agent);
  void send(ber::OctetsView datagram) const;
  /// Empty when nothing came.
  ber::Octets receive(std::chrono::milliseconds patience) const;
  Answer ask(const Request& request, std::chrono::milliseconds patience = std::chrono::seconds(5)) const;
  /// Who sent the last datagram received: "127.0.0.1:161".
  const std::string& sender() const { return sender_; }

 private:
  UdpSocket socket_;
  Peer agent_;
  mutable std::string sender_;
};

}  // namespace lanwarden::lab::testing
