// What people and their systems are to be told, in order, and how far each channel has got with it. A step of
// an incident becomes a notice in the transaction that writes the step, whichever process does: what has
// happened and what is told of it cannot differ.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/store/store_error.h"
#include "topology/mac_address.h"
#include "topology/time.h"

namespace lanwarden::agent {

struct Notice {
  std::int64_t id = 0;  ///< from 1, without gaps; 0: not in the store
  topology::Time time{};
  std::string event;  ///< the state of an incident after this step, or one of agent/notify/event.h
  std::string
      severity;  ///< of the matter: "critical" "warning" "info"; its end has the severity it began with
  std::optional<std::int64_t> incident;
  std::string kind, summary;  ///< of the incident at that time
  std::string switch_name, port;
  topology::MacAddress mac;  ///< zero: about no station
  std::string text;          ///< one sentence, with the reason
  std::string data_json;     ///< the facts, as in IncidentEvent; may be empty
};

/// How far one channel is. Kept over a restart.
struct NoticeCursor {
  std::string channel;
  std::int64_t last = 0;  ///< everything up to this notice is told, or was not for this channel
  std::optional<topology::Time> delivered_at;
  std::uint64_t delivered = 0;  ///< notices, those within a digest counted one by one
  std::uint64_t digests = 0, failed_tries = 0;
  std::uint64_t dropped = 0;  ///< refused for good, or so old that the store no longer had them
  unsigned failures = 0;      ///< tries since the last that worked
  std::optional<topology::Time> failing_since, next_try;
  std::string error;  ///< of the last try, while it fails
  bool operator==(const NoticeCursor&) const = default;
};

/// Every mutator is one transaction, as of all of the store.
class NoticeLog {
 public:
  /// More than these are not kept: the oldest go, and are counted for each channel that had not told them.
  static constexpr std::int64_t kMostNotices = 10'000;

  virtual ~NoticeLog() = default;
  /// One that is no step of an incident; those are there by themselves. Returns its id; `notice.id` is
  /// ignored.
  virtual StoreResult<std::int64_t> add_notice(const Notice& notice) = 0;
  /// The same of several, in one transaction.
  virtual StoreResult<void> add_notices(std::span<const Notice> notices) = 0;
  /// Those after this id, the oldest first.
  virtual StoreResult<std::vector<Notice>> notices(std::int64_t after, std::size_t limit) = 0;
  /// The id of the newest ever written; 0: none was.
  virtual StoreResult<std::int64_t> newest_notice() = 0;
  /// A word that no other store has: with a notice's id it names that notice in the world.
  virtual StoreResult<std::string> notice_origin() = 0;

  /// By name.
  virtual StoreResult<std::vector<NoticeCursor>> notice_cursors() = 0;
  /// Made when it is not there.
  virtual StoreResult<void> save_notice_cursor(const NoticeCursor& cursor) = 0;
  /// A channel that is no longer configured: should it come back, it begins anew.
  virtual StoreResult<void> forget_notice_cursor(const std::string& channel) = 0;
};

class Store;
/// What this store keeps of them: part of it, with the same lifetime and threads. Every back end has one.
NoticeLog& notice_log(Store& store);

}  // namespace lanwarden::agent
