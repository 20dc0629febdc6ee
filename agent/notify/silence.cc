#include "agent/notify/silence.h"

#include <algorithm>
#include <set>

#include "agent/notify/event.h"

namespace lanwarden::agent {
namespace {

Notice notice_of(std::string_view event, const std::string& switch_name, std::string text,
                 topology::Time now) {
  Notice n;
  n.time = now;
  n.event = event;
  n.severity = "warning";
  n.switch_name = switch_name;
  n.text = std::move(text);
  return n;
}

}  // namespace

std::optional<Notice> SilenceWatch::on_walked(const std::string& switch_name, const std::string& failure,
                                              topology::Time now) {
  if (!failure.empty()) {
    if (++missed_[switch_name] != kSilentAfter) return std::nullopt;
    return notice_of(event::kSwitchSilent, switch_name, failure, now);
  }
  const auto it = missed_.find(switch_name);
  if (it == missed_.end()) return std::nullopt;
  const bool told = it->second >= kSilentAfter;
  missed_.erase(it);
  if (!told) return std::nullopt;
  return notice_of(event::kSwitchBack, switch_name, switch_name + " answers again", now);
}

std::size_t SilenceWatch::silent() const {
  return static_cast<std::size_t>(std::count_if(
      missed_.begin(), missed_.end(), [](const auto& missed) { return missed.second >= kSilentAfter; }));
}

SilenceWatch told_silent(NoticeLog& log) {
  constexpr std::size_t kPage = 500;
  std::set<std::string> silent;
  std::int64_t after = 0;
  for (;;) {
    const auto page = log.notices(after, kPage);
    if (!page || page->empty()) break;
    for (const Notice& n : *page) {
      if (n.event == event::kSwitchSilent) silent.insert(n.switch_name);
      if (n.event == event::kSwitchBack) silent.erase(n.switch_name);
    }
    after = page->back().id;
  }
  SilenceWatch watch;
  for (const std::string& name : silent) watch.was_told(name);
  return watch;
}

}  // namespace lanwarden::agent
