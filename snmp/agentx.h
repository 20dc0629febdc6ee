// AgentX (RFC 2741), version 1, as a sub-agent needs it: reads what a master asks, writes what it is
// answered. Pure. Debian's libnetsnmpagent speaks it too, but opens and registers synchronously: with an
// snmpd that is there and does not answer it holds its thread for seconds, and here that thread hunts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "mibs/lanwarden_mib.h"
#include "mibs/oid.h"

namespace lanwarden::snmp::agentx {

/// h.type, RFC 2741 §6.1
enum class Type : std::uint8_t {
  kOpen = 1,
  kClose,
  kRegister,
  kUnregister,
  kGet,
  kGetNext,
  kGetBulk,
  kTestSet,
  kCommitSet,
  kUndoSet,
  kCleanupSet,
  kNotify,
  kPing,
  kIndexAllocate,
  kIndexDeallocate,
  kAddAgentCaps,
  kRemoveAgentCaps,
  kResponse,
};

/// res.error, RFC 2741 §6.2.16; below 256 as RFC 3416 has them.
namespace error {
inline constexpr std::uint16_t kNone = 0, kGenErr = 5, kCommitFailed = 14, kUndoFailed = 15,
                               kNotWritable = 17, kOpenFailed = 256, kNotOpen = 257,
                               kUnsupportedContext = 262, kDuplicateRegistration = 263, kParseError = 266,
                               kRequestDenied = 267;
}  // namespace error
/// "duplicateRegistration", as the RFC spells it; "error 300" for what it does not know.
std::string error_name(std::uint16_t error);

inline constexpr std::size_t kHeaderSize = 20;
struct Header {
  Type type = Type::kPing;
  std::uint8_t flags = 0;
  std::uint32_t session = 0, transaction = 0, packet = 0;
  std::uint32_t size = 0;  ///< of what follows, a multiple of four
};
/// nullopt: another version, an unknown type, or a size that is no multiple of four. `octets`: at least
/// kHeaderSize.
std::optional<Header> read_header(std::span<const std::uint8_t> octets);

struct SearchRange {
  mibs::Oid start, end;  ///< `end` is excluded; empty: none
  bool include = false;  ///< `start` itself counts
};
/// Get, GetNext, GetBulk.
struct Request {
  bool other_context = false;  ///< than the default one
  std::uint16_t non_repeaters = 0, max_repetitions = 0;
  std::vector<SearchRange> ranges;
};
/// nullopt: cut off, or more than it says. `payload` is header.size octets.
std::optional<Request> read_request(const Header& header, std::span<const std::uint8_t> payload);

struct Response {
  std::uint16_t error = 0, index = 0;
};
std::optional<Response> read_response(const Header& header, std::span<const std::uint8_t> payload);

/// Writes one PDU in network byte order.
class Writer {
 public:
  explicit Writer(const Header& header);
  Writer& u8(std::uint8_t value);
  Writer& u16(std::uint16_t value);
  Writer& u32(std::uint32_t value);
  Writer& oid(mibs::OidView value);
  Writer& octets(std::string_view value);
  Writer& varbind(const mibs::OwnVarbind& varbind);
  /// `exception`: kNoSuchObject, kNoSuchInstance or kEndOfMibView.
  Writer& varbind(mibs::OidView name, mibs::Value::Type exception);
  std::size_t size() const { return out_.size(); }
  std::vector<std::uint8_t> take();

 private:
  std::vector<std::uint8_t> out_;
};

}  // namespace lanwarden::snmp::agentx
