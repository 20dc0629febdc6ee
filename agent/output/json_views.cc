#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "agent/output/room.h"
#include "agent/output/time_text.h"
#include "agent/output/views.h"
#include "topology/explain.h"

namespace lanwarden::agent {
namespace {

using topology::Fabric;
using topology::PortId;

Json port_json(const Fabric& fabric, PortId port) {
  Json j;
  j["switch"] = fabric.snapshot(port.sw).name;
  if (const auto* i = fabric.snapshot(port.sw).interface(port.ifindex)) j["port"] = i->name;
  if (port.ifindex != topology::kNoInterface) j["ifindex"] = port.ifindex.value;
  return j;
}

Json short_port_json(const Fabric& fabric, PortId port) {
  Json j = port_json(fabric, port);
  j.erase("ifindex");
  return j;
}

/// Where a person finds the port: as printed on the box, as labelled, in which room.
void put_place(Json& j, const Fabric& fabric, PortId port) {
  const SwitchSnapshot& s = fabric.snapshot(port.sw);
  const topology::Interface* i = s.interface(port.ifindex);
  const auto put = [&](const char* key, const std::string& text) {
    if (!text.empty()) j[key] = text;
  };
  if (i != nullptr) put("physical", i->physical), put("alias", i->alias);
  put("location", s.location);
  std::string room = i != nullptr ? room_in(i->alias) : "";
  if (room.empty()) room = room_in(s.location);
  put("room", room);
}

std::string_view status_word(topology::OperStatus status) {
  switch (status) {
    case topology::OperStatus::kUp:
      return "up";
    case topology::OperStatus::kDown:
      return "down";
    case topology::OperStatus::kUnknown:
      break;
  }
  return "";
}

void put_status(Json& j, const char* key, topology::OperStatus status) {
  if (status != topology::OperStatus::kUnknown) j[key] = status_word(status);
}

Json sighting_json(const Sighting& s) {
  Json j;
  j["switch"] = s.switch_name;
  if (!s.port.empty()) j["port"] = s.port;
  if (s.vlan != topology::kNoVlan) j["vlan"] = s.vlan.value;
  if (s.status != topology::FdbStatus::kLearned) j["status"] = topology::to_string(s.status);
  j["since"] = rfc3339(s.from);
  j["seen"] = rfc3339(s.last_seen);
  if (s.until) j["until"] = rfc3339(*s.until);
  return j;
}

/// The moment that was asked for, since when and until when it was there, and every row of then.
void put_then(Json& j, const Then& then) {
  j["at"] = rfc3339(then.time);
  if (then.row) {
    j["since"] = rfc3339(then.row->from);
    if (then.row->until) j["until"] = rfc3339(*then.row->until);
  }
  j["rows"] = Json::array();
  for (const Sighting& s : then.rows) j["rows"].push_back(sighting_json(s));
}

}  // namespace

std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json to_json(const Asked& asked) {
  Json j;
  j["asked"] = asked.asked;
  j["answered"] = asked.answered;
  j["failed"] = Json::array();
  for (const auto& f : asked.failed)
    j["failed"].push_back(Json{{"switch", f.switch_name}, {"error", f.error}, {"detail", f.detail}});
  return j;
}

Json to_json(const WhereResult& result, const Fabric& fabric) {
  const topology::Location& l = result.located.location;
  Json j;
  j["mac"] = result.mac.to_string();
  if (!result.vendor.empty()) j["vendor"] = result.vendor;
  j["ips"] = Json::array();
  for (const auto& ip : result.ips) j["ips"].push_back(ip.to_string());
  j["names"] = result.names;
  j["verdict"] = topology::to_string(l.verdict);
  j["confidence"] = l.confidence;
  if (l.port)
    j.update(port_json(fabric, *l.port));
  else if (l.sw)
    j["switch"] = fabric.snapshot(*l.sw).name;
  if (l.vlan != topology::kNoVlan) j["vlan"] = l.vlan.value;
  j["ports"] = Json::array();
  for (const PortId p : l.ports) j["ports"].push_back(port_json(fabric, p));
  if (l.port && l.stations_on_port > 0) j["macs_on_port"] = l.stations_on_port;
  if (l.seen) j["seen"] = rfc3339(*l.seen);
  if (l.port) put_place(j, fabric, *l.port);
  if (!result.special.empty()) j["virtual"] = result.special;
  if (result.provoked) {
    Json& p = j["provoked"];
    p["sent"] = result.provoked->sent;
    if (!result.provoked->failures.empty()) p["failed"] = result.provoked->failures;
    p["answered"] = result.provoked->answered_after.has_value();
    if (result.provoked->answered_after)
      p["answered_after_ms"] =
          std::round(std::chrono::duration<double, std::micro>(*result.provoked->answered_after).count()) /
          1000;
  }
  if (l.remembered) j["remembered"] = true;
  if (l.former) {
    j["former"] = port_json(fabric, l.former->port);
    j["former"]["seen"] = rfc3339(l.former->last_seen);
  }
  j["source"] = result.located.live ? "live" : "stored";
  if (result.located.then) put_then(j, *result.located.then);
  j["evidence"] = l.evidence;
  return j;
}

Json to_json(const Fabric& fabric) {
  Json j;
  j["switches"] = Json::array();
  for (std::uint32_t s = 0; s < fabric.snapshots().size(); ++s) {
    const SwitchSnapshot& snapshot = fabric.snapshots()[s];
    Json sw;
    sw["name"] = snapshot.name;
    sw["address"] = snapshot.address;
    if (!snapshot.bridge_address.is_zero()) sw["mac"] = snapshot.bridge_address.to_string();
    if (!snapshot.answered) sw["answered"] = false;
    sw["ports"] = Json::array();
    for (const topology::Interface& i : snapshot.interfaces) {
      const PortId port{topology::SwitchId{s}, i.ifindex};
      Json p;
      p["name"] = i.name;
      p["ifindex"] = i.ifindex.value;
      p["role"] = topology::to_string(fabric.role(fabric.port_of(port.sw, port.ifindex)));
      if (!i.alias.empty()) p["alias"] = i.alias;
      if (!i.physical.empty()) p["physical"] = i.physical;
      if (i.aggregate != topology::kNoInterface)
        if (const auto* a = snapshot.interface(i.aggregate)) p["aggregate"] = a->name;
      sw["ports"].push_back(std::move(p));
    }
    j["switches"].push_back(std::move(sw));
  }
  j["links"] = Json::array();
  for (const topology::Link& link : fabric.links()) {
    Json l;
    l["a"] = short_port_json(fabric, link.a);
    l["b"] = short_port_json(fabric, link.b);
    l["via"] = Json::array();
    for (const topology::Source s : link.via) l["via"].push_back(topology::to_string(s));
    l["confidence"] = link.confidence;
    if (link.blocked) l["blocked"] = true;
    j["links"].push_back(std::move(l));
  }
  j["segments"] = Json::array();
  for (const topology::Segment& segment : fabric.segments()) {
    Json s;
    s["ports"] = Json::array();
    for (const PortId p : segment.ports) s["ports"].push_back(short_port_json(fabric, p));
    s["stations"] = segment.stations.size();
    j["segments"].push_back(std::move(s));
  }
  if (!fabric.unknown_bridges().empty()) {
    j["unknown_bridges"] = Json::array();
    for (const topology::UnknownBridge& u : fabric.unknown_bridges()) {
      Json b = short_port_json(fabric, u.port);
      b["description"] = u.description;
      j["unknown_bridges"].push_back(std::move(b));
    }
  }
  for (const topology::SwitchId sw : topology::unresolved(fabric))
    j["unresolved"].push_back(fabric.snapshot(sw).name);
  if (!fabric.contradictions().empty())
    j["contradictions"] =
        std::vector<std::string>(fabric.contradictions().begin(), fabric.contradictions().end());
  return j;
}

Json to_json(const analysis::Finding& finding, const std::string& vendor,
             const std::vector<std::string>& sources) {
  const auto source_name = [&](std::uint32_t source) {
    return source < sources.size() ? sources[source] : std::to_string(source);
  };
  Json j;
  j["time"] = rfc3339(finding.time, true);
  j["kind"] = finding.kind;
  j["severity"] = analysis::to_string(finding.severity);
  if (!finding.mac.is_zero()) j["mac"] = finding.mac.to_string();
  if (!vendor.empty()) j["vendor"] = vendor;
  if (finding.vlan != topology::kNoVlan) j["vlan"] = finding.vlan.value;
  j["interface"] = source_name(finding.source);
  j["summary"] = finding.summary;
  j["evidence"] = Json::object();
  for (const auto& [key, value] : finding.evidence)
    std::visit([&, &k = key](const auto& v) { j["evidence"][k] = v; }, value);
  j["frames"] = Json::array();
  for (const analysis::FrameRef& f : finding.frames)
    j["frames"].push_back(
        Json{{"file", source_name(f.source)}, {"number", f.number}, {"time", rfc3339(f.time, true)}});
  return j;
}

namespace {
/// OID, type and value as they go out, and what takes them back.
Json changes_to_json(const std::vector<VariableChange>& changes) {
  Json list = Json::array();
  for (const VariableChange& c : changes)
    list.push_back(Json{{"oid", c.oid},
                        {"name", c.name},
                        {"type", snmp::type_name(c.syntax)},
                        {"value", c.after},
                        {"before", c.before}});
  return list;
}
}  // namespace

Json to_json(const IsolationOutcome& outcome) {
  Json j;
  j["result"] = to_string(outcome.result);
  if (!outcome.switch_name.empty()) j["switch"] = outcome.switch_name;
  if (!outcome.port.empty()) j["port"] = outcome.port;
  if (outcome.ifindex != topology::kNoInterface) j["ifindex"] = outcome.ifindex.value;
  if (!outcome.mac.is_zero()) j["mac"] = outcome.mac.to_string();
  if (outcome.id) j["isolation"] = *outcome.id;
  j["way"] = to_string(outcome.way);
  j["refusals"] = Json::array();
  for (const Refusal& r : outcome.refusals) j["refusals"].push_back(r.to_string());
  if (!outcome.refusals.empty()) {
    j["rules"] = Json::array();
    for (const Refusal& r : outcome.refusals) {
      Json rule{{"rule", r.rule}, {"fact", r.fact}};
      if (!r.lift.empty()) rule["lift"] = r.lift;
      j["rules"].push_back(std::move(rule));
    }
  }
  for (const Refusal& r : outcome.forced) j["forced"].push_back(r.to_string());
  if (!outcome.changes.empty()) j["changes"] = changes_to_json(outcome.changes);
  for (const std::string& doubt : outcome.doubts) j["doubts"].push_back(doubt);
  if (outcome.over) j["over"] = true;
  if (!outcome.failure.empty()) j["error"] = outcome.failure;
  if (outcome.verified) {
    j["verified"] = Json::object();
    put_status(j["verified"], "admin_status", outcome.verified->admin_after);
    put_status(j["verified"], "oper_status", outcome.verified->oper_after);
    if (outcome.gone) j["verified"]["station_gone"] = *outcome.gone;
  }
  if (outcome.until && !outcome.over && outcome.result != IsolationResult::kRefused &&
      outcome.result != IsolationResult::kFailed)
    j["until"] = rfc3339(*outcome.until);
  return j;
}

Json to_json(const Incident& incident) {
  Json j;
  j["id"] = incident.id;
  j["state"] = to_string(incident.state);
  j["kind"] = incident.kind;
  j["severity"] = incident.severity;
  if (!incident.mac.is_zero()) j["mac"] = incident.mac.to_string();
  j["summary"] = incident.summary;
  if (!incident.switch_name.empty()) j["switch"] = incident.switch_name;
  if (!incident.port.empty()) j["port"] = incident.port;
  j["opened"] = rfc3339(incident.opened);
  j["updated"] = rfc3339(incident.updated);
  if (!incident.events.empty()) {
    j["timeline"] = Json::array();
    for (const IncidentEvent& e : incident.events) {
      Json event;
      event["time"] = rfc3339(e.time, true);
      event["state"] = to_string(e.state);
      event["text"] = e.text;
      if (!e.data_json.empty()) event["data"] = Json::parse(e.data_json, nullptr, false);
      j["timeline"].push_back(std::move(event));
    }
  }
  return j;
}

Json to_json(const Isolation& isolation) {
  Json j;
  j["isolation"] = isolation.id;
  j["state"] = to_string(isolation.state);
  j["switch"] = isolation.switch_name;
  j["port"] = isolation.port;
  j["ifindex"] = isolation.ifindex.value;
  if (!isolation.mac.is_zero()) j["mac"] = isolation.mac.to_string();
  if (isolation.incident) j["incident"] = *isolation.incident;
  if (!isolation.who.empty()) j["who"] = isolation.who;
  if (!isolation.reason.empty()) j["reason"] = isolation.reason;
  j["way"] = to_string(isolation.way);
  if (!isolation.forced.empty()) j["forced"] = isolation.forced;
  if (!isolation.changes.empty()) j["changes"] = changes_to_json(isolation.changes);
  if (isolation.attempts > 0) j["failed_restores"] = isolation.attempts;
  j["since"] = rfc3339(isolation.set_at.value_or(isolation.intended));
  if (isolation.until) j["until"] = rfc3339(*isolation.until);
  if (isolation.restored_at) j["restored"] = rfc3339(*isolation.restored_at);
  if (!isolation.note.empty()) j["note"] = isolation.note;
  return j;
}

Json to_json(const AuditEntry& entry) {
  Json j;
  j["id"] = entry.id;
  j["time"] = rfc3339(entry.time, true);
  j["who"] = entry.who;
  j["action"] = entry.action;
  if (!entry.why.empty()) j["why"] = entry.why;
  if (entry.isolation) j["isolation"] = *entry.isolation;
  if (entry.incident) j["incident"] = *entry.incident;
  if (!entry.switch_name.empty()) j["switch"] = entry.switch_name;
  if (!entry.port.empty()) j["port"] = entry.port;
  if (!entry.mac.is_zero()) j["mac"] = entry.mac.to_string();
  if (!entry.varbinds.empty()) j["varbinds"] = entry.varbinds;
  if (!entry.answer.empty()) j["answer"] = entry.answer;
  return j;
}

Json fdb_row_to_json(const SwitchSnapshot& sw, const topology::FdbEntry& row) {
  Json j;
  j["switch"] = sw.name;
  j["mac"] = row.mac.to_string();
  if (row.vlan != topology::kNoVlan) j["vlan"] = row.vlan.value;
  if (row.port != topology::kNoInterface) {
    const topology::Interface* i = sw.interface(row.port);
    j["port"] = i != nullptr ? i->name : std::to_string(row.port.value);
    j["ifindex"] = row.port.value;
  }
  if (row.bridge_port.value != 0) j["bridge_port"] = row.bridge_port.value;
  j["status"] = topology::to_string(row.status);
  return j;
}

}  // namespace lanwarden::agent
