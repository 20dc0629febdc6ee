// How hard a switch may be asked: learned from its answers, remembered between polls. Pure: durations in,
// numbers out.
#pragma once

#include <chrono>
#include <cstdint>

namespace lanwarden::snmp {

using Micros = std::chrono::microseconds;

/// Round trips of one switch, smoothed as RFC 6298 does. Every try has a request id
/// of its own, so a late answer is measured against the try it answers.
class RoundTrip {
 public:
  void add(Micros sample);
  bool known() const { return known_; }
  Micros smoothed() const { return smoothed_; }
  Micros least() const { return least_; }
  /// After this an answer is late, though it may come yet.
  Micros late() const { return smoothed_ + std::max(deviation_ * 4, smoothed_); }
  /// How long to wait for an answer before asking again: the `try_number`-th wait
  /// (0 first) doubles each time. Between 100 ms and 8 s unless the switch itself takes longer.
  Micros wait(unsigned try_number) const;

 private:
  Micros smoothed_{0}, deviation_{0}, least_{0};
  bool known_ = false;
};

/// Requests at once to one switch: starts small, grows by one for a window full of
/// quick answers, halves on silence. Never above the configured limit, never below 1.
class Window {
 public:
  explicit Window(unsigned limit) : limit_(limit < 1 ? 1 : limit) {}
  /// What was good in an earlier process: begins halfway there.
  void remember(unsigned size) {
    if (size / 2 > size_) size_ = size / 2 < limit_ ? size / 2 : limit_;
  }
  unsigned size() const { return static_cast<unsigned>(size_); }
  unsigned limit() const { return limit_; }
  void answered(Micros took, Micros least);
  void silence();
  /// For a single burst of small questions (a live `where`): all that is allowed, unless it was hurt before.
  void open();

 private:
  unsigned limit_;
  double size_ = 2;
  bool hurt_ = false;
};

/// Variables to ask for in one GETBULK, all columns together. Doubles while the
/// switch fills its answers, falls at once when it cannot; after a failure at some size
/// that size is tried again ever more rarely.
class BulkSize {
 public:
  static constexpr unsigned kStart = 32, kMost = 128;
  unsigned variables() const { return size_; }
  /// What an earlier process learned: AgentManners (topology/switch_snapshot.h).
  void remember(unsigned variables, unsigned failed_at);
  unsigned failed_at() const { return failed_at_; }
  void filled();                                       ///< all that was asked came
  void too_big(unsigned asked);                        ///< the agent said so
  void silence(unsigned asked, unsigned then_worked);  ///< no answer at `asked`, but one at `then_worked`
  void truncated(unsigned asked, unsigned came);       ///< fewer variables came than asked

 private:
  void fall(unsigned failed, unsigned to, unsigned least_patience);
  unsigned size_ = kStart;
  unsigned failed_at_ = 0;  ///< the least size that failed; 0: none
  unsigned needed_ = 1;     ///< filled answers before the next doubling
  unsigned filled_ = 0;
};

}  // namespace lanwarden::snmp
