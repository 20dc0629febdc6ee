// The frames that prove an incident: bounded for each.
#include <SQLiteCpp/SQLiteCpp.h>

#include "agent/store/sqlite_tables.h"
#include "agent/store/sqlite_value.h"

namespace lanwarden::agent::sqlite {

std::size_t add_evidence(SQLite::Database& db, std::int64_t incident, std::span<const EvidenceFrame> frames) {
  SQLite::Statement have(
      db, "SELECT count(*), coalesce(sum(length(octets)), 0) FROM evidence_frame WHERE incident = ?");
  have.bind(1, incident);
  have.executeStep();
  auto count = static_cast<std::size_t>(have.getColumn(0).getInt64());
  auto octets = static_cast<std::size_t>(have.getColumn(1).getInt64());
  std::size_t kept = 0;
  SQLite::Statement add(db,
                        "INSERT OR IGNORE INTO evidence_frame (incident, time, interface, number, link_type, "
                        "wire_length, octets, comment) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  for (const EvidenceFrame& frame : frames) {
    if (count >= kMostEvidenceFrames || octets + frame.bytes.size() > kMostEvidenceOctets) break;
    add.bind(1, incident);
    add.bind(2, column_of(frame.time));
    add.bind(3, frame.interface);
    add.bind(4, static_cast<std::int64_t>(frame.number));
    add.bind(5, static_cast<std::int32_t>(frame.link_type));
    add.bind(6, static_cast<std::int64_t>(frame.wire_length));
    // A null pointer would be NULL.
    add.bind(7, frame.bytes.empty() ? static_cast<const void*>("") : frame.bytes.data(),
             static_cast<int>(frame.bytes.size()));
    add.bind(8, frame.comment);
    if (add.exec() > 0) {
      ++kept;
      ++count;
      octets += frame.bytes.size();
    }
    add.reset();
  }
  return kept;
}

std::vector<EvidenceFrame> evidence(SQLite::Database& db, std::int64_t incident) {
  SQLite::Statement row(db,
                        "SELECT time, interface, number, link_type, wire_length, octets, comment FROM "
                        "evidence_frame WHERE incident = ? ORDER BY time, id");
  row.bind(1, incident);
  std::vector<EvidenceFrame> frames;
  while (row.executeStep()) {
    EvidenceFrame frame;
    frame.time = time_of(row.getColumn(0));
    frame.interface = row.getColumn(1).getString();
    frame.number = static_cast<std::uint64_t>(row.getColumn(2).getInt64());
    frame.link_type = static_cast<analysis::LinkType>(row.getColumn(3).getInt());
    frame.wire_length = row.getColumn(4).getUInt();
    const auto octets = row.getColumn(5);
    const auto* data = static_cast<const std::uint8_t*>(octets.getBlob());
    frame.bytes.assign(data, data + octets.getBytes());
    frame.comment = row.getColumn(6).getString();
    frames.push_back(std::move(frame));
  }
  return frames;
}

}  // namespace lanwarden::agent::sqlite
