// `check --explain`: how a switch's deviations were decided, table by table, and how it would be asked.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "agent/commands/check_report.h"
#include "agent/config/config.h"

namespace lanwarden::agent {
namespace {

using topology::Completeness;
using topology::FdbDatabase;
using topology::PortNumbering;
using topology::SwitchSnapshot;
using topology::Table;
using topology::TableState;
using topology::VlanId;

/// Stands for the station that is looked for.
constexpr topology::MacAddress kSample{0x0200'0000'0001};

std::string_view numbering_word(PortNumbering ports) {
  switch (ports) {
    case PortNumbering::kIfIndex:
      return "ifindex";
    case PortNumbering::kShifted:
      return "shifted";
    case PortNumbering::kBridgePort:
      break;
  }
  return "bridge-port";
}

std::string numbering_words(const FdbDatabase& d) {
  if (d.ports == PortNumbering::kShifted) return fmt::format("bridge ports, {:+}", d.shift);
  return d.ports == PortNumbering::kIfIndex ? "ifIndexes" : "bridge ports";
}

/// VLAN contexts it was found worth asking in.
std::set<std::uint16_t> contexts(const SwitchSnapshot& s) {
  std::set<std::uint16_t> all;
  for (const FdbDatabase& d : s.databases)
    if (d.context != topology::kNoVlan) all.insert(d.context.value);
  for (const topology::BasePort& p : s.base_ports)
    if (p.context != topology::kNoVlan) all.insert(p.context.value);
  return all;
}

/// "1, 10-12, 40": long lists of VLANs are runs.
template <class Numbers>
std::string runs(const Numbers& sorted) {
  std::string text;
  for (auto it = sorted.begin(); it != sorted.end();) {
    const std::uint32_t first = *it;
    std::uint32_t last = first;
    while (++it != sorted.end() && *it == last + 1) last = *it;
    text += fmt::format("{}{}", text.empty() ? "" : ", ", first);
    if (last != first) text += fmt::format("{}{}", last == first + 1 ? ", " : "-", last);
  }
  return text;
}

/// Databases that are read by one rule stand on one line.
struct Rule {
  std::size_t databases = 0;
  std::set<std::uint32_t> ids, vlans, asked_in;
  bool default_context = false, unknown_vlan = false;
};

std::string databases_text(const SwitchSnapshot& s, const Console& console) {
  std::map<std::tuple<Table, std::string, bool>, Rule> rules;
  for (const FdbDatabase& d : s.databases) {
    Rule& rule = rules[{d.table, numbering_words(d), d.length_byte}];
    ++rule.databases;
    rule.ids.insert(d.id.value);
    if (d.vlan == topology::kNoVlan)
      rule.unknown_vlan = true;
    else
      rule.vlans.insert(d.vlan.value);
    if (d.context == topology::kNoVlan)
      rule.default_context = true;
    else
      rule.asked_in.insert(d.context.value);
  }
  TextTable table({"  TABLE", "NUMBER", "PORTS ARE", "IDS", "VLANS", "CONTEXTS"});
  for (const auto& [key, rule] : rules) {
    const auto& [which, ports, length_byte] = key;
    std::string where = rule.default_context ? "default" : "";
    if (!rule.asked_in.empty()) where += (where.empty() ? "" : ", ") + runs(rule.asked_in);
    std::string vlans = runs(rule.vlans);
    if (rule.unknown_vlan) vlans += vlans.empty() ? "unknown" : ", unknown";
    table.row({fmt::format("  {}", to_string(which)), std::to_string(rule.databases),
               ports + (length_byte ? ", length octet" : ""),
               which == Table::kBridgeFdb ? "-" : runs(rule.ids), vlans, where});
  }
  return table.render(console, 0);
}

std::string uptime_words(std::uint64_t hundredths) {
  if (hundredths == 0) return "unknown";
  const std::chrono::seconds s(hundredths / 100);
  constexpr std::chrono::hours kDay{24};
  if (s < kDay) return format_duration(s);
  const auto days = s / kDay;
  return fmt::format("{} day{}, {}", days, days == 1 ? "" : "s",
                     format_duration(std::chrono::floor<std::chrono::minutes>(s % kDay)));
}

}  // namespace

std::string explain_text(const Checked& c, const Console& console, std::size_t width) {
  const SwitchSnapshot& s = c.result.snapshot;
  std::string text = console.paint(Style::kBold, c.config.name) + " (" + c.config.address + ")";
  const auto section = [&](std::string_view title) { text += "\n\n" + console.paint(Style::kBold, title); };
  const auto item = [&](std::string_view what) {
    text += "\n" + wrapped(fmt::format("  {}", what), width, 4);
  };
  if (!c.answered()) {
    for (const std::string& odd : c.odd()) item(odd);
    return text;
  }
  if (!s.system_descr.empty()) item(printable(s.system_descr));
  item(fmt::format("sysName {}, sysObjectID {}, up {}, answers in {} ms with credential \"{}\"",
                   s.system_name.empty() ? "unknown" : printable(s.system_name),
                   s.object_id.empty() ? "unknown" : s.object_id, uptime_words(s.uptime_cs),
                   std::max<std::int64_t>(1, c.result.round_trip.count()), c.config.credential));

  section("Tables");
  TextTable tables({"  TABLE", "ROWS", "STATE", "WHY"});
  for (std::size_t t = 0; t < topology::kTableCount; ++t) {
    const TableState& state = s.tables[t];
    if (state.completeness == Completeness::kNotAsked) continue;
    tables.row({fmt::format("  {}", to_string(static_cast<Table>(t))),
                state.completeness == Completeness::kAbsent ? "-" : std::to_string(state.rows),
                std::string(state_word(state.completeness)), printable(state.cause)});
  }
  text += "\n" + tables.render(console, 0);

  section("How its deviations were decided");
  if (s.decisions.empty()) item("it has none: everything is as the MIBs say");
  for (const std::string& decision : s.decisions) item(printable(decision));

  section("Forwarding databases");
  if (s.databases.empty())
    item(s.fdb.empty() ? "none is known" : "none that could be asked for one station: a walk tells");
  else
    text += "\n" + databases_text(s, console);

  section("VLAN contexts");
  const auto vlans = contexts(s);
  item(vlans.empty() ? "the default one only" : "the default one, and " + runs(vlans));

  section("A live `where` asks");
  const auto questions = snmp::where_questions(s, kSample);
  if (questions.empty()) {
    item("it cannot be asked for one station: its tables are walked instead");
  } else {
    std::set<std::string> asked_in;
    for (const auto& q : questions) asked_in.insert(q.context);
    item(fmt::format("{} variables in {} context{}, all at once, such as", questions.size(), asked_in.size(),
                     asked_in.size() == 1 ? "" : "s"));
    item(fmt::format("  {}{}", questions.front().oid,
                     questions.front().context.empty() ? "" : " in VLAN " + questions.front().context));
  }

  section("What is odd");
  const auto odd = c.odd();
  if (odd.empty()) item("nothing");
  for (const std::string& one : odd) item(one);
  return text;
}

Json explain_json(const Checked& c) {
  const SwitchSnapshot& s = c.result.snapshot;
  Json j;
  if (!s.system_name.empty()) j["system_name"] = s.system_name;
  if (!s.object_id.empty()) j["object_id"] = s.object_id;
  if (s.uptime_cs != 0) j["uptime_s"] = s.uptime_cs / 100;
  j["decisions"] = s.decisions;
  j["databases"] = Json::array();
  for (const FdbDatabase& d : s.databases) {
    Json row;
    row["table"] = to_string(d.table);
    if (d.table != Table::kBridgeFdb) row["id"] = d.id.value;
    if (d.vlan != topology::kNoVlan) row["vlan"] = d.vlan.value;
    if (d.context != topology::kNoVlan) row["context"] = d.context.value;
    row["ports"] = numbering_word(d.ports);
    if (d.ports == PortNumbering::kShifted) row["shift"] = d.shift;
    j["databases"].push_back(std::move(row));
  }
  j["contexts"] = contexts(s);
  j["where"] = Json::array();
  for (const auto& q : snmp::where_questions(s, kSample)) {
    Json row;
    row["oid"] = q.oid;
    if (!q.context.empty()) row["context"] = q.context;
    j["where"].push_back(std::move(row));
  }
  return j;
}

}  // namespace lanwarden::agent
