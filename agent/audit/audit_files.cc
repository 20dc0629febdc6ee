// An audit as files that others read: a page, and what CI pipelines take.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/audit/audit_views.h"
#include "agent/output/time_text.h"
#include "agent/report/html.h"
#include "agent/report/page.h"

namespace lanwarden::agent {
namespace {

std::string row(const AuditFinding& f, const std::string& note) {
  return fmt::format(
      "<tr><td><span class=\"badge {0}\">{0}</span></td><td "
      "class=\"mono\">{1}</td><td>{2}{3}</td><td>{4}</td><td>{5}</td>"
      "<td class=\"time\">{6}</td><td class=\"mono\">{7}</td></tr>\n",
      to_string(f.severity), html(f.at.to_string()), html(f.summary),
      note.empty() ? "" : "<br><span class=\"note\">" + html(note) + "</span>", html(f.before), html(f.after),
      f.since ? html(local_time(*f.since)) : "", f.fingerprint());
}

std::string table(const std::string& rows) {
  return "<table><tr><th>severity</th><th>where</th><th>what</th><th>before</th><th>now</th><th>since</"
         "th><th>id</th></tr>\n" +
         rows + "</table>\n";
}

std::string section(std::string_view title, const std::vector<AuditFinding>& findings) {
  if (findings.empty()) return "";
  std::string rows;
  for (const AuditFinding& f : findings) rows += row(f, "");
  return fmt::format("<h2>{}</h2>\n{}", title, table(rows));
}

}  // namespace

std::string audit_html(const AuditReport& r) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\">\n"
      "<title>Wiring audit, {0}</title>\n<style>{1}</style></head><body>\n"
      "<header><h1>Wiring audit: {2}</h1><p class=\"sub\">{0}; {3} switches, {4} ports, {5} links, {6} "
      "stations; {7}</p>"
      "</header>\n",
      html(local_time(r.time)), page_style(), html(count_words(r.fresh)), r.switches, r.ports, r.links,
      r.stations,
      r.first ? std::string("the first audit")
              : html(fmt::format("against {}{}", r.baseline.empty() ? "" : r.baseline + " of ",
                                 local_time(r.compared_with))));
  if (r.fresh.empty()) page += "<p>Nothing has changed, and nothing is wrong that was not known.</p>\n";
  page += section("New", r.fresh);
  page += section("No longer there", r.ended);
  page += section("Known before", r.standing);
  if (!r.acknowledged.empty()) {
    std::string rows;
    for (const AuditReport::Acknowledged& a : r.acknowledged)
      rows += row(a.finding, fmt::format("acknowledged by {}: {}{}", a.by.who, a.by.reason,
                                         a.by.until ? ", until " + local_time(*a.by.until) : ""));
    page += "<h2>Acknowledged</h2>\n" + table(rows);
  }
  std::string advice;
  for (const topology::audit::KindInfo& k : topology::audit::kinds()) {
    const auto is_it = [&](const AuditFinding& f) { return f.kind == k.kind; };
    if (k.advice.empty() || (std::none_of(r.fresh.begin(), r.fresh.end(), is_it) &&
                             std::none_of(r.standing.begin(), r.standing.end(), is_it)))
      continue;
    advice += fmt::format("<tr><th>{}</th><td>{}</td><td>{}</td></tr>\n", html(k.kind), html(k.meaning),
                          html(k.advice));
  }
  if (!advice.empty()) page += "<h2>What to do</h2>\n<table>" + advice + "</table>\n";
  return page + "<footer>lanwarden audit</footer>\n</body></html>\n";
}

std::string audit_junit(const AuditReport& r) {
  std::string cases;
  std::size_t tests = 0;
  for (const topology::audit::KindInfo& k : topology::audit::kinds()) {
    bool found = false;
    for (const AuditFinding& f : r.fresh) {
      if (f.kind != k.kind) continue;
      found = true;
      ++tests;
      std::string more = f.before.empty() && f.after.empty()
                             ? ""
                             : fmt::format("before: {}\nnow: {}", html(f.before), html(f.after));
      if (f.since) more += "\nsince: " + rfc3339(*f.since);
      const std::string what = f.at.to_string().empty() ? f.subject : f.at.to_string();
      cases += fmt::format(
          "  <testcase classname=\"audit.{}\" name=\"{}\"><failure type=\"{}\" "
          "message=\"{}\">{}</failure></testcase>\n",
          k.kind, html(what), to_string(f.severity), html(f.summary), more);
    }
    if (found) continue;
    ++tests;
    cases += fmt::format("  <testcase classname=\"audit.{0}\" name=\"{0}\"/>\n", k.kind);
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "<testsuite name=\"lanwarden audit\" tests=\"{}\" failures=\"{}\" "
      "timestamp=\"{}\">\n{}</testsuite>\n</testsuites>\n",
      tests, r.fresh.size(), rfc3339(r.time), cases);
}

}  // namespace lanwarden::agent
