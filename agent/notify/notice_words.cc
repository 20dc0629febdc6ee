#include "agent/notify/notice_words.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "agent/notify/template.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

std::string station(const Notice& n) {
  return n.mac.is_zero() || n.mac.is_group() ? std::string() : n.mac.to_string();
}

}  // namespace

std::string clean_text(std::string_view text, std::size_t most) {
  // The way through JSON mends what is not UTF-8, as everywhere else.
  return shortened(Json::parse(dump(Json(printable(text.substr(0, most + 4))))).get<std::string>(), most);
}

std::string notice_id(const std::string& origin, const Notice& n) {
  if (n.id != 0) return fmt::format("{}-{}", origin, n.id);
  return fmt::format("{}-now-{}", origin, n.time.time_since_epoch().count() / 1'000'000);
}

std::string place_text(std::string_view switch_name, std::string_view port) {
  if (switch_name.empty()) return std::string(port);
  return port.empty() ? std::string(switch_name) : fmt::format("{} {}", switch_name, port);
}

std::string subject_text(const Notice& n) {
  std::string text = n.event;
  if (!n.kind.empty()) text += ": " + n.kind;
  if (const std::string mac = station(n); !mac.empty()) text += " " + mac;
  if (const std::string place = place_text(n.switch_name, n.port); !place.empty())
    text += (n.incident ? " at " : ": ") + place;
  if (n.incident) text += fmt::format(" (incident {})", *n.incident);
  return text;
}

std::string line_text(const Notice& n) {
  std::string text = n.incident ? fmt::format("incident {} {}: {}", *n.incident, n.event, n.text)
                                : fmt::format("{}: {}", n.event, n.text);
  std::string facts = n.severity;
  for (const std::string& fact : {n.kind, station(n), place_text(n.switch_name, n.port)})
    if (!fact.empty()) facts += ", " + fact;
  return text + " [" + facts + "]";
}

}  // namespace lanwarden::agent
