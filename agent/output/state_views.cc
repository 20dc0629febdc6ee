#include "agent/output/state_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "agent/config/config.h"
#include "agent/output/time_text.h"

namespace lanwarden::agent {

using topology::Duration;
using topology::Time;

namespace {

constexpr std::size_t kMostShown = 8;

double seconds(Duration d) { return std::chrono::duration<double>(d).count(); }

void put_time(Json& to, const char* key, const std::optional<Time>& time) {
  if (time && *time != Time{}) to[key] = rfc3339(*time);
}

Json interface_json(const InterfaceState& i) {
  Json j = {{"interface", i.name},  {"listening", i.listening}, {"frames", i.frames},
            {"dropped", i.dropped}, {"unseen", i.unseen},       {"undecodable", i.undecodable}};
  put_time(j, "last", i.last);
  if (!i.error.empty()) j["error"] = i.error;
  return j;
}

Json switch_json(const SwitchState& s) {
  Json j = {{"switch", s.name}, {"address", s.address}, {"walks", s.walks}, {"failed_walks", s.failed_walks}};
  if (s.router) j["router"] = true;
  put_time(j, "answered", s.answered);
  put_time(j, "silent_since", s.silent_since);
  if (!s.failure.empty()) j["error"] = s.failure;
  if (!s.detail.empty()) j["detail"] = s.detail;
  put_time(j, "next", s.next);
  if (s.every != Duration{}) j["every_s"] = seconds(s.every);
  return j;
}

// The readers below take what another version may not have.

template <class T>
T field(const Json& j, const char* key, T otherwise) {
  const auto it = j.find(key);
  if (it == j.end()) return otherwise;
  try {
    return it->get<T>();
  } catch (const Json::exception&) {
    return otherwise;
  }
}
std::string text(const Json& j, const char* key) { return printable(field<std::string>(j, key, "")); }
std::uint64_t number(const Json& j, const char* key) { return field<std::uint64_t>(j, key, 0); }
std::optional<Time> time_of(const Json& j, const char* key) {
  return parse_time(field<std::string>(j, key, ""), Time{});
}
Json list(const Json& j, const char* key) {
  const auto it = j.find(key);
  return it != j.end() && it->is_array() ? *it : Json::array();
}

/// "in 12 s", "now".
std::string in(Time when, Time now) {
  if (when <= now) return "now";
  const auto left = std::chrono::ceil<std::chrono::seconds>(when - now);
  if (left < std::chrono::minutes{2}) return fmt::format("in {} s", left.count());
  if (left < std::chrono::hours{3})
    return fmt::format("in {} min", std::chrono::round<std::chrono::minutes>(left).count());
  return "at " + local_time(when);
}

/// 1234567: "1,234,567"
std::string grouped(std::uint64_t n) {
  std::string digits = std::to_string(n);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string count(std::uint64_t n, const char* one, const char* many) {
  return fmt::format("{} {}", grouped(n), n == 1 ? one : many);
}

/// The screen: a word for each subject, its lines beside it.
class Screen {
 public:
  explicit Screen(const Console& console) : console_(console) {}
  const Console& console() const { return console_; }
  void line(std::string_view subject, const std::string& text) {
    std::string head = subject == subject_ ? std::string() : std::string(subject);
    subject_ = subject;
    head.resize(kSubject, ' ');
    text_ += console_.paint(Style::kBold, head) +
             wrapped(text, console_.stdout_is_terminal() ? console_.width() - kSubject : 0, kSubject + 2) +
             "\n";
  }
  std::string take() {
    if (!text_.empty()) text_.pop_back();
    return std::move(text_);
  }

 private:
  static constexpr std::size_t kSubject = 11;
  const Console& console_;
  std::string subject_, text_;
};

void hears(Screen& screen, const Json& state, Time now) {
  const Json interfaces = list(state, "interfaces");
  if (interfaces.empty()) screen.line("hears", "nothing: no [[sniffer]] is configured");
  for (const Json& i : interfaces) {
    const std::string name = text(i, "interface");
    if (!field(i, "listening", false)) {
      const std::string why = text(i, "error");
      screen.line("hears", screen.console().paint(Style::kRed, name + ": not listening") +
                               (why.empty() ? "" : ": " + why) + "; it is opened when it is back");
      continue;
    }
    std::string line = fmt::format("{}: {}", name, count(number(i, "frames"), "frame", "frames"));
    const std::uint64_t lost = number(i, "dropped");
    line += lost == 0
                ? ", none lost"
                : ", " + screen.console().paint(Style::kYellow, count(lost, "frame", "frames") + " lost") +
                      " because the machine was too busy";
    if (const auto unseen = number(i, "unseen"); unseen > 0)
      line += fmt::format(", {} of suspects not looked at", grouped(unseen));
    if (const auto last = time_of(i, "last"); last) line += ", last " + ago(*last, now);
    screen.line("hears", line);
  }
}

void walks(Screen& screen, const Json& state, Time now) {
  const Json switches = list(state, "switches");
  const Json snmp = field<Json>(state, "snmp", Json::object());
  std::vector<Json> silent;
  std::uint64_t answered = 0, never = 0, turn_now = 0;
  std::optional<Time> next;
  std::string next_name;
  double fastest = 0, slowest = 0;
  for (const Json& s : switches) {
    if (s.contains("error"))
      silent.push_back(s);
    else
      ++(s.contains("answered") ? answered : never);
    if (const double every = field(s, "every_s", 0.0); every > 0) {
      fastest = fastest == 0 ? every : std::min(fastest, every);
      slowest = std::max(slowest, every);
    }
    const auto turn = time_of(s, "next");
    if (!turn) continue;
    if (*turn <= now) ++turn_now;
    if (!next || *turn < *next) next = turn, next_name = text(s, "switch");
  }
  const auto words = [](double s) {
    return format_duration(std::chrono::seconds{static_cast<std::int64_t>(s)});
  };
  std::string line = count(switches.size(), "switch", "switches");
  if (slowest > 0)
    line += fastest == slowest ? ", each every " + words(slowest)
                               : ", every " + words(fastest) + " to " + words(slowest);
  line += fmt::format("; {} answered", grouped(answered));
  if (never > 0) line += fmt::format(", {} not walked yet", grouped(never));
  if (!silent.empty()) line += ", " + screen.console().paint(Style::kRed, grouped(silent.size()) + " silent");
  screen.line("walks", line);
  if (const auto walking = number(snmp, "walking"); walking > 0)
    screen.line("walks", "at work on " + count(walking, "switch", "switches") + " now");
  else if (next)
    screen.line("walks", turn_now > 1 ? count(turn_now, "switch has", "switches have") + " their turn now"
                                      : "next: " + next_name + " " + in(*next, now));
  if (const auto late = number(snmp, "late"); late > 0)
    screen.line("walks", screen.console().paint(
                             Style::kYellow, count(late, "turn", "turns") + " began a whole interval late"));
  for (std::size_t i = 0; i < silent.size() && i < kMostShown; ++i) {
    const Json& s = silent[i];
    std::string one = "silent: " + text(s, "switch") + " (" + text(s, "error") + ")";
    if (const auto since = time_of(s, "silent_since")) one += ", since " + ago(*since, now);
    if (const auto turn = time_of(s, "next")) one += ", asked again " + in(*turn, now);
    screen.line("walks", one);
  }
  if (silent.size() > kMostShown)
    screen.line("walks", fmt::format("and {} more; all of them: --json", silent.size() - kMostShown));
  std::string hunts = count(number(snmp, "hunts"), "station", "stations") + " located";
  if (number(snmp, "hunts") > 0)
    hunts += fmt::format(", the last in {:.2f} s", field(snmp, "last_hunt_s", 0.0));
  screen.line("hunts", hunts);
  if (number(snmp, "notifications") + number(snmp, "notifications_ignored") > 0)
    screen.line("told", fmt::format("{} by switches, {} ignored; {} brought forward",
                                    count(number(snmp, "notifications"), "notification", "notifications"),
                                    grouped(number(snmp, "notifications_ignored")),
                                    count(number(snmp, "asked_again"), "walk", "walks")));
}

void troubles(Screen& screen, const Json& state, Time now) {
  const Json incidents = list(state, "incidents");
  std::string line = count(incidents.size(), "incident", "incidents") + " open";
  screen.line("incidents", incidents.empty() ? screen.console().paint(Style::kGreen, line) : line);
  std::size_t shown = 0;
  for (const Json& i : incidents) {
    if (++shown > kMostShown) {
      screen.line("incidents",
                  fmt::format("and {} more: lanwarden incidents --open", incidents.size() - kMostShown));
      break;
    }
    std::string one = fmt::format("{}  {}  {}", number(i, "id"), text(i, "state"), text(i, "kind"));
    if (const auto mac = text(i, "mac"); !mac.empty()) one += "  " + mac;
    if (const auto sw = text(i, "switch"); !sw.empty()) one += "  " + sw + " " + text(i, "port");
    if (text(i, "state") == "asked")
      one += screen.console().paint(Style::kYellow,
                                    fmt::format("  waits for you: lanwarden isolate {}", number(i, "id")));
    screen.line("incidents", one);
  }
  const Json isolations = list(state, "isolations");
  if (isolations.empty()) screen.line("ports shut", "none");
  for (const Json& i : isolations) {
    std::string one =
        fmt::format("{} {} (isolation {})", text(i, "switch"), text(i, "port"), number(i, "id"));
    const auto until = time_of(i, "until");
    one += until ? ", opens " + in(*until, now) : ", until it is restored";
    screen.line("ports shut", one);
  }
  std::string found;
  for (const Json& f : list(state, "findings"))
    found +=
        fmt::format("{}{} {}", found.empty() ? "" : ", ", text(f, "kind"), grouped(number(f, "findings")));
  screen.line("findings", found.empty() ? "none" : found);
}

void audits(Screen& screen, const Json& state, Time now) {
  const Json audit = field<Json>(state, "audit", Json::object());
  if (audit.empty()) return;
  const auto last = time_of(audit, "last"), next = time_of(audit, "next");
  std::string line = last ? fmt::format("{} new in the last, {}; {} known before", number(audit, "findings"),
                                        ago(*last, now), number(audit, "standing"))
                          : "none yet";
  line += next ? ", next " + in(*next, now) : ", the first when every switch has been asked";
  if (const auto error = text(audit, "error"); !error.empty())
    line += "; " + screen.console().paint(Style::kRed, error);
  screen.line("audits", line);
}

void health(Screen& screen, const Json& state) {
  const Json store = field<Json>(state, "store_state", Json::object());
  if (const auto error = text(store, "error"); !error.empty())
    screen.line("store",
                screen.console().paint(Style::kRed, "takes nothing: ") + error +
                    fmt::format("; {} wait, {} lost", number(store, "waiting"), number(store, "lost")));
  std::string full;
  for (const Json& q : list(state, "queues"))
    if (const auto refused = number(q, "refused"); refused > 0)
      full += fmt::format("{}{} was full {}", full.empty() ? "" : "; ", text(q, "queue"),
                          count(refused, "time", "times"));
  if (!full.empty()) screen.line("queues", screen.console().paint(Style::kYellow, full));
}

}  // namespace

Json to_json(const DaemonState& s) {
  Json j = {{"running", true},       {"version", s.version},     {"pid", s.pid},
            {"mode", s.mode},        {"config", s.config},       {"store", s.store},
            {"now", rfc3339(s.now)}, {"since", rfc3339(s.since)}};
  if (s.reloaded != Time{}) j["reloaded"] = rfc3339(s.reloaded);
  j["interfaces"] = Json::array();
  for (const InterfaceState& i : s.interfaces) j["interfaces"].push_back(interface_json(i));
  j["snmp"] = {{"walking", s.snmp.walking},
               {"walks", s.snmp.walks},
               {"late", s.snmp.late},
               {"hunts", s.snmp.hunts},
               {"last_hunt_s", seconds(s.snmp.last_hunt)},
               {"notifications", s.snmp.notifications},
               {"notifications_ignored", s.snmp.notifications_ignored},
               {"notifications_dropped", s.snmp.notifications_dropped},
               {"asked_again", s.snmp.asked_again},
               {"stations_asked", s.snmp.stations_asked}};
  if (const auto& audit = s.snmp.audit) {
    j["audit"] = {{"findings", audit->fresh}, {"standing", audit->standing}};
    if (audit->last) j["audit"]["last"] = rfc3339(*audit->last);
    if (audit->next) j["audit"]["next"] = rfc3339(*audit->next);
    if (!audit->error.empty()) j["audit"]["error"] = audit->error;
  }
  j["switches"] = Json::array();
  for (const SwitchState& sw : s.snmp.switches) j["switches"].push_back(switch_json(sw));
  j["incidents"] = Json::array();
  for (const Incident& i : s.incidents) j["incidents"].push_back(to_json(i));
  j["isolations"] = Json::array();
  for (const Isolation& i : s.isolations) j["isolations"].push_back(to_json(i));
  j["findings"] = Json::array();
  for (const FindingCount& f : s.findings)
    j["findings"].push_back({{"kind", f.kind}, {"findings", f.findings}});
  j["queues"] = Json::array();
  for (const QueueState& q : s.queues)
    j["queues"].push_back({{"queue", q.name},
                           {"length", q.length},
                           {"capacity", q.capacity},
                           {"most", q.most},
                           {"refused", q.refused}});
  j["store_state"] = {{"waiting", s.steps_waiting}, {"lost", s.steps_lost}};
  if (!s.store_error.empty()) j["store_state"]["error"] = s.store_error;
  return j;
}

std::string status_text(const Json& state, const Console& console) {
  const Time now = time_of(state, "now").value_or(Time{});
  Screen screen(console);
  std::string first = fmt::format("pid {}, mode {}, version {}", number(state, "pid"), text(state, "mode"),
                                  text(state, "version"));
  if (const auto since = time_of(state, "since")) first += ", began " + ago(*since, now);
  screen.line("runs", first);
  screen.line("runs", text(state, "config") + ", " + text(state, "store"));
  hears(screen, state, now);
  walks(screen, state, now);
  troubles(screen, state, now);
  audits(screen, state, now);
  health(screen, state);
  return screen.take();
}

}  // namespace lanwarden::agent
