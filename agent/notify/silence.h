// Which switches have fallen silent. One lost answer is no silence, and a silence is told once. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "agent/store/notice_log.h"

namespace lanwarden::agent {

class SilenceWatch {
 public:
  /// So many polls in a row without an answer (each of which has asked several times).
  static constexpr unsigned kSilentAfter = 2;

  /// What is to be told after a walk of this switch. `failure`: why it was not answered, for people; empty:
  /// it was.
  std::optional<Notice> on_walked(const std::string& switch_name, const std::string& failure,
                                  topology::Time now);
  /// That this one is silent was told before, by an earlier process.
  void was_told(const std::string& switch_name) { missed_[switch_name] = kSilentAfter; }
  std::size_t silent() const;

 private:
  std::map<std::string, unsigned> missed_;  ///< only those that did not answer the last time
};

/// As the notices of the store say, which an earlier process has written.
SilenceWatch told_silent(NoticeLog& log);

}  // namespace lanwarden::agent
