#include "analysis/heartbeat_words.h"

#include <cmath>
#include <cstdio>

#include "analysis/protocol_names.h"

namespace lanwarden::analysis {
namespace {

constexpr std::size_t kMostSourcesNamed = 1024;

double microseconds_exact(double value) { return std::round(value * 1e6) / 1e6; }

std::string number(const char* format, unsigned value) {
  char text[16];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string hex(const std::vector<std::uint8_t>& octets) {
  std::string text;
  for (const std::uint8_t octet : octets) text += number("%02x", octet);
  return text;
}

void add_service(Evidence& evidence, const CensusRow& row) {
  const Service& service = row.kind.service;
  switch (service.layer) {
    case Service::Layer::kEtherType:
      evidence.emplace_back("ethertype", number("0x%04x", service.id));
      break;
    case Service::Layer::kLlc:
      evidence.emplace_back("llc",
                            number("0x%02x", service.id >> 8) + "/" + number("0x%02x", service.id & 0xffU));
      break;
    case Service::Layer::kSnap:
      evidence.emplace_back("snap_oui", oui_text(service.oui));
      evidence.emplace_back("ethertype", number("0x%04x", service.id));
      break;
    case Service::Layer::kIp:
      evidence.emplace_back("ip_protocol", std::int64_t{service.id});
      break;
    case Service::Layer::kUdp:
      evidence.emplace_back("udp_port", std::int64_t{service.id});
      break;
  }
  if (const ProtocolName* name = protocol_name(service, row.kind.destination)) {
    evidence.emplace_back("protocol", std::string(name->name));
    evidence.emplace_back("meaning", std::string(name->what));
  } else {
    evidence.emplace_back("payload", hex(row.payload));
  }
}

}  // namespace

std::string heartbeat_name(const CensusRow& row) {
  const ProtocolName* name = protocol_name(row.kind.service, row.kind.destination);
  return name == nullptr ? to_string(row.kind.service) : std::string(name->name);
}

std::string heartbeat_text(const CensusRow& row) {
  const ProtocolName* name = protocol_name(row.kind.service, row.kind.destination);
  if (name == nullptr) return to_string(row.kind.service) + " (unknown)";
  return std::string(name->name) + " (" + to_string(row.kind.service) + ", " + std::string(name->what) + ")";
}

std::string heartbeat_senders(const CensusRow& row) {
  if (row.sources.size() == 1) return row.sources.front().mac.to_string();
  return std::to_string(row.sources.size()) + " stations" +
         (row.kind.vendor == BeatKind::kNoVendor ? "" : " of " + oui_text(row.kind.vendor));
}

Evidence heartbeat_evidence(const CensusRow& row) {
  std::vector<std::string> sources;
  std::vector<std::vector<std::string>> teams;
  for (const BeatSource& source : row.sources)
    if (sources.size() < kMostSourcesNamed) sources.push_back(source.mac.to_string());
  for (const auto& [one, other] : row.teams)
    if (teams.size() < kMostSourcesNamed) teams.push_back({one.to_string(), other.to_string()});
  Evidence evidence = {{"period_s", microseconds_exact(row.rhythm.period)},
                       {"jitter_s", microseconds_exact(row.rhythm.jitter)},
                       {"sources", std::move(sources)}};
  if (row.sources.size() > kMostSourcesNamed)
    evidence.emplace_back("sources_in_all", static_cast<std::int64_t>(row.sources.size()));
  add_service(evidence, row);
  if (row.kind.destination.is_group() && !row.kind.destination.is_broadcast())
    evidence.emplace_back("destination", row.kind.destination.to_string());
  if (row.kind.vendor != BeatKind::kNoVendor) evidence.emplace_back("oui", oui_text(row.kind.vendor));
  evidence.emplace_back("frames_per_second", std::round(row.frames_per_second * 100) / 100);
  evidence.emplace_back("teams", std::move(teams));
  evidence.emplace_back("frames", static_cast<std::int64_t>(row.frames));
  evidence.emplace_back("missed", static_cast<std::int64_t>(row.missed));
  evidence.emplace_back("bits_per_second", std::round(row.octets_per_second * 8));
  evidence.emplace_back("share", std::round(row.share * 10000) / 10000);
  return evidence;
}

}  // namespace lanwarden::analysis
