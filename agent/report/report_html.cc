// report.html: the story for those who were not there.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/output/svg_graphviz.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/report/bundle.h"
#include "agent/report/frame_words.h"
#include "agent/report/html.h"
#include "agent/report/kind_words.h"
#include "agent/report/page.h"

namespace lanwarden::agent {
namespace {

constexpr std::size_t kMostRows = 60;  ///< of frames; evidence.pcapng has them all
constexpr std::size_t kMostDumps = 4;
constexpr std::size_t kDumpOctets = 96;

std::string both_times(topology::Time time) {
  return html(local_time(time)) + " <span class=\"note\">(" + html(rfc3339(time)) + ")</span>";
}

std::string badge(std::string_view word) {
  return fmt::format("<span class=\"badge {0}\">{0}</span>", html(word));
}

std::string row(std::string_view name, const std::string& value_html) {
  return value_html.empty() ? "" : fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", html(name), value_html);
}

std::string value_words(const Json& value) {
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_float()) return fmt::format("{:.4g}", value.get<double>());
  if (!value.is_array()) return value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (value.empty()) return "none";
  std::string text;
  std::size_t shown = 0;
  for (const Json& item : value) {
    if (shown++ == 24) return text + fmt::format(", … ({} in all)", value.size());
    std::string one;
    if (item.is_array())
      for (const Json& part : item) one += (one.empty() ? "" : " + ") + value_words(part);
    else
      one = value_words(item);
    text += (text.empty() ? "" : ", ") + one;
  }
  return text;
}

std::string_view state_words(IncidentState state) {
  switch (state) {
    case IncidentState::kOpen:
      return "its place is not known";
    case IncidentState::kLocated:
      return "its place is known; nothing was done";
    case IncidentState::kAsked:
      return "a person is asked whether its port may be shut";
    case IncidentState::kIsolated:
      return "its port is shut";
    case IncidentState::kRefused:
      return "a guard rail forbade to shut its port";
    case IncidentState::kDryRun:
      return "its port would have been shut";
    case IncidentState::kVerified:
      return "its port is shut, and the trouble ended with it";
    case IncidentState::kRestored:
      return "its port is open again";
    case IncidentState::kClosed:
      return "over";
  }
  return "";
}

class Report {
 public:
  Report(const IncidentBundle& bundle, const ReportAbout& about)
      : b_(bundle), i_(bundle.incident), about_(about), words_(kind_words(bundle.incident.kind)) {
    for (const IncidentEvent& e : i_.events) data_.push_back(Json::parse(e.data_json, nullptr, false));
  }

  std::string text() {
    std::string out =
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        // Should an escape ever be missing: nothing runs, nothing is fetched.
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
        html(fmt::format("Incident {}: {}", i_.id, words_.title)) + "</title>\n<style>" +
        std::string(page_style()) + "</style>\n</head>\n<body>\n";
    out += head() + summary() + story() + way() + undo() + evidence() + frames() + timeline();
    out += fmt::format(
        "<footer>Written by lanwarden {} on {} at {}. Times are local to that machine, UTC in "
        "parentheses. evidence.pcapng holds the frames as captured (Wireshark shows the comments), "
        "incident.json everything above for programs.</footer>\n</body>\n</html>\n",
        html(about_.version), html(about_.host), both_times(about_.written));
    return out;
  }

 private:
  std::string device() const {
    std::string text = "<code>" + html(i_.mac.to_string()) + "</code>";
    if (!b_.vendor.empty()) text += " (" + html(b_.vendor) + ")";
    return text;
  }
  bool has_device() const { return !i_.mac.is_zero() && !i_.mac.is_group(); }
  std::string place() const {
    return i_.switch_name.empty() ? ""
                                  : html(i_.switch_name) + (i_.port.empty() ? "" : " port " + html(i_.port));
  }

  std::string head() const {
    return fmt::format(
        "<header>\n<p class=\"sub\">lanwarden incident {}</p>\n<h1>{}</h1>\n<p>{} {} {}</p>\n</header>\n",
        i_.id, html(words_.title), badge(i_.severity), badge(to_string(i_.state)), state_words(i_.state));
  }

  std::string summary() const {
    std::string out = "<table class=\"facts\">\n";
    if (has_device()) out += row("Device", device());
    std::string ips;
    for (const auto& ip : b_.ips) ips += (ips.empty() ? "" : ", ") + ip.to_string();
    out += row("Its addresses", html(ips));
    out += row("Plugged in at", place());
    out += row("Kind", "<code>" + html(i_.kind) + "</code>");
    out += row("First noticed", both_times(i_.opened));
    out += row("Last step", both_times(i_.updated));
    return out + "</table>\n";
  }

  /// The first finding's JSON, as it was when it came.
  const Json* finding() const {
    for (const Json& d : data_)
      if (d.is_object() && d.contains("kind") && d.contains("summary")) return &d;
    return nullptr;
  }

  /// When the frame came that decided: in a recording, long before it was read.
  topology::Time heard() const {
    const Json* f = finding();
    if (f == nullptr || !f->contains("time") || !(*f)["time"].is_string()) return i_.opened;
    return parse_time((*f)["time"].get<std::string>(), about_.written).value_or(i_.opened);
  }

  const IncidentEvent* first(IncidentState state) const {
    for (const IncidentEvent& e : i_.events)
      if (e.state == state) return &e;
    return nullptr;
  }

  std::string story() const {
    std::string out = "<h2>What happened</h2>\n";
    if (!words_.meaning.empty()) out += "<p>" + html(words_.meaning) + "</p>\n";
    std::string where;
    if (const Json* f = finding(); f != nullptr && f->contains("interface"))
      where = " on " + html(value_words((*f)["interface"]));
    if (const Json* f = finding(); f != nullptr && f->contains("vlan"))
      where += ", VLAN " + html(value_words((*f)["vlan"]));
    out += fmt::format("<p>At {}, lanwarden heard{}: {}.</p>\n", html(local_time(heard())), where,
                       html(i_.summary));
    if (const auto* e = first(IncidentState::kLocated)) {
      const auto data = std::find_if(data_.begin(), data_.end(),
                                     [](const Json& d) { return d.is_object() && d.contains("verdict"); });
      if (data != data_.end()) {
        out += fmt::format(
            "<p>It was looked for on all switches at {}: it is plugged in at <b>{}</b>{}. What speaks "
            "for that:</p>\n<ul>\n",
            html(local_time(e->time)), place(),
            data->contains("confidence")
                ? fmt::format(" (verdict “{}”, confidence {:.2f})", html(value_words((*data)["verdict"])),
                              (*data)["confidence"].is_number() ? (*data)["confidence"].get<double>() : 0)
                : "");
        if (data->contains("evidence") && (*data)["evidence"].is_array())
          for (const Json& reason : (*data)["evidence"])
            out += "<li>" + html(value_words(reason)) + "</li>\n";
        out += "</ul>\n";
      } else {
        out += fmt::format("<p>It was located at {}: {}.</p>\n", html(local_time(e->time)), html(e->text));
      }
    } else {
      out += "<p>It could not be located.</p>\n";
    }
    if (const auto* e = first(IncidentState::kIsolated))
      out += fmt::format("<p>At {} its port was shut. {}</p>\n", html(local_time(e->time)), proof());
    else if (const auto* refused = first(IncidentState::kRefused))
      out += fmt::format("<p>Its port was not shut: {}.</p>\n", html(refused->text));
    else
      out += "<p>Its port was not shut.</p>\n";
    if (const auto* e = first(IncidentState::kRestored))
      out += fmt::format("<p>At {} the port was opened again.</p>\n", html(local_time(e->time)));
    if (!words_.standard.empty())
      out += "<p class=\"note\">What it goes against: " + html(words_.standard) + "</p>\n";
    return out;
  }

  std::string proof() const {
    if (const auto* e = first(IncidentState::kVerified)) return "Afterwards " + html(e->text) + ".";
    for (const IncidentEvent& e : i_.events)
      if (e.state == IncidentState::kIsolated && e.text.starts_with("the trouble did NOT end"))
        return html(e.text);
    return "Whether the trouble ended with it was not seen.";
  }

  std::string way() const {
    const std::string dot = way_dot(b_);
    if (dot.empty()) return "";
    std::string out = "<h2>Where it is</h2>\n";
    auto svg = svg_from_dot(dot);
    const std::size_t begin = svg ? svg->find("<svg") : std::string::npos;
    if (begin == std::string::npos)
      return out + "<p class=\"note\">The picture could not be drawn: " + html(svg ? "no SVG" : svg.error()) +
             "</p>\n";
    return out + "<figure>" + svg->substr(begin) +
           "<figcaption>The way from the middle of the network to the device; port names at both ends of "
           "each "
           "cable. Other switches and stations are left out.</figcaption></figure>\n";
  }

  std::string undo() const {
    std::string out = "<h2>What was done, and how to undo it</h2>\n";
    if (b_.isolations.empty()) return out + "<p>Nothing was written to any switch.</p>\n";
    out +=
        "<table>\n<tr><th>No.</th><th>Port</th><th>State</th><th>From</th><th>Until</th><th>By, "
        "why</th></tr>\n";
    std::string commands, by_hand;
    for (const Isolation& i : b_.isolations) {
      out += fmt::format(
          "<tr><td>{}</td><td>{} {}</td><td>{}</td><td class=\"time\">{}</td><td "
          "class=\"time\">{}</td><td>{}{}</td></tr>\n",
          i.id, html(i.switch_name), html(i.port), html(to_string(i.state)),
          html(local_time(i.set_at.value_or(i.intended))),
          i.restored_at ? "opened " + html(local_time(*i.restored_at))
                        : (i.until ? html(local_time(*i.until)) : std::string("restored by hand")),
          html(i.who) + (i.reason.empty() ? "" : ": " + html(i.reason)),
          i.note.empty() ? "" : "<br><span class=\"note\">" + html(i.note) + "</span>");
      if (!is_open(i.state)) continue;
      commands += fmt::format("lanwarden restore {}\n", i.id);
      for (auto c = i.changes.rbegin(); c != i.changes.rend(); ++c)
        if (c->bit == 0)  // others' bits in the same value have changed since
          by_hand += fmt::format("snmpset … {} {} {} {}   # {} of {}\n", i.switch_name, c->oid, c->syntax,
                                 c->before, c->name, i.port);
    }
    out += "</table>\n";
    if (commands.empty())
      out += "<p>Nothing is shut any more.</p>\n";
    else
      out += "<p>To open what is still shut:</p>\n<pre>" + html_lines(commands) + "</pre>\n";
    if (!by_hand.empty()) out += "<p>Or without lanwarden:</p>\n<pre>" + html_lines(by_hand) + "</pre>\n";
    return out + audit();
  }

  std::string audit() const {
    if (b_.audit.empty()) return "";
    std::string out =
        "<p>Every act, and what the switch answered:</p>\n<table>\n"
        "<tr><th>Time</th><th>Who</th><th>Act</th><th>Written</th><th>Answer</th></tr>\n";
    for (const AuditEntry& e : b_.audit)
      out += fmt::format(
          "<tr><td class=\"time\">{}</td><td>{}</td><td>{}</td><td class=\"oids\">{}</td><td>{}</td></tr>\n",
          html(local_time(e.time)), html(e.who), html(e.action), html(e.varbinds), html(e.answer));
    return out + "</table>\n";
  }

  static std::string html_lines(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      out += html(text.substr(at, end - at)) + "\n";
      at = end + 1;
    }
    return out;
  }

  std::string evidence() const {
    std::string rows;
    for (const Json& d : data_) {
      if (!d.is_object() || !d.contains("kind") || !d.contains("evidence") || !d["evidence"].is_object())
        continue;
      rows += fmt::format("<tr><th colspan=\"2\">{}</th></tr>\n", html(value_words(d["kind"])));
      for (const auto& [key, value] : d["evidence"].items()) {
        std::string name = key;
        std::replace(name.begin(), name.end(), '_', ' ');
        rows += row(name, html(value_words(value)));
      }
    }
    return rows.empty() ? "" : "<h2>The facts</h2>\n<table class=\"facts\">\n" + rows + "</table>\n";
  }

  std::string frames() const {
    std::string out = "<h2>The frames</h2>\n";
    if (b_.frames.empty()) return out + "<p>No frame was kept with this incident.</p>\n";
    // The day once, when there is only one: on paper every column counts.
    const std::string day = clock_text(b_.frames.front().time).substr(0, 10);
    const bool one_day = clock_text(b_.frames.back().time).starts_with(day);
    out += fmt::format("<p>{} {} kept as captured{}; those sent by the device are in bold.</p>\n",
                       b_.frames.size(), b_.frames.size() == 1 ? "frame was" : "frames were",
                       one_day ? " on " + html(day) : "");
    out +=
        "<table>\n<tr><th>Time (UTC)</th><th>From</th><th>To</th><th>Protocol</th><th>What it "
        "says</th></tr>\n";
    for (std::size_t n = 0; n < b_.frames.size() && n < kMostRows; ++n) {
      const EvidenceFrame& f = b_.frames[n];
      const FrameWords w = frame_words(f);
      const bool its = has_device() && w.source == i_.mac.to_string();
      out += fmt::format(
          "<tr><td class=\"time\">{}</td><td class=\"mono\">{}</td><td "
          "class=\"mono\">{}</td><td>{}{}</td><td>{}</td></tr>\n",
          html(clock_text(f.time).substr(one_day ? 11 : 0)),
          its ? "<b>" + html(w.source) + "</b>" : html(w.source), html(w.destination), html(w.protocol),
          w.vlan.empty() ? "" : " VLAN " + html(w.vlan), its ? "<b>" + html(w.text) + "</b>" : html(w.text));
    }
    out += "</table>\n";
    if (b_.frames.size() > kMostRows)
      out += fmt::format("<p class=\"note\">… and {} more in evidence.pcapng.</p>\n",
                         b_.frames.size() - kMostRows);
    std::size_t dumps = 0;
    for (const EvidenceFrame& f : b_.frames) {
      const FrameWords w = frame_words(f);
      if (dumps == kMostDumps) break;
      if (has_device() && w.source != i_.mac.to_string()) continue;
      if (dumps++ == 0) out += "<p>The first of the device's own, octet by octet:</p>\n";
      out += "<pre>" + html(clock_text(f.time) + "  " + w.protocol + ": " + w.text) + "\n" +
             html_lines(hex_dump(f, kDumpOctets)) + "</pre>\n";
    }
    return out;
  }

  /// "2026-01-02 03:04:05.123456"
  static std::string clock_text(topology::Time time) {
    std::string text = rfc3339(time);
    text[text.find('T')] = ' ';
    text.pop_back();
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch()).count() % 1'000'000;
    return text + fmt::format(".{:06}", micros);
  }

  std::string timeline() const {
    std::string out =
        "<h2>Timeline</h2>\n<table>\n<tr><th>Time</th><th>State</th><th>What happened</th></tr>\n";
    for (const IncidentEvent& e : i_.events)
      out += fmt::format("<tr><td class=\"time\">{}</td><td>{}</td><td>{}</td></tr>\n",
                         html(local_time(e.time)), badge(to_string(e.state)), html(e.text));
    return out + "</table>\n";
  }

  const IncidentBundle& b_;
  const Incident& i_;
  const ReportAbout& about_;
  const KindWords words_;
  std::vector<Json> data_;  ///< of each event
};

}  // namespace

std::string report_html(const IncidentBundle& bundle, const ReportAbout& about) {
  return Report(bundle, about).text();
}

}  // namespace lanwarden::agent
