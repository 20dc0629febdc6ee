// What a poll tells of a switch itself, against the poll before.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <optional>
#include <string>

#include "agent/store/chronicle.h"

namespace lanwarden::agent::sqlite {

/// Whether the agent started anew: its sysUpTime fell, and not because its 32 bits were full (497 days).
bool rebooted(std::uint64_t before_cs, std::uint64_t now_cs, Time before, Time now);

class SwitchEventWriter {
 public:
  explicit SwitchEventWriter(SQLite::Database& db) : db_(db) {}
  void add(std::int64_t sw, Time time, SwitchEventKind kind, const std::string& before = {},
           const std::string& after = {});
  void rebooted(std::int64_t sw, std::uint64_t before_cs, std::uint64_t now_cs, Time before, Time now);
  /// Its document has changed: what of it is the switch itself? (The old document is read from the store.)
  void document_changed(std::int64_t sw, const topology::SwitchSnapshot& now);

 private:
  SQLite::Database& db_;
  SQLite::Statement add_{
      db_, "INSERT INTO switch_event (switch, time, kind, before, after) VALUES (?, ?, ?, ?, ?)"};
  SQLite::Statement document_{db_, "SELECT json FROM document WHERE switch = ?"};
};

}  // namespace lanwarden::agent::sqlite
