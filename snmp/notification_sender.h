// Sends notifications of lanwarden's own: traps and informs, SNMPv2c and v3 (RFC 3416 §4.2.6, RFC 3414).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mibs/lanwarden_mib.h"
#include "snmp/collector.h"
#include "snmp/target.h"
#include "topology/result.h"

namespace lanwarden::snmp {

using mibs::NoticeFacts;
using mibs::NoticeType;

/// Who lanwarden is to those who hear its SNMPv3 traps (RFC 3411 §5, RFC 3414 §2.2). A receiver takes a trap
/// only when `boots` never goes back for an `id`: both are kept from one start to the next, by the owner.
struct OwnEngine {
  std::vector<std::uint8_t> id;  ///< 5 to 32 octets
  std::uint32_t boots = 1;       ///< one more than at the last start; at most 2^31 - 2
  std::chrono::steady_clock::time_point since = std::chrono::steady_clock::now();  ///< of this start
};
/// A new id, as Net-SNMP makes them (RFC 3411's SnmpEngineID needs an enterprise's number; lanwarden has
/// none): 80 00 1f 88 80 and eight random octets.
std::vector<std::uint8_t> random_engine_id();

/// Who is told.
struct Receiver {
  std::string address;                      ///< host or host:port (162)
  Credential credential;                    ///< SNMPv2c or v3
  bool inform = false;                      ///< it has to acknowledge
  std::chrono::milliseconds timeout{2000};  ///< of the first try of an inform; doubles with each
  unsigned retries = 3;
};

/// Never blocks; what became of each notification is told from serve(), in no particular order. One thread,
/// the one that owns Net-SNMP.
class NotificationSender {
 public:
  using Ticket = std::uint64_t;
  using Outcome = topology::Result<void, Failure>;
  /// Success: an inform was acknowledged; a trap went out, and nothing said within a moment that nobody
  /// listens.
  using Done = std::function<void(Ticket ticket, const Outcome& outcome)>;

  struct Counters {
    std::uint64_t sent = 0;       ///< messages, repeated ones too
    std::uint64_t delivered = 0;  ///< notifications: acknowledged informs, and traps
    std::uint64_t failed = 0;     ///< notifications that `done` was told a failure of
    std::uint64_t refused = 0;    ///< notifications that send() did not take
    bool operator==(const Counters&) const = default;
  };

  NotificationSender(OwnEngine engine, std::vector<Receiver> receivers, Done done,
                     std::size_t most_outstanding = 256);
  ~NotificationSender();  ///< what is under way is given up, and not told
  NotificationSender(const NotificationSender&) = delete;
  NotificationSender& operator=(const NotificationSender&) = delete;

  /// To receivers[receiver]. kLocal: too many are under way; kBadAddress, kUnsupportedSecurity: as configured
  /// it can never be sent. `done` is not called then.
  topology::Result<Ticket, Failure> send(std::size_t receiver, const mibs::Notification& notification);

  /// Readable (poll, epoll) whenever serve() has something to do; the same as long as this object lives.
  int descriptor() const;
  void serve();

  std::size_t outstanding() const;
  const Counters& counters() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lanwarden::snmp
