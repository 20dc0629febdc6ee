#include "agent/notify/dispatcher.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "agent/notify/notice_words.h"

namespace lanwarden::agent {

using topology::Time;

namespace {

constexpr std::size_t kPage = 256;
constexpr std::size_t kMostNews = 1000;
constexpr std::size_t kLongestError = 300;
/// A cursor that only passed over what was not for its channel is not worth a write before this.
constexpr std::int64_t kFarBehind = 1000;

}  // namespace

std::size_t digest_above(const ChannelConfig& c) {
  constexpr unsigned kForPeople = 5;
  const bool log =
      c.type == ChannelType::kSyslog || c.type == ChannelType::kJournal || c.type == ChannelType::kSnmp;
  return c.digest_above.value_or(log ? 0 : kForPeople);
}

Dispatcher::Dispatcher(NoticeLog& store, std::vector<ChannelConfig> channels, Sender sender,
                       std::function<double()> random)
    : store_(store), sender_(std::move(sender)), random_(std::move(random)) {
  for (ChannelConfig& c : channels) {
    const std::size_t above = digest_above(c);
    NoticeCursor cursor;
    cursor.channel = c.name;
    states_.push_back({std::move(c), above, std::move(cursor), Pace(above)});
  }
}

void Dispatcher::begin() {
  const auto newest = store_.newest_notice();
  const auto known = store_.notice_cursors();
  begun_ = newest && known;  // else: with the next look; nobody is new only because the store cannot be read
  if (!begun_) return;
  newest_ = *newest;
  for (State& s : states_) {
    const NoticeCursor* mine = nullptr;
    for (const NoticeCursor& c : *known)
      if (c.channel == s.config.name) mine = &c;
    if (mine != nullptr) {
      s.cursor = *mine;
      s.saved_last = mine->last;
      s.cursor.next_try.reset();
      s.told_failing = s.cursor.failures > 0;
      s.cursor.last = std::min(s.cursor.last, newest_);  // an older copy of the store was put back
    } else {
      s.cursor.last = newest_;
      save(s);
    }
  }
  for (const NoticeCursor& c : *known)
    if (std::none_of(states_.begin(), states_.end(),
                     [&](const State& s) { return s.config.name == c.channel; }))
      static_cast<void>(store_.forget_notice_cursor(c.channel));  // tried again at the next start
}

void Dispatcher::look() {
  if (!begun_) begin();
  if (auto newest = store_.newest_notice()) newest_ = std::max(newest_, *newest);
  for (State& s : states_)
    if (s.unsaved) save(s);
}

void Dispatcher::save(State& s) {
  if (!begun_) return;
  s.unsaved = !store_.save_notice_cursor(s.cursor).has_value();
  if (!s.unsaved) s.saved_last = s.cursor.last;
}

void Dispatcher::tell_now(const Notice& notice) {
  for (State& s : states_) {
    if (!wants(s.config, notice)) continue;
    // The one under way stays where it is.
    if (s.urgent.size() >= kMostUrgent) {
      s.urgent.erase(s.urgent.begin() + (s.under_way ? 1 : 0));
      drop(s, 1, "too many that the store could not take");
    }
    s.urgent.push_back(notice);
  }
}

void Dispatcher::drop(State& s, std::uint64_t notices, const std::string& why) {
  s.cursor.dropped += notices;
  if (news_.size() < kMostNews)
    news_.push_back({ChannelNews::What::kDropped, s.config.name, why, notices, std::nullopt});
}

std::optional<Message> Dispatcher::next(std::size_t channel, Time now) {
  State& s = states_[channel];
  if (s.under_way) return std::nullopt;
  if (s.cursor.next_try && now < *s.cursor.next_try) {
    // Unless the clock was set back.
    if (*s.cursor.next_try - now <= 2 * kLongestWait) return std::nullopt;
    s.cursor.next_try.reset();
  }
  if (!s.urgent.empty()) {
    s.under_way = Batch{};
    return message_of(s.urgent.front(), s.config, sender_);
  }
  if (!begun_ || s.cursor.last >= newest_) return std::nullopt;
  return next_stored(s, now);
}

std::optional<Message> Dispatcher::next_stored(State& s, Time now) {
  s.not_before.reset();
  // Before anything is read: in a storm this is asked a hundred times a second.
  if (const Time free = s.pace.free_at(now); free > now) {
    s.not_before = free;
    s.waiting = static_cast<std::uint64_t>(newest_ - s.cursor.last);
    return std::nullopt;
  }
  Digest digest;
  std::optional<Notice> first;
  std::int64_t seen = s.cursor.last;
  for (bool more = true; more;) {
    const auto page = store_.notices(seen, kPage);
    if (!page) return std::nullopt;  // the store says why elsewhere; the next look tries again
    more = page->size() == kPage;
    for (const Notice& n : *page) {
      if (n.id > seen + 1 && seen == s.cursor.last) {
        drop(s, static_cast<std::uint64_t>(n.id - seen - 1), "they were older than the store keeps");
        s.cursor.last = n.id - 1;
      }
      seen = n.id;
      if (!wants(s.config, n)) {
        if (!first) s.cursor.last = seen;
        continue;
      }
      digest.add(n);
      if (!first) first = n;
      if (s.digest_above == 0) break;
    }
    if (s.digest_above == 0 && first) break;
  }
  newest_ = std::max(newest_, seen);
  s.waiting = digest.count();
  if (!first) {
    if (s.cursor.last - s.saved_last >= kFarBehind) save(s);
    return std::nullopt;
  }
  if (s.digest_above > 0 && digest.count() > s.digest_above) {
    s.under_way = Batch{seen, digest.count(), true};
    return digest.message(sender_);
  }
  s.under_way = Batch{first->id, 1, false};
  return message_of(*first, s.config, sender_);
}

void Dispatcher::finished(std::size_t channel, const Delivery& delivery, Time now) {
  State& s = states_[channel];
  if (!s.under_way) return;
  const Batch batch = *std::exchange(s.under_way, std::nullopt);
  NoticeCursor& c = s.cursor;
  const auto done = [&] {
    s.refusals = 0;
    if (batch.last == 0)
      s.urgent.pop_front();
    else
      c.last = batch.last;
    s.waiting -= std::min(s.waiting, batch.notices);
  };
  if (delivery.result == Delivery::Result::kDelivered) {
    done();
    c.delivered += batch.notices;
    c.digests += batch.digest ? 1 : 0;
    c.delivered_at = now;
    c.failures = 0;
    c.failing_since = c.next_try = std::nullopt;
    c.error.clear();
    s.pace.sent(now);
    if (std::exchange(s.told_failing, false))
      news_.push_back({ChannelNews::What::kWorks, s.config.name, delivery.text, 0, std::nullopt});
    return save(s);
  }
  ++c.failures;
  ++c.failed_tries;
  if (!c.failing_since) c.failing_since = now;
  c.error = clean_text(delivery.text, kLongestError);
  c.next_try = now + std::max(wait_after(c.failures, random_()),
                              std::min<topology::Duration>(
                                  delivery.not_before.value_or(topology::Duration::zero()), kLongestWait));
  s.told_failing = true;
  if (news_.size() < kMostNews)
    news_.push_back({ChannelNews::What::kFailed, s.config.name, delivery.text, 0, c.next_try});
  if (delivery.result == Delivery::Result::kRefused && ++s.refusals >= kMostRefusals) {
    done();
    drop(s, batch.notices, delivery.text);
  }
  save(s);
}

std::optional<Time> Dispatcher::due(Time now) const {
  std::optional<Time> first;
  for (const State& s : states_) {
    if (s.under_way || (s.urgent.empty() && s.cursor.last >= newest_)) continue;
    Time at = now;
    if (s.cursor.next_try) at = std::max(at, *s.cursor.next_try);
    if (s.urgent.empty() && s.not_before) at = std::max(at, *s.not_before);
    first = first ? std::min(*first, at) : at;
  }
  return first;
}

NotifierStatus Dispatcher::status() const {
  NotifierStatus status;
  for (const State& s : states_)
    status.channels.push_back(
        {s.config.name, s.config.type, s.cursor, s.waiting + s.urgent.size(), s.under_way.has_value()});
  return status;
}

}  // namespace lanwarden::agent
