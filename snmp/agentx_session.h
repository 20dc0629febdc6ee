// One session of a sub-agent with its master, without I/O: octets and time in, octets out.
//
//   begin -> Open -> Register -> serving: Get, GetNext, GetBulk are answered; now and then a Ping
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "mibs/lanwarden_mib.h"
#include "snmp/agentx.h"

namespace lanwarden::snmp::agentx {

using TimePoint = std::chrono::steady_clock::time_point;

/// What is answered from: variables sorted by name, and the objects they are instances of.
class View {
 public:
  View(std::vector<mibs::OwnVarbind> variables, std::span<const mibs::OwnObject> objects);
  /// nullptr: no such instance.
  const mibs::OwnVarbind* get(mibs::OidView name) const;
  bool is_object(mibs::OidView name) const;
  /// The first in the range; nullptr: none.
  const mibs::OwnVarbind* next(const SearchRange& range) const;

 private:
  std::vector<mibs::OwnVarbind> variables_;
  std::span<const mibs::OwnObject> objects_;
};

class MasterSession {
 public:
  static constexpr std::chrono::seconds kAnswerWithin{10}, kPingEvery{30};
  static constexpr std::size_t kMostPayload = 256 * 1024;  ///< what a master may send in one PDU
  static constexpr std::size_t kMostWaiting = 4 << 20;     ///< octets that a master may leave unread

  MasterSession(const mibs::Oid& root, std::string description, TimePoint now);

  /// What came. The view is what is answered from, now.
  void take(std::span<const std::uint8_t> octets, const View& view, TimePoint now);
  /// Until when it can be left alone.
  TimePoint due() const { return due_; }
  void on_time(TimePoint now);
  /// To be sent; whoever sends removes from the beginning what was.
  std::vector<std::uint8_t>& output() { return output_; }
  /// Says goodbye, when there is somebody.
  void close();

  bool serving() const { return state_ == State::kServing && over_.empty(); }
  /// Why there is no use in going on: "it answered the registration with duplicateRegistration". Empty: it
  /// goes on.
  const std::string& over() const { return over_; }
  std::uint64_t requests() const { return requests_; }

 private:
  enum class State : std::uint8_t { kOpening, kRegistering, kServing };
  void end(std::string why) {
    if (over_.empty()) over_ = std::move(why);
  }
  void take(const Header& header, std::span<const std::uint8_t> payload, const View& view, TimePoint now);
  void on_response(const Header& header, std::span<const std::uint8_t> payload, TimePoint now);
  void answer(const Header& header, std::span<const std::uint8_t> payload, const View& view);
  void answer(const Header& header, std::uint16_t error, std::uint16_t index);
  void ask(Writer&& writer, TimePoint now);
  Header own(Type type);
  void send(std::vector<std::uint8_t>&& pdu);

  mibs::Oid root_;
  State state_ = State::kOpening;
  std::uint32_t session_ = 0, packet_ = 0;
  bool asked_ = false;  ///< an answer is awaited
  TimePoint due_;
  std::vector<std::uint8_t> input_, output_;
  std::string over_;
  std::uint64_t requests_ = 0;
};

}  // namespace lanwarden::snmp::agentx
