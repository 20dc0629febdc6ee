// What an agent knows, behind one interface: a simulated switch (WorldMib), a
// recording (RecordingMib) or a table in memory (TableMib) answer the same
// protocol code (agent_server.h). Protocol operations: RFC 3416.
//
// Threads: the server calls a view from its loop only, under its lock
// (AgentServer::locked); a view needs no locking of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/agent/oid.h"

namespace lanwarden::lab {

/// BER tags of SMIv2 values (RFC 2578 §7.1) and of the exceptions (RFC 3416 §3).
enum class Tag : std::uint8_t {
  kInteger = 0x02,
  kOctets = 0x04,
  kNull = 0x05,
  kOid = 0x06,
  kIpAddress = 0x40,
  kCounter32 = 0x41,
  kGauge32 = 0x42,
  kTimeTicks = 0x43,
  kOpaque = 0x44,
  kCounter64 = 0x46,
  kNoSuchObject = 0x80,
  kNoSuchInstance = 0x81,
  kEndOfMibView = 0x82,
};

/// One value. Which member counts is said by the tag.
struct Value {
  Tag tag = Tag::kNull;
  std::int64_t integer = 0;  ///< kInteger: -2^31..2^31-1
  std::uint64_t number = 0;  ///< kCounter32, kGauge32, kTimeTicks, kCounter64
  std::string octets;        ///< kOctets, kOpaque, kIpAddress (four octets)
  Oid oid;                   ///< kOid

  static Value of_integer(std::int64_t v) { return {Tag::kInteger, v, 0, {}, {}}; }
  static Value of_octets(std::string_view v) { return {Tag::kOctets, 0, 0, std::string(v), {}}; }
  static Value of_octets(std::span<const std::uint8_t> v) {
    return {Tag::kOctets, 0, 0, std::string(v.begin(), v.end()), {}};
  }
  static Value of_oid(OidView v) { return {Tag::kOid, 0, 0, {}, Oid(v.begin(), v.end())}; }
  static Value of_ip(std::uint32_t host_order) {
    const char o[] = {static_cast<char>(host_order >> 24), static_cast<char>(host_order >> 16),
                      static_cast<char>(host_order >> 8), static_cast<char>(host_order)};
    return {Tag::kIpAddress, 0, 0, std::string(o, 4), {}};
  }
  static Value of_counter32(std::uint32_t v) { return {Tag::kCounter32, 0, v, {}, {}}; }
  static Value of_gauge32(std::uint32_t v) { return {Tag::kGauge32, 0, v, {}, {}}; }
  static Value of_timeticks(std::uint32_t v) { return {Tag::kTimeTicks, 0, v, {}, {}}; }
  static Value of_counter64(std::uint64_t v) { return {Tag::kCounter64, 0, v, {}, {}}; }
  static Value of_opaque(std::string_view v) { return {Tag::kOpaque, 0, 0, std::string(v), {}}; }
  static Value exception(Tag t) { return {t, 0, 0, {}, {}}; }
  bool operator==(const Value&) const = default;
};

/// error-status, RFC 3416 §3.
enum class ErrorStatus : std::uint8_t {
  kNoError = 0,
  kTooBig = 1,
  kNoSuchName = 2,
  kBadValue = 3,
  kReadOnly = 4,
  kGenErr = 5,
  kNoAccess = 6,
  kWrongType = 7,
  kWrongLength = 8,
  kWrongEncoding = 9,
  kWrongValue = 10,
  kNoCreation = 11,
  kInconsistentValue = 12,
  kResourceUnavailable = 13,
  kCommitFailed = 14,
  kUndoFailed = 15,
  kAuthorizationError = 16,
  kNotWritable = 17,
  kInconsistentName = 18,
};

/// Where a view puts the variables it was asked for: an answer in the making,
/// bounded by the agent's message size.
class VarBindSink {
 public:
  /// Takes at most `limit` octets of encoded variable bindings.
  explicit VarBindSink(std::size_t limit = 0) : limit_(limit) {}
  /// Empties it for the next answer; keeps its memory.
  void reset(std::size_t limit);

  /// Both return false when it does not fit; nothing is added then, and the
  /// view should stop.
  bool add(OidView name, const Value& value);
  /// A complete VarBind in BER (SEQUENCE { name, value }), as encode_varbind
  /// (ber.h) makes it: for views that keep their rows encoded. Copied.
  bool add_encoded(std::span<const std::uint8_t> varbind);

  /// Octets that still fit.
  std::size_t room() const { return limit_ - octets_.size(); }
  std::size_t count() const { return ends_.size(); }
  bool overflowed() const { return overflowed_; }
  std::span<const std::uint8_t> operator[](std::size_t i) const {
    const std::size_t from = i == 0 ? 0 : ends_[i - 1];
    return std::span(octets_).subspan(from, ends_[i] - from);
  }
  std::span<const std::uint8_t> octets() const { return octets_; }

 private:
  std::vector<std::uint8_t> octets_;
  std::vector<std::size_t> ends_;
  std::size_t limit_;
  bool overflowed_ = false;
};

/// Who asks, and when.
struct Asked {
  std::string_view context;         ///< "10" of "public@10", a v3 context name; empty: the default one
  std::chrono::nanoseconds now{0};  ///< the loop's clock: monotonic, arbitrary beginning
};

struct Assignment {
  Oid name;
  Value value;
};

struct SetResult {
  ErrorStatus status = ErrorStatus::kNoError;
  std::size_t index = 0;  ///< 1-based place of the assignment that failed; 0 with kNoError
  bool operator==(const SetResult&) const = default;
};

class MibView {
 public:
  virtual ~MibView() = default;

  /// Is there such a context? Requests for another one get silence. The default
  /// knows only the default context.
  virtual bool has_context(std::string_view context) const { return context.empty(); }

  /// Adds exactly one variable named `name`: its value, or the exception
  /// kNoSuchObject / kNoSuchInstance (RFC 3416 §4.2.1).
  virtual void get(const Asked& asked, OidView name, VarBindSink& out) = 0;

  /// Adds the first `count` variables whose names come after `after`, in order
  /// (GETNEXT: count = 1; GETBULK: the repetitions). Fewer, when the view ends or
  /// the sink is full; the caller tells the two apart by overflowed().
  virtual void next(const Asked& asked, OidView after, std::size_t count, VarBindSink& out) = 0;

  /// All or nothing (RFC 3416 §4.2.5). The default refuses the first one: kNotWritable.
  virtual SetResult set(const Asked& asked, std::span<const Assignment> assignments);

  /// The switch reboots now: sysUpTime starts again at zero; a view that wants
  /// to may move its ifIndexes (QUIRKS counter-restart, ifindex-moves).
  virtual void reboot(std::chrono::nanoseconds now) { static_cast<void>(now); }
};

}  // namespace lanwarden::lab
