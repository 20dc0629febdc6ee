// The SET, what is read after it, and the watch.
#include <fmt/format.h>

#include <algorithm>

#include "agent/isolation/attempt.h"
#include "agent/isolation/isolator.h"

namespace lanwarden::agent {
namespace {

using topology::OperStatus;

bool clear_no(const snmp::Failure& f) {
  return f.cause == snmp::Cause::kRefused || f.cause == snmp::Cause::kAuthorization;
}

}  // namespace

std::vector<snmp::Varbind> writes(const std::vector<VariableChange>& changes, Towards towards,
                                  const std::vector<std::optional<std::string>>& current) {
  std::vector<snmp::Varbind> out;
  for (std::size_t i = 0; i < changes.size(); ++i)
    if (current[i])
      if (auto v = write_for(changes[i], towards, *current[i])) out.push_back(std::move(*v));
  return out;
}

/// The entry as it now is, with a line of the trail. A journal that cannot be written any more does not undo
/// what the switch has done: the intent is in it, and recover() finds out the rest.
void Isolator::write(Attempt& a, std::string action, std::string answer) {
  AuditEntry audit = line(a.entry, a.request.who, std::move(action), a.request.reason);
  audit.answer = std::move(answer);
  a.entry.owner.clear();
  const auto written = journal_.update_isolation(a.entry, std::span(&audit, 1));
  if (!written)
    a.outcome.doubts.push_back("what became of it could not be written to the store (" +
                               written.error().message + "); the next start finds out from the switch");
  else if (!*written)
    a.outcome.doubts.push_back("another lanwarden has taken this isolation over meanwhile");
}

void Isolator::give_up(Attempt& a, const std::string& why) {
  a.entry.state = IsolationState::kFailed;
  a.entry.note = why;
  write(a, "answer", "nothing was sent: " + why);
}

/// In the trail before it is sent. Not to undo for want of a line would be worse.
void Isolator::announce_undo(const Attempt& a, const std::vector<snmp::Varbind>& varbinds) {
  if (varbinds.empty()) return;
  AuditEntry undo = line(a.entry, a.request.who, "undo", "it was not done as intended");
  undo.varbinds = lines_of(varbinds);
  static_cast<void>(journal_.append_audit(undo));
}

void Isolator::act(Attempt& a) {
  IsolationOutcome& outcome = a.outcome;
  const topology::SwitchId sw = a.port->sw;
  const std::string place = outcome.switch_name + " " + outcome.port;
  const bool link_follows = a.request.way == IsolationWay::kAdminDown;
  const auto varbinds = writes(a.entry.changes, Towards::kAfter, a.before.values);
  const auto sent = set(sw, varbinds);
  const bool no = !sent && clear_no(sent.error());
  // Whatever the agent said: only what is read counts.
  auto port = no ? read_port(sw, outcome.ifindex, a.entry.changes)
                 : settle(sw, outcome.ifindex, a.entry.changes, Towards::kAfter, link_follows);

  if (port && port->name != outcome.port) {
    // It renumbered its interfaces between the look and now. Where is ours?
    const Port other = *port;
    const topology::Interface* hit = switches_.fabric().snapshot(sw).interface_named(other.name);
    const bool was_down = hit != nullptr && hit->admin == OperStatus::kDown;
    const auto polled = switches_.poll(sw);
    const topology::Interface* ours = polled && polled->answered > 0
                                          ? switches_.fabric().snapshot(sw).interface_named(outcome.port)
                                          : nullptr;
    const auto moved = ours != nullptr ? renumbered(a.entry.changes, numbers_of(*ours)) : std::nullopt;
    auto there = moved ? read_port(sw, ours->ifindex, *moved) : port;
    if (moved && there && there->name == outcome.port && there->all(*moved, Standing::kAfter)) {
      outcome.ifindex = a.entry.ifindex = a.port->ifindex = ours->ifindex;
      outcome.changes = a.entry.changes = *moved;
      port = there;
    } else {
      // Another port was hit: as it was before, unless it was shut before.
      std::vector<snmp::Varbind> back;
      if (!was_down) back = writes(a.entry.changes, Towards::kBefore, other.values);
      announce_undo(a, back);
      const auto undone = back.empty() ? topology::Result<void, snmp::Failure>{} : set(sw, back);
      outcome.result = IsolationResult::kFailed;
      outcome.failure =
          fmt::format("{} renumbered its interfaces while it was written to: ifIndex {} is {} now; {}",
                      outcome.switch_name, outcome.ifindex.value, other.name,
                      !undone ? "what was written there could not be taken back: " + undone.error().detail
                      : back.empty() ? "nothing there had to be taken back"
                                     : "what was written there was taken back");
      a.entry.state = IsolationState::kFailed;
      a.entry.note = outcome.failure;
      write(a, "answer", lines_of(back) + (back.empty() ? "" : "\n") + outcome.failure);
      return;
    }
  }

  if (!port) {
    outcome.result = IsolationResult::kFailed;
    outcome.failure = fmt::format(
        "{}; what became of the SET is not known. lanwarden finds out, and finishes or "
        "undoes it, as soon as {} answers",
        !sent ? sent.error().detail : port.error().detail, outcome.switch_name);
    a.entry.note = outcome.failure;
    write(a, "answer", outcome.failure);
    return;
  }

  outcome.verified = ReadBack{a.before.admin, port->admin, port->oper};
  const std::string words = status_words(port->admin, port->oper);
  if (!port->all(a.entry.changes, Standing::kAfter)) {
    // Refused, ignored, or done by halves. What is not there yet may still come when it was not refused: the
    // old values are sent after it.
    outcome.result = IsolationResult::kFailed;
    outcome.failure = !sent ? sent.error().detail
                            : fmt::format(
                                  "{}: set-ignored: it accepted the SET of {} (noError), and changed "
                                  "nothing",
                                  outcome.switch_name, outcome.port);
    std::vector<snmp::Varbind> back;
    for (const VariableChange& c : a.entry.changes)
      if (c.bit == 0) back.push_back({variable_of(c), c.before});
    for (snmp::Varbind& v : writes(a.entry.changes, Towards::kBefore, port->values))
      if (std::find(back.begin(), back.end(), v) == back.end()) back.push_back(std::move(v));
    const bool clean = no && port->all(a.entry.changes, Standing::kBefore);
    if (!clean) announce_undo(a, back);
    const auto undone = clean ? topology::Result<void, snmp::Failure>{} : set(sw, back);
    const auto now = clean ? port : read_port(sw, outcome.ifindex, a.entry.changes);
    if ((undone || clear_no(undone.error())) && now && now->all(a.entry.changes, Standing::kBefore)) {
      a.entry.state = IsolationState::kFailed;
    } else {
      outcome.failure += "; it could not be read that nothing is shut. lanwarden undoes it as soon as it can";
    }
    a.entry.note = outcome.failure;
    write(a, "answer", outcome.failure);
    return;
  }

  const auto mark = std::find_if(a.entry.changes.begin(), a.entry.changes.end(),
                                 [](const VariableChange& c) { return !essential(c); });
  if (mark != a.entry.changes.end() &&
      standing(*mark, port->values[static_cast<std::size_t>(mark - a.entry.changes.begin())]) !=
          Standing::kAfter) {
    outcome.doubts.push_back("the port could not be marked: " +
                             (!sent ? sent.error().detail : std::string("ifAlias was not written")));
    a.entry.changes.erase(mark);
    outcome.changes = a.entry.changes;
  }
  outcome.result = IsolationResult::kIsolated;
  a.entry.state = IsolationState::kActive;
  a.entry.set_at = clock_.now().wall;
  a.entry.note = words;
  std::string written;
  for (const snmp::Varbind& v : varbinds)
    written += (written.empty() ? "" : ", ") + v.variable.name + " = " + v.value;
  outcome.steps.push_back(fmt::format("SET {} on {}; read back: {}", written, outcome.switch_name, words));
  write(a, "answer", sent ? "noError; read back: " + words : sent.error().detail + "; read back: " + words);
  watch(a);
  if (outcome.result == IsolationResult::kIsolated) follow(a);
}

/// Did it help? The link goes down, and the station leaves the table of its switch.
void Isolator::watch(Attempt& a) {
  IsolationOutcome& outcome = a.outcome;
  const std::string place = outcome.switch_name + " " + outcome.port;
  if (a.request.way == IsolationWay::kPowerCycle) {
    clock_.sleep(config_.isolation.power_off);
    const RestoreOutcome on = restore(a.entry, a.request.who);
    outcome.over = on.restored;
    if (on.restored)
      outcome.steps.push_back("the power is on again on " + place);
    else
      outcome.doubts.push_back("the power is still off, and is tried again: " + on.failure);
    return;
  }
  bool useless = false;
  if (a.request.way == IsolationWay::kAdminDown && outcome.verified->oper_after == OperStatus::kUp) {
    outcome.doubts.push_back("the link of " + place + " is still up, though its ifAdminStatus is down");
    useless = true;
  }
  if (a.request.mac) {
    topology::Duration waited{0};
    for (;;) {
      const auto rows = switches_.rows(a.port->sw, *a.request.mac);
      if (rows) {
        // In quarantine it is learned anew, in that VLAN.
        outcome.gone = std::none_of(rows->begin(), rows->end(), [&](const topology::MacRow& r) {
          if (r.port != a.port->ifindex || r.status == topology::FdbStatus::kStatic) return false;
          return a.request.way == IsolationWay::kAdminDown || !config_.isolation.quarantine_vlan ||
                 r.vlan.value != *config_.isolation.quarantine_vlan;
        });
      }
      if ((outcome.gone && *outcome.gone) || waited >= options_.settle) break;
      clock_.sleep(options_.between_reads);
      waited += options_.between_reads;
    }
    if (outcome.gone && *outcome.gone) {
      outcome.steps.push_back(
          fmt::format("{} has left the table of {}", a.request.mac->to_string(), outcome.switch_name));
    } else {
      outcome.doubts.push_back(outcome.gone ? fmt::format("{} still has {} on {}", outcome.switch_name,
                                                          a.request.mac->to_string(), outcome.port)
                                            : "whether the station left the tables could not be read");
      // A table forgets slowly in quarantine: the link stays up.
      useless = useless || (outcome.gone && a.request.way == IsolationWay::kAdminDown);
    }
  }
  if (!useless || !a.request.rollback) return;
  const RestoreOutcome back = restore(a.entry, a.request.who);
  outcome.over = back.restored;
  outcome.result = IsolationResult::kFailed;
  outcome.failure = outcome.doubts.front() + (back.restored ? "; it was undone"
                                                            : "; undoing it failed, and is "
                                                              "tried again: " +
                                                                  back.failure);
}

/// The station was moved to the port that is shut now: the one it left opens.
void Isolator::follow(const Attempt& a) {
  if (!a.request.mac || a.outcome.over) return;
  const auto open = journal_.isolations(true);
  if (!open) return;  // it opens when its time has come
  const Moment now = clock_.now();
  for (Isolation left : *open) {
    if (left.id == a.entry.id || left.mac != *a.request.mac || left.state != IsolationState::kActive)
      continue;
    left.until = now.wall;
    left.boot = now.boot;
    if (!now.boot.empty()) left.until_since_boot = now.since_boot;
    AuditEntry audit = line(
        left, a.request.who, "follow",
        fmt::format("{} has moved to {} {}", left.mac.to_string(), a.outcome.switch_name, a.outcome.port));
    static_cast<void>(journal_.update_isolation(left, std::span(&audit, 1)));
  }
}

}  // namespace lanwarden::agent
