#include "agent/notify/message.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/notify/event.h"
#include "agent/notify/notice_words.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

constexpr std::size_t kLongestField = 255;
constexpr std::size_t kLongestText = 2000;
constexpr std::size_t kLongestTemplate = 8000;
constexpr std::size_t kLongestData = 64 * 1024;

Json json_of(const Message& m, const Notice& n) {
  Json json;
  json["version"] = 1;
  json["id"] = m.id;
  json["time"] = rfc3339(n.time, true);
  json["event"] = m.event;
  json["severity"] = m.severity;
  json["host"] = m.host;
  if (n.incident) json["incident"] = *n.incident;
  for (const std::string_view name : {"kind", "summary", "switch", "port", "mac", "vendor"})
    for (const auto& [key, value] : m.fields)
      if (key == name) json[std::string(name)] = value;
  json["text"] = m.text;
  if (!n.data_json.empty() && n.data_json.size() <= kLongestData) {
    Json data = Json::parse(n.data_json, nullptr, false);
    if (!data.is_discarded()) json["data"] = std::move(data);
  }
  return json;
}

std::string details_of(const Message& m, const NoticeFields& f) {
  const auto value = [&](std::string_view name) {
    for (const auto& [key, text] : f)
      if (key == name) return text;
    return std::string();
  };
  std::string text;
  const auto line = [&](std::string_view name, const std::string& what) {
    if (!what.empty()) text += fmt::format("{:<9} {}\n", name, what);
  };
  const std::string vendor = value("vendor");
  line("time", local_time(m.time));
  line("severity", m.severity);
  line("kind", value("kind"));
  line("station", value("mac") + (vendor.empty() ? "" : " (" + vendor + ")"));
  line("port", place_text(value("switch"), value("port")));
  line("summary", value("summary"));
  line("told by", m.host);
  if (m.incident) text += fmt::format("\nThe whole story: lanwarden incidents {}\n", *m.incident);
  if (m.incident && m.event == "asked")
    text += fmt::format("Approve it:      lanwarden isolate {}\n", *m.incident);
  return text;
}

}  // namespace

bool wants(const ChannelConfig& channel, const Notice& notice) {
  if (severity_rank(notice.severity) < severity_rank(channel.severity)) return false;
  if (channel.events.empty()) return is_usual(notice.event);
  return std::find(channel.events.begin(), channel.events.end(), notice.event) != channel.events.end();
}

Message message_of(const Notice& n, const ChannelConfig& channel, const Sender& sender) {
  Message m;
  m.origin = sender.origin;
  m.host = clean_text(sender.host, kLongestField);
  m.id = notice_id(sender.origin, n);
  m.event = n.event;
  m.severity = n.severity;
  m.priority = syslog_priority(n.event, n.severity);
  m.time = n.time;
  m.incident = n.incident;
  const auto field = [&](std::string_view name, std::string_view value, std::size_t most = kLongestField) {
    if (std::string text = clean_text(value, most); !text.empty())
      m.fields.emplace_back(name, std::move(text));
  };
  field("id", m.id);
  field("time", local_time(n.time));
  field("event", n.event);
  field("severity", n.severity);
  if (n.incident) field("incident", std::to_string(*n.incident));
  field("kind", n.kind);
  field("summary", n.summary, kLongestText);
  field("switch", n.switch_name);
  field("port", n.port);
  if (!n.mac.is_zero() && !n.mac.is_group()) {
    field("mac", n.mac.to_string());
    if (sender.vendor) field("vendor", sender.vendor(n.mac));
  }
  field("text", n.text, kLongestText);
  field("host", sender.host);
  field("origin", sender.origin);
  m.subject =
      channel.subject_template.empty()
          ? clean_text(subject_text(n), kLongestField)
          : clean_text(fill_template(channel.subject_template, m.fields, kLongestField), kLongestField);
  if (channel.text_template.empty()) {
    m.text = clean_text(line_text(n), kLongestText);
    m.details = details_of(m, m.fields);
  } else {
    m.text = fill_template(channel.text_template, m.fields, kLongestTemplate);
  }
  m.json = dump(json_of(m, n));
  return m;
}

}  // namespace lanwarden::agent
