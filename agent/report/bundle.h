// Everything the store knows of one incident, and the report made of it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/capture/evidence_frame.h"
#include "agent/store/store.h"

namespace lanwarden::agent {

struct IncidentBundle {
  Incident incident;
  std::vector<Isolation> isolations;  ///< oldest first
  std::vector<AuditEntry> audit;      ///< oldest first: what was written to switches, and what they answered
  std::vector<EvidenceFrame> frames;  ///< by time
  std::string vendor;                 ///< empty when unknown
  std::vector<topology::IpAddress> ips;
};

/// nullopt: there is no such incident. Vendor and addresses are the caller's to fill in.
StoreResult<std::optional<IncidentBundle>> load_bundle(Store& store, std::int64_t incident);

/// The contract's incident object with `vendor`, `ips`, `kinds`, `isolations`, `audit` and `frames` (decoded)
/// added.
nlohmann::ordered_json bundle_json(const IncidentBundle& bundle);

struct ReportAbout {
  topology::Time written{};
  std::string host;     ///< of this machine
  std::string version;  ///< of lanwarden
};
/// One document without anything outside it: no script, no link to fetch, styles within. Every text of the
/// network is escaped. The picture is left out, and its error told, when Graphviz fails.
std::string report_html(const IncidentBundle& bundle, const ReportAbout& about);

/// The way to the device as the incident's location step has it, as a Graphviz document; empty when none
/// does.
std::string way_dot(const IncidentBundle& bundle);

}  // namespace lanwarden::agent
