#include <SQLiteCpp/SQLiteCpp.h>

#include <array>

#include "agent/store/sqlite_tables.h"

namespace lanwarden::agent::sqlite {
namespace {

// Schema N is reached from N-1 by kMigrations[N-1]. A migration, once released,
// is never edited: a change is one more entry.
constexpr std::array kMigrations = {
    // 1: polls as intervals, incidents, isolations
    R"sql(
CREATE TABLE switch (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,          -- as configured: the identity
  address TEXT NOT NULL
) STRICT;

-- The one row a poll that finds nothing new writes per switch: keep it short.
CREATE TABLE poll (
  switch INTEGER PRIMARY KEY REFERENCES switch (id),
  attempted INTEGER NOT NULL,         -- last poll, answered or not (all times: ns since 1970, UTC)
  failure TEXT,                       -- its problems (a JSON list) when it was not answered
  time INTEGER,                       -- last poll that was answered; NULL: never
  uptime_cs INTEGER,
  fdb_time INTEGER,                   -- last poll that brought forwarding rows
  tables TEXT,                        -- completeness and rows of each table (JSON)
  document_hash INTEGER
) STRICT;

-- The last answered snapshot without its forwarding rows (JSON).
CREATE TABLE document (
  switch INTEGER PRIMARY KEY REFERENCES switch (id),
  json TEXT NOT NULL
) STRICT;

-- A port's identity over time is (switch, ifName); its ifIndex moves.
CREATE TABLE port (
  id INTEGER PRIMARY KEY,             -- from 1; 0 in the tables below is "known, but on no port"
  switch INTEGER NOT NULL REFERENCES switch (id),
  name TEXT NOT NULL,
  ifindex INTEGER NOT NULL,           -- as last polled; 0: another port has that number now
  UNIQUE (switch, name)
) STRICT;

-- Every station ever seen: what a partial address is searched in.
CREATE TABLE station (mac INTEGER PRIMARY KEY) STRICT;

-- Open intervals: what the forwarding tables hold now, one switch's rows side by
-- side, in the order in which a poll brings them. No foreign keys here and in
-- fdb_past: the ids come from the same transaction, a look-up per row would double its price.
CREATE TABLE fdb_open (
  switch INTEGER NOT NULL,
  mac INTEGER NOT NULL,
  vlan INTEGER NOT NULL,
  port INTEGER NOT NULL,
  status INTEGER NOT NULL,
  bridge_port INTEGER NOT NULL,
  from_time INTEGER NOT NULL,
  last_seen INTEGER,                  -- NULL: in the last poll, poll.fdb_time
  PRIMARY KEY (switch, mac, vlan, port)
) STRICT, WITHOUT ROWID;
CREATE INDEX fdb_open_mac ON fdb_open (mac);

-- Closed intervals.
CREATE TABLE fdb_past (
  mac INTEGER NOT NULL,
  vlan INTEGER NOT NULL,
  switch INTEGER NOT NULL,
  port INTEGER NOT NULL,
  ifindex INTEGER NOT NULL,
  status INTEGER NOT NULL,
  from_time INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  until_time INTEGER NOT NULL
) STRICT;
CREATE INDEX fdb_past_mac ON fdb_past (mac, until_time);

CREATE TABLE binding (
  ip BLOB NOT NULL,                   -- 4 or 16 octets
  mac INTEGER NOT NULL,
  source TEXT NOT NULL,
  last_seen INTEGER NOT NULL,
  PRIMARY KEY (ip, mac, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX binding_mac ON binding (mac);

-- AUTOINCREMENT: an id that a person has written down is never given again.
CREATE TABLE incident (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state TEXT NOT NULL,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL,
  mac INTEGER NOT NULL,
  summary TEXT NOT NULL,
  switch_name TEXT NOT NULL,
  port TEXT NOT NULL,
  opened INTEGER NOT NULL,
  updated INTEGER NOT NULL
) STRICT;
CREATE INDEX incident_open ON incident (mac, kind) WHERE state <> 'closed';

CREATE TABLE incident_event (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  time INTEGER NOT NULL,
  state TEXT NOT NULL,
  text TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX incident_event_incident ON incident_event (incident);

CREATE TABLE isolation (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  state TEXT NOT NULL,
  incident INTEGER REFERENCES incident (id),
  switch_name TEXT NOT NULL,
  port TEXT NOT NULL,
  ifindex INTEGER NOT NULL,
  mac INTEGER NOT NULL,
  who TEXT NOT NULL,
  reason TEXT NOT NULL,
  old_admin_status TEXT NOT NULL,
  intended INTEGER NOT NULL,
  set_at INTEGER,
  restored_at INTEGER,
  until_time INTEGER,
  note TEXT NOT NULL
) STRICT;
CREATE INDEX isolation_open ON isolation (id) WHERE state IN ('intended', 'active');
CREATE INDEX isolation_intended ON isolation (intended);
)sql",

    // 2: isolations that can be finished or undone by whoever comes next, and the audit trail
    R"sql(
ALTER TABLE isolation ADD COLUMN way TEXT NOT NULL DEFAULT 'admin-down';
ALTER TABLE isolation ADD COLUMN forced TEXT NOT NULL DEFAULT '';       -- rules, one a line
ALTER TABLE isolation ADD COLUMN boot TEXT NOT NULL DEFAULT '';
ALTER TABLE isolation ADD COLUMN until_since_boot INTEGER;              -- ns
ALTER TABLE isolation ADD COLUMN owner TEXT NOT NULL DEFAULT '';
ALTER TABLE isolation ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE isolation ADD COLUMN next_attempt INTEGER;
ALTER TABLE isolation ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
DROP INDEX isolation_open;
CREATE INDEX isolation_open ON isolation (id) WHERE state IN ('intended', 'active', 'restoring');

CREATE TABLE isolation_change (
  isolation INTEGER NOT NULL REFERENCES isolation (id),
  place INTEGER NOT NULL,             -- in the order of the SETs
  oid TEXT NOT NULL,
  name TEXT NOT NULL,
  syntax TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL,
  bit INTEGER NOT NULL,
  PRIMARY KEY (isolation, place)
) STRICT, WITHOUT ROWID;
-- What an older lanwarden has shut can be opened by this one.
INSERT INTO isolation_change
  SELECT id, 0, '1.3.6.1.2.1.2.2.1.7.' || ifindex, 'ifAdminStatus.' || ifindex, 'i', '1', '2', 0
  FROM isolation WHERE state IN ('intended', 'active');

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  who TEXT NOT NULL,
  action TEXT NOT NULL,
  why TEXT NOT NULL,
  isolation INTEGER,
  incident INTEGER,
  switch_name TEXT NOT NULL,
  port TEXT NOT NULL,
  mac INTEGER NOT NULL,
  varbinds TEXT NOT NULL,
  answer TEXT NOT NULL
) STRICT;
CREATE INDEX audit_isolation ON audit (isolation);
CREATE INDEX audit_incident ON audit (incident);
CREATE TRIGGER audit_is_not_rewritten BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_is_not_removed BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
)sql",

    // 3: the frames that prove an incident
    R"sql(
CREATE TABLE evidence_frame (
  id INTEGER PRIMARY KEY,
  incident INTEGER NOT NULL REFERENCES incident (id),
  time INTEGER NOT NULL,
  interface TEXT NOT NULL,
  number INTEGER NOT NULL,            -- in its capture, from 1
  link_type INTEGER NOT NULL,         -- LINKTYPE_
  wire_length INTEGER NOT NULL,
  octets BLOB NOT NULL,
  comment TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX evidence_frame_once ON evidence_frame (incident, time, interface, number);
)sql",

    // 4: what is to be told, and how far each channel is with it
    R"sql(
-- AUTOINCREMENT: a number is never given twice, so that what is missing can be counted.
CREATE TABLE notice (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  event TEXT NOT NULL,
  severity TEXT NOT NULL,
  incident INTEGER,
  step INTEGER,                       -- incident_event.id, which has the data; NULL: no step of an incident
  kind TEXT NOT NULL,
  summary TEXT NOT NULL,
  switch_name TEXT NOT NULL,
  port TEXT NOT NULL,
  mac INTEGER NOT NULL,
  text TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE TABLE notice_cursor (
  channel TEXT PRIMARY KEY,
  last INTEGER NOT NULL,              -- notice.id
  delivered_at INTEGER,
  delivered INTEGER NOT NULL,
  digests INTEGER NOT NULL,
  failed_tries INTEGER NOT NULL,
  dropped INTEGER NOT NULL,
  failures INTEGER NOT NULL,
  failing_since INTEGER,
  next_try INTEGER,
  error TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE notice_origin (token TEXT NOT NULL) STRICT;
INSERT INTO notice_origin VALUES (lower(hex(randomblob(6))));

CREATE TRIGGER step_is_told AFTER INSERT ON incident_event BEGIN
  INSERT INTO notice (time, event, severity, incident, step, kind, summary, switch_name, port, mac, text, data)
    SELECT NEW.time, NEW.state, severity, id, NEW.id, kind, summary, switch_name, port, mac, NEW.text, ''
    FROM incident WHERE id = NEW.incident;
END;
CREATE TRIGGER old_notices_go AFTER INSERT ON notice BEGIN
  DELETE FROM notice WHERE id <= NEW.id - 10000;  -- NoticeLog::kMostNotices
END;
)sql",

    // 5: addresses and names as intervals, links, what polls notice of switches, and what was on a port
    R"sql(
ALTER TABLE poll ADD COLUMN address_time INTEGER;  -- last poll that brought addresses
ALTER TABLE poll ADD COLUMN name_time INTEGER;     -- last poll that brought neighbours

-- Open intervals. As in fdb_open, an unchanged poll writes none: last_seen NULL is its switch's last poll.
CREATE TABLE address_open (
  switch INTEGER NOT NULL,            -- whose table said so; 0: heard on the wire
  mac INTEGER NOT NULL,
  value BLOB NOT NULL,                -- 4 or 16 octets
  source TEXT NOT NULL,
  from_time INTEGER NOT NULL,
  last_seen INTEGER,
  PRIMARY KEY (switch, mac, value, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_open_mac ON address_open (mac);
CREATE INDEX address_open_value ON address_open (value);
CREATE TABLE address_past (
  switch INTEGER NOT NULL,
  mac INTEGER NOT NULL,
  value BLOB NOT NULL,
  source TEXT NOT NULL,
  from_time INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  until_time INTEGER NOT NULL
) STRICT;
CREATE INDEX address_past_mac ON address_past (mac);
CREATE INDEX address_past_value ON address_past (value);

-- When an address was first heard was not kept until now: its last time is all that is sure.
INSERT INTO address_open (switch, mac, value, source, from_time, last_seen)
  SELECT coalesce((SELECT id FROM switch WHERE name = CASE
           WHEN source LIKE '% (ARP)' THEN substr(source, 1, length(source) - 6)
           WHEN source LIKE '% (ND)' THEN substr(source, 1, length(source) - 5) END), 0),
         mac, ip, source, last_seen, last_seen FROM binding;
DROP TABLE binding;

CREATE TABLE name_open (
  switch INTEGER NOT NULL,
  mac INTEGER NOT NULL,
  value TEXT NOT NULL COLLATE NOCASE,
  source TEXT NOT NULL,
  from_time INTEGER NOT NULL,
  last_seen INTEGER,
  PRIMARY KEY (switch, mac, value, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX name_open_mac ON name_open (mac);
CREATE INDEX name_open_value ON name_open (value);
CREATE TABLE name_past (
  switch INTEGER NOT NULL,
  mac INTEGER NOT NULL,
  value TEXT NOT NULL COLLATE NOCASE,
  source TEXT NOT NULL,
  from_time INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  until_time INTEGER NOT NULL
) STRICT;
CREATE INDEX name_past_mac ON name_past (mac);

-- A link ends where until_time says so; last_seen NULL: when links were last saved.
CREATE TABLE link (
  a_port INTEGER NOT NULL,            -- port.id
  b_port INTEGER NOT NULL,
  from_time INTEGER NOT NULL,
  last_seen INTEGER,
  until_time INTEGER,
  via TEXT NOT NULL,
  PRIMARY KEY (a_port, b_port, from_time)
) STRICT, WITHOUT ROWID;
CREATE TABLE link_saved (time INTEGER NOT NULL) STRICT;

CREATE TABLE switch_event (
  id INTEGER PRIMARY KEY,
  switch INTEGER NOT NULL REFERENCES switch (id),
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  before TEXT NOT NULL,
  after TEXT NOT NULL
) STRICT;
CREATE INDEX switch_event_time ON switch_event (switch, time);

CREATE INDEX fdb_past_port ON fdb_past (port, until_time) WHERE port <> 0;
-- The octets from the last to the first: an address is searched by its end.
CREATE INDEX station_end ON station (((mac & 255) << 40) | ((mac & 65280) << 24) | ((mac & 16711680) << 8) |
  ((mac >> 8) & 16711680) | ((mac >> 24) & 65280) | (mac >> 40));
)sql",

    // 6: what audits know of the wiring
    R"sql(
CREATE TABLE wiring (
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  from_time INTEGER NOT NULL,
  until_time INTEGER                  -- NULL: still
) STRICT;
CREATE UNIQUE INDEX wiring_open ON wiring (key) WHERE until_time IS NULL;
CREATE INDEX wiring_key ON wiring (key, from_time);
CREATE INDEX wiring_until ON wiring (until_time) WHERE until_time IS NOT NULL;
CREATE TABLE wiring_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  revision INTEGER NOT NULL,
  time INTEGER NOT NULL
) STRICT;
CREATE TABLE wiring_audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  by TEXT NOT NULL,
  fresh INTEGER NOT NULL,
  standing INTEGER NOT NULL,
  report TEXT NOT NULL
) STRICT;
CREATE INDEX wiring_audit_time ON wiring_audit (time);
CREATE TABLE acknowledgement (
  fingerprint TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  switch_name TEXT NOT NULL,
  port TEXT NOT NULL,
  summary TEXT NOT NULL,
  who TEXT NOT NULL,
  reason TEXT NOT NULL,
  time INTEGER NOT NULL,
  until_time INTEGER                  -- NULL: for good
) STRICT, WITHOUT ROWID;
)sql",
};

int number(SQLite::Database& db, const char* query) { return db.execAndGet(query).getInt(); }

}  // namespace

int newest_schema() { return static_cast<int>(kMigrations.size()); }

int recognise(SQLite::Database& db) {
  const int application = number(db, "PRAGMA application_id");
  const int version = number(db, "PRAGMA user_version");
  const std::string path = db.getFilename();
  if (application == kApplicationId) {
    if (version > newest_schema())
      throw StoreException(
          {StoreCause::kTooNew, path + ": written by a newer lanwarden (schema " + std::to_string(version) +
                                    ", this one knows " + std::to_string(newest_schema()) +
                                    "): update this lanwarden, or name another store with --store"});
    return version;
  }
  if (application != 0 || version != 0 || number(db, "SELECT count(*) FROM sqlite_schema") != 0)
    throw StoreException({StoreCause::kCorrupt,
                          path + ": a database, but of another program: name another file with --store"});
  return 0;
}

void migrate(SQLite::Database& db, int to) {
  // Looked at again within the transaction: another process may have been quicker.
  const int have = recognise(db);
  if (have >= to) return;
  for (int i = have; i < to; ++i) db.exec(kMigrations[static_cast<std::size_t>(i)]);
  db.exec("PRAGMA application_id = " + std::to_string(kApplicationId));
  db.exec("PRAGMA user_version = " + std::to_string(to));
}

}  // namespace lanwarden::agent::sqlite
