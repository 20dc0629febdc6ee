// One notice, or many as a digest, in the words and fields that every channel sends. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/config/channel_config.h"
#include "agent/notify/template.h"
#include "agent/store/notice_log.h"

namespace lanwarden::agent {

struct Message {
  std::string id;  ///< the same each time it is sent: a receiver knows a repetition by it
  std::string event, severity;
  int priority = 6;  ///< syslog(3)
  topology::Time time{};
  std::optional<std::int64_t> incident;
  std::string origin, host;
  NoticeFields fields;  ///< by name; none is empty, none contains a control character, all are UTF-8
  std::string subject;  ///< one line
  std::string text;     ///< one line, unless the template has several
  std::string details;  ///< several lines: the facts, and what to do; empty when a template speaks
  std::string json;     ///< one line
  std::uint64_t notices = 1;
};

/// Whose notices these are.
struct Sender {
  std::string origin;  ///< NoticeLog::notice_origin
  std::string host;
  std::function<std::string(topology::MacAddress)> vendor;  ///< may be empty
};

/// Whether this channel is to be told.
bool wants(const ChannelConfig& channel, const Notice& notice);

Message message_of(const Notice& notice, const ChannelConfig& channel, const Sender& sender);

/// Many notices as one: what has become of each incident, the worst first.
class Digest {
 public:
  void add(const Notice& notice);
  std::uint64_t count() const { return count_; }
  Message message(const Sender& sender) const;

 private:
  std::vector<const Notice*> worst_first() const;

  std::map<std::string, Notice> matters_;  ///< the last word about each incident, switch, interface
  std::uint64_t count_ = 0;
  std::int64_t first_id_ = 0, last_id_ = 0;
  topology::Time since_{}, until_{};
};

}  // namespace lanwarden::agent
