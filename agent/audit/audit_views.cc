#include "agent/audit/audit_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/output/time_text.h"

namespace lanwarden::agent {
namespace {

using topology::audit::Severity;

/// Of one kind, so many are shown one by one: three hundred shut ports are one thing to know.
constexpr std::size_t kMostOfAKind = 5;

Json finding_json(const AuditFinding& f) {
  Json j = {{"kind", f.kind}, {"severity", std::string(to_string(f.severity))}};
  if (!f.at.sw.empty()) j["switch"] = f.at.sw;
  if (!f.at.port.empty()) j["port"] = f.at.port;
  j["summary"] = f.summary;
  if (!f.before.empty()) j["before"] = f.before;
  if (!f.after.empty()) j["after"] = f.after;
  if (!f.subject.empty()) j["subject"] = f.subject;
  if (f.since) j["since"] = rfc3339(*f.since);
  j["id"] = f.fingerprint();
  return j;
}

Json list_json(const std::vector<AuditFinding>& findings) {
  Json list = Json::array();
  for (const AuditFinding& f : findings) list.push_back(finding_json(f));
  return list;
}

Style style(Severity severity) {
  return severity == Severity::kCritical  ? Style::kRed
         : severity == Severity::kWarning ? Style::kYellow
                                          : Style::kDim;
}

class Text {
 public:
  static constexpr std::size_t kIndent = 11;

  Text(const Console& console, std::size_t width, topology::Time now)
      : console_(console), width_(width), now_(now) {}

  void line(std::string_view text) {
    if (!text_.empty()) text_ += '\n';
    text_ += text;
  }
  void findings(const std::vector<AuditFinding>& all, bool every_one) {
    for (std::size_t i = 0; i < all.size();) {
      const auto same = static_cast<std::size_t>(
          std::find_if(
              all.begin() + static_cast<std::ptrdiff_t>(i), all.end(),
              [&](const AuditFinding& f) { return f.kind != all[i].kind || f.severity != all[i].severity; }) -
          all.begin());
      const std::size_t shown = every_one || same - i <= kMostOfAKind + 1 ? same : i + kMostOfAKind;
      for (std::size_t k = i; k < shown; ++k) finding(all[k]);
      if (shown < same)
        line(console_.paint(Style::kDim,
                            fmt::format("           … and {} more of {}: lanwarden audit --all --stored",
                                        same - shown, all[i].kind)));
      i = same;
    }
  }
  void finding(const AuditFinding& f) {
    labelled(style(f.severity), to_string(f.severity), f.summary);
    std::string more = f.kind;
    if (f.since) more += fmt::format(", since {} ({})", local_time(*f.since), ago(*f.since, now_));
    line(std::string(kIndent, ' ') + console_.paint(Style::kDim, more + "  " + f.fingerprint()));
  }
  /// A word in the margin, and a sentence beside it.
  void labelled(Style style, std::string_view label, std::string_view sentence) {
    const std::string margin = console_.paint(style, fmt::format("{:<{}}", label, kIndent - 1));
    line(wrapped(margin + " " + printable(sentence), width_, kIndent));
  }
  std::string text() && { return std::move(text_); }

 private:
  const Console& console_;
  std::size_t width_;
  topology::Time now_;
  std::string text_;
};

}  // namespace

std::string count_words(const std::vector<AuditFinding>& findings) {
  if (findings.empty()) return "no findings";
  std::string text = fmt::format("{} finding{}", findings.size(), findings.size() == 1 ? "" : "s");
  std::string_view between = ": ";
  for (const auto& [severity, one, many] : {std::tuple(Severity::kCritical, "critical", "critical"),
                                            std::tuple(Severity::kWarning, "warning", "warnings"),
                                            std::tuple(Severity::kInfo, "to know", "to know")}) {
    const auto n = std::count_if(findings.begin(), findings.end(),
                                 [&, s = severity](const AuditFinding& f) { return f.severity == s; });
    if (n == 0) continue;
    text += fmt::format("{}{} {}", between, n, n == 1 ? one : many);
    between = ", ";
  }
  return text;
}

Json audit_json(const AuditReport& r) {
  Json j = {{"time", rfc3339(r.time)}};
  if (!r.first) j["against"] = {{"time", rfc3339(r.compared_with)}};
  if (!r.baseline.empty()) j["against"]["file"] = r.baseline;
  j["audited"] = {{"switches", r.switches}, {"ports", r.ports}, {"links", r.links}, {"stations", r.stations}};
  j["findings"] = list_json(r.fresh);
  j["standing"] = list_json(r.standing);
  j["ended"] = list_json(r.ended);
  j["acknowledged"] = Json::array();
  for (const AuditReport::Acknowledged& a : r.acknowledged) {
    Json one = finding_json(a.finding);
    one["acknowledged"] = {{"by", a.by.who}, {"reason", a.by.reason}, {"time", rfc3339(a.by.time)}};
    if (a.by.until) one["acknowledged"]["until"] = rfc3339(*a.by.until);
    j["acknowledged"].push_back(std::move(one));
  }
  return j;
}

std::string finding_json_text(const AuditFinding& finding) { return dump(finding_json(finding)); }
std::string audit_json_text(const AuditReport& report) { return dump(audit_json(report)); }

std::string audit_text(const AuditReport& r, const Console& console, std::size_t width, bool all) {
  Text text(console, width, r.time);
  const std::string what =
      fmt::format("{} switches, {} ports, {} links, {} stations", r.switches, r.ports, r.links, r.stations);
  if (r.first)
    text.line(wrapped(what + "; the first audit: there is nothing to compare with yet", width, 2));
  else
    text.line(wrapped(
        fmt::format("{}; against {}{} ({})", what, r.baseline.empty() ? "" : printable(r.baseline) + " of ",
                    local_time(r.compared_with), ago(r.compared_with, r.time)),
        width, 2));
  text.findings(r.fresh, all);
  if (all && !r.standing.empty()) {
    text.line(console.paint(Style::kBold, "as before"));
    text.findings(r.standing, true);
  }
  if (all && !r.acknowledged.empty()) {
    text.line(console.paint(Style::kBold, "acknowledged"));
    for (const AuditReport::Acknowledged& a : r.acknowledged) {
      text.finding(a.finding);
      text.line(fmt::format("           by {}: {}{}", printable(a.by.who), printable(a.by.reason),
                            a.by.until ? ", until " + local_time(*a.by.until) : ""));
    }
  }
  for (const AuditFinding& f : r.ended)
    text.line(wrapped(
        fmt::format("{} no longer: {}", console.paint(Style::kGreen, "ended     "), printable(f.summary)),
        width, 11));
  std::string end = console.paint(r.fresh.empty() ? Style::kGreen : Style::kBold, count_words(r.fresh));
  if (!all && !r.standing.empty())
    end +=
        fmt::format("; {} known before {}", r.standing.size(), r.standing.size() == 1 ? "stands" : "stand");
  if (!all && !r.acknowledged.empty()) end += fmt::format("; {} acknowledged", r.acknowledged.size());
  if (!all && r.standing.size() + r.acknowledged.size() > 0) end += " (lanwarden audit --all)";
  text.line(wrapped(end, width, 2));
  return std::move(text).text();
}

}  // namespace lanwarden::agent
