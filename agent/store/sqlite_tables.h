// What SqliteStore is made of: each table group in a file of its own, as free
// functions on an open database. They throw SQLite::Exception or StoreException;
// SqliteStore alone turns those into StoreError and owns the transactions.
#pragma once

#include <exception>

#include "agent/store/store.h"

namespace SQLite {
class Database;
}

namespace lanwarden::agent::sqlite {

/// A failure that SQLite itself did not notice.
class StoreException : public std::exception {
 public:
  explicit StoreException(StoreError error) : error_(std::move(error)) {}
  const StoreError& error() const { return error_; }
  const char* what() const noexcept override { return error_.message.c_str(); }

 private:
  StoreError error_;
};

// sqlite_schema.cc
inline constexpr std::int32_t kApplicationId = 0x4c4e5744;  ///< "LNWD": PRAGMA application_id
int newest_schema();
/// Whether the database is empty or ours, and not newer than we are; throws kCorrupt or kTooNew.
/// Returns its schema version, 0 for an empty one.
int recognise(SQLite::Database& db);
/// Runs the missing migrations up to this schema. Within a transaction.
void migrate(SQLite::Database& db, int to = newest_schema());

// sqlite_polls.cc: within a transaction
std::string revision(SQLite::Database& db);
SavedPoll save_poll(SQLite::Database& db, std::span<const SwitchSnapshot> snapshots);
void save_rows(SQLite::Database& db, const SwitchSnapshot& sw, std::span<const topology::FdbEntry> rows,
               Time now);
// sqlite_history.cc
/// `names`: of these switches; nullptr: of all.
std::vector<SwitchSnapshot> snapshots(SQLite::Database& db, const std::span<const std::string>* names);
std::vector<Sighting> sightings(SQLite::Database& db, const MacPattern& pattern, std::optional<Time> at,
                                std::size_t limit);
std::vector<Sighting> history(SQLite::Database& db, MacAddress mac, Time since, std::size_t limit);
std::vector<MacAddress> stations(SQLite::Database& db, const MacPattern& pattern, std::size_t limit);
// sqlite_claims.cc
void save_bindings(SQLite::Database& db, std::span<const IpBinding> bindings);
std::vector<IpBinding> bindings(SQLite::Database& db, const IpAddress& ip);
std::vector<IpBinding> bindings(SQLite::Database& db, MacAddress mac);
std::vector<IpBinding> address_history(SQLite::Database& db, const IpAddress& ip);
std::vector<IpBinding> address_history(SQLite::Database& db, MacAddress mac);
void save_names(SQLite::Database& db, std::span<const NameBinding> names);
std::vector<IpBinding> unnamed_addresses(SQLite::Database& db, NameSource source, Time named_since,
                                         Time seen_since, std::size_t limit);
std::vector<NameBinding> names(SQLite::Database& db, MacAddress mac);
std::vector<MacAddress> stations_named(SQLite::Database& db, std::string_view name, std::size_t limit);
// sqlite_links.cc
void save_links(SQLite::Database& db, std::span<const LinkInterval> links,
                std::span<const std::string> unsure, Time now);
std::vector<LinkInterval> links(SQLite::Database& db, const std::string& switch_name);
// sqlite_ports.cc
std::vector<SwitchEvent> switch_events(SQLite::Database& db, const std::string& switch_name, Time since,
                                       std::size_t limit);
std::vector<Sighting> port_history(SQLite::Database& db, const std::string& switch_name,
                                   const std::string& port, Time since, std::size_t limit);
std::size_t stations_on(SQLite::Database& db, const std::string& switch_name, const std::string& port,
                        Time at);
std::optional<Time> oldest_sighting(SQLite::Database& db);

// sqlite_incidents.cc
std::int64_t open_incident(SQLite::Database& db, const Incident& incident);
std::optional<Incident> find_open_incident(SQLite::Database& db, std::string_view kind, MacAddress mac);
void append_event(SQLite::Database& db, std::int64_t incident, const IncidentEvent& event,
                  const std::string& switch_name, const std::string& port);
void worsen_incident(SQLite::Database& db, std::int64_t incident, const std::string& kind,
                     const std::string& severity, const std::string& summary);
std::vector<Incident> incidents(SQLite::Database& db, bool with_events, bool open_only);
std::optional<Incident> incident(SQLite::Database& db, std::int64_t id);
// sqlite_evidence.cc
std::size_t add_evidence(SQLite::Database& db, std::int64_t incident, std::span<const EvidenceFrame> frames);
std::vector<EvidenceFrame> evidence(SQLite::Database& db, std::int64_t incident);

// sqlite_retention.cc
Forgotten forget(SQLite::Database& db, const Retention& retention);

// sqlite_isolations.cc
IsolationClaim claim_isolation(SQLite::Database& db, const Isolation& isolation,
                               const IsolationLimits& limits, std::span<const AuditEntry> audit);
bool update_isolation(SQLite::Database& db, Isolation& isolation, std::span<const AuditEntry> audit);
std::vector<Isolation> isolations(SQLite::Database& db, bool open_only);
std::optional<Isolation> isolation(SQLite::Database& db, std::int64_t id);
IsolationCounts count_isolations(SQLite::Database& db, Time since);
void append_audit(SQLite::Database& db, const AuditEntry& entry);
std::vector<AuditEntry> audit(SQLite::Database& db, const AuditFilter& filter);

// What a row must not be.
[[noreturn]] void damaged(SQLite::Database& db, const char* table, std::int64_t id, const std::string& state);
[[noreturn]] void no_such(SQLite::Database& db, const char* table, std::int64_t id);

}  // namespace lanwarden::agent::sqlite
