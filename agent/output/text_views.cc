#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/output/room.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "topology/explain.h"

namespace lanwarden::agent {
namespace {

using topology::Verdict;

Style verdict_style(Verdict verdict) {
  switch (verdict) {
    case Verdict::kEdge:
      return Style::kGreen;
    case Verdict::kUnknown:
      return Style::kRed;
    case Verdict::kInfrastructure:
      return Style::kCyan;
    default:
      return Style::kYellow;
  }
}

std::string verdict_words(const topology::Location& l) {
  switch (l.verdict) {
    case Verdict::kEdge:
      return "plugged in there";
    case Verdict::kShared:
      return l.stations_on_port > 1 ? fmt::format("behind it, with {} others", l.stations_on_port - 1)
                                    : "behind it; the port is shared";
    case Verdict::kSegment:
      return "on the unmanaged segment between these ports";
    case Verdict::kBeyond:
      return "behind that port, on a bridge that is not polled or did not answer";
    case Verdict::kAmbiguous:
      return "the evidence contradicts itself; likeliest first";
    case Verdict::kInfrastructure:
      return "a switch's own address";
    case Verdict::kUnknown:
      return "in no forwarding table";
  }
  return "";
}

std::string port_words(const topology::Fabric& fabric, topology::PortId port) {
  std::string text = fabric.describe(port);
  if (const auto* i = fabric.snapshot(port.sw).interface(port.ifindex)) {
    if (!i->physical.empty()) text += fmt::format(" [{}]", i->physical);
    if (!i->alias.empty()) text += fmt::format(" \"{}\"", i->alias);
  }
  return printable(text);
}

/// Where the box stands, and the room that the port's label names.
std::string room_words(const topology::Fabric& fabric, topology::PortId port) {
  const SwitchSnapshot& s = fabric.snapshot(port.sw);
  const topology::Interface* i = s.interface(port.ifindex);
  const std::string room = i != nullptr ? room_in(i->alias) : "";
  std::string text = s.location.empty() ? "" : s.name + " stands in: " + s.location;
  if (!room.empty()) text += (text.empty() ? "" : "; ") + std::string("the port leads to: ") + room;
  return printable(text);
}

/// One line, and each question only with `verbose`.
std::string provoked_words(const Provoked& p, bool verbose) {
  std::string text =
      fmt::format("asked {} question{} on the wire: ", p.sent.size(), p.sent.size() == 1 ? "" : "s");
  if (p.answered_after)
    text += fmt::format("it answered after {:.1f} ms",
                        std::chrono::duration<double, std::milli>(*p.answered_after).count());
  else
    text += "no answer was heard here";
  for (const std::string& failure : p.failures) text += "\n    ! " + failure;
  if (verbose)
    for (const std::string& sent : p.sent) text += "\n    > " + sent;
  return text;
}

std::string then_words(const Then& then) {
  std::string text = "at " + local_time(then.time);
  if (!then.row) return text;
  text += fmt::format(": there since {}", local_time(then.row->from));
  return text + (then.row->until ? fmt::format(" until {}", local_time(*then.row->until)) : ", and still");
}

std::string value_text(const analysis::EvidenceValue& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, bool>)
          return v ? "yes" : "no";
        else if constexpr (std::is_same_v<T, std::int64_t>)
          return std::to_string(v);
        else if constexpr (std::is_same_v<T, double>)
          return fmt::format("{:.4g}", v);
        else if constexpr (std::is_same_v<T, std::string>)
          return v;
        else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          std::string text;
          for (std::size_t i = 0; i < v.size() && i < 6; ++i) text += (i ? ", " : "") + v[i];
          if (v.size() > 6) text += fmt::format(", … ({} in all)", v.size());
          return text;
        } else {
          std::string text;
          for (std::size_t i = 0; i < v.size() && i < 6; ++i) {
            if (i) text += ", ";
            for (std::size_t k = 0; k < v[i].size(); ++k) text += (k ? " + " : "") + v[i][k];
          }
          return text;
        }
      },
      value);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string clean;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto u = static_cast<unsigned char>(text[i]);
    // U+0080 to U+009F in UTF-8: some terminals take U+009B for the beginning of a command.
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const bool c1 = u == 0xc2 && next >= 0x80 && next < 0xa0;
    clean += u < 0x20 || u == 0x7f || c1 ? ' ' : text[i];
    if (c1) ++i;
  }
  return clean;
}

std::string place(const topology::Location& location, const topology::Fabric& fabric) {
  if (location.port) return fabric.describe(*location.port);
  if (location.verdict == Verdict::kInfrastructure && location.sw) return fabric.snapshot(*location.sw).name;
  std::string text;
  for (const topology::PortId p : location.ports) {
    if (!text.empty()) text += location.verdict == Verdict::kSegment ? " + " : " or ";
    text += fabric.describe(p);
  }
  return text;
}

std::string to_text(const WhereResult& result, const topology::Fabric& fabric, const Console& console,
                    bool verbose) {
  const topology::Location& l = result.located.location;
  std::string head = console.paint(Style::kBold, result.mac.to_string());
  if (!result.vendor.empty()) head += "  " + printable(result.vendor);
  for (const auto& ip : result.ips) head += "  " + ip.to_string();
  for (const std::string& name : result.names) head += "  " + printable(name);
  std::string text = head + "\n  ";
  std::string where;
  if (l.port)
    where = port_words(fabric, *l.port);
  else if (l.verdict == Verdict::kInfrastructure && l.sw)
    where = fabric.snapshot(*l.sw).name;
  else
    for (const topology::PortId p : l.ports)
      where += (where.empty() ? "" : l.verdict == Verdict::kSegment ? " + " : " or ") + port_words(fabric, p);
  text += console.paint(verdict_style(l.verdict), topology::to_string(l.verdict));
  if (!where.empty()) text += "  " + console.paint(Style::kBold, where);
  text += "  (" + verdict_words(l) + ")";
  std::string facts;
  if (l.vlan != topology::kNoVlan) facts += fmt::format("VLAN {}, ", l.vlan.value);
  if (l.verdict != Verdict::kUnknown) facts += fmt::format("confidence {:.2f}, ", l.confidence);
  if (result.located.then)
    facts += then_words(*result.located.then);
  else if (l.remembered && l.seen)
    facts += "last seen there at " + local_time(*l.seen);
  else if (result.located.live)
    facts += "asked just now";
  else if (l.seen)
    facts += "as polled at " + local_time(*l.seen);
  else
    facts += "as last polled";
  text += "\n  " + console.paint(Style::kDim, facts);
  if (!result.special.empty())
    text += "\n  " + console.paint(Style::kYellow, result.special) +
            ": a virtual address, which moves between its owners";
  if (l.port)
    if (const std::string room = room_words(fabric, *l.port); !room.empty())
      text += "\n  " + console.paint(Style::kDim, room);
  if (result.provoked) text += "\n  " + provoked_words(*result.provoked, verbose);
  if (l.former)
    text += "\n  " +
            console.paint(Style::kDim,
                          fmt::format("{}: {}, seen there at {}",
                                      l.verdict == Verdict::kUnknown ? "last known place" : "before",
                                      port_words(fabric, l.former->port), local_time(l.former->last_seen)));
  const std::size_t shown = verbose ? l.evidence.size() : std::min<std::size_t>(l.evidence.size(), 3);
  for (std::size_t i = 0; i < shown; ++i) text += "\n    - " + printable(l.evidence[i]);
  if (verbose && l.port) {
    const topology::Explanation why = topology::explain(fabric, l.port->sw, l.port->ifindex);
    text += "\n    " + printable(why.summary);
    for (const std::string& x : why.supports) text += "\n      for      " + printable(x);
    for (const std::string& x : why.against) text += "\n      against  " + printable(x);
  }
  if (shown < l.evidence.size())
    text += "\n    " +
            console.paint(Style::kDim, fmt::format("… {} more reasons: -v", l.evidence.size() - shown));
  return text;
}

std::string to_text(const analysis::Finding& finding, const std::string& vendor, const Console& console) {
  const Style style = finding.severity == analysis::Severity::kCritical  ? Style::kRed
                      : finding.severity == analysis::Severity::kWarning ? Style::kYellow
                                                                         : Style::kDim;
  std::string text = fmt::format("{}  {}  {}", local_time(finding.time),
                                 console.paint(style, analysis::to_string(finding.severity)),
                                 console.paint(Style::kBold, finding.kind));
  if (!finding.mac.is_zero()) text += "  " + finding.mac.to_string();
  if (!vendor.empty()) text += fmt::format(" ({})", printable(vendor));
  const std::size_t width = console.stdout_is_terminal() ? console.width() : 0;
  text += "\n" + wrapped("  " + printable(finding.summary), width, 4);
  for (const auto& [key, value] : finding.evidence)
    if (const std::string words = printable(value_text(value)); !words.empty())
      text += "\n" + wrapped(fmt::format("    {}: {}", key, words), width, 6);
  return text;
}

std::string to_text(const VariableChange& c) {
  return fmt::format("{} {} {}  ({})", c.oid, snmp::type_name(c.syntax),
                     c.syntax == 's' ? "\"" + printable(c.after) + "\"" : c.after, printable(describe(c)));
}

std::string to_text(const IsolationOutcome& outcome, const Console& console) {
  const std::string where = console.paint(Style::kBold, printable(outcome.switch_name + " " + outcome.port));
  const auto deadline = [&] {
    return outcome.until ? "until " + local_time(*outcome.until) : std::string("until it is restored");
  };
  std::string text;
  const bool power = outcome.way == IsolationWay::kPowerCycle;
  const bool quarantine = outcome.way == IsolationWay::kQuarantine;
  switch (outcome.result) {
    case IsolationResult::kIsolated: {
      const std::string done =
          power        ? (outcome.over ? "had its power off, and has it again" : "has its power off")
          : quarantine ? "is in quarantine " + deadline()
                       : "is shut " + deadline();
      text = fmt::format("{}  {} {}", console.paint(Style::kGreen, power ? "power-cycled" : "isolated"),
                         where, done);
      if (!outcome.over) text += fmt::format("\n  undo: lanwarden restore {}", outcome.id.value_or(0));
      break;
    }
    case IsolationResult::kWouldIsolate:
      text = fmt::format("{}  would {} {} {}", console.paint(Style::kYellow, "dry run"),
                         power        ? "switch the power off and on at"
                         : quarantine ? "put into quarantine"
                                      : "shut",
                         where, power ? "" : deadline());
      for (const VariableChange& c : outcome.changes) text += "\n  SET " + to_text(c);
      text += "\n  do it: add --yes";
      break;
    case IsolationResult::kFailed:
      text =
          fmt::format("{}  {}: {}", console.paint(Style::kRed, "failed"), where, printable(outcome.failure));
      break;
    case IsolationResult::kRefused:
      text = console.paint(Style::kRed, "refused");
      if (!outcome.switch_name.empty()) text += "  " + where;
      for (const Refusal& r : outcome.refusals) text += "\n    - " + printable(r.to_string());
      break;
  }
  for (const Refusal& r : outcome.forced) text += "\n  forced: " + printable(r.to_string());
  for (const std::string& doubt : outcome.doubts)
    text += "\n  " + console.paint(Style::kYellow, "but") + ": " + printable(doubt);
  return text;
}

}  // namespace lanwarden::agent
