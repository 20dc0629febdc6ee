#include "agent/report/bundle.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "agent/report/frame_words.h"

namespace lanwarden::agent {

StoreResult<std::optional<IncidentBundle>> load_bundle(Store& store, std::int64_t incident) {
  auto found = store.incident(incident);
  if (!found) return tl::make_unexpected(found.error());
  if (!*found) return std::optional<IncidentBundle>();
  IncidentBundle bundle;
  bundle.incident = std::move(**found);
  auto isolations = store.isolations(false);
  if (!isolations) return tl::make_unexpected(isolations.error());
  for (Isolation& i : *isolations)
    if (i.incident == incident) bundle.isolations.push_back(std::move(i));
  std::reverse(bundle.isolations.begin(), bundle.isolations.end());
  auto audit = store.audit({.isolation = {}, .incident = incident});
  if (!audit) return tl::make_unexpected(audit.error());
  bundle.audit = std::move(*audit);
  auto frames = store.evidence(incident);
  if (!frames) return tl::make_unexpected(frames.error());
  bundle.frames = std::move(*frames);
  return std::optional(std::move(bundle));
}

Json bundle_json(const IncidentBundle& bundle) {
  Json j = to_json(bundle.incident);
  if (!bundle.vendor.empty()) j["vendor"] = bundle.vendor;
  j["ips"] = Json::array();
  for (const auto& ip : bundle.ips) j["ips"].push_back(ip.to_string());
  j["isolations"] = Json::array();
  for (const Isolation& i : bundle.isolations) j["isolations"].push_back(to_json(i));
  j["audit"] = Json::array();
  for (const AuditEntry& e : bundle.audit) j["audit"].push_back(to_json(e));
  j["frames"] = Json::array();
  for (const EvidenceFrame& f : bundle.frames) {
    const FrameWords words = frame_words(f);
    Json frame;
    frame["time"] = rfc3339(f.time, true);
    if (!f.interface.empty()) frame["interface"] = f.interface;
    if (f.number != 0) frame["number"] = f.number;
    if (!words.source.empty()) frame["source"] = words.source;
    if (!words.destination.empty()) frame["destination"] = words.destination;
    if (!words.vlan.empty()) frame["vlan"] = std::stoi(words.vlan);
    if (!words.protocol.empty()) frame["protocol"] = words.protocol;
    frame["text"] = words.text;
    frame["length"] = f.wire_length;
    j["frames"].push_back(std::move(frame));
  }
  return j;
}

}  // namespace lanwarden::agent
