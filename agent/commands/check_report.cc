#include "agent/commands/check_report.h"

#include <fmt/format.h>

#include <algorithm>

namespace lanwarden::agent {

using topology::Completeness;
using topology::Table;
using topology::TableState;

std::string_view state_word(Completeness completeness) {
  switch (completeness) {
    case Completeness::kNotAsked:
      return "not-asked";
    case Completeness::kAbsent:
      return "absent";
    case Completeness::kComplete:
      return "complete";
    case Completeness::kPartial:
      return "partial";
  }
  return "not-asked";
}

std::string Checked::error() const {
  return result.failure ? std::string(to_string(result.failure->cause)) : "no answer";
}

std::string Checked::detail() const {
  if (result.failure) return result.failure->detail;
  return config.name + " (" + config.address + ") gave no answer";
}

std::vector<std::string> Checked::odd() const {
  std::vector<std::string> all;
  if (!answered()) {
    // The sentence begins with name and address, which stand beside it already.
    const std::string whole = detail(), who = config.name + " (" + config.address + "): ";
    all.push_back(printable(whole.starts_with(who) ? whole.substr(who.size()) : whole));
    if (!works_with.empty()) {
      std::string others;
      for (std::size_t i = 1; i < works_with.size(); ++i)
        others += fmt::format("{}\"{}\"", i == 1 ? "" : ", ", works_with[i]);
      if (!others.empty()) others = fmt::format(" (so does {})", others);
      all.insert(all.begin(), fmt::format("credential \"{}\" works there{}; the configuration says \"{}\"",
                                          works_with.front(), others, config.credential));
    }
    return all;
  }
  for (const std::string& problem : result.snapshot.problems) all.push_back(printable(problem));
  for (std::size_t t = 0; t < topology::kTableCount; ++t) {
    const TableState& state = result.snapshot.tables[t];
    if (state.completeness == Completeness::kPartial)
      all.push_back(fmt::format("table {} is incomplete: {}", to_string(static_cast<Table>(t)),
                                printable(state.cause)));
  }
  if (!config.router && !result.snapshot.fdb_complete()) all.emplace_back("no complete forwarding table");
  if (config.router && result.snapshot.addresses.empty()) all.emplace_back("no row in its ARP and ND tables");
  if (config.write_credential && result.write_credential_answers == false)
    all.push_back(fmt::format("does not accept the write credential \"{}\"", *config.write_credential));
  return all;
}

std::string Checked::write_words() const {
  if (!config.write_credential || !result.write_credential_answers) return "-";
  return *result.write_credential_answers ? "yes" : "no";
}

std::string Checked::tables_words() const {
  std::size_t present = 0, partial = 0;
  for (const TableState& state : result.snapshot.tables) {
    present += state.rows > 0 ? 1U : 0U;
    partial += state.completeness == Completeness::kPartial ? 1U : 0U;
  }
  return partial == 0 ? std::to_string(present) : fmt::format("{}, {} cut", present, partial);
}

std::string Checked::rows_words(Table table) const {
  if (!answered()) return "-";
  const TableState& state = result.snapshot.table(table);
  // Of several tables that make up one, the longest is counted, and that may have a row for each of its
  // ports.
  const auto heard = [this](topology::NeighborProtocol protocol) {
    return static_cast<std::size_t>(std::count_if(result.snapshot.neighbors.begin(),
                                                  result.snapshot.neighbors.end(),
                                                  [&](const auto& n) { return n.protocol == protocol; }));
  };
  const std::size_t rows = table == Table::kVlans  ? result.snapshot.vlans.size()
                           : table == Table::kLldp ? heard(topology::NeighborProtocol::kLldp)
                           : table == Table::kCdp  ? heard(topology::NeighborProtocol::kCdp)
                                                   : state.rows;
  switch (state.completeness) {
    case Completeness::kComplete:
      return std::to_string(rows);
    case Completeness::kPartial:
      return std::to_string(rows) + "+";
    default:
      return "-";
  }
}

Json Checked::json() const {
  Json j;
  j["switch"] = config.name;
  j["address"] = config.address;
  j["credential"] = config.credential;
  j["answered"] = answered();
  if (!answered()) {
    j["error"] = error();
    j["detail"] = detail();
    if (!works_with.empty()) j["works_with"] = works_with;
  } else {
    j["round_trip_ms"] = result.round_trip.count();
    if (!result.snapshot.system_descr.empty()) j["description"] = result.snapshot.system_descr;
    j["tables"] = Json::object();
    for (std::size_t t = 0; t < topology::kTableCount; ++t) {
      const TableState& state = result.snapshot.tables[t];
      if (state.completeness == Completeness::kNotAsked) continue;
      Json& table = j["tables"][std::string(to_string(static_cast<Table>(t)))];
      table["state"] = state_word(state.completeness);
      table["rows"] = state.rows;
      if (!state.cause.empty()) table["cause"] = state.cause;
    }
    j["fdb"] = result.snapshot.fdb.size();
  }
  if (result.write_credential_answers) j["write"] = *result.write_credential_answers;
  j["problems"] = odd();
  return j;
}

}  // namespace lanwarden::agent
