#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/notify/event.h"
#include "agent/notify/message.h"
#include "agent/notify/notice_words.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

constexpr std::size_t kMostShown = 10;
constexpr std::size_t kMostPlaces = 20;
constexpr std::size_t kLongestLine = 300;

std::string matter_of(const Notice& n) {
  if (n.incident) return "i" + std::to_string(*n.incident);
  if (n.event.starts_with("switch-")) return "s" + n.switch_name;
  if (n.event.starts_with("store-")) return "store";
  return n.event.substr(0, n.event.find('-')) + " " + n.switch_name + " " + n.port;
}

/// What a person has to see first.
int rank(const Notice& n) {
  return severity_rank(n.severity) * 4 + (needs_a_person(n.event) ? 2 : 0) + (is_good_news(n.event) ? 0 : 1);
}

/// "3 isolated, 2 asked"; the most first.
std::string counts_text(const std::map<std::string, std::size_t>& counts) {
  std::vector<std::pair<std::string, std::size_t>> all(counts.begin(), counts.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [word, count] : all) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  return text;
}

Json places_json(const std::map<std::string, std::size_t>& places) {
  std::vector<std::pair<std::string, std::size_t>> all(places.begin(), places.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  if (all.size() > kMostPlaces) all.resize(kMostPlaces);
  Json json = Json::array();
  for (const auto& [name, count] : all) json.push_back({{"switch", name}, {"matters", count}});
  return json;
}

}  // namespace

void Digest::add(const Notice& n) {
  if (count_++ == 0) {
    since_ = n.time;
    first_id_ = n.id;
  }
  until_ = n.time;
  last_id_ = n.id;
  Notice& last = matters_[matter_of(n)];
  last = n;
  last.data_json.clear();  // ten thousand of them may wait
}

std::vector<const Notice*> Digest::worst_first() const {
  std::vector<const Notice*> all;
  for (const auto& [key, last] : matters_) all.push_back(&last);
  std::sort(all.begin(), all.end(), [](const Notice* a, const Notice* b) {
    return rank(*a) != rank(*b) ? rank(*a) > rank(*b) : a->id < b->id;
  });
  return all;
}

Message Digest::message(const Sender& sender) const {
  const auto all = worst_first();
  std::map<std::string, std::size_t> events, kinds, places;
  int worst = 0;
  for (const Notice* n : all) {
    ++events[n->event];
    if (!n->kind.empty()) ++kinds[n->kind];
    if (!n->switch_name.empty()) ++places[clean_text(n->switch_name, kLongestLine)];
    worst = std::max(worst, severity_rank(n->severity));
  }
  Message m;
  m.origin = sender.origin;
  m.host = clean_text(sender.host, kLongestLine);
  Notice last;
  last.id = last_id_;
  last.time = until_;
  m.id = notice_id(sender.origin, last);
  m.event = event::kDigest;
  m.severity = worst == 2 ? "critical" : worst == 1 ? "warning" : "info";
  m.priority = syslog_priority(m.event, m.severity);
  m.time = until_;
  m.notices = count_;
  m.text = fmt::format("{} notices since {}: {}", count_, local_time(since_), counts_text(events));
  if (!places.empty())
    m.text += fmt::format(" (on {} {})", places.size(), places.size() == 1 ? "switch" : "switches");
  m.subject = fmt::format("{} notices: {}", count_, counts_text(events));

  Json first = Json::array();
  for (std::size_t i = 0; i < all.size() && i < kMostShown; ++i) {
    const Notice& n = *all[i];
    const std::string line = clean_text(line_text(n), kLongestLine);
    m.details += line + "\n";
    Json json;
    json["id"] = notice_id(sender.origin, n);
    json["event"] = n.event;
    json["severity"] = n.severity;
    if (n.incident) json["incident"] = *n.incident;
    if (!n.switch_name.empty()) json["switch"] = n.switch_name;
    if (!n.port.empty()) json["port"] = n.port;
    if (!n.mac.is_zero() && !n.mac.is_group()) json["mac"] = n.mac.to_string();
    json["text"] = line;
    first.push_back(std::move(json));
  }
  if (all.size() > kMostShown) m.details += fmt::format("… and {} more\n", all.size() - kMostShown);
  m.details += "\nAll of them: lanwarden incidents --open\n";

  Json json;
  json["version"] = 1;
  json["id"] = m.id;
  json["time"] = rfc3339(m.time, true);
  json["event"] = m.event;
  json["severity"] = m.severity;
  json["host"] = m.host;
  json["count"] = count_;
  json["since"] = rfc3339(since_, true);
  Notice begin;
  begin.id = first_id_;
  json["first"] = notice_id(sender.origin, begin);
  json["events"] = events;
  json["kinds"] = kinds;
  json["switches"] = places_json(places);
  json["worst"] = std::move(first);
  json["text"] = m.text;
  m.json = dump(json);

  m.fields = {{"id", m.id},        {"time", local_time(m.time)},
              {"event", m.event},  {"severity", m.severity},
              {"text", m.text},    {"host", m.host},
              {"origin", m.origin}};
  return m;
}

}  // namespace lanwarden::agent
