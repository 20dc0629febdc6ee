#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "agent/commands/command.h"
#include "agent/isolation/isolator.h"
#include "agent/isolation/schedule.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"

namespace lanwarden::agent {
namespace {

struct Options {
  std::vector<std::string> target;  ///< ISOLATION | SWITCH PORT
  bool all = false, due = false, yes = false;
};

std::string place_of(const Isolation& i) { return printable(i.switch_name + " " + i.port); }

std::string_view status_word(topology::OperStatus status) {
  switch (status) {
    case topology::OperStatus::kUp:
      return "up";
    case topology::OperStatus::kDown:
      return "down";
    case topology::OperStatus::kUnknown:
      break;
  }
  return "unknown";
}

class Restore {
 public:
  Restore(App& app, const Options& options) : app_(app), options_(options) {}

  ExitCode run() {
    if (options_.all + options_.due + (options_.target.empty() ? 0 : 1) != 1)
      app_.fail(kUsage,
                "name an isolation, a SWITCH and PORT, --due or --all\ntry: lanwarden restore --help");
    if (options_.due) return due();
    const std::vector<Isolation> open = chosen();
    if (open.empty()) return kNothing;
    app_.require_switches();
    if (!confirmed(open)) return kGuardRail;

    Isolator isolator(app_.config(), app_.store(), app_.switches());
    bool failed = false;
    for (const Isolation& i : open) {
      const RestoreOutcome outcome = isolator.restore(i, App::who());
      failed = failed || !outcome.restored;
      if (i.incident) record(*i.incident, outcome);
      print(outcome);
    }
    return failed ? kNoAnswer : kOk;
  }

 private:
  /// What was to be open by now, and what was left half-done. Asks nobody: it was decided when the port was
  /// shut.
  ExitCode due() {
    if (app_.need(app_.store().isolations(true)).empty()) {
      nothing("no port is shut by lanwarden");
      return kNothing;
    }
    app_.require_switches();
    Isolator isolator(app_.config(), app_.store(), app_.switches());
    const bool settled = app_.mend(isolator);
    const auto done = app_.need(isolator.restore_due(App::who()));
    bool failed = !settled;
    for (const RestoreOutcome& outcome : done) {
      failed = failed || !outcome.restored;
      if (outcome.isolation.incident) record(*outcome.isolation.incident, outcome);
      print(outcome);
    }
    if (failed) return kNoAnswer;
    if (!done.empty()) return kOk;
    std::string next = "none is due";
    if (const auto left = next_due(app_.need(app_.store().isolations(true)), system_clock().now()))
      next += "; the next one in " + format_duration(std::chrono::ceil<std::chrono::seconds>(*left));
    nothing(next);
    return kNothing;
  }

  /// The isolations that are meant and still hold; empty, said to the user, when there are none.
  std::vector<Isolation> chosen() {
    if (options_.all) {
      auto open = app_.need(app_.store().isolations(true));
      std::reverse(open.begin(), open.end());  // in the order they were shut
      if (open.empty()) nothing("no port is shut by lanwarden");
      return open;
    }
    return options_.target.size() == 1 ? by_id(options_.target[0])
                                       : by_port(options_.target[0], options_.target[1]);
  }

  std::vector<Isolation> by_id(const std::string& text) {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id <= 0)
      app_.fail(kUsage,
                fmt::format(
                    "\"{}\" is no isolation's number; a port takes two words: lanwarden restore SWITCH PORT",
                    printable(text)));
    auto found = app_.need(app_.store().isolation(id));
    if (!found) {
      nothing(fmt::format("there is no isolation {}", id));
      return {};
    }
    if (is_open(found->state)) return {*found};
    nothing(found->restored_at ? fmt::format("isolation {} of {} ended {}", id, place_of(*found),
                                             local_time(*found->restored_at))
                               : fmt::format("isolation {} of {} never shut the port", id, place_of(*found)));
    return {};
  }

  std::vector<Isolation> by_port(const std::string& sw, const std::string& port) {
    std::vector<Isolation> matching;
    const auto open = app_.need(app_.store().isolations(true));
    const auto same_switch = [&](const Isolation& i) { return i.switch_name == sw; };
    // The journal knows switches that have left the configuration; any other name must be configured.
    if (std::none_of(open.begin(), open.end(), same_switch)) app_.switch_ids({sw});
    const std::string name = port_name(sw, port);
    for (const Isolation& i : open)
      if (same_switch(i) && (i.port == name || i.port == port)) matching.push_back(i);
    if (matching.empty())
      nothing(fmt::format("lanwarden did not shut {} {}; what others shut, it does not open", printable(sw),
                          printable(port)));
    return matching;
  }

  /// The ifName of a port that may be called by its ifDescr or alias.
  std::string port_name(const std::string& sw, const std::string& port) {
    const auto id = app_.locator().fabric().switch_named(sw);
    const topology::Interface* i = id ? app_.locator().fabric().snapshot(*id).interface_named(port) : nullptr;
    return i != nullptr ? i->name : port;
  }

  void nothing(const std::string& why) { app_.console.note("nothing to restore: " + why); }

  bool confirmed(const std::vector<Isolation>& open) {
    if (options_.yes) return true;
    std::string fact = "the answer was not yes";
    if (app_.console.stdin_is_terminal()) {
      for (const Isolation& i : open)
        app_.console.note(fmt::format("isolation {}: {}{} shut since {} by {}{}", i.id, place_of(i),
                                      i.mac.is_zero() ? "" : " (" + i.mac.to_string() + ")",
                                      local_time(i.set_at.value_or(i.intended)), printable(i.who),
                                      i.reason.empty() ? "" : ": " + printable(i.reason)));
      const std::string question = open.size() == 1 ? "open " + place_of(open[0]) + "?"
                                                    : fmt::format("open these {} ports?", open.size());
      if (app_.console.confirm(question)) return true;
    } else {
      fact = "nobody is at the terminal to say yes";
    }
    const Refusal refusal{"not-confirmed", fact, "--yes"};
    for (const Isolation& i : open) {
      if (!app_.console.json()) {
        app_.console.line(fmt::format("{}  {} stays shut (isolation {})\n    - {}",
                                      app_.console.paint(Style::kRed, "refused"), place_of(i), i.id,
                                      refusal.to_string()));
        continue;
      }
      Json j = to_json(i);
      j["result"] = "refused";
      j["refusals"] = {refusal.to_string()};
      app_.console.line(dump(j));
    }
    return false;
  }

  void record(std::int64_t incident, const RestoreOutcome& outcome) {
    const Isolation& i = outcome.isolation;
    const auto known = app_.need(app_.store().incident(incident));
    if (!known) return;
    // A port that could not be opened is still shut: the incident stays where it was.
    const IncidentEvent event{
        wall_clock(), outcome.restored ? IncidentState::kRestored : known->state,
        outcome.restored
            ? (outcome.by_others ? fmt::format("{} was open already: somebody else opened it", place_of(i))
                                 : fmt::format("{} is open again, by {}", place_of(i), App::who()))
            : fmt::format("{} could not be opened: {}", place_of(i), outcome.failure),
        ""};
    app_.need(app_.store().append_event(incident, event));
  }

  void print(const RestoreOutcome& outcome) {
    const Isolation& i = outcome.isolation;
    if (app_.console.json()) {
      Json j = to_json(i);
      j["result"] = outcome.restored ? "restored" : "failed";
      if (!outcome.failure.empty()) j["error"] = outcome.failure;
      if (outcome.by_others) j["by_others"] = true;
      for (const std::string& note : outcome.notes) j["notes"].push_back(note);
      if (outcome.verified) {
        j["verified"] = Json::object();
        if (outcome.verified->admin_after != topology::OperStatus::kUnknown)
          j["verified"]["admin_status"] = status_word(outcome.verified->admin_after);
        if (outcome.verified->oper_after != topology::OperStatus::kUnknown)
          j["verified"]["oper_status"] = status_word(outcome.verified->oper_after);
      }
      app_.console.line(dump(j));
      return;
    }
    const std::string where = app_.console.paint(Style::kBold, place_of(i));
    if (!outcome.restored) {
      app_.console.line(fmt::format("{}  {}: {}", app_.console.paint(Style::kRed, "failed"), where,
                                    printable(outcome.failure)));
      if (i.next_attempt)
        app_.console.line("  try again: lanwarden restore " + std::to_string(i.id) +
                          ", or restore --due after " + local_time(*i.next_attempt));
      return;
    }
    std::string read_back;
    if (outcome.verified)
      read_back = fmt::format(": read back admin {}, oper {}", status_word(outcome.verified->admin_after),
                              status_word(outcome.verified->oper_after));
    app_.console.line(fmt::format("{}  {} is open again (isolation {}){}",
                                  app_.console.paint(Style::kGreen, "restored"), where, i.id, read_back));
    for (const std::string& note : outcome.notes)
      app_.console.line("  " + app_.console.paint(Style::kYellow, "but") + ": " + printable(note));
  }

  App& app_;
  const Options& options_;
};

}  // namespace

CommandBody define_restore(CLI::App& cli) {
  auto o = std::make_shared<Options>();
  auto* target = cli.add_option("TARGET", o->target, "ISOLATION, or SWITCH PORT")->expected(1, 2);
  cli.add_flag("--all", o->all, "every port that lanwarden shut")->excludes(target);
  cli.add_flag("--due", o->due,
               "every port whose time is over, or that a killed lanwarden left half-done; asks nobody")
      ->excludes(target);
  cli.add_flag("--yes", o->yes, "do not ask");
  return [o](App& app) { return Restore(app, *o).run(); };
}

}  // namespace lanwarden::agent
