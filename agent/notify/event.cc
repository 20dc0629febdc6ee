#include "agent/notify/event.h"

#include <algorithm>
#include <array>

namespace lanwarden::agent {
namespace {

struct Info {
  std::string_view word;
  bool usual, good, person;
};
constexpr std::array<Info, 18> kEvents = {{
    // The states of an incident (IncidentState).
    {"open", true, false, false},
    {"located", true, false, false},
    {"asked", true, false, true},
    {"isolated", true, false, false},
    {"refused", true, false, true},
    {"dry-run", true, false, false},
    {"verified", true, true, false},
    {"restored", true, true, false},
    {"closed", false, true, false},
    {event::kSwitchSilent, true, false, false},
    {event::kSwitchBack, true, true, false},
    {event::kInterfaceLost, true, false, false},
    {event::kInterfaceBack, true, true, false},
    {event::kPortRestored, true, true, false},
    {event::kPortNotRestored, true, false, true},
    {event::kStoreFailed, true, false, true},
    {event::kStoreWorks, true, true, false},
    {event::kAudit, true, false, false},
}};

const Info* find(std::string_view word) {
  const auto it = std::find_if(kEvents.begin(), kEvents.end(), [&](const Info& e) { return e.word == word; });
  return it == kEvents.end() ? nullptr : &*it;
}

}  // namespace

std::vector<std::string_view> event_words() {
  std::vector<std::string_view> words;
  for (const Info& e : kEvents) words.push_back(e.word);
  return words;
}

bool is_event(std::string_view word) { return find(word) != nullptr; }

bool is_usual(std::string_view word) {
  const Info* const e = find(word);
  return e == nullptr || e->usual;  // what this version does not know yet is not kept from people
}

bool is_good_news(std::string_view word) {
  const Info* const e = find(word);
  return e != nullptr && e->good;
}

bool needs_a_person(std::string_view word) {
  const Info* const e = find(word);
  return e != nullptr && e->person;
}

int severity_rank(std::string_view severity) {
  return severity == "critical" ? 2 : severity == "warning" ? 1 : 0;
}

int syslog_priority(std::string_view event, std::string_view severity) {
  constexpr int kCritical = 2, kWarning = 4, kNotice = 5, kInformational = 6;
  if (severity_rank(severity) == 0) return kInformational;
  if (is_good_news(event)) return kNotice;
  return severity_rank(severity) == 2 ? kCritical : kWarning;
}

}  // namespace lanwarden::agent
