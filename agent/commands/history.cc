#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/commands/row_format.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

using topology::IpAddress;
using topology::MacAddress;
using topology::MacPattern;
using topology::Time;

struct Options {
  std::vector<std::string> what;
  std::string since;
  std::string format;
  std::size_t limit = 1000;
};

/// One line of the past: a place, an address, a name, a link or an event.
struct Line {
  Time from{}, seen{};
  std::optional<Time> until;
  bool moment = false;  ///< it happened at `from`
  std::string kind;     ///< "place" "address" "name" "link" "event"
  MacAddress mac;       ///< zero: of no station
  std::string sw, port;
  VlanId vlan;
  std::string value, source;      ///< the address, the name, the far end, what happened; and who says so
  bool between = false;           ///< on a port that leads to another switch
  std::string before{}, after{};  ///< of an event
};

class History {
 public:
  History(App& app, const Options& options) : app_(app), options_(options) {
    if (options_.since.empty()) return;
    const auto since = parse_time(options_.since, wall_clock());
    if (!since)
      app_.fail(kUsage, fmt::format("--since \"{}\" is no time; try 2026-01-02T03:04:05Z, \"2h ago\" or "
                                    "\"yesterday 14:00\"",
                                    printable(options_.since)));
    since_ = *since;
  }

  ExitCode run() {
    app_.only_read();
    app_.fabric_suffices();
    const std::string& first = options_.what.front();
    if (options_.what.size() == 2) {
      of_port(the_switch(first), options_.what[1]);
    } else if (known_switch(first)) {
      of_switch(first);
    } else if (const auto v4 = IpAddress::parse(first); v4 && !v4->is_v6()) {
      of_address(*v4);
    } else if (const auto pattern = MacPattern::parse(first)) {
      of_station(the_station(first, pattern->exact()
                                        ? std::vector{*pattern->exact()}
                                        : app_.need(app_.store().stations(*pattern, kMostNamed + 1))));
    } else if (const auto ip = IpAddress::parse(first)) {
      of_address(*ip);
    } else {
      of_station(the_station(first, app_.need(app_.store().stations_named(first, kMostNamed + 1))));
    }
    return print();
  }

 private:
  static constexpr std::size_t kMostNamed = 10;

  bool known_switch(const std::string& name) {
    const auto snapshots = app_.locator().fabric().snapshots();
    const auto& routers = app_.locator().routers();
    const auto named = [&](const SwitchSnapshot& s) { return s.name == name; };
    return std::any_of(snapshots.begin(), snapshots.end(), named) ||
           std::any_of(routers.begin(), routers.end(), named) ||
           !app_.need(app_.store().switch_events(name, Time{}, 1)).empty();
  }

  std::string the_switch(const std::string& name) {
    if (!known_switch(name)) unknown(name, "switch");
    return name;
  }

  [[noreturn]] void unknown(const std::string& name, const char* what) {
    std::vector<std::string_view> known;
    for (const SwitchSnapshot& s : app_.locator().fabric().snapshots()) known.push_back(s.name);
    const auto near = did_you_mean(name, known);
    app_.fail(kUsage, fmt::format("no {} \"{}\"{}", what, printable(name),
                                  near.empty() ? "; try: lanwarden history --help"
                                               : fmt::format("; did you mean {}?", near)));
  }

  MacAddress the_station(const std::string& text, const std::vector<MacAddress>& found) {
    if (found.size() == 1) return found.front();
    if (found.empty()) unknown(text, "switch, address or station");
    std::string all;
    for (std::size_t i = 0; i < std::min(found.size(), kMostNamed); ++i)
      all += (i > 0 ? ", " : "") + found[i].to_string();
    app_.fail(kUsage, fmt::format("\"{}\" is {} stations: {}{}; name one", printable(text),
                                  found.size() > kMostNamed ? "more than ten" : std::to_string(found.size()),
                                  all, found.size() > kMostNamed ? ", …" : ""));
  }

  void add(const Sighting& s) {
    Line l{s.from, s.last_seen, s.until, false, "place", s.mac, s.switch_name, s.port, s.vlan, "", "", false};
    l.between = leads_on(s);
    lines_.push_back(std::move(l));
  }

  /// Whether the port leads to another switch: by the links of then, or of today.
  bool leads_on(const Sighting& s) {
    if (!links_) {
      links_.emplace();
      for (LinkInterval& l : app_.need(app_.store().links())) {
        (*links_)[l.a].push_back(l);
        (*links_)[l.b].push_back(l);
      }
    }
    if (const auto it = links_->find({s.switch_name, s.port}); it != links_->end())
      for (const LinkInterval& l : it->second)
        if (l.from < s.until.value_or(Time::max()) && s.from < l.until.value_or(Time::max())) return true;
    const topology::Fabric& f = app_.locator().fabric();
    const auto sw = f.switch_named(s.switch_name);
    const auto* port = sw ? f.snapshot(*sw).interface_named(s.port) : nullptr;
    return port != nullptr && s.until == std::nullopt && f.faces_switch(f.port_of(*sw, port->ifindex));
  }

  void of_station(MacAddress mac) {
    places(mac);
    for (const IpBinding& b : app_.need(app_.store().address_history(mac))) add(b);
    for (const NameBinding& n : app_.need(app_.store().names(mac)))
      lines_.push_back({n.from,
                        n.last_seen,
                        n.until,
                        false,
                        "name",
                        mac,
                        "",
                        "",
                        {},
                        n.name,
                        std::string(to_string(n.source)),
                        false});
    const std::string vendor(app_.vendors().lookup(mac));
    title_ = mac.to_string() + (vendor.empty() ? "" : "  " + printable(vendor));
  }

  void places(MacAddress mac) {
    const auto all = app_.need(app_.store().history(mac, since_, options_.limit + 1));
    for (std::size_t i = 0; i < std::min(all.size(), options_.limit); ++i) add(all[i]);
    cut_ = cut_ || all.size() > options_.limit;
  }

  void add(const IpBinding& b) {
    lines_.push_back({b.from,
                      b.last_seen,
                      b.until,
                      false,
                      "address",
                      b.mac,
                      "",
                      "",
                      {},
                      b.ip.to_string(),
                      b.source,
                      false});
  }

  /// Who had the address, and where each was while it had it.
  void of_address(const IpAddress& ip) {
    const auto holders = app_.need(app_.store().address_history(ip));
    std::vector<MacAddress> macs;
    for (const IpBinding& b : holders) {
      add(b);
      if (std::find(macs.begin(), macs.end(), b.mac) == macs.end()) macs.push_back(b.mac);
    }
    for (const MacAddress mac : macs) places(mac);
    title_ = ip.to_string();
    several_stations_ = true;
  }

  void of_port(const std::string& sw, const std::string& wanted) {
    // By ifName, ifDescr or alias, as everywhere; or a port that is no longer there, by its name of then.
    std::string port = wanted;
    const topology::Fabric& f = app_.locator().fabric();
    std::vector<std::string_view> known;
    if (const auto id = f.switch_named(sw)) {
      if (const auto* i = f.snapshot(*id).interface_named(wanted)) port = i->name;
      for (const auto& i : f.snapshot(*id).interfaces) known.push_back(i.name);
    }
    stations_of(sw, port);
    links_of(sw, port);
    title_ = sw + " " + port;
    several_stations_ = true;
    if (lines_.empty() && std::find(known.begin(), known.end(), port) == known.end()) {
      const auto near = did_you_mean(port, known);
      app_.fail(kUsage, fmt::format("{} never had a port \"{}\"{}", sw, printable(port),
                                    near.empty() ? "; its ports: lanwarden topology --stored --json"
                                                 : fmt::format("; did you mean {}?", near)));
    }
  }

  void stations_of(const std::string& sw, const std::string& port) {
    const auto all = app_.need(app_.store().port_history(sw, port, since_, options_.limit + 1));
    cut_ = cut_ || all.size() > options_.limit;
    for (std::size_t i = all.size() > options_.limit ? 1 : 0; i < all.size(); ++i) {
      add(all[i]);
      Line& l = lines_.back();
      for (const std::string& name : app_.locator().names_of(l.mac, l.seen))
        l.value += (l.value.empty() ? "" : " ") + name;
      for (const IpAddress& ip : app_.locator().ips_of(l.mac, l.seen))
        l.value += (l.value.empty() ? "" : " ") + ip.to_string();
    }
  }

  void links_of(const std::string& sw, const std::string& port) {
    for (const LinkInterval& l : app_.need(app_.store().links(sw))) {
      const bool here = l.a.switch_name == sw && (port.empty() || l.a.port == port);
      if (!here && (l.b.switch_name != sw || (!port.empty() && l.b.port != port))) continue;
      const auto& near = here ? l.a : l.b;
      const auto& far = here ? l.b : l.a;
      lines_.push_back({l.from,
                        l.last_seen,
                        l.until,
                        false,
                        "link",
                        {},
                        near.switch_name,
                        near.port,
                        {},
                        far.switch_name + " " + far.port,
                        l.via,
                        false});
    }
  }

  void of_switch(const std::string& sw) {
    for (const SwitchEvent& e : app_.need(app_.store().switch_events(sw, since_, options_.limit))) {
      lines_.push_back({e.time,
                        e.time,
                        {},
                        true,
                        "event",
                        {},
                        sw,
                        "",
                        {},
                        std::string(to_string(e.kind)),
                        "",
                        false,
                        e.before,
                        e.after});
    }
    links_of(sw, "");
    title_ = sw;
    // A switch has seen everybody: what was on its edge ports is the story, the rest with -v.
    stations_of(sw, "");
    several_stations_ = true;
  }

  ExitCode print() {
    std::erase_if(lines_,
                  [&](const Line& l) { return l.until ? *l.until < since_ : l.moment && l.from < since_; });
    std::stable_sort(lines_.begin(), lines_.end(),
                     [](const Line& a, const Line& b) { return a.from < b.from; });
    RowPrinter rows(app_, options_.format,
                    {"kind", "since", "seen", "until", "mac", "switch", "port", "vlan", "ip", "name", "to",
                     "event", "before", "after", "time", "known_as", "source"});
    if (rows.is_text())
      print_text();
    else
      for (const Line& l : lines_) rows.row(json(l));
    if (cut_)
      app_.console.warn(
          fmt::format("there is more: only {} of each are shown; try --limit or --since", options_.limit));
    if (lines_.empty()) app_.console.note(printable(title_) + ": nothing is known");
    return lines_.empty() ? kNothing : kOk;
  }

  static Json json(const Line& l) {
    Json j;
    j["kind"] = l.kind;
    if (!l.mac.is_zero()) j["mac"] = l.mac.to_string();
    if (!l.sw.empty()) j["switch"] = l.sw;
    if (!l.port.empty()) j["port"] = l.port;
    if (l.vlan != topology::kNoVlan) j["vlan"] = l.vlan.value;
    if (l.kind == "place") {
      if (l.between) j["between_switches"] = true;
      if (!l.value.empty()) j["known_as"] = l.value;
    } else if (l.kind == "address") {
      j["ip"] = l.value;
    } else if (l.kind == "name") {
      j["name"] = l.value;
    } else if (l.kind == "link") {
      j["to"] = l.value;
    } else {
      j["event"] = l.value;
      if (!l.before.empty()) j["before"] = l.before;
      if (!l.after.empty()) j["after"] = l.after;
    }
    if (!l.source.empty()) j["source"] = l.source;
    if (l.moment) {
      j["time"] = rfc3339(l.from);
      return j;
    }
    j["since"] = rfc3339(l.from);
    j["seen"] = rfc3339(l.seen);
    if (l.until) j["until"] = rfc3339(*l.until);
    return j;
  }

  std::string what(const Line& l) {
    if (l.kind == "place") {
      std::string text;
      if (l.sw + " " + l.port != title_ && !l.port.empty())
        text = l.sw == title_ ? "on " + l.port : "on " + l.sw + " " + l.port;
      if (l.port.empty()) text = "known to " + l.sw + ", on no port";
      if (l.between) text += " (to another switch)";
      if (l.vlan != topology::kNoVlan)
        text += (text.empty() ? "VLAN " : ", VLAN ") + std::to_string(l.vlan.value);
      if (!l.value.empty()) text += (text.empty() ? "" : ", ") + l.value;
      return text;
    }
    if (l.kind == "address") return "had " + l.value + " (" + l.source + ")";
    if (l.kind == "name") return "called " + l.value + " (" + l.source + ")";
    if (l.kind == "link")
      return (l.sw == title_ ? l.port + " linked to " : "linked to ") + l.value + " (" + l.source + ")";
    if (l.before.empty() && l.after.empty()) return l.value;
    return l.value + ": " + (l.before.empty() ? l.after : l.before + " -> " + l.after);
  }

  void print_text() {
    if (lines_.empty()) return;
    app_.console.line(app_.console.paint(Style::kBold, printable(title_)));
    std::vector<std::string> header = {"SINCE", "UNTIL", "LAST SEEN"};
    if (several_stations_) header.push_back("STATION");
    header.push_back("WHAT");
    TextTable table(header);
    table.can_go({2});
    std::size_t hidden = 0;
    const bool by_hop = !several_stations_ || title_.find(' ') == std::string::npos;
    for (const Line& l : lines_) {
      if (l.between && by_hop && app_.console.verbosity() <= 0) {
        ++hidden;
        continue;
      }
      const std::string until = l.moment  ? "-"
                                : l.until ? local_time(*l.until)
                                          : app_.console.paint(Style::kGreen, "still");
      std::vector<std::string> row = {local_time(l.from), until, l.moment ? "-" : local_time(l.seen)};
      if (several_stations_) row.push_back(l.mac.is_zero() ? "-" : l.mac.to_string());
      row.push_back(printable(what(l)));
      table.row(std::move(row));
    }
    if (!table.empty()) app_.console.line(table.render(app_.console));
    if (hidden > 0) app_.console.note(fmt::format("{} more on ports between switches: -v", hidden));
  }

  App& app_;
  const Options& options_;
  Time since_{};
  std::vector<Line> lines_;
  std::string title_;
  std::optional<std::map<LinkInterval::End, std::vector<LinkInterval>>> links_;
  bool several_stations_ = false, cut_ = false;
};

}  // namespace

CommandBody define_history(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  cli.add_option("WHAT", o->what, "a station (MAC, end of one, name), an IP address, SWITCH, or SWITCH PORT")
      ->required()
      ->expected(1, 2);
  cli.add_option("--since", o->since,
                 "what ended before is left out: RFC 3339, \"2h ago\", \"yesterday 14:00\"")
      ->type_name("TIME");
  add_row_format(cli, o->format);
  cli.add_option("--limit", o->limit, "at most so many of each kind (1000)")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000));
  return [o](App& app) { return History(app, *o).run(); };
}

}  // namespace lanwarden::agent
