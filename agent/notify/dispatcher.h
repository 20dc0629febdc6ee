// What each channel is told next, and what comes of it: cursors, patience, digests. No threads, no clock, no
// network; the store is all it touches.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/notify/channel.h"
#include "agent/notify/message.h"
#include "agent/notify/pace.h"

namespace lanwarden::agent {

/// Something about a channel that the log should have.
struct ChannelNews {
  enum class What : std::uint8_t {
    kFailed,   ///< a try came to nothing
    kWorks,    ///< the first that worked again
    kDropped,  ///< notices that will not be told
  };
  What what = What::kFailed;
  std::string channel, text;
  std::uint64_t notices = 0;  ///< kDropped: how many
  std::optional<topology::Time> next_try;
};

/// For status screens.
struct ChannelStatus {
  std::string name;
  ChannelType type{};
  NoticeCursor cursor;
  std::uint64_t waiting = 0;  ///< as far as it has looked
  bool under_way = false;
};
struct NotifierStatus {
  std::vector<ChannelStatus> channels;  ///< as configured
};

/// One thread.
class Dispatcher {
 public:
  /// What a channel refuses for good is tried so often: some ten minutes, in which a person may mend it.
  static constexpr unsigned kMostRefusals = 8;
  /// Not in the store, because that cannot be written: so many wait at each channel, then the oldest go.
  static constexpr std::size_t kMostUrgent = 16;

  /// `random`: 0 to 1.
  Dispatcher(NoticeLog& store, std::vector<ChannelConfig> channels, Sender sender,
             std::function<double()> random);

  /// Takes up the cursors; a new channel begins with what comes from now on. What failed is tried at once.
  void begin();
  /// Looks whether there is something new, and writes cursors that could not be written.
  void look();
  /// One that the store cannot take: told before all others.
  void tell_now(const Notice& notice);

  /// What this channel (by its place) is to be told now; nullopt: nothing, not yet, or it is still busy.
  std::optional<Message> next(std::size_t channel, topology::Time now);
  /// What came of that.
  void finished(std::size_t channel, const Delivery& delivery, topology::Time now);
  /// When next() may have something that it has not now, if nothing new happens; nullopt: never.
  std::optional<topology::Time> due(topology::Time now) const;
  const ChannelConfig& config(std::size_t channel) const { return states_[channel].config; }
  std::size_t size() const { return states_.size(); }
  std::vector<ChannelNews> take_news() { return std::exchange(news_, {}); }
  NotifierStatus status() const;

 private:
  struct Batch {
    std::int64_t last = 0;  ///< the cursor after it; 0: an urgent one
    std::uint64_t notices = 1;
    bool digest = false;
  };
  struct State {
    ChannelConfig config;
    std::size_t digest_above;
    NoticeCursor cursor;
    Pace pace;
    std::deque<Notice> urgent{};
    std::optional<Batch> under_way{};
    unsigned refusals = 0;
    std::uint64_t waiting = 0;
    std::optional<topology::Time> not_before{};  ///< the pace
    std::int64_t saved_last = 0;
    bool unsaved = false;
    bool told_failing = false;
  };
  std::optional<Message> next_stored(State& s, topology::Time now);
  void drop(State& s, std::uint64_t notices, const std::string& why);
  void save(State& s);

  NoticeLog& store_;
  Sender sender_;
  std::function<double()> random_;
  std::vector<State> states_;
  std::int64_t newest_ = 0;
  bool begun_ = false;
  std::vector<ChannelNews> news_;
};

/// Notices that a channel is digest by default above: 5 where people read, 0 (never) where programs do.
std::size_t digest_above(const ChannelConfig& channel);

}  // namespace lanwarden::agent
