#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/commands/names.h"
#include "agent/isolation/isolator.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::vector<std::string> target;  ///< INCIDENT | MAC | SWITCH PORT
  std::string duration;             ///< --for; empty: as configured
  std::string reason;
  std::string way;  ///< empty: as configured
  std::vector<std::string> force;
  bool dry_run = false, yes = false, rollback = false, mark = false;
};

constexpr std::size_t kMostListed = 20;

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

class Isolate {
 public:
  Isolate(App& app, const Options& options) : app_(app), options_(options) {}

  ExitCode run() {
    IsolationRequest request;
    request.duration = duration();
    request.who = App::who();
    request.way = way();
    request.force = forced();
    request.by_hand = true;
    request.rollback = options_.rollback || app_.config().isolation.rollback;
    request.mark = options_.mark || app_.config().isolation.mark;
    app_.require_switches();
    aim(request);
    app_.poll_unknown();
    if (!request.mac) need_known_switch(request.switch_name);

    Isolator isolator(app_.config(), app_.store(), app_.switches());
    if (!options_.dry_run) app_.mend(isolator);  // a dry run writes nothing, not even that
    request.dry_run = options_.dry_run || !options_.yes;
    IsolationOutcome outcome = app_.need(isolator.isolate(request));
    if (outcome.result == IsolationResult::kWouldIsolate && !options_.dry_run && !options_.yes) {
      if (!confirmed(outcome)) return finish(outcome, request);
      request.dry_run = false;
      outcome = app_.need(isolator.isolate(request));  // looks again: minutes may have passed at the prompt
    }
    return finish(outcome, request);
  }

 private:
  std::optional<std::chrono::seconds> duration() {
    if (options_.duration.empty()) return app_.config().isolation.duration;
    if (options_.duration == "forever") return std::nullopt;
    const auto parsed = parse_duration(options_.duration);
    const auto whole = parsed ? std::chrono::ceil<std::chrono::seconds>(*parsed) : std::chrono::seconds{0};
    if (whole.count() <= 0)
      app_.fail(kUsage,
                fmt::format("--for \"{}\" is no duration; try 90s, 2h, 3d or forever", options_.duration));
    return whole;
  }

  IsolationWay way() {
    if (options_.way.empty()) return app_.config().isolation.way;
    const auto way = isolation_way(options_.way);
    if (!way)
      app_.fail(kUsage, fmt::format("--way \"{}\" is not known; admin-down, quarantine or power-cycle",
                                    printable(options_.way)));
    if (*way == IsolationWay::kQuarantine && !app_.config().isolation.quarantine_vlan)
      app_.fail(kUsage, "--way quarantine needs isolation.quarantine_vlan in the configuration");
    return *way;
  }

  /// The guard rails to lift: each by its name, with a reason, and only those that may be.
  std::vector<std::string> forced() {
    for (const std::string& name : options_.force) {
      const Rule* rule = find_rule(name);
      if (rule == nullptr) {
        std::vector<std::string_view> names;
        for (const Rule& r : rules()) names.push_back(r.name);
        no_such(app_, "guard rail", name, names);
      }
      if (!rule->may_be_forced)
        app_.fail(kUsage,
                  fmt::format("--force {}: nothing lifts this rule ({} is never shut)", name, rule->forbids));
    }
    if (!options_.force.empty() && options_.reason.empty())
      app_.fail(kUsage, "--force needs --reason TEXT: it is kept in the audit trail");
    return options_.force;
  }

  /// What the arguments name: a culprit, a station, or a port.
  void aim(IsolationRequest& request) {
    request.reason = options_.reason;
    const std::string& first = options_.target.front();
    if (options_.target.size() == 2) {
      app_.switch_ids({first});  // an unknown name ends here, with the nearest one
      // A switch that was never polled has no ports yet: the isolator asks it.
      for (const SwitchSnapshot& s : app_.need(app_.store().snapshots(std::vector{first})))
        if (!s.interfaces.empty()) port_named(app_, s, options_.target[1]);
      request.switch_name = first;
      request.port = options_.target[1];
    } else if (all_digits(first) && first.size() < 12) {  // twelve digits are an address without separators
      incident(request, first);
    } else {
      request.mac = station(first);
    }
  }

  void incident(IsolationRequest& request, const std::string& text) {
    const auto found = text.size() > 9 ? std::nullopt : app_.need(app_.store().incident(std::stoll(text)));
    if (!found) app_.fail(kUsage, fmt::format("no incident {}; try: lanwarden incidents", text));
    if (found->mac.is_zero() || found->mac.is_group())
      app_.fail(
          kUsage,
          fmt::format("incident {} names no single station; name the port: lanwarden isolate SWITCH PORT",
                      text));
    request.mac = found->mac;
    request.incident = found->id;
    if (request.reason.empty()) request.reason = found->kind + ": " + found->summary;
    incident_state_ = found->state;
  }

  MacAddress station(const std::string& text) {
    const auto pattern = MacPattern::parse(text);
    if (!pattern)
      app_.fail(kUsage, fmt::format("\"{}\" is no incident and no MAC address ({} at character {}); "
                                    "a port takes two words: lanwarden isolate SWITCH PORT",
                                    text, pattern.error().cause, pattern.error().offset + 1));
    if (const auto mac = pattern->exact()) return *mac;
    const auto known = app_.need(app_.store().stations(*pattern, kMostListed + 1));
    if (known.size() == 1) {
      app_.console.note(fmt::format("{} is {}", text, known.front().to_string()));
      return known.front();
    }
    if (known.empty())
      app_.fail(
          kUsage,
          fmt::format("no known station matches \"{}\"; name the whole address, or: lanwarden poll", text));
    std::string list;
    for (std::size_t i = 0; i < known.size() && i < kMostListed; ++i) {
      const std::string vendor(app_.vendors().lookup(known[i]));
      list += "\n  " + known[i].to_string() + (vendor.empty() ? "" : "  " + printable(vendor));
    }
    if (known.size() > kMostListed) list += "\n  …";
    app_.fail(kUsage, fmt::format("\"{}\" matches more than one station; which one is meant?{}", text, list));
  }

  /// A switch that never told its ports cannot be judged: that is silence, not a wrong port.
  void need_known_switch(const std::string& name) {
    const auto sw = app_.locator().fabric().switch_named(name);
    if (!sw) app_.fail(kUsage, name + " is a router in the configuration: it has no ports to shut");
    if (!app_.locator().fabric().snapshot(*sw).answered)
      app_.fail(kNoAnswer, fmt::format("{} never told its ports; try: lanwarden check {}", name, name));
  }

  /// Asks a person. When nobody says yes, the outcome becomes a refusal.
  bool confirmed(IsolationOutcome& outcome) {
    const std::string place = printable(outcome.switch_name + " " + outcome.port);
    std::string fact = "the answer was not yes";
    if (app_.console.stdin_is_terminal()) {
      app_.console.note(
          fmt::format("{} {}{}, this would be written:", place,
                      outcome.mac.is_zero() ? "" : "holds " + outcome.mac.to_string() + "; ",
                      outcome.until ? "until " + local_time(*outcome.until) : "until it is restored"));
      for (const VariableChange& c : outcome.changes) app_.console.note("  SET " + to_text(c));
      for (const Refusal& r : outcome.forced) app_.console.warn("forced: " + printable(r.to_string()));
      for (const std::string& reason :
           outcome.located ? outcome.located->location.evidence : std::vector<std::string>{})
        app_.console.detail(printable(reason));
      const char* verb = outcome.way == IsolationWay::kPowerCycle   ? "switch the power off and on at"
                         : outcome.way == IsolationWay::kQuarantine ? "put into quarantine"
                                                                    : "shut";
      if (app_.console.confirm(fmt::format(
              "{} {} {}?", verb, place, outcome.until ? "until " + local_time(*outcome.until) : "for good")))
        return true;
    } else {
      fact = "would shut " + place + ", but nobody is at the terminal to say yes";
    }
    confirmed_ = false;
    outcome.result = IsolationResult::kRefused;
    outcome.refusals.push_back({"not-confirmed", fact, "--yes"});
    return false;
  }

  ExitCode finish(const IsolationOutcome& outcome, const IsolationRequest& request) {
    if (request.incident && confirmed_) record(*request.incident, outcome);
    if (outcome.located) app_.warn_failed(outcome.located->asked);
    if (outcome.result == IsolationResult::kRefused && request.mac) remind(*request.mac);
    app_.console.line(app_.console.json() ? dump(to_json(outcome)) : to_text(outcome, app_.console));
    switch (outcome.result) {
      case IsolationResult::kIsolated:
      case IsolationResult::kWouldIsolate:
        return kOk;
      case IsolationResult::kFailed:
        return kNoAnswer;
      case IsolationResult::kRefused:
        break;
    }
    const bool silent = (outcome.located && outcome.located->asked.nothing_answered()) ||
                        std::any_of(outcome.refusals.begin(), outcome.refusals.end(),
                                    [](const Refusal& r) { return r.rule == "no-second-look"; });
    return silent ? kNoAnswer : kGuardRail;
  }

  /// A station that was shut off already is found nowhere, or where it was once seen: say why.
  void remind(MacAddress mac) {
    for (const Isolation& i : app_.need(app_.store().isolations(true)))
      if (i.mac == mac)
        app_.console.note(
            fmt::format("isolation {} has shut {} {} for this station; undo: lanwarden restore {}", i.id,
                        printable(i.switch_name), printable(i.port), i.id));
  }

  /// An attempt that changed nothing leaves the incident's state as it was when the port is already shut.
  IncidentState state_after(IncidentState attempt) const {
    switch (incident_state_) {
      case IncidentState::kIsolated:
      case IncidentState::kVerified:
      case IncidentState::kRestored:
      case IncidentState::kClosed:
        return incident_state_;
      default:
        return attempt;
    }
  }

  void record(std::int64_t id, const IsolationOutcome& outcome) {
    const std::string where = outcome.switch_name + " " + outcome.port;
    const std::string by = " (by hand: " + App::who() + ")";
    const auto step = [&](IncidentState state, const std::string& text, bool placed = false) {
      app_.need(app_.store().append_event(id, {wall_clock(), state, text, ""},
                                          placed ? outcome.switch_name : "", placed ? outcome.port : ""));
    };
    switch (outcome.result) {
      case IsolationResult::kRefused: {
        std::string why;
        for (const Refusal& r : outcome.refusals) why += (why.empty() ? "" : "; ") + r.to_string();
        step(state_after(IncidentState::kRefused), "not isolated: " + why + by);
        break;
      }
      case IsolationResult::kWouldIsolate:
        step(state_after(IncidentState::kDryRun), "dry run: would shut " + where + by, true);
        break;
      case IsolationResult::kFailed:
        step(state_after(IncidentState::kLocated), "not isolated: " + outcome.failure + by, true);
        break;
      case IsolationResult::kIsolated:
        for (const std::string& s : outcome.steps) step(IncidentState::kLocated, s);
        for (const std::string& doubt : outcome.doubts) step(IncidentState::kLocated, "but: " + doubt);
        step(outcome.over ? IncidentState::kRestored : IncidentState::kIsolated,
             outcome.over ? fmt::format("{} had its power off and has it again: isolation {}{}", where,
                                        outcome.id.value_or(0), by)
                          : fmt::format("{} is shut: isolation {}{}", where, outcome.id.value_or(0), by),
             true);
        break;
    }
  }

  App& app_;
  const Options& options_;
  IncidentState incident_state_ = IncidentState::kOpen;
  bool confirmed_ = true;
};

}  // namespace

CommandBody define_isolate(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  cli.add_option("TARGET", o->target, "INCIDENT, or MAC, or SWITCH PORT")->required()->expected(1, 2);
  cli.add_option("--for", o->duration,
                 "then the port opens again: 90s, 2h, 3d, or forever (default: as configured)")
      ->type_name("T");
  auto* dry_run = cli.add_flag("--dry-run", o->dry_run, "judge only: say what would be done, and why not");
  cli.add_flag("--yes", o->yes, "do not ask")->excludes(dry_run);
  cli.add_option("--reason", o->reason, "for the journal and the audit trail")->type_name("TEXT");
  cli.add_option("--way", o->way, "admin-down, quarantine or power-cycle (default: as configured)")
      ->type_name("WAY");
  cli.add_flag("--rollback", o->rollback,
               "open it again at once when the link stays up or the station stays");
  cli.add_flag("--mark", o->mark,
               "write into ifAlias that lanwarden holds the port; restore brings the old one back");
  cli.add_option("--force", o->force,
                 "lift this one guard rail, by its name; needs --reason (repeat for several)")
      ->type_name("RULE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return [o](App& app) { return Isolate(app, *o).run(); };
}

}  // namespace lanwarden::agent
