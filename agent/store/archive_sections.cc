#include "agent/store/archive_sections.h"

#include "agent/store/store.h"

namespace lanwarden::agent::sqlite {
namespace {

using Type = ArchiveField::Type;

bool an_incident_state(std::string_view text) { return incident_state(text).has_value(); }
bool an_isolation_state(std::string_view text) { return isolation_state(text).has_value(); }
bool a_way(std::string_view text) { return isolation_way(text).has_value(); }
bool a_name_source(std::string_view text) { return name_source(text).has_value(); }
bool an_event(std::string_view text) { return switch_event_kind(text).has_value(); }
bool a_syntax(std::string_view text) { return text == "i" || text == "u" || text == "x" || text == "s"; }

constexpr bool kOptional = true;

}  // namespace

std::span<const ArchiveSection> archive_sections() {
  // In an order in which what is named has been introduced. Rows of the past stand in the order in which they
  // were written, which is that of their ends: forgetting begins with the first.
  static const std::vector<ArchiveSection> kSections = {
      {"switch",
       "SELECT name, address FROM switch ORDER BY name",
       "INSERT INTO switch (name, address) VALUES (?1, ?2)",
       {{"name", Type::kText}, {"address", Type::kText}}},
      {"port",
       "SELECT s.name, p.name, p.ifindex FROM port p JOIN switch s ON s.id = p.switch ORDER BY 1, 2",
       "INSERT INTO port (switch, name, ifindex) VALUES (?1, ?2, ?3)",
       {{"switch", Type::kSwitch}, {"name", Type::kText}, {"ifindex", Type::kNumber}}},
      {"poll",
       "SELECT s.name, p.attempted, p.failure, p.time, p.uptime_cs, p.fdb_time, p.address_time, p.name_time, "
       "p.tables, p.document_hash FROM poll p JOIN switch s ON s.id = p.switch ORDER BY 1",
       "INSERT INTO poll (switch, attempted, failure, time, uptime_cs, fdb_time, address_time, name_time, "
       "tables, document_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
       {{"switch", Type::kSwitch},
        {"attempted", Type::kTime},
        {"failure", Type::kJson, kOptional},
        {"time", Type::kTime, kOptional},
        {"uptime_cs", Type::kNumber, kOptional},
        {"fdb_time", Type::kTime, kOptional},
        {"address_time", Type::kTime, kOptional},
        {"name_time", Type::kTime, kOptional},
        {"tables", Type::kJson, kOptional},
        {"document_hash", Type::kNumber, kOptional}}},
      {"snapshot",
       "SELECT s.name, d.json FROM document d JOIN switch s ON s.id = d.switch ORDER BY 1",
       "INSERT INTO document (switch, json) VALUES (?1, ?2)",
       {{"switch", Type::kSwitch}, {"document", Type::kJson}}},
      {"station",
       "SELECT mac FROM station ORDER BY 1",
       "INSERT INTO station VALUES (?1)",
       {{"mac", Type::kMac}}},
      {"place",
       "SELECT s.name, f.mac, f.vlan, p.name, f.status, f.bridge_port, f.from_time, f.last_seen FROM "
       "fdb_open f "
       "JOIN switch s ON s.id = f.switch LEFT JOIN port p ON p.id = f.port ORDER BY 1, 2, 3, 4",
       "INSERT INTO fdb_open (switch, mac, vlan, port, status, bridge_port, from_time, last_seen) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
       {{"switch", Type::kSwitch},
        {"mac", Type::kMac},
        {"vlan", Type::kNumber},
        {"port", Type::kPort, kOptional},
        {"status", Type::kStatus},
        {"bridge_port", Type::kNumber},
        {"since", Type::kTime},
        {"seen", Type::kTime, kOptional}}},
      {"past-place",
       "SELECT s.name, f.mac, f.vlan, p.name, f.ifindex, f.status, f.from_time, f.last_seen, f.until_time "
       "FROM fdb_past f JOIN switch s ON s.id = f.switch LEFT JOIN port p ON p.id = f.port ORDER BY f.rowid",
       "INSERT INTO fdb_past (switch, mac, vlan, port, ifindex, status, from_time, last_seen, until_time) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
       {{"switch", Type::kSwitch},
        {"mac", Type::kMac},
        {"vlan", Type::kNumber},
        {"port", Type::kPort, kOptional},
        {"ifindex", Type::kNumber},
        {"status", Type::kStatus},
        {"since", Type::kTime},
        {"seen", Type::kTime},
        {"until", Type::kTime}}},
      {"address",
       "SELECT s.name, a.mac, a.value, a.source, a.from_time, a.last_seen FROM address_open a "
       "LEFT JOIN switch s ON s.id = a.switch ORDER BY 1, 2, 3, 4",
       "INSERT INTO address_open (switch, mac, value, source, from_time, last_seen) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
       {{"switch", Type::kSwitch, kOptional},
        {"mac", Type::kMac},
        {"ip", Type::kIp},
        {"source", Type::kText},
        {"since", Type::kTime},
        {"seen", Type::kTime, kOptional}}},
      {"past-address",
       "SELECT s.name, a.mac, a.value, a.source, a.from_time, a.last_seen, a.until_time FROM address_past a "
       "LEFT JOIN switch s ON s.id = a.switch ORDER BY a.rowid",
       "INSERT INTO address_past (switch, mac, value, source, from_time, last_seen, until_time) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
       {{"switch", Type::kSwitch, kOptional},
        {"mac", Type::kMac},
        {"ip", Type::kIp},
        {"source", Type::kText},
        {"since", Type::kTime},
        {"seen", Type::kTime},
        {"until", Type::kTime}}},
      {"name",
       "SELECT s.name, n.mac, n.value, n.source, n.from_time, n.last_seen FROM name_open n "
       "LEFT JOIN switch s ON s.id = n.switch ORDER BY 1, 2, 3, 4",
       "INSERT INTO name_open (switch, mac, value, source, from_time, last_seen) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
       {{"switch", Type::kSwitch, kOptional},
        {"mac", Type::kMac},
        {"name", Type::kText},
        {"source", Type::kText, false, a_name_source},
        {"since", Type::kTime},
        {"seen", Type::kTime, kOptional}}},
      {"past-name",
       "SELECT s.name, n.mac, n.value, n.source, n.from_time, n.last_seen, n.until_time FROM name_past n "
       "LEFT JOIN switch s ON s.id = n.switch ORDER BY n.rowid",
       "INSERT INTO name_past (switch, mac, value, source, from_time, last_seen, until_time) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
       {{"switch", Type::kSwitch, kOptional},
        {"mac", Type::kMac},
        {"name", Type::kText},
        {"source", Type::kText, false, a_name_source},
        {"since", Type::kTime},
        {"seen", Type::kTime},
        {"until", Type::kTime}}},
      {"link",
       "SELECT sa.name, a.name, sb.name, b.name, l.via, l.from_time, l.last_seen, l.until_time FROM link l "
       "JOIN port a ON a.id = l.a_port JOIN switch sa ON sa.id = a.switch "
       "JOIN port b ON b.id = l.b_port JOIN switch sb ON sb.id = b.switch "
       // Which end is stored first is a matter of the ids.
       "WHERE (sa.name, a.name) <= (sb.name, b.name) UNION ALL "
       "SELECT sb.name, b.name, sa.name, a.name, l.via, l.from_time, l.last_seen, l.until_time FROM link l "
       "JOIN port a ON a.id = l.a_port JOIN switch sa ON sa.id = a.switch "
       "JOIN port b ON b.id = l.b_port JOIN switch sb ON sb.id = b.switch "
       "WHERE (sa.name, a.name) > (sb.name, b.name) ORDER BY 1, 2, 3, 4, 6",
       "INSERT INTO link (a_port, b_port, via, from_time, last_seen, until_time) "
       "VALUES (min(?2, ?4), max(?2, ?4), ?5, ?6, ?7, ?8)",
       {{"switch", Type::kSwitch},
        {"port", Type::kPort},
        {"to_switch", Type::kSwitch},
        {"to_port", Type::kPort},
        {"via", Type::kText},
        {"since", Type::kTime},
        {"seen", Type::kTime, kOptional},
        {"until", Type::kTime, kOptional}}},
      {"links-saved",
       "SELECT time FROM link_saved",
       "INSERT INTO link_saved VALUES (?1)",
       {{"time", Type::kTime}}},
      {"switch-event",
       "SELECT s.name, e.time, e.kind, e.before, e.after FROM switch_event e JOIN switch s ON s.id = "
       "e.switch "
       "ORDER BY e.id",
       "INSERT INTO switch_event (switch, time, kind, before, after) VALUES (?1, ?2, ?3, ?4, ?5)",
       {{"switch", Type::kSwitch},
        {"time", Type::kTime},
        {"event", Type::kText, false, an_event},
        {"before", Type::kText},
        {"after", Type::kText}}},
      {"incident",
       "SELECT id, state, kind, severity, mac, summary, switch_name, port, opened, updated FROM incident "
       "ORDER BY id",
       "INSERT INTO incident (id, state, kind, severity, mac, summary, switch_name, port, opened, updated) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
       {{"id", Type::kNumber},
        {"state", Type::kText, false, an_incident_state},
        {"finding", Type::kText},
        {"severity", Type::kText},
        {"mac", Type::kMac},
        {"summary", Type::kText},
        {"on_switch", Type::kText},
        {"on_port", Type::kText},
        {"opened", Type::kTime},
        {"updated", Type::kTime}}},
      {"incident-step",
       "SELECT id, incident, time, state, text, data FROM incident_event ORDER BY id",
       "INSERT INTO incident_event (id, incident, time, state, text, data) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
       {{"id", Type::kNumber},
        {"incident", Type::kNumber},
        {"time", Type::kTime},
        {"state", Type::kText, false, an_incident_state},
        {"text", Type::kText},
        {"data", Type::kText}}},
      {"evidence-frame",
       "SELECT incident, time, interface, number, link_type, wire_length, octets, comment FROM "
       "evidence_frame "
       "ORDER BY id",
       "INSERT INTO evidence_frame (incident, time, interface, number, link_type, wire_length, octets, "
       "comment) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
       {{"incident", Type::kNumber},
        {"time", Type::kTime},
        {"interface", Type::kText},
        {"number", Type::kNumber},
        {"link_type", Type::kNumber},
        {"wire_length", Type::kNumber},
        {"octets", Type::kOctets},
        {"comment", Type::kText}}},
      {"isolation",
       "SELECT id, state, way, incident, switch_name, port, ifindex, mac, who, reason, old_admin_status, "
       "forced, intended, set_at, restored_at, until_time, boot, until_since_boot, owner, attempts, "
       "next_attempt, note, revision FROM isolation ORDER BY id",
       "INSERT INTO isolation (id, state, way, incident, switch_name, port, ifindex, mac, who, reason, "
       "old_admin_status, forced, intended, set_at, restored_at, until_time, boot, until_since_boot, owner, "
       "attempts, next_attempt, note, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
       "?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
       {{"id", Type::kNumber},
        {"state", Type::kText, false, an_isolation_state},
        {"way", Type::kText, false, a_way},
        {"incident", Type::kNumber, kOptional},
        {"on_switch", Type::kText},
        {"on_port", Type::kText},
        {"ifindex", Type::kNumber},
        {"mac", Type::kMac},
        {"who", Type::kText},
        {"reason", Type::kText},
        {"old_admin_status", Type::kText},
        {"forced", Type::kText},
        {"intended", Type::kTime},
        {"set_at", Type::kTime, kOptional},
        {"restored_at", Type::kTime, kOptional},
        {"until", Type::kTime, kOptional},
        {"boot", Type::kText},
        {"until_since_boot_ns", Type::kNumber, kOptional},
        {"owner", Type::kText},
        {"attempts", Type::kNumber},
        {"next_attempt", Type::kTime, kOptional},
        {"note", Type::kText},
        {"revision", Type::kNumber}}},
      {"isolation-change",
       "SELECT isolation, place, oid, name, syntax, before, after, bit FROM isolation_change ORDER BY 1, 2",
       "INSERT INTO isolation_change (isolation, place, oid, name, syntax, before, after, bit) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
       {{"isolation", Type::kNumber},
        {"place", Type::kNumber},
        {"oid", Type::kText},
        {"name", Type::kText},
        {"syntax", Type::kText, false, a_syntax},
        {"before", Type::kText},
        {"after", Type::kText},
        {"bit", Type::kNumber}}},
      {"trail",
       "SELECT id, time, who, action, why, isolation, incident, switch_name, port, mac, varbinds, answer "
       "FROM audit ORDER BY id",
       "INSERT INTO audit (id, time, who, action, why, isolation, incident, switch_name, port, mac, "
       "varbinds, "
       "answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
       {{"id", Type::kNumber},
        {"time", Type::kTime},
        {"who", Type::kText},
        {"action", Type::kText},
        {"why", Type::kText},
        {"isolation", Type::kNumber, kOptional},
        {"incident", Type::kNumber, kOptional},
        {"on_switch", Type::kText},
        {"on_port", Type::kText},
        {"mac", Type::kMac},
        {"varbinds", Type::kText},
        {"answer", Type::kText}}},
      {"wiring",
       "SELECT key, value, from_time, until_time FROM wiring ORDER BY key, from_time",
       "INSERT INTO wiring (key, value, from_time, until_time) VALUES (?1, ?2, ?3, ?4)",
       {{"key", Type::kText},
        {"value", Type::kJson},
        {"from", Type::kTime},
        {"until", Type::kTime, kOptional}}},
      {"wiring-state",
       "SELECT revision, time FROM wiring_state",
       "INSERT INTO wiring_state (id, revision, time) VALUES (1, ?1, ?2)",
       {{"revision", Type::kNumber}, {"time", Type::kTime}}},
      {"wiring-audit",
       "SELECT id, time, by, fresh, standing, report FROM wiring_audit ORDER BY id",
       "INSERT INTO wiring_audit (id, time, by, fresh, standing, report) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
       {{"id", Type::kNumber},
        {"time", Type::kTime},
        {"by", Type::kText},
        {"new", Type::kNumber},
        {"standing", Type::kNumber},
        {"report", Type::kJson}}},
      {"acknowledgement",
       "SELECT fingerprint, kind, switch_name, port, summary, who, reason, time, until_time FROM "
       "acknowledgement "
       "ORDER BY fingerprint",
       "INSERT INTO acknowledgement (fingerprint, kind, switch_name, port, summary, who, reason, time, "
       "until_time) "
       "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
       {{"fingerprint", Type::kText},
        {"kind", Type::kText},
        {"on_switch", Type::kText},
        {"on_port", Type::kText},
        {"summary", Type::kText},
        {"who", Type::kText},
        {"reason", Type::kText},
        {"time", Type::kTime},
        {"until", Type::kTime, kOptional}}},
  };
  return kSections;
}

}  // namespace lanwarden::agent::sqlite
