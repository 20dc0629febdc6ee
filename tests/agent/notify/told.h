// Notices and channels for the stories of notifying.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "agent/notify/dispatcher.h"
#include "tests/agent/store_scratch.h"

namespace lanwarden::agent::testing {

inline ChannelConfig a_channel(const char* name = "pager", ChannelType type = ChannelType::kWebhook) {
  ChannelConfig c;
  c.name = name;
  c.type = type;
  return c;
}

inline Notice a_notice(std::string_view event = "switch-silent", const std::string& switch_name = "floor3") {
  Notice n;
  n.time = at(0);
  n.event = event;
  n.severity = "warning";
  n.switch_name = switch_name;
  n.text = switch_name + ": no answer in 3 tries";
  return n;
}

inline Incident clock_incident() {
  Incident i;
  i.kind = "arp-bogus-responder";
  i.severity = "critical";
  i.mac = mac("00:0d:4b:ce:20:cd");
  i.summary = "answers every probe";
  i.opened = i.updated = at(0);
  return i;
}

/// One process's dispatcher on a store; its channels are the test.
class Desk {
 public:
  explicit Desk(const std::filesystem::path& file, std::vector<ChannelConfig> channels = {a_channel()})
      : store_(must(open_sqlite_store(file, false))),
        dispatcher_(log(), std::move(channels), {must(log().notice_origin()), "noc", {}},
                    [] { return 0.5; }) {
    dispatcher_.begin();
  }
  NoticeLog& log() { return notice_log(*store_); }
  Store& store() { return *store_; }
  Dispatcher& operator*() { return dispatcher_; }
  Dispatcher* operator->() { return &dispatcher_; }

  std::int64_t add(const Notice& notice) {
    const auto id = must(log().add_notice(notice));
    dispatcher_.look();
    return id;
  }
  /// What this channel is told now, one message after the other; each is taken at once.
  std::vector<Message> told(Time now, std::size_t channel = 0) {
    std::vector<Message> all;
    dispatcher_.look();
    while (auto m = dispatcher_.next(channel, now)) {
      all.push_back(std::move(*m));
      dispatcher_.finished(channel, Delivery::delivered("taken"), now);
    }
    return all;
  }
  /// One try that comes to nothing; false: there was none.
  bool fails(Time now, const Delivery& how = Delivery::failed("connection refused")) {
    dispatcher_.look();
    if (!dispatcher_.next(0, now)) return false;
    dispatcher_.finished(0, how, now);
    return true;
  }
  NoticeCursor cursor(std::size_t channel = 0) { return dispatcher_.status().channels[channel].cursor; }

 private:
  std::unique_ptr<Store> store_;
  Dispatcher dispatcher_;
};

}  // namespace lanwarden::agent::testing
