// Opening a port again, and mending what a process left half-done.
#include <fmt/format.h>

#include <algorithm>

#include "agent/isolation/attempt.h"
#include "agent/isolation/isolator.h"
#include "agent/isolation/owner.h"
#include "agent/isolation/power.h"
#include "agent/isolation/schedule.h"

namespace lanwarden::agent {
namespace {

using topology::SwitchId;

std::string place_of(const Isolation& i) { return i.switch_name + " " + i.port; }

std::string name_of(const Isolation& i) { return fmt::format("isolation {} ({})", i.id, place_of(i)); }

/// Somebody else's work, now. An entry of another container is taken over when it has stood still for so
/// long.
bool at_work(const Isolation& i, Time now) {
  constexpr std::chrono::minutes kPatience{5};
  switch (owner_state(i.owner)) {
    case OwnerState::kAlive:
      return true;
    case OwnerState::kElsewhere:
      return now >= i.intended && now - i.intended < kPatience;
    case OwnerState::kNobody:
    case OwnerState::kSelf:
    case OwnerState::kGone:
      break;
  }
  return false;
}

std::optional<SwitchId> configured(const Config& config, Switches& switches, const std::string& name) {
  return config.find(name) != nullptr ? switches.fabric().switch_named(name) : std::nullopt;
}

}  // namespace

/// The port of an entry, by its name: where its ifIndex is another port now, the switch is polled, and the
/// entry gets the new numbers.
topology::Result<Isolator::Port, snmp::Failure> Isolator::find_port(SwitchId sw, Isolation& entry) {
  auto port = read_port(sw, entry.ifindex, entry.changes);
  if (!port || (port->exists && port->name == entry.port)) return port;
  const auto lost = [&](const std::string& why) {
    return tl::make_unexpected(snmp::Failure{
        snmp::Cause::kWrongAnswer,
        fmt::format("{}: ifIndex {} is {} now, not {}, and {}", entry.switch_name, entry.ifindex.value,
                    port->exists ? port->name : "nothing", entry.port, why)});
  };
  const auto polled = switches_.poll(sw);
  if (!polled) return lost(polled.error().message);
  if (polled->answered == 0) return lost("it does not answer a poll");
  const topology::Interface* ours = switches_.fabric().snapshot(sw).interface_named(entry.port);
  if (ours == nullptr || ours->name != entry.port) return lost("no port of that name is left");
  PortNumbers now = numbers_of(*ours);
  if (entry.way == IsolationWay::kPowerCycle)
    // While its power is off nothing tells its row but the name of it.
    if (const auto pse = find_power(switches_, sw, *ours, false)) now.pse = *pse;
  auto moved = renumbered(entry.changes, now);
  if (!moved) return lost("its other numbers are not known");
  auto there = read_port(sw, ours->ifindex, *moved);
  if (!there) return there;
  if (there->name != entry.port) return lost("its interfaces are still moving");
  entry.ifindex = ours->ifindex;
  entry.changes = std::move(*moved);
  return there;
}

/// A SET that was sent and shows nothing yet may still be in the agent's queue: the old values go after it.
topology::Result<void, snmp::Failure> Isolator::withdraw(SwitchId sw, const Isolation& entry,
                                                         const std::string& who) {
  std::vector<snmp::Varbind> back;
  auto current = read_port(sw, entry.ifindex, entry.changes);
  if (!current) return tl::make_unexpected(current.error());
  for (std::size_t n = entry.changes.size(); n-- > 0;) {
    const VariableChange& c = entry.changes[n];
    if (!essential(c) || standing(c, current->values[n]) != Standing::kBefore) continue;
    // Of a port list the rest is others': it is written as it is now.
    back.push_back({variable_of(c), c.bit == 0 ? c.before : *current->values[n]});
  }
  AuditEntry undo = line(entry, who, "undo", "the SET may still be on its way");
  undo.varbinds = lines_of(back);
  static_cast<void>(journal_.append_audit(undo));
  if (auto sent = set(sw, back); !sent) return sent;
  current = read_port(sw, entry.ifindex, entry.changes);
  if (!current) return tl::make_unexpected(current.error());
  if (current->any(entry.changes, Standing::kAfter))
    return tl::make_unexpected(snmp::Failure{snmp::Cause::kRefused, "it was shut a moment ago"});
  return {};
}

void Isolator::save(RestoreOutcome& outcome, const AuditEntry& audit) {
  const auto written = journal_.update_isolation(outcome.isolation, std::span(&audit, 1));
  if (!written)
    outcome.notes.push_back("this could not be written to the store: " + written.error().message);
  else if (!*written)
    outcome.notes.push_back("another lanwarden has changed this entry meanwhile");
}

void Isolator::fail_restore(RestoreOutcome& outcome, const std::string& who, std::string why) {
  Isolation& i = outcome.isolation;
  outcome.failure = std::move(why);
  ++i.attempts;
  i.next_attempt = clock_.now().wall + restore_backoff(i.attempts);
  i.owner.clear();
  i.note = outcome.failure;
  AuditEntry audit = line(i, who, "answer", fmt::format("restore failed ({} times)", i.attempts));
  audit.answer = outcome.failure;
  save(outcome, audit);
}

RestoreOutcome Isolator::restore(const Isolation& isolation, const std::string& who) {
  RestoreOutcome outcome;
  outcome.isolation = isolation;
  Isolation& i = outcome.isolation;
  if (auto fresh = journal_.isolation(isolation.id); fresh && *fresh) i = **fresh;
  if (!is_open(i.state)) {
    outcome.restored = true;
    outcome.notes.push_back("it ended already: " + i.note);
    return outcome;
  }
  if (at_work(i, clock_.now().wall)) {
    outcome.failure = "another lanwarden works on it at this moment";
    return outcome;
  }
  const auto sw = configured(config_, switches_, i.switch_name);
  if (!sw) {
    fail_restore(outcome, who,
                 fmt::format("{} is no longer in the configuration; open {} there by hand, or add it again",
                             i.switch_name, i.port));
    return outcome;
  }
  auto port = find_port(*sw, i);
  if (!port) {
    fail_restore(outcome, who, port.error().detail);
    return outcome;
  }
  std::vector<snmp::Varbind> varbinds;
  for (std::size_t n = i.changes.size(); n-- > 0;) {
    const VariableChange& c = i.changes[n];
    switch (standing(c, port->values[n])) {
      case Standing::kAfter:
        if (auto v = write_for(c, Towards::kBefore, *port->values[n])) varbinds.push_back(std::move(*v));
        break;
      case Standing::kBefore:
        break;
      case Standing::kForeign:
        outcome.notes.push_back(fmt::format("{} is {} now, which lanwarden did not write: left as it is",
                                            c.name, *port->values[n]));
        break;
      case Standing::kUnknown:
        if (!essential(c)) break;
        fail_restore(outcome, who, fmt::format("{} has no {} to read", i.switch_name, c.name));
        return outcome;
    }
  }
  outcome.verified = ReadBack{port->admin, port->admin, port->oper};
  if (!port->any(i.changes, Standing::kAfter)) {
    if (i.state == IsolationState::kIntended)
      if (const auto withdrawn = withdraw(*sw, i, who); !withdrawn) {
        fail_restore(outcome, who, withdrawn.error().detail);
        return outcome;
      }
    const IsolationState was = i.state;
    i.state = was == IsolationState::kRestoring  ? IsolationState::kRestored
              : was == IsolationState::kIntended ? IsolationState::kFailed
                                                 : IsolationState::kReleased;
    i.owner.clear();
    if (i.state != IsolationState::kFailed) i.restored_at = clock_.now().wall;
    outcome.restored = true;
    outcome.by_others = i.state == IsolationState::kReleased;
    i.note = i.state == IsolationState::kRestored ? fmt::format("opened by {}", who)
             : i.state == IsolationState::kFailed ? "the SET was never sent, or refused: nothing was shut"
                                                  : "found open: somebody else has opened it";
    if (i.state != IsolationState::kRestored) outcome.notes.push_back(i.note);
    AuditEntry audit = line(i, who, outcome.by_others ? "release" : "answer", i.note);
    audit.varbinds = lines_of(varbinds);
    audit.answer = status_words(port->admin, port->oper);
    save(outcome, audit);
    if (varbinds.empty()) return outcome;
    // Only our mark is left of it.
    if (const auto cleaned = set(*sw, varbinds); !cleaned)
      outcome.notes.push_back("its mark in ifAlias is still there: " + cleaned.error().detail);
    return outcome;
  }

  i.state = IsolationState::kRestoring;
  i.owner = self_;
  AuditEntry intent =
      line(i, who, "restore", is_due(isolation, clock_.now()) ? "its time is over" : "by hand");
  intent.varbinds = lines_of(varbinds);
  if (const auto written = journal_.update_isolation(i, std::span(&intent, 1)); !written) {
    // A full disk keeps no port shut.
    outcome.notes.push_back("this could not be written to the store: " + written.error().message);
  } else if (!*written) {
    outcome.failure = "another lanwarden has changed this entry meanwhile";
    return outcome;
  }
  const auto sent = set(*sw, varbinds);
  port = settle(*sw, i.ifindex, i.changes, Towards::kBefore, false);
  if (!port || port->name != i.port || port->any(i.changes, Standing::kAfter)) {
    fail_restore(
        outcome, who,
        !sent   ? sent.error().detail
        : !port ? port.error().detail
                : fmt::format("{}: set-ignored: it accepted the SET of {} (noError), and changed nothing",
                              i.switch_name, i.port));
    return outcome;
  }
  outcome.verified->admin_after = port->admin;
  outcome.verified->oper_after = port->oper;
  outcome.restored = true;
  i.state = IsolationState::kRestored;
  i.restored_at = clock_.now().wall;
  i.owner.clear();
  i.next_attempt.reset();
  i.note = fmt::format("opened by {}", who);
  AuditEntry audit = line(i, who, "answer", i.note);
  audit.answer = "read back: " + status_words(port->admin, port->oper);
  save(outcome, audit);
  return outcome;
}

StoreResult<std::vector<RestoreOutcome>> Isolator::restore_due(const std::string& who) {
  const auto open = journal_.isolations(true);
  if (!open) return tl::make_unexpected(open.error());
  std::vector<RestoreOutcome> done;
  for (const Isolation& i : due_restores(*open, clock_.now()))
    if (!at_work(i, clock_.now().wall)) done.push_back(restore(i, who));
  return done;
}

StoreResult<std::vector<Recovered>> Isolator::recover(const std::string& who) {
  const auto open = journal_.isolations(true);
  if (!open) return tl::make_unexpected(open.error());
  std::vector<Recovered> all;
  for (const Isolation& i : *open) {
    if (at_work(i, clock_.now().wall)) continue;
    auto one = settle_entry(i, who);
    if (!one) return tl::make_unexpected(one.error());
    if (!one->text.empty()) all.push_back(std::move(*one));
  }
  return all;
}

StoreResult<Recovered> Isolator::settle_entry(const Isolation& entry, const std::string& who) {
  Recovered r{entry, entry.state, {}, true};
  Isolation& i = r.isolation;
  const auto tell = [&](std::string text) {
    r.text = fmt::format("{}: {}", name_of(i), text);
    return r;
  };
  const auto restored = [&](const std::string& found) {
    const RestoreOutcome done = restore(i, who);
    r.isolation = done.isolation;
    r.settled = done.restored;
    return tell(found + (done.restored ? "; it is open again" : "; it could not be opened: " + done.failure));
  };
  if (i.state == IsolationState::kRestoring) {
    if (i.attempts > 0 && !is_due(i, clock_.now())) return r;  // restore_due() tries again
    return restored("a restore was begun and not finished");
  }
  const auto sw = configured(config_, switches_, i.switch_name);
  auto port = sw ? find_port(*sw, i)
                 : topology::Result<Port, snmp::Failure>(tl::make_unexpected(snmp::Failure{
                       snmp::Cause::kLocal, i.switch_name + " is no longer in the configuration"}));
  if (!port || port->any(i.changes, Standing::kUnknown)) {
    r.settled = false;
    const std::string why = port ? "not all of it could be read" : port.error().detail;
    return tell(i.state == IsolationState::kIntended
                    ? "its port may be shut; its switch could not be asked: " + why
                    : "it could not be looked at: " + why);
  }
  const Moment now = clock_.now();
  AuditEntry audit = line(i, who, "recover", "");
  audit.answer = status_words(port->admin, port->oper);
  std::string text;
  if (i.state == IsolationState::kIntended) {
    if (port->all(i.changes, Standing::kAfter)) {
      i.state = IsolationState::kActive;
      i.set_at = now.wall;
      text = "it was shut, and not written down: noted now";
    } else if (!port->any(i.changes, Standing::kAfter)) {
      if (auto withdrawn = withdraw(*sw, i, who); !withdrawn) {
        r.settled = false;
        return tell("its SET may still be on its way, and could not be taken back: " +
                    withdrawn.error().detail);
      }
      i.state = IsolationState::kFailed;
      text = "the SET was never sent, or refused: nothing is shut";
    } else {
      return restored("it was done by halves");
    }
  } else {
    if (port->any(i.changes, Standing::kAfter)) {
      if (i.ifindex == entry.ifindex) return r;
      text = fmt::format("its ifIndex is {} now", i.ifindex.value);
    } else {
      i.state = IsolationState::kReleased;
      i.restored_at = now.wall;
      audit.action = "release";
      const auto since = now.wall - i.set_at.value_or(i.intended);
      const bool restarted =
          since > topology::Duration{0} &&
          std::chrono::milliseconds{static_cast<std::int64_t>(port->uptime_cs * 10)} < since;
      text = restarted ? "it is open again: its switch has restarted since, or somebody opened it"
                       : "somebody else has opened it: that is respected";
    }
  }
  i.owner.clear();
  i.note = text;
  audit.why = text;
  const auto written = journal_.update_isolation(i, std::span(&audit, 1));
  if (!written) return tl::make_unexpected(written.error());
  if (!*written) return Recovered{entry, entry.state, {}, true};  // another process was quicker
  return tell(text);
}

}  // namespace lanwarden::agent
