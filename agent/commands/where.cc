#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "agent/commands/command.h"
#include "agent/commands/row_format.h"
#include "agent/commands/where_provoke.h"
#include "agent/output/atomic_file.h"
#include "agent/output/svg_graphviz.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "topology/render.h"
#include "topology/special_address.h"

namespace lanwarden::agent {
namespace {

using topology::IpAddress;
using topology::MacAddress;
using topology::MacPattern;

/// Above so many candidates one walk costs the switches less than a question each.
constexpr std::size_t kMostAskedLive = 64;
constexpr std::size_t kMostResults = 10'000;

struct Options {
  std::vector<std::string> patterns;
  bool live = false, stored = false;
  std::string at, provoke, svg;
  std::vector<std::string> files;
  std::string format;
};

const std::vector<std::string> kCsvHeader = {
    "query", "mac",   "vendor",       "ips",  "names",  "verdict", "confidence", "switch", "port", "ifindex",
    "vlan",  "ports", "macs_on_port", "seen", "source", "alias",   "location",   "since",  "until"};

/// What a pattern stands for: the stations, and whether it named exactly one.
struct Candidates {
  std::vector<MacAddress> macs;
  bool exact = false;
};

class Where {
 public:
  Where(App& app, const Options& options) : app_(app), options_(options) {
    if (options_.at.empty()) return;
    at_ = parse_time(options_.at, wall_clock());
    if (!at_)
      app_.fail(
          kUsage,
          fmt::format("--at \"{}\" is no time; try 2026-01-02T03:04:05Z, \"2h ago\" or \"yesterday 14:00\"",
                      options_.at));
  }

  ExitCode run() {
    const std::vector<std::string> patterns = read_patterns();
    many_ = patterns.size() > 1;
    // All are judged before the first question goes out.
    for (const std::string& p : patterns) parse(p);
    rows_.emplace(app_, options_.format, kCsvHeader);
    use_live_ = !options_.stored && !at_ && !app_.config().switches.empty();
    if (options_.live) app_.require_switches(), use_live_ = true;
    if (!options_.provoke.empty()) app_.require_switches(), provoker_.emplace(app_, options_.provoke);
    if (use_live_ || at_) app_.fabric_suffices();
    // The registries are read while the fabric is, and while the switches think.
    const std::jthread names([this] { static_cast<void>(app_.vendors().size()); });
    if (use_live_) app_.poll_unknown();
    if (use_live_ && many_) ask_at_once(patterns);

    bool found = false, silent = true, any = false;
    for (const std::string& p : patterns) {
      const Asked asked = one(p, found);
      any = true;
      silent = silent && asked.nothing_answered();
    }
    if (any && silent && use_live_) {
      app_.console.error("no switch answered; try: lanwarden check");
      return kNoAnswer;
    }
    return found ? kOk : kNothing;
  }

 private:
  struct Parsed {
    std::optional<MacPattern> mac;
    std::optional<IpAddress> ip;
    std::string vendor, name;
  };

  bool csv() const { return options_.format == "csv"; }

  /// The arguments, standard input for "-", and the files: a pattern a line, '#' begins a remark.
  std::vector<std::string> read_patterns() {
    std::vector<std::string> patterns;
    const auto read = [&](std::istream& in) {
      for (std::string line; std::getline(in, line);) {
        line.erase(std::min(line.find('#'), line.size()));
        const auto first = line.find_first_not_of(" \t\r");
        if (first != std::string::npos)
          patterns.push_back(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
      }
    };
    for (const std::string& p : options_.patterns)
      if (p == "-")
        read(std::cin);
      else
        patterns.push_back(p);
    for (const std::string& file : options_.files) {
      std::ifstream in(file);
      if (!in) app_.fail(kUsage, fmt::format("{}: {}", file, std::strerror(errno)));
      read(in);
    }
    if (options_.patterns.empty() && options_.files.empty())
      app_.fail(kUsage, "name a PATTERN, or a file of them with --file; try: lanwarden where --help");
    if (patterns.empty()) app_.console.note("no patterns were read");
    return patterns;
  }

  /// Many patterns are one question to the switches; too many, and one walk costs them less.
  void ask_at_once(const std::vector<std::string>& patterns) {
    std::set<MacAddress> all;
    for (const std::string& p : patterns) {
      const Candidates c = candidates(parse(p));
      if (c.macs.size() <= kMostAskedLive) all.insert(c.macs.begin(), c.macs.end());
    }
    if (all.size() > kMostAskedLive) {
      app_.console.note(fmt::format("{} stations: polling instead of asking for each", all.size()));
      polled_now_ = app_.poll({});
      walked_for_all_ = true;
      return;
    }
    if (all.empty()) return;
    const std::vector<MacAddress> macs(all.begin(), all.end());
    std::vector<Located> answers = app_.locator().live(macs);
    for (std::size_t i = 0; i < macs.size(); ++i) answered_.emplace(macs[i], std::move(answers[i]));
  }

  std::vector<Located> ask_live(const std::vector<MacAddress>& macs) {
    std::vector<Located> answers;
    for (const MacAddress mac : macs) {
      const auto it = answered_.find(mac);
      if (it == answered_.end()) return app_.locator().live(macs);
      answers.push_back(it->second);
    }
    return answers;
  }

  Parsed parse(const std::string& text) {
    if (text.starts_with("vendor:") && text.size() > 7)
      return {std::nullopt, std::nullopt, text.substr(7), ""};
    if (text.starts_with("name:") && text.size() > 5) return {std::nullopt, std::nullopt, "", text.substr(5)};
    // "10.10.0.12" would be the end of a MAC address as well; nobody writes one so.
    if (const auto v4 = IpAddress::parse(text); v4 && !v4->is_v6()) return {std::nullopt, *v4, "", ""};
    // An IPv6 address is not a MAC pattern: it has "::" or eight groups.
    const auto mac = MacPattern::parse(text);
    if (mac) return {*mac, std::nullopt, "", ""};
    if (const auto ip = IpAddress::parse(text)) return {std::nullopt, *ip, "", ""};
    // Of a list, one that nobody is called so is not found; alone, it is more likely mistyped.
    const bool may_be_a_name = text.find(':') == std::string::npos && text.size() <= kLongestName;
    if (may_be_a_name && (many_ || !app_.need(app_.store().stations_named(text, 1)).empty()))
      return {std::nullopt, std::nullopt, "", text};
    app_.fail(kUsage,
              fmt::format("\"{}\" is no MAC address or part of one ({} at character {}), no IP address, no "
                          "vendor:NAME{}; try: lanwarden where --help",
                          printable(text), mac.error().cause, mac.error().offset + 1,
                          may_be_a_name ? ", and no station is known by that name" : ""));
  }

  Candidates candidates(const Parsed& p) {
    Candidates c;
    if (p.ip) {
      c.macs = app_.locator().macs_of(*p.ip, at_);
    } else if (!p.name.empty()) {
      c.macs = app_.need(app_.store().stations_named(p.name, kMostResults));
    } else if (p.mac && p.mac->exact()) {
      c = {{*p.mac->exact()}, true};
    } else if (p.mac) {
      c.macs = stations(*p.mac);
    } else {
      const auto prefixes = app_.vendors().find(p.vendor);
      if (const auto warning = app_.vendors().warning()) app_.console.warn(*warning);
      if (prefixes.empty()) app_.console.warn(fmt::format("no vendor's name contains \"{}\"", p.vendor));
      std::set<MacAddress> all;
      for (const VendorPrefix& prefix : prefixes)
        for (const MacAddress mac : stations(prefix.pattern()))
          if (app_.vendors().lookup(mac) == prefix.name) all.insert(mac);
      c.macs.assign(all.begin(), all.end());
    }
    return c;
  }

  std::vector<MacAddress> stations(const MacPattern& pattern) {
    if (!at_) return app_.need(app_.store().stations(pattern, kMostResults));
    std::set<MacAddress> macs;
    for (const Sighting& s : app_.need(app_.store().sightings(pattern, at_, kMostResults)))
      macs.insert(s.mac);
    return {macs.begin(), macs.end()};
  }

  Asked one(const std::string& text, bool& found) {
    const Parsed parsed = parse(text);
    Candidates c = candidates(parsed);
    if (c.macs.empty() && parsed.ip && provoker_) c.macs = provoker_->owners(*parsed.ip);
    if (c.macs.empty() && use_live_ && !polled_now_) {
      // Plugged in since the last poll? Only a walk can tell.
      app_.console.note(fmt::format("nothing stored matches {}: polling", text));
      polled_now_ = app_.poll({});
      c = candidates(parsed);
    }
    const bool ask = use_live_ && !walked_for_all_ && c.macs.size() <= kMostAskedLive;
    if (use_live_ && !ask && !polled_now_) polled_now_ = app_.poll({});

    Asked asked = polled_now_.value_or(Asked{});
    std::vector<WhereResult> results;
    std::vector<Located> now;
    if (ask) now = ask_live(c.macs);
    std::vector<std::optional<Provoked>> provoked(c.macs.size());
    if (provoker_) provoke(c.macs, now, provoked);
    for (std::size_t n = 0; n < c.macs.size(); ++n) {
      const MacAddress mac = c.macs[n];
      WhereResult r;
      r.mac = mac;
      r.located = ask   ? std::move(now[n])
                  : at_ ? app_.need(app_.locator().at(mac, *at_))
                        : app_.locator().stored(mac);
      if (!ask && polled_now_) r.located.live = true, r.located.asked = *polled_now_;
      asked = r.located.asked;
      r.provoked = std::move(provoked[n]);
      r.special = special_of(mac);
      r.vendor = app_.vendors().lookup(mac);
      r.ips = app_.locator().ips_of(mac, at_);
      r.names = app_.locator().names_of(mac, at_);
      if (r.located.found()) {
        found = true;
        results.push_back(std::move(r));
      } else if (!r.ips.empty() || known(mac)) {
        results.push_back(std::move(r));  // seen on the LAN, but in no table
      }
    }
    if (c.macs.empty() && !polled_now_) asked = app_.locator().stored(MacAddress{}).asked;
    print(text, asked, results);
    return asked;
  }

  /// Those that no switch is sure of now are made to speak, and asked for again.
  void provoke(const std::vector<MacAddress>& macs, std::vector<Located>& now,
               std::vector<std::optional<Provoked>>& provoked) {
    std::vector<std::size_t> which;
    for (std::size_t n = 0; n < now.size(); ++n)
      if (needs_a_word(now[n])) which.push_back(n);
    if (now.empty() && !macs.empty())
      app_.console.warn(
          fmt::format("{} stations match: too many to make them speak one by one", macs.size()));
    if (which.size() > kMostProvoked) {
      app_.console.warn(
          fmt::format("{} stations are not surely located; only the first {} are asked to speak",
                      which.size(), kMostProvoked));
      which.resize(kMostProvoked);
    }
    if (which.empty()) return;
    std::vector<MacAddress> silent;
    for (const std::size_t n : which) silent.push_back(macs[n]);
    std::vector<Provoked> spoke = provoker_->run(silent);
    std::vector<Located> again = app_.locator().live(silent);
    for (std::size_t i = 0; i < which.size(); ++i) {
      // Some switches show what they have learned only a moment later.
      if (spoke[i].answered_after && needs_a_word(again[i])) {
        std::this_thread::sleep_for(std::chrono::seconds(1));
        again[i] = app_.locator().live(silent[i]);
      }
      if (again[i].found() || !now[which[i]].found()) now[which[i]] = std::move(again[i]);
      provoked[which[i]] = std::move(spoke[i]);
    }
  }

  static bool needs_a_word(const Located& l) {
    using topology::Verdict;
    const Verdict v = l.location.verdict;
    const bool placed = v == Verdict::kEdge || v == Verdict::kShared || v == Verdict::kSegment;
    return v != Verdict::kInfrastructure &&
           (!placed || !l.live || l.location.remembered || l.location.confidence < 0.9);
  }

  std::string special_of(MacAddress mac) {
    if (auto name = topology::special_name(mac)) return *name;
    // Any station may have such an address by chance: the cluster's own must be there, too.
    const auto cluster = topology::nlb_cluster_of(mac);
    return cluster && known(*cluster) ? topology::nlb_host_name(mac) : "";
  }

  bool known(MacAddress mac) {
    return !app_.need(app_.store().stations(*MacPattern::parse(mac.to_string()), 1)).empty();
  }

  void print(const std::string& text, const Asked& asked, const std::vector<WhereResult>& results) {
    const topology::Fabric& fabric = app_.locator().fabric();
    if (csv()) {
      for (const WhereResult& r : results) print_csv(text, to_json(r, fabric));
      if (results.empty()) print_csv(text, Json::object());
    } else if (app_.console.json()) {
      Json j;
      j["query"] = text;
      j["switches"] = to_json(asked);
      j["results"] = Json::array();
      for (const WhereResult& r : results) j["results"].push_back(to_json(r, fabric));
      app_.console.line(dump(j));
    } else {
      for (const WhereResult& r : results)
        app_.console.line(to_text(r, fabric, app_.console, app_.console.verbosity() > 0));
      if (results.empty()) print_nothing(text, asked);
    }
    if (!options_.svg.empty()) draw(fabric, results);
    if (asked.live && !(polled_now_ && warned_)) app_.warn_failed(asked), warned_ = true;
  }

  void print_nothing(const std::string& text, const Asked& asked) {
    if (!at_) {
      app_.console.note(fmt::format("{}: not found; {} of {} switches {}", printable(text), asked.answered,
                                    asked.asked, asked.live ? "answered" : "have been polled"));
      return;
    }
    if (!oldest_) oldest_ = app_.need(app_.store().oldest_sighting());
    std::string why = "no switch had it";
    if (!*oldest_)
      why = "nothing was ever polled; try: lanwarden poll";
    else if (*at_ < **oldest_)
      why = fmt::format("nothing is known of that time: the memory begins at {}", local_time(**oldest_));
    app_.console.note(fmt::format("{}: not found at {}; {}", printable(text), local_time(*at_), why));
  }

  /// The fields of the JSON; the ports in one.
  void print_csv(const std::string& query, Json j) {
    j["query"] = query;
    if (j.contains("ports"))
      for (Json& port : j["ports"]) port = port.value("switch", "") + " " + port.value("port", "");
    rows_->row(j);
  }

  /// One picture a call: the first station found.
  void draw(const topology::Fabric& fabric, const std::vector<WhereResult>& results) {
    const auto found = std::find_if(results.begin(), results.end(),
                                    [](const WhereResult& r) { return !r.located.location.ports.empty(); });
    if (drawn_ || found == results.end()) return;
    drawn_ = true;
    topology::RenderOptions how;
    how.highlight = topology::highlight(fabric, found->located.location);
    if (!found->vendor.empty()) how.highlight->label += "\n" + printable(found->vendor);
    if (!found->ips.empty()) how.highlight->label += "\n" + found->ips.front().to_string();
    std::string picture = topology::to_dot(fabric, how);
    if (!options_.svg.ends_with(".dot")) {
      auto svg = svg_from_dot(picture);
      if (!svg) app_.fail(kUsage, "no drawing: " + svg.error() + "; without Graphviz: --svg FILE.dot");
      picture = std::move(*svg);
    }
    if (const auto error = write_atomically(options_.svg, picture)) app_.fail(kUsage, *error);
    app_.console.note(fmt::format("{}: {} and the way to it", options_.svg, found->mac.to_string()));
  }

  App& app_;
  const Options& options_;
  std::optional<Provoker> provoker_;
  std::optional<RowPrinter> rows_;
  bool drawn_ = false;
  std::optional<topology::Time> at_;
  std::optional<Asked> polled_now_;
  std::optional<std::optional<topology::Time>> oldest_;  ///< where the memory begins, once it was asked for
  std::map<MacAddress, Located> answered_;
  bool use_live_ = false, warned_ = false, many_ = false, walked_for_all_ = false;
};

}  // namespace

CommandBody define_where(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  cli.add_option("PATTERN", o->patterns,
                 "MAC, part of a MAC, IP address, name, vendor:NAME, name:NAME, or -");
  cli.add_option("--file", o->files, "patterns from this file, a line each; # begins a remark")
      ->type_name("FILE")
      ->allow_extra_args(false);
  add_row_format(cli, o->format);
  auto* live = cli.add_flag("--live", o->live, "ask the switches now (the default where any are configured)");
  auto* stored = cli.add_flag("--stored", o->stored, "as last polled: ask nobody")->excludes(live);
  cli.add_option("--at", o->at, "as it was then: RFC 3339, \"2h ago\", \"yesterday 14:00\"")
      ->type_name("TIME")
      ->excludes(live)
      ->excludes(stored);
  cli.add_option("--provoke", o->provoke,
                 "make a station that is not surely located speak: ask it on this interface what it is known "
                 "to answer")
      ->type_name("IFACE")
      ->excludes(stored)
      ->excludes("--at");
  cli.add_option("--svg", o->svg,
                 "draw the network with the station and the way to it (FILE.dot: for Graphviz)")
      ->type_name("FILE");
  return [o](App& app) {
    if (o->stored || !o->at.empty()) app.only_read();
    return Where(app, *o).run();
  };
}

}  // namespace lanwarden::agent
