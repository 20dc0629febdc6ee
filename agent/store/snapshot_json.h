// A snapshot as JSON text, for the store: everything a poll brought but the
// forwarding rows, which the store keeps as intervals. In pieces by how often
// they change, so that a poll that finds nothing new rewrites nothing big.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "topology/result.h"
#include "topology/switch_snapshot.h"

namespace lanwarden::agent {

/// All that seldom changes: everything but name, time, uptime_cs, tables and fdb.
/// Defaults are left out. Bytes that are no UTF-8 (agents send Latin-1) survive.
std::string snapshot_document(const topology::SwitchSnapshot& snapshot);
/// Completeness and row counts of every table, compact.
std::string tables_document(const topology::SwitchSnapshot& snapshot);
std::string text_list(const std::vector<std::string>& texts);

/// Why a document could not be read: where in it, and what was wrong there.
using DocumentError = std::string;

/// Fills `into`. Unknown keys are ignored: a newer lanwarden may have written them.
topology::Result<void, DocumentError> read_snapshot_document(std::string_view json,
                                                             topology::SwitchSnapshot& into);
topology::Result<void, DocumentError> read_tables_document(std::string_view json,
                                                           topology::SwitchSnapshot& into);
topology::Result<std::vector<std::string>, DocumentError> read_text_list(std::string_view json);

/// FNV-1a, 64 bits: whether a document changed, without reading the old one back.
std::uint64_t document_hash(std::string_view json);

}  // namespace lanwarden::agent
