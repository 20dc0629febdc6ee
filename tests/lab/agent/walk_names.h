// The names that snmpwalk prints.
#pragma once

#include <optional>
#include <string_view>

#include "tests/lab/agent/oid.h"

namespace lanwarden::lab {

/// ".1.3.6.1.2.1.1.1.0", "iso.3.6.1", "ccitt.0", "IF-MIB::ifName.3",
/// "ifName[3]", ".1.3.6.1.2.1.17.4.3.1.1[0:1f:12:ac:cb:f0]". Of symbolic names
/// those of the tables that matter here are known. Indexes in brackets: numbers,
/// addresses (4 or 6 sub-identifiers), "text" with its length in front, 'text'
/// without.
std::optional<Oid> read_walk_name(std::string_view text);

}  // namespace lanwarden::lab
