// The adapter to Net-SNMP: one session on one UDP socket. Net-SNMP codes, authenticates, encrypts, and
// decodes SNMPv3; v1 and v2c responses are read by response.h. The socket, the clock and all
// patience are ours. No Net-SNMP type leaves the sessions, decode.cc and usm.cc.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mibs/oid.h"
#include "snmp/target.h"
#include "topology/result.h"

namespace lanwarden::snmp {

/// What a SET gives a variable, and what a notification says of one.
struct SetValue {
  enum class Syntax : std::uint8_t { kInteger, kUnsigned, kOctets, kOid, kTimeTicks, kCounter32, kCounter64 };
  Syntax syntax = Syntax::kInteger;
  std::int64_t number = 0;  ///< of the numeric ones
  std::vector<std::uint8_t> octets;
  mibs::Oid oid;
};

/// One request PDU. Names and values are views: they must live until send() returns.
struct Query {
  enum class Kind : std::uint8_t { kGet, kGetNext, kGetBulk, kSet, kTrap, kInform };
  Kind kind = Kind::kGet;
  std::vector<mibs::OidView> names;
  unsigned repetitions = 0;          ///< kGetBulk; non-repeaters is always 0
  std::span<const SetValue> values;  ///< kSet, kTrap, kInform: one for each name
  std::string_view context;          ///< a VLAN: "10" becomes community@10 or context vlan-10
  bool without_privacy = false;      ///< v3: authNoPriv though the credential has a privacy password
};

/// RFC 3416 §3 error-status, as far as somebody here reasons about it; others keep their number.
namespace error_status {
inline constexpr int kNoError = 0, kTooBig = 1, kNoSuchName = 2, kReadOnly = 4, kGenErr = 5, kNoAccess = 6,
                     kAuthorizationError = 16, kNotWritable = 17;
}  // namespace error_status
/// "noAccess", as RFC 3416 spells it; "error 42" for what it does not know.
std::string error_status_name(int status);

/// What a v3 agent's Report says (RFC 3414 §3.2, RFC 3412 §7.2).
enum class Report : std::uint8_t {
  kNone,
  kUnsupportedSecurityLevel,
  kNotInTimeWindow,
  kUnknownUser,
  kUnknownEngine,
  kWrongDigest,
  kDecryption,
  kUnknownContext,
  kOther,
};

struct Binding {
  mibs::OidView name;
  mibs::Value value;
};

/// One answer. Views are valid during the call they are passed to.
struct Answer {
  Report report = Report::kNone;
  int error_status = 0;
  unsigned error_index = 0;  ///< from 1; 0 when the agent named none
  std::span<const Binding> bindings;
};

/// Owns the socket it is given. Not thread-safe, as nothing in this room is.
class Session {
 public:
  /// `token` is what send() was given. Called from within read() only.
  using Handler = std::function<void(std::uint64_t token, const Answer& answer)>;

  /// Takes over `fd`, a non-blocking UDP socket (closed when this fails, too), connected, or
  /// else with the `sockaddr` to send to in `destination`. The error is a sentence without secrets: a
  /// password too short, a protocol this Net-SNMP does not have.
  static topology::Result<std::unique_ptr<Session>, std::string> open(
      int fd, const Credential& credential, Handler handler, std::vector<std::uint8_t> destination = {});
  virtual ~Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  virtual int fd() const = 0;
  /// v3: false until an engine id is known. v1, v2c: always true.
  virtual bool ready() const { return true; }
  /// v3: asks for the engine id (RFC 3414 §4). The answer is a Report; after it, ready().
  virtual bool discover(std::uint64_t token) { return static_cast<void>(token), false; }
  /// v3: traps go out as this engine, which is the authoritative one of them (RFC 3414 §1.5.1): ready() from
  /// now on, without discover(). For a session that sends nothing but traps.
  virtual bool speak_as(std::span<const std::uint8_t> engine, std::uint32_t boots, std::uint32_t seconds) {
    return static_cast<void>(engine), static_cast<void>(boots), static_cast<void>(seconds), true;
  }
  /// v3: forgets engine id, boots and time: the agent is not the one it was.
  virtual void forget_engine() {}

  /// False when it could not be sent: last_errno() says why. Never blocks. A kTrap has no answer.
  virtual bool send(std::uint64_t token, const Query& query) = 0;
  virtual int last_errno() const = 0;

  enum class Read : std::uint8_t {
    kDone,       ///< a datagram was read; the handler was called if it was an answer to something
    kNothing,    ///< none there
    kMalformed,  ///< a datagram that is not SNMP, is cut off, or does not authenticate
    kError,      ///< what ICMP said: last_errno() (ECONNREFUSED, EHOSTUNREACH, …)
  };
  virtual Read read() = 0;

 protected:
  Session() = default;
};

}  // namespace lanwarden::snmp
