#include "agent/output/census_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/output/time_text.h"
#include "analysis/heartbeat_words.h"

namespace lanwarden::agent {
namespace {

using analysis::BeatKind;
using analysis::CensusRow;
using topology::MacAddress;

constexpr std::size_t kNarrow = 110, kShortVendor = 12, kLongVendor = 30;

// All sources of a row share their first three octets, or have none that name anybody.
std::string vendor_of(const CensusRow& row, const VendorNames& vendors) {
  if (row.kind.vendor == BeatKind::kNoVendor || row.sources.empty()) return "";
  return printable(vendors.lookup(row.sources.front().mac));
}

std::string shortened(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most - 1;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  while (end > 0 && text[end - 1] == ' ') --end;
  return text.substr(0, end) + "…";
}

bool is_known(const CensusRow& row) { return analysis::heartbeat_name(row) != to_string(row.kind.service); }

// What nobody knows, by its number alone: "0x8765", "UDP 7000".
std::string short_name(const CensusRow& row) {
  std::string name = analysis::heartbeat_name(row);
  if (is_known(row)) return name;
  for (const std::string_view word : {"EtherType ", "port ", "protocol "})
    if (const auto at = name.find(word); at != std::string::npos) name.erase(at, word.size());
  return name;
}

std::string senders(const CensusRow& row) {
  return row.sources.size() == 1 ? row.sources.front().mac.to_string()
                                 : fmt::format("{} sources", row.sources.size());
}

std::string destination(const CensusRow& row) {
  if (row.kind.destination.is_zero()) return "itself";
  return row.kind.destination.is_broadcast() ? "broadcast" : row.kind.destination.to_string();
}

std::string seconds_text(double seconds) {
  if (seconds < 0.001) return fmt::format("{:.0f} us", seconds * 1e6);
  if (seconds < 0.1) return fmt::format("{:.0f} ms", seconds * 1e3);
  if (seconds < 100) return fmt::format("{:.2f} s", seconds);
  return fmt::format("{:.0f} s", seconds);
}

std::string rate_text(double per_second) {
  return per_second >= 0.995    ? fmt::format("{:.1f}/s", per_second)
         : per_second >= 0.0166 ? fmt::format("{:.1f}/min", per_second * 60)
                                : fmt::format("{:.1f}/h", per_second * 3600);
}

std::string percent(double share) { return share < 0.001 ? "<0.1 %" : fmt::format("{:.1f} %", share * 100); }

std::string octets_text(const std::vector<std::uint8_t>& octets) {
  std::string text;
  for (const std::uint8_t octet : octets) text += fmt::format("{}{:02x}", text.empty() ? "" : " ", octet);
  return text;
}

double listened(const analysis::HeartbeatCensus::Totals& totals) {
  return std::chrono::duration<double>(totals.last - totals.first).count();
}

// Numbers stand under each other.
void right_aligned(std::vector<std::vector<std::string>>& cells, std::size_t column) {
  std::size_t width = 0;
  for (const auto& row : cells) width = std::max(width, row[column].size());
  for (auto& row : cells) row[column].insert(0, width - row[column].size(), ' ');
}

std::string summary(const CensusReport& report) {
  std::string text;
  for (const CensusReport::Place& place : report.places) {
    const auto index = static_cast<std::uint32_t>(&place - report.places.data());
    double share = 0;
    std::size_t kinds = 0;
    for (const CensusRow& row : report.rows)
      if (row.kind.source == index) share += row.share, ++kinds;
    const double seconds = listened(place.totals);
    text += (text.empty() ? "" : "\n") + printable(place.name) + ": ";
    const auto all = place.totals.broadcast + place.totals.multicast;
    if (all == 0) {
      text += "nobody said anything to everybody";
      continue;
    }
    text +=
        fmt::format("{} broadcast and {} multicast frames", place.totals.broadcast, place.totals.multicast);
    if (seconds > 0)
      text +=
          fmt::format(" in {} ({})", seconds_text(seconds), rate_text(static_cast<double>(all) / seconds));
    text += kinds == 0 ? "; nothing beats"
                       : fmt::format("; {} of them are heartbeats", percent(std::min(share, 1.0)));
  }
  return text;
}

}  // namespace

Json to_json(const CensusReport& report, const VendorNames& vendors) {
  Json j;
  j["places"] = Json::array();
  for (const CensusReport::Place& place : report.places)
    j["places"].push_back(Json{{"interface", place.name},
                               {"broadcast", place.totals.broadcast},
                               {"multicast", place.totals.multicast},
                               {"seconds", listened(place.totals)}});
  j["heartbeats"] = Json::array();
  for (const CensusRow& row : report.rows) {
    Json h;
    h["name"] = analysis::heartbeat_name(row);
    if (const std::string vendor = vendor_of(row, vendors); !vendor.empty()) h["vendor"] = vendor;
    h["interface"] = report.places.at(row.kind.source).name;
    if (row.kind.vlan != topology::kNoVlan) h["vlan"] = row.kind.vlan.value;
    h["to"] = destination(row);
    for (const auto& [key, value] : analysis::heartbeat_evidence(row))
      std::visit([&, &k = key](const auto& v) { h[k] = v; }, value);
    h["first_seen"] = rfc3339(row.first, true);
    h["last_seen"] = rfc3339(row.last, true);
    h["stations"] = Json::array();
    for (const analysis::BeatSource& source : row.sources)
      h["stations"].push_back(Json{{"mac", source.mac.to_string()},
                                   {"frames", source.frames},
                                   {"missed", source.missed},
                                   {"first_seen", rfc3339(source.first, true)},
                                   {"last_seen", rfc3339(source.last, true)}});
    j["heartbeats"].push_back(std::move(h));
  }
  return j;
}

std::string to_text(const CensusReport& report, const VendorNames& vendors, const Console& console,
                    std::size_t width, bool verbose) {
  if (report.rows.empty()) return summary(report);
  const std::size_t vendor_width = width > 0 && width < kNarrow ? kShortVendor : kLongVendor;
  // The columns of numbers are aligned with their heads.
  std::vector<std::vector<std::string>> cells{
      {"NAME", "VENDOR", "SOURCE", "TO", "VLAN", "PERIOD", "JITTER", "MISSED", "RATE", "SHARE", "WHERE"}};
  for (const CensusRow& row : report.rows)
    cells.push_back(
        {short_name(row), shortened(vendor_of(row, vendors), vendor_width), senders(row), destination(row),
         row.kind.vlan == topology::kNoVlan ? "-" : std::to_string(row.kind.vlan.value),
         seconds_text(row.rhythm.period), seconds_text(row.rhythm.jitter), std::to_string(row.missed),
         rate_text(row.frames_per_second), row.kind.destination.is_zero() ? "-" : percent(row.share),
         printable(report.places.at(row.kind.source).name)});
  for (const std::size_t numbers : {4, 5, 6, 7, 8, 9}) right_aligned(cells, numbers);
  if (report.places.size() == 1)
    for (auto& row : cells) row.pop_back();
  TextTable table(cells.front());
  for (std::size_t i = 1; i < cells.size(); ++i) table.row(cells[i]);
  table.can_go({3, 4, 6});
  std::string text = table.render(console, width);

  for (const CensusRow& row : report.rows) {
    if (!verbose) break;
    text += "\n\n" + console.paint(Style::kBold, analysis::heartbeat_text(row));
    for (const analysis::BeatSource& source : row.sources)
      text += fmt::format("\n  {}  {} frames, {} missed, {} to {}", source.mac.to_string(), source.frames,
                          source.missed, local_time(source.first), local_time(source.last));
    if (!row.teams.empty()) text += "\n  teams, two addresses that beat together:";
    for (const auto& [one, other] : row.teams) text += "\n    " + one.to_string() + " + " + other.to_string();
    if (!row.payload.empty()) text += "\n  begins: " + octets_text(row.payload);
  }
  text += '\n';
  for (const CensusRow& row : report.rows) {
    if (verbose) break;
    if (!is_known(row) && !row.payload.empty())
      text += "\n" + to_string(row.kind.service) + " is not known; it begins: " + octets_text(row.payload);
    if (!row.teams.empty())
      text += fmt::format(
          "\n{}: {} of the cards beat in pairs of neighbouring addresses: teams of two ports (-v)",
          analysis::heartbeat_name(row), row.teams.size() * 2);
  }
  return text + "\n" + summary(report);
}

}  // namespace lanwarden::agent
