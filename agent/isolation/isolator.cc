#include "agent/isolation/isolator.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "agent/isolation/attempt.h"
#include "agent/isolation/owner.h"
#include "agent/isolation/power.h"
#include "agent/isolation/schedule.h"

namespace lanwarden::agent {
namespace {

using topology::OperStatus;
using topology::PortId;
using topology::SwitchId;

constexpr std::array<std::string_view, 4> kResults = {"isolated", "would-isolate", "refused", "failed"};

std::string joined(const std::vector<Refusal>& refusals) {
  std::string text;
  for (const Refusal& r : refusals) text += (text.empty() ? "" : "; ") + r.to_string();
  return text;
}

}  // namespace

std::string_view to_string(IsolationResult result) { return kResults[static_cast<std::size_t>(result)]; }

Isolator::Isolator(const Config& config, IsolationJournal& journal, Switches& switches, Clock& clock,
                   IsolatorOptions options)
    : config_(config),
      journal_(journal),
      switches_(switches),
      clock_(clock),
      options_(options),
      self_(this_process()) {}

StoreResult<IsolationOutcome> Isolator::isolate(const IsolationRequest& request) {
  Attempt a{request};
  a.outcome.mac = request.mac.value_or(topology::MacAddress{});
  a.outcome.way = request.way;
  if (auto looked = look(a); !looked) return tl::make_unexpected(looked.error());
  force(a);
  if (!a.outcome.refusals.empty() || !make_plan(a)) {
    if (request.dry_run) return std::move(a.outcome);
    AuditEntry refused = line(a.entry, request.who, "refuse", joined(a.outcome.refusals));
    // Nothing was done: a trail that cannot be written changes nothing of that.
    if (auto noted = journal_.append_audit(refused); !noted)
      a.outcome.doubts.push_back("this refusal could not be written to the audit trail: " +
                                 noted.error().message);
    return std::move(a.outcome);
  }
  if (request.dry_run) {
    a.outcome.result = IsolationResult::kWouldIsolate;
    return std::move(a.outcome);
  }
  auto claimed = claim(a);
  if (!claimed) return tl::make_unexpected(claimed.error());
  if (!*claimed) return std::move(a.outcome);
  if (auto changed = second_look(a)) {
    a.outcome.refusals.push_back(std::move(*changed));
    a.outcome.result = IsolationResult::kRefused;
    give_up(a, a.outcome.refusals.back().to_string());
    return std::move(a.outcome);
  }
  if (auto told = tell_new_intent(a); !told) {
    give_up(a, "the audit trail cannot be written");
    return tl::make_unexpected(told.error());
  }
  act(a);
  return std::move(a.outcome);
}

/// Where is it, what is there, and may it be shut? Fills port and refusals.
StoreResult<void> Isolator::look(Attempt& a) {
  const IsolationRequest& request = a.request;
  IsolationOutcome& outcome = a.outcome;
  const topology::Time sighting = request.sighting.value_or(clock_.now().wall);
  const auto refuse = [&](std::string_view rule, std::string fact, std::string lift) {
    outcome.refusals.push_back({rule, std::move(fact), std::move(lift)});
  };
  const auto find_station = [&] {
    outcome.located = switches_.live(*request.mac);
    a.port = outcome.located->location.port;
    return a.port.has_value();
  };
  a.entry.mac = outcome.mac;
  a.entry.reason = request.reason;
  a.entry.incident = request.incident;
  if (request.mac) {
    if (!find_station()) {
      refuse("not-an-edge",
             fmt::format("{}: the verdict is \"{}\"", request.mac->to_string(),
                         to_string(outcome.located->location.verdict)),
             "lanwarden where " + request.mac->to_string());
      return {};
    }
  } else {
    const auto sw = switches_.fabric().switch_named(request.switch_name);
    const topology::Interface* i =
        sw ? switches_.fabric().snapshot(*sw).interface_named(request.port) : nullptr;
    outcome.switch_name = request.switch_name;
    outcome.port = request.port;
    if (i == nullptr) {
      refuse("unknown-port",
             fmt::format("{} has no port {} that was ever polled", request.switch_name, request.port),
             "lanwarden poll " + request.switch_name);
      return {};
    }
    a.port = PortId{*sw, i->ifindex};
  }

  // That switch's tables anew, whole, and the station again.
  const std::string name_before = switches_.fabric().describe(*a.port);
  const SwitchId sw = a.port->sw;
  auto polled = switches_.poll(sw);
  if (!polled) return tl::make_unexpected(polled.error());
  if (polled->answered == 0) {
    outcome.switch_name = switches_.fabric().snapshot(sw).name;
    refuse("no-second-look", polled->failed.empty() ? "its switch did not answer" : polled->failed[0].detail,
           "lanwarden check " + outcome.switch_name);
    return {};
  }
  if (request.mac && !find_station()) {
    refuse("moved",
           fmt::format("{} was on {} a moment ago, and is not now", request.mac->to_string(), name_before),
           "try again");
    return {};
  }
  const topology::Fabric& fabric = switches_.fabric();
  const topology::Interface* interface = fabric.snapshot(a.port->sw).interface(a.port->ifindex);
  outcome.switch_name = a.entry.switch_name = fabric.snapshot(a.port->sw).name;
  outcome.port = a.entry.port = interface != nullptr ? interface->name : "";
  outcome.ifindex = a.entry.ifindex = a.port->ifindex;
  if (fabric.describe(*a.port) != name_before)
    refuse("moved",
           fmt::format("the first look found {}, the second {}", name_before, fabric.describe(*a.port)),
           "try again");

  GuardInput facts{.config = config_, .fabric = fabric, .port = *a.port};
  if (outcome.located) {
    facts.location = &outcome.located->location;
    facts.live = outcome.located->live;
    facts.rows = outcome.located->rows;
    facts.sighting = sighting;
    facts.heard_by = request.heard_by;
  }
  Dependencies depends = switches_.dependencies();
  facts.own_macs = std::move(depends.own);
  facts.gateway_macs = std::move(depends.gateways);
  facts.dhcp_macs = std::move(depends.dhcp_servers);
  facts.management = std::move(depends.management);
  return judge_limits(a, facts);
}

StoreResult<void> Isolator::judge_limits(Attempt& a, GuardInput& facts) {
  const auto counts = journal_.count_isolations(clock_.now().wall - std::chrono::hours{1});
  if (!counts) return tl::make_unexpected(counts.error());
  facts.isolations_last_hour = counts->recent;
  facts.isolations_open = counts->open;
  const auto open = journal_.isolations(true);
  if (!open) return tl::make_unexpected(open.error());
  for (const Isolation& i : *open)
    if (i.switch_name == a.outcome.switch_name && i.port == a.outcome.port) facts.already = i.id;
  for (Refusal& r : judge(facts)) a.outcome.refusals.push_back(std::move(r));
  return {};
}

/// Lifts what a person may lift, and wants lifted, with a reason.
void Isolator::force(Attempt& a) {
  const IsolationRequest& request = a.request;
  if (!request.by_hand || request.reason.empty() || request.force.empty()) return;
  auto& refusals = a.outcome.refusals;
  const auto lifted = std::stable_partition(refusals.begin(), refusals.end(), [&](const Refusal& r) {
    const Rule* rule = find_rule(r.rule);
    return rule == nullptr || !rule->may_be_forced ||
           std::find(request.force.begin(), request.force.end(), r.rule) == request.force.end();
  });
  a.outcome.forced.assign(std::make_move_iterator(lifted), std::make_move_iterator(refusals.end()));
  refusals.erase(lifted, refusals.end());
  for (const Refusal& r : a.outcome.forced)
    if (std::find(a.entry.forced.begin(), a.entry.forced.end(), r.rule) == a.entry.forced.end())
      a.entry.forced.emplace_back(r.rule);
}

/// Reads the port and says what exactly would be written. False: a refusal says why not.
bool Isolator::make_plan(Attempt& a) {
  const auto refuse = [&](std::string_view rule, std::string fact, std::string lift) {
    a.outcome.refusals.push_back({rule, std::move(fact), std::move(lift)});
    return false;
  };
  const topology::SwitchSnapshot& snapshot = switches_.fabric().snapshot(a.port->sw);
  const std::string place = a.outcome.switch_name + " " + a.outcome.port;
  PlanQuestion question;
  question.way = a.request.way;
  question.port = numbers_of(*snapshot.interface(a.port->ifindex));
  if (question.way == IsolationWay::kPowerCycle) {
    const auto pse = find_power(switches_, a.port->sw, *snapshot.interface(a.port->ifindex));
    if (!pse)
      return refuse("way-impossible", fmt::format("power-cycle on {}: {}", place, pse.error()),
                    "--way admin-down");
    question.port.pse = *pse;
  }
  for (const topology::Vlan& v : snapshot.vlans) question.vlans.push_back(v.id);
  if (config_.isolation.quarantine_vlan) {
    question.quarantine = topology::VlanId{static_cast<std::uint16_t>(*config_.isolation.quarantine_vlan)};
    if (std::find(question.vlans.begin(), question.vlans.end(), *question.quarantine) == question.vlans.end())
      question.vlans.push_back(*question.quarantine);
  }
  question.mark = a.request.mark;
  question.mark_text = fmt::format(
      "lanwarden: {}", a.outcome.mac.is_zero() ? std::string("isolated") : a.outcome.mac.to_string());
  auto readings = switches_.read(a.port->sw, readings_for(question));
  if (!readings)
    return refuse("no-second-look", readings.error().detail, "lanwarden check " + a.outcome.switch_name);
  auto changes = plan(question, *readings);
  if (!changes)
    return refuse("way-impossible",
                  fmt::format("{} on {}: {}", to_string(question.way), place, changes.error()),
                  question.way == IsolationWay::kAdminDown ? "" : "--way admin-down");
  a.outcome.changes = a.entry.changes = std::move(*changes);
  auto port = read_port(a.port->sw, a.port->ifindex, a.entry.changes);
  if (!port) return refuse("no-second-look", port.error().detail, "lanwarden check " + a.outcome.switch_name);
  if (port->name != a.outcome.port)
    return refuse("renumbered", fmt::format("ifIndex {} is {} now", a.port->ifindex.value, port->name),
                  "try again");
  a.before = std::move(*port);

  a.entry.way = question.way;
  a.entry.who = a.request.who;
  a.entry.old_admin_status = a.before.admin == OperStatus::kUp     ? "up"
                             : a.before.admin == OperStatus::kDown ? "down"
                                                                   : "unknown";
  const Moment now = clock_.now();
  std::optional<std::chrono::seconds> duration = a.request.duration;
  if (question.way == IsolationWay::kPowerCycle) {
    duration = config_.isolation.power_off;
  } else if (duration && a.request.longer_each_time && a.request.mac) {
    // Without the history it is the first time.
    if (const auto past = journal_.isolations(false))
      duration = next_duration(*duration, std::max(*duration, config_.isolation.longest), *past,
                               *a.request.mac, now.wall);
  }
  a.entry.intended = now.wall;
  if (duration) {
    a.outcome.until = a.entry.until = now.wall + *duration;
    a.entry.boot = now.boot;
    if (!now.boot.empty()) a.entry.until_since_boot = now.since_boot + *duration;
  }
  return true;
}

/// The journal entry, before anything is sent. False: a limit says no.
StoreResult<bool> Isolator::claim(Attempt& a) {
  const auto forced = [&](const char* rule) {
    return std::find(a.entry.forced.begin(), a.entry.forced.end(), rule) != a.entry.forced.end();
  };
  IsolationLimits limits;
  limits.since = a.entry.intended - std::chrono::hours{1};
  if (!forced("too-many-isolations")) limits.per_hour = config_.isolation.per_hour;
  if (!forced("too-many-at-once")) limits.at_once = config_.isolation.at_once;
  a.entry.state = IsolationState::kIntended;
  a.entry.owner = self_;
  std::vector<AuditEntry> audit;
  for (const Refusal& r : a.outcome.forced)
    audit.push_back(
        line(a.entry, a.request.who, "force", fmt::format("{}: {}", r.to_string(), a.request.reason)));
  AuditEntry intent = line(a.entry, a.request.who, "intend", a.request.reason);
  const auto varbinds = writes(a.entry.changes, Towards::kAfter, a.before.values);
  intent.varbinds = a.intended = lines_of(varbinds);
  audit.push_back(std::move(intent));
  auto claim = journal_.claim_isolation(a.entry, limits, audit);
  if (!claim) return tl::make_unexpected(claim.error());
  using Answer = IsolationClaim::Answer;
  const auto refuse = [&](std::string_view rule, std::string fact, std::string lift) {
    a.outcome.refusals.push_back({rule, std::move(fact), std::move(lift)});
    return false;
  };
  switch (claim->answer) {
    case Answer::kClaimed:
      break;
    case Answer::kTooManyInAnHour:
      return refuse(
          "too-many-isolations",
          fmt::format("{} in the last hour, {} allowed", claim->counted, config_.isolation.per_hour),
          "isolation.per_hour");
    case Answer::kTooManyAtOnce:
      return refuse("too-many-at-once",
                    fmt::format("{} ports are held at this moment, {} allowed", claim->counted,
                                config_.isolation.at_once),
                    "isolation.at_once, or restore one");
    case Answer::kPortIsTaken:
      return refuse(
          "already-isolated",
          fmt::format("isolation {} holds {} {} already", claim->id, a.outcome.switch_name, a.outcome.port),
          fmt::format("lanwarden restore {}", claim->id));
  }
  a.entry.id = claim->id;
  a.outcome.id = claim->id;
  a.outcome.steps.push_back(fmt::format("intent written: isolation {}", claim->id));
  return true;
}

/// Right before the SET, nothing remembered: the same station on it, and, last of all, the same port behind
/// the ifIndex, as it was read.
std::optional<Refusal> Isolator::second_look(Attempt& a) {
  const std::string check = "lanwarden check " + a.outcome.switch_name;
  if (a.request.mac && (!a.outcome.located || a.outcome.located->live)) {
    const auto rows = switches_.rows(a.port->sw, *a.request.mac);
    if (!rows) return Refusal{"no-second-look", rows.error().detail, check};
    const auto on = [&](bool this_port) {
      return std::any_of(rows->begin(), rows->end(), [&](const topology::MacRow& r) {
        return r.port != topology::kNoInterface && (r.port == a.port->ifindex) == this_port;
      });
    };
    if (!on(true) || on(false))
      return Refusal{"moved",
                     fmt::format("{} is not on {} {} any more", a.request.mac->to_string(),
                                 a.outcome.switch_name, a.outcome.port),
                     "try again"};
  }
  const auto port = read_port(a.port->sw, a.port->ifindex, a.entry.changes);
  if (!port) return Refusal{"no-second-look", port.error().detail, check};
  if (!port->exists || port->name != a.outcome.port)
    return Refusal{"renumbered",
                   fmt::format("ifIndex {} is {} now, not {}", a.port->ifindex.value,
                               port->exists ? port->name : "nothing", a.outcome.port),
                   "try again"};
  if (port->uptime_cs < a.before.uptime_cs)
    return Refusal{"renumbered", a.outcome.switch_name + " has just restarted", "try again in some minutes"};
  if (!port->all(a.entry.changes, Standing::kBefore))
    return Refusal{"already-down",
                   "somebody else has just changed " + a.outcome.switch_name + " " + a.outcome.port,
                   "try again"};
  if (a.before.oper == OperStatus::kUp && port->oper == OperStatus::kDown)
    return Refusal{"moved",
                   fmt::format("{} {} has just lost its link", a.outcome.switch_name, a.outcome.port),
                   "try again"};
  a.before = *port;
  return std::nullopt;
}

/// Somebody has changed the rest of a list since the intent was written: what will be sent is another value.
StoreResult<void> Isolator::tell_new_intent(Attempt& a) {
  const std::string now = lines_of(writes(a.entry.changes, Towards::kAfter, a.before.values));
  if (now == a.intended) return {};
  AuditEntry intent = line(a.entry, a.request.who, "intend", "lists have changed meanwhile");
  intent.varbinds = now;
  auto written = journal_.append_audit(intent);
  if (!written) return tl::make_unexpected(written.error());
  return {};
}

}  // namespace lanwarden::agent
