// What the daemon tells: one line an event, with named fields, on standard error. The one door to spdlog.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace lanwarden::agent {

enum class LogLevel { kDetail, kInfo, kWarning, kError };
enum class LogFormat {
  kText,     ///< "2026-01-02 03:04:05.678 warning finding kind=arp-bogus-responder …"
  kJournal,  ///< the same without the time, after "<4>": journald takes the priority from it (sd-daemon(3))
  kJson,     ///< {"time","level","event",…} on standard output, a line an event
};
/// kJournal when systemd says that standard error goes to the journal.
LogFormat log_format(bool json);

/// Values may come from the network: control characters are removed, quotes escaped.
using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

/// Safe to use from several threads. Fields with an empty value are left out.
class Log {
 public:
  Log(LogFormat format, LogLevel least);
  ~Log();
  Log(Log&&) noexcept;
  Log& operator=(Log&&) noexcept;

  void write(LogLevel level, std::string_view event, LogFields fields);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// `event key=value key="two words"`: the text of a line.
std::string logfmt(std::string_view event, LogFields fields);

}  // namespace lanwarden::agent
